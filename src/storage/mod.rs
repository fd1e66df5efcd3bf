//! Blobs by content: bytes on the local disk, addressed by SHA-256, written once and never changed.
//!
//! Bytes become durable before any row may speak of them: temporary file, hash while streaming, `fsync`, rename, `fsync` of
//! the folder; then, in the caller's transaction, [`register`]. A path holds a fresh UUID beside the hash, so it is never used
//! twice, and removing a file can never hit a later upload of the same bytes.

mod disk;
mod download;
mod store;

pub use disk::{BlobStore, Expected, NewBlob};
pub use download::{Download, content_disposition, serve};
pub use store::{Blob, find, register};

use crate::error::{AppError, ErrorKind};

/// Why bytes were not stored.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The bytes are not the ones that the client announced.
    #[error("the bytes have the SHA-256 {actual}, not the announced one")]
    DigestMismatch {
        /// What arrived.
        actual: crate::vocabulary::Digest,
    },
    /// The client broke off, or was too slow.
    #[error("the upload broke off: {0}")]
    BrokenOff(String),
    /// More bytes than the limit.
    #[error("the upload is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// The disk refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<UploadError> for crate::error::Failure {
    fn from(error: UploadError) -> Self {
        let (kind, code) = match error {
            UploadError::DigestMismatch { .. } => (ErrorKind::Malformed, "digest_mismatch"),
            UploadError::BrokenOff(_) => (ErrorKind::Malformed, "upload_broken_off"),
            UploadError::TooLarge { .. } => (ErrorKind::TooLarge, "too_large"),
            UploadError::Io(cause) => return cause.into(),
        };
        AppError::new(kind, code, format!("Nothing was stored: {error}. Send the file again.")).into()
    }
}
