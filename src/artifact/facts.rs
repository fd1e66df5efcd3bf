//! What the audit trail keeps of files.

use super::{Artifact, ModelFile};
use serde_json::{Value, json};

impl Artifact {
    /// Which bytes have the name.
    pub fn facts(&self) -> Value {
        json!({
            "name": self.name,
            "file_name": self.file_name,
            "size_bytes": self.size_bytes,
            "sha256": self.sha256,
            "content_type": self.content_type,
        })
    }
}

impl ModelFile {
    /// Which bytes have the name, and whether they came with the export.
    pub fn facts(&self) -> Value {
        json!({
            "name": self.name,
            "file_name": self.file_name,
            "size_bytes": self.size_bytes,
            "sha256": self.sha256,
            "content_type": self.content_type,
            "is_inherited": self.is_inherited,
        })
    }
}
