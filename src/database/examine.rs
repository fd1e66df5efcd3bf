//! What an operator should know about the database, read beside a running server and without changing anything.

use super::{DatabaseUrl, OpenError, pool};
use sqlx::AnyPool;

/// The engine and how it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Such as `SQLite 3.53.0`.
    pub engine: String,
    /// Settings with which a confirmed change can be lost, each as the engine names it.
    pub unsafe_settings: Vec<String>,
    /// The engine's clock, in microseconds since 1970; nothing for SQLite, which has the server's.
    pub clock_micros: Option<i64>,
    /// When the newest change was made, in microseconds since 1970.
    pub newest_change_micros: Option<i64>,
}

/// Looks at the engine. The schema is not brought up to date, and may not even exist.
pub async fn examine(url: &DatabaseUrl) -> Result<Facts, OpenError> {
    sqlx::any::install_default_drivers();
    match url.is_sqlite() {
        true => examine_sqlite(&pool::sqlite_readers(url).await?).await,
        false => examine_postgres(&pool::writers(url).await?).await,
    }
}

async fn examine_sqlite(pool: &AnyPool) -> Result<Facts, OpenError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(pool).await?;
    Ok(Facts {
        engine: format!("SQLite {version}"),
        unsafe_settings: Vec::new(),
        clock_micros: None,
        newest_change_micros: newest_change(pool).await,
    })
}

async fn examine_postgres(pool: &AnyPool) -> Result<Facts, OpenError> {
    let version: String = sqlx::query_scalar("SELECT current_setting('server_version')").fetch_one(pool).await?;
    let mut unsafe_settings = Vec::new();
    for setting in ["fsync", "full_page_writes", "synchronous_commit", "data_checksums"] {
        let value: String = sqlx::query_scalar("SELECT current_setting($1)").bind(setting).fetch_one(pool).await?;
        if value == "off" {
            unsafe_settings.push(format!("{setting} = {value}"));
        }
    }
    let clock: i64 = sqlx::query_scalar("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)")
        .fetch_one(pool)
        .await?;
    Ok(Facts {
        engine: format!("PostgreSQL {version}"),
        unsafe_settings,
        clock_micros: Some(clock),
        newest_change_micros: newest_change(pool).await,
    })
}

/// A database without the schema has no change.
async fn newest_change(pool: &AnyPool) -> Option<i64> {
    sqlx::query_scalar("SELECT MAX(at) FROM audit_entries").fetch_one(pool).await.ok().flatten()
}
