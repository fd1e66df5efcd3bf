//! What a request needs to do its work: the database, the blobs, and the settings of this server.

use crate::{auth::password::Passwords, database::Database, storage::BlobStore};
use std::sync::Arc;

/// Cheap to clone; every handler gets one.
#[derive(Clone, Debug)]
pub struct Services {
    /// Rows.
    pub database: Database,
    /// Bytes.
    pub blobs: BlobStore,
    /// Checks passwords, a few at a time.
    pub passwords: Passwords,
    /// What the operator chose.
    pub settings: Arc<Settings>,
}

/// What the operator chose.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address under which people reach this server, without a slash at the end.
    pub public_url: String,
    /// The largest file that is taken, in bytes.
    pub upload_limit_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { public_url: String::new(), upload_limit_bytes: Self::DEFAULT_UPLOAD_LIMIT_BYTES }
    }
}

impl Settings {
    /// The largest file that is taken unless the operator says otherwise: 50 GiB.
    pub const DEFAULT_UPLOAD_LIMIT_BYTES: u64 = 50 << 30;

    /// Whether people come through TLS; only then may cookies be bound to it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
