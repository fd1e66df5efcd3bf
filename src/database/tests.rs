//! Start-up checks, on a real SQLite file.

use super::*;

fn folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("heirloom-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&folder).unwrap();
    folder
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let folder = folder();
    let url = DatabaseUrl::sqlite_file(&folder.join("a b?%.db"));
    let database = Database::open(&url).await.unwrap();
    let mut transaction = database.begin().await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)")
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    database.close().await;
    assert!(matches!(Database::open(&url).await, Err(OpenError::NewerSchema(9999))));
    assert!(folder.join("a b?%.db").exists(), "the path must be taken literally");
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn readers_cannot_write() {
    let folder = folder();
    let database = Database::open(&DatabaseUrl::sqlite_file(&folder.join("heirloom.db"))).await.unwrap();
    let mut reader = database.read().await.unwrap();
    let result = sqlx::query("DELETE FROM organizations").execute(&mut *reader).await;
    assert!(result.unwrap_err().to_string().contains("readonly"));
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn reading_beside_a_server_writes_nothing_and_wants_the_same_schema() {
    let folder = folder();
    let url = DatabaseUrl::sqlite_file(&folder.join("heirloom.db"));
    let server = Database::open(&url).await.unwrap();
    let reader = Database::open_to_read(&url).await.unwrap();
    assert!(reader.begin().await.is_err());
    let mut snapshot = reader.snapshot().await.unwrap();
    let steps = async |connection: &mut Connection| -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM _sqlx_migrations").fetch_one(connection).await.unwrap()
    };
    let before = steps(&mut snapshot).await;
    let mut transaction = server.begin().await.unwrap();
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)")
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(steps(&mut snapshot).await, before, "a snapshot stays at its moment");
    assert!(matches!(Database::open_to_read(&url).await, Err(OpenError::OtherSchema)));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_search_for_wildcards_is_literal() {
    assert_eq!(contains_pattern(r"50%_A\"), r"%50\%\_a\\%");
}
