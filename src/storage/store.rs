//! The rows of the blob store.

use super::NewBlob;
use crate::{
    database::{Connection, stored},
    vocabulary::{Digest, Timestamp},
};

/// A row that speaks of durable bytes.
#[derive(Clone, Debug)]
pub struct Blob {
    /// Their SHA-256.
    pub sha256: Digest,
    /// Their number.
    pub size_bytes: i64,
    /// Where they are, relative to the store.
    pub path: String,
}

/// Makes the bytes known, or finds that the same bytes are known already; then `path` is another than the new one's,
/// and the caller discards the new file after the commit.
pub async fn register(connection: &mut Connection, blob: &NewBlob, now: Timestamp) -> Result<Blob, sqlx::Error> {
    let size_bytes = i64::try_from(blob.size_bytes).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let path: String = sqlx::query_scalar(
        "INSERT INTO blobs (sha256, size_bytes, path, state, created_at, touched_at, verified_at)
         VALUES ($1, $2, $3, 'live', $4, $4, $4)
         ON CONFLICT (sha256) DO UPDATE SET touched_at = excluded.touched_at, state = 'live'
         RETURNING path",
    )
    .bind(blob.sha256.to_string())
    .bind(size_bytes)
    .bind(&blob.path)
    .bind(now.as_micros())
    .fetch_one(connection)
    .await?;
    Ok(Blob { sha256: blob.sha256, size_bytes, path })
}

/// The row for a digest. Callers come here from a row of their own organization, never from a digest that somebody sent.
pub async fn find(connection: &mut Connection, sha256: Digest) -> Result<Option<Blob>, sqlx::Error> {
    let row: Option<(String, i64, String)> =
        sqlx::query_as("SELECT sha256, size_bytes, path FROM blobs WHERE sha256 = $1 AND state = 'live'")
            .bind(sha256.to_string())
            .fetch_optional(connection)
            .await?;
    row.map(|(sha256, size_bytes, path)| Ok(Blob { sha256: stored(&sha256)?, size_bytes, path })).transpose()
}
