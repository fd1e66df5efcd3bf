//! One door to two databases: SQLite inside the process, or PostgreSQL.
//!
//! SQLite has one writer, whose transactions begin IMMEDIATE, and several readers that cannot write; so no read-then-write
//! transaction can fail half-way. PostgreSQL runs READ COMMITTED with row locks taken by the stores.

pub mod examine;
pub mod idempotency;
mod pool;
mod rows;
pub mod tags;
#[cfg(test)]
mod tests;

use crate::error::{AppError, Failure};
use sqlx::{Any, AnyConnection, AnyPool, migrate::Migrator, pool::PoolConnection};

pub use pool::{DatabaseUrl, OpenError};
pub use rows::{Binding, insert_rows};

/// What every store function works on, inside a transaction or outside.
pub type Connection = AnyConnection;
/// A transaction; [`Database::begin`] makes one that may write, [`Database::snapshot`] one that may not.
pub type Transaction = sqlx::Transaction<'static, Any>;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// The oldest SQLite that is safe to run: earlier ones can corrupt the write-ahead log when it is reset.
const MINIMUM_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// The pools, after the start-up checks and migrations.
#[derive(Clone, Debug)]
pub struct Database {
    readers: AnyPool,
    writers: AnyPool,
    is_sqlite: bool,
}

impl Database {
    /// Connects, checks the engine and brings the schema up to date.
    ///
    /// # Errors
    /// The engine cannot be reached, is too old, or holds a schema newer than this program.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let writers = pool::writers(url).await?;
        let is_sqlite = url.is_sqlite();
        if is_sqlite {
            require_safe_sqlite(&writers).await?;
        }
        migrations(is_sqlite).run(&writers).await.map_err(OpenError::from_migration)?;
        let readers = if is_sqlite { pool::sqlite_readers(url).await? } else { writers.clone() };
        Ok(Self { readers, writers, is_sqlite })
    }

    /// Connects beside whoever else uses the database, to read and nothing else; changes neither schema nor settings.
    ///
    /// # Errors
    /// The engine cannot be reached, is too old, or the schema is not the one of this program.
    pub async fn open_to_read(url: &DatabaseUrl) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let readers = pool::readers(url).await?;
        let is_sqlite = url.is_sqlite();
        if is_sqlite {
            require_safe_sqlite(&readers).await?;
        }
        let newest: Option<i64> =
            sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&readers).await?;
        if newest != migrations(is_sqlite).iter().map(|step| step.version).max() {
            return Err(OpenError::OtherSchema);
        }
        Ok(Self { writers: readers.clone(), readers, is_sqlite })
    }

    /// A connection that only reads.
    pub async fn read(&self) -> Result<PoolConnection<Any>, Failure> {
        Ok(self.readers.acquire().await?)
    }

    /// A transaction that only reads, and sees the database at one moment however long it takes.
    pub async fn snapshot(&self) -> Result<Transaction, Failure> {
        let begin = if self.is_sqlite { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
        Ok(self.readers.begin_with(begin).await?)
    }

    /// A transaction that may write; it is rolled back unless it is committed.
    pub async fn begin(&self) -> Result<Transaction, Failure> {
        Ok(self.writers.begin_with(self.begin_writing()).await?)
    }

    /// A transaction that may write, if one can begin at once.
    pub async fn begin_if_free(&self) -> Result<Option<Transaction>, Failure> {
        Ok(self.writers.try_begin_with(self.begin_writing()).await?)
    }

    fn begin_writing(&self) -> &'static str {
        if self.is_sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" }
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        match self.read().await {
            Ok(mut connection) => sqlx::query("SELECT 1").execute(&mut *connection).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Closes every connection; SQLite then folds its write-ahead log back into the database.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

fn migrations(is_sqlite: bool) -> &'static Migrator {
    if is_sqlite { &SQLITE_MIGRATIONS } else { &POSTGRES_MIGRATIONS }
}

async fn require_safe_sqlite(pool: &AnyPool) -> Result<(), OpenError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(pool).await?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    if (part(), part(), part()) < MINIMUM_SQLITE {
        return Err(OpenError::OldSqlite(version));
    }
    Ok(())
}

/// Turns the violation of a unique constraint into `taken`; other errors stay what they are.
pub fn unless_taken(error: sqlx::Error, taken: impl FnOnce() -> AppError) -> Failure {
    match &error {
        sqlx::Error::Database(cause) if cause.is_unique_violation() => taken().into(),
        _ => error.into(),
    }
}

/// Turns the violation of a foreign key into `missing`; other errors stay what they are.
pub fn unless_missing(error: sqlx::Error, missing: impl FnOnce() -> AppError) -> Failure {
    match &error {
        sqlx::Error::Database(cause) if cause.is_foreign_key_violation() => missing().into(),
        _ => error.into(),
    }
}

/// A pattern for `LIKE ... ESCAPE '\'` that finds `text` literally, anywhere, in a column of name keys.
///
/// The rest of an endless text is left out, because SQLite limits its patterns; no name contains it anyway.
pub fn contains_pattern(text: &str) -> String {
    const LONGER_THAN_EVERY_KEY: usize = 2_000;
    let mut pattern = String::from("%");
    for character in crate::vocabulary::name::name_key(text).chars().take(LONGER_THAN_EVERY_KEY) {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// Reads a stored value back; a failure means that somebody changed the database behind our back.
pub fn stored<T: std::str::FromStr>(text: &str) -> Result<T, sqlx::Error>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| sqlx::Error::Decode(format!("stored {text:?}: {error}").into()))
}

/// Reads stored JSON back.
pub fn stored_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Reads a stored time back.
pub fn stored_time(micros: i64) -> Result<crate::vocabulary::Timestamp, sqlx::Error> {
    crate::vocabulary::Timestamp::from_micros(micros)
        .ok_or_else(|| sqlx::Error::Decode(format!("stored time {micros}").into()))
}

/// Places of values in a statement, such as `$2, $3, $4`.
pub fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}
