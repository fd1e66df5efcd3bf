//! How each engine is connected and tuned.

use sqlx::{
    AnyPool, Executor,
    any::{AnyConnectOptions, AnyPoolOptions},
    migrate::MigrateError,
};
use std::{path::Path, str::FromStr, time::Duration};

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The engine refused or was not reached.
    #[error("the database cannot be opened: {0}")]
    Connect(#[from] sqlx::Error),
    /// This SQLite can lose data.
    #[error("SQLite {0} is too old: at least 3.51.3 is needed")]
    OldSqlite(String),
    /// A newer Heirloom has been here.
    #[error(
        "the database was written by a newer Heirloom (step {0} is unknown here): install that version again, or restore a backup"
    )]
    NewerSchema(i64),
    /// Only the server, or a command that writes, brings the schema up to date.
    #[error(
        "the database has the schema of another version of Heirloom: start the server of this version once, or use that version"
    )]
    OtherSchema,
    /// A step of the schema failed, or was changed afterwards.
    #[error("the database schema cannot be brought up to date: {0}")]
    Migration(MigrateError),
    /// Neither `sqlite:` nor `postgres:`.
    #[error("the database URL must begin with postgres:// or sqlite://")]
    UnknownEngine,
}

impl OpenError {
    pub(super) fn from_migration(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(step) => Self::NewerSchema(step),
            other => Self::Migration(other),
        }
    }
}

/// Where the database is. It may hold a password, so it has no `Display`.
#[derive(Clone)]
pub struct DatabaseUrl(String);

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "DatabaseUrl({})", if self.is_sqlite() { "sqlite" } else { "postgres" })
    }
}

impl DatabaseUrl {
    /// The SQLite file at `path`, made when it is missing.
    pub fn sqlite_file(path: &Path) -> Self {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
        let encoded: String = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str())
            .iter()
            .map(|&byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect();
        Self(format!("sqlite://{encoded}?mode=rwc"))
    }

    /// The SQLite file at `path`, which is not made when it is missing.
    pub fn existing_sqlite_file(path: &Path) -> Self {
        Self(Self::sqlite_file(path).0.replace("?mode=rwc", "?mode=rw"))
    }

    pub(super) fn is_sqlite(&self) -> bool {
        self.0.starts_with("sqlite:")
    }

    fn options(&self) -> Result<AnyConnectOptions, OpenError> {
        Ok(AnyConnectOptions::from_str(&self.0)?)
    }
}

impl FromStr for DatabaseUrl {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| text.starts_with(scheme));
        if is_known { Ok(Self(text.to_owned())) } else { Err(OpenError::UnknownEngine) }
    }
}

const SQLITE_SETTINGS: &[&str] = &[
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
];

const SQLITE_READER_SETTINGS: &[&str] =
    &["PRAGMA busy_timeout = 10000", "PRAGMA trusted_schema = OFF", "PRAGMA query_only = ON"];

const POSTGRES_SETTINGS: &[&str] =
    &["SET lock_timeout = '5s'", "SET statement_timeout = '30s'", "SET idle_in_transaction_session_timeout = '60s'"];

const POSTGRES_READER_SETTINGS: &[&str] =
    &["SET lock_timeout = '5s'", "SET statement_timeout = '30s'", "SET default_transaction_read_only = on"];

fn options(settings: &'static [&'static str]) -> AnyPoolOptions {
    AnyPoolOptions::new().acquire_timeout(Duration::from_secs(10)).after_connect(move |connection, _| {
        Box::pin(async move {
            for setting in settings {
                connection.execute(*setting).await?;
            }
            Ok(())
        })
    })
}

pub(super) async fn writers(url: &DatabaseUrl) -> Result<AnyPool, OpenError> {
    let pool = if url.is_sqlite() {
        options(SQLITE_SETTINGS).max_connections(1).idle_timeout(None).max_lifetime(None)
    } else {
        options(POSTGRES_SETTINGS).max_connections(16)
    };
    Ok(pool.connect_with(url.options()?).await?)
}

/// Connections on which every transaction only reads.
pub(super) async fn readers(url: &DatabaseUrl) -> Result<AnyPool, OpenError> {
    match url.is_sqlite() {
        true => sqlite_readers(url).await,
        false => Ok(options(POSTGRES_READER_SETTINGS).max_connections(4).connect_with(url.options()?).await?),
    }
}

pub(super) async fn sqlite_readers(url: &DatabaseUrl) -> Result<AnyPool, OpenError> {
    Ok(options(SQLITE_READER_SETTINGS).max_connections(4).connect_with(url.options()?).await?)
}
