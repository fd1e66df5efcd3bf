//! Everything that a training printed, as one file.

use crate::vocabulary::{ConsoleFileId, Digest, ExperimentId, Timestamp, UploadId};
use serde_json::{Value, json};

/// A file with what a training printed; an experiment has at most one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleFile {
    pub id: ConsoleFileId,
    pub experiment_id: ExperimentId,
    pub file_name: String,
    pub size_bytes: i64,
    pub sha256: Digest,
    /// The upload that it came from.
    pub upload_id: Option<UploadId>,
    pub created_at: Timestamp,
    pub created_by: String,
}

impl ConsoleFile {
    /// What the audit trail keeps.
    pub fn facts(&self) -> Value {
        json!({ "file_name": self.file_name, "size_bytes": self.size_bytes, "sha256": self.sha256 })
    }
}
