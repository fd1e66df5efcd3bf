//! Start-up checks, on a real SQLite file.

use super::*;
use sqlx::{AssertSqlSafe, Connection as _};

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

/// What stood in the database before labels and tags had ids.
const BEFORE_IDS: &str = "
    INSERT INTO organizations VALUES ('o', 'Acme', 'acme', 1);
    INSERT INTO models (id, organization_id, name, name_key, description, last_version, created_at, created_by, updated_at)
        VALUES ('m', 'o', 'M', 'm', '', 0, 1, 'x', 1), ('n', 'o', 'N', 'n', '', 0, 1, 'x', 1);
    INSERT INTO model_tags VALUES ('o', 'm', 'night', 'night'), ('o', 'm', 'rain', 'rain'), ('o', 'n', 'Night', 'night');
    INSERT INTO datasets VALUES ('d', 'o', 'D', 'd', '', 1, 'x', 1);
    INSERT INTO dataset_versions (id, organization_id, dataset_id, name, name_key, description, kind, created_at, created_by)
        VALUES ('v', 'o', 'd', 'V', 'v', '', 'other', 1, 'x');
    INSERT INTO dataset_version_labels VALUES ('o', 'v', 0, 'zebra'), ('o', 'v', 1, 'ant');";

async fn check_that_ids_are_given(connection: &mut AnyConnection, is_sqlite: bool) {
    for migration in migrations(is_sqlite).iter() {
        if migration.version == 21 {
            sqlx::raw_sql(BEFORE_IDS).execute(&mut *connection).await.unwrap();
        }
        sqlx::raw_sql(migration.sql.clone()).execute(&mut *connection).await.unwrap();
    }
    let labels: Vec<(String, String)> = sqlx::query_as("SELECT id, name FROM dataset_version_labels ORDER BY position")
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    let tags: Vec<(String, String)> =
        sqlx::query_as("SELECT id, target || ' ' || name_key FROM tags ORDER BY name_key")
            .fetch_all(&mut *connection)
            .await
            .unwrap();
    let names = |rows: &[(String, String)]| rows.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names(&labels), names(&tags)),
        (vec!["zebra".into(), "ant".into()], vec!["model night".into(), "model rain".into()])
    );
    let ids: std::collections::HashSet<uuid::Uuid> =
        labels.iter().chain(&tags).map(|(id, _)| id.parse().unwrap()).collect();
    assert_eq!(ids.len(), 4);
    assert!(ids.iter().all(|id| id.get_version_num() == 4 && id.get_variant() == uuid::Variant::RFC4122), "{ids:?}");
}

#[tokio::test]
async fn labels_and_tags_from_before_get_ids_on_sqlite() {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect("sqlite::memory:").await.unwrap();
    check_that_ids_are_given(&mut connection, true).await;
}

#[tokio::test]
async fn labels_and_tags_from_before_get_ids_on_postgres() {
    let Ok(server) = std::env::var("HEIRLOOM_TEST_POSTGRES_URL") else {
        return println!("not tested on PostgreSQL: HEIRLOOM_TEST_POSTGRES_URL is not set");
    };
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&server).await.unwrap();
    let schema = format!("zz_{}", uuid::Uuid::now_v7().simple());
    let enter = AssertSqlSafe(format!("CREATE SCHEMA {schema}; SET search_path TO {schema}"));
    sqlx::raw_sql(enter).execute(&mut connection).await.unwrap();
    check_that_ids_are_given(&mut connection, false).await;
    sqlx::raw_sql(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).execute(&mut connection).await.unwrap();
}
