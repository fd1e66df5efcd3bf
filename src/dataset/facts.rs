//! What the audit trail keeps of datasets and their versions.

use super::{Dataset, DatasetVersion};
use serde_json::{Value, json};

impl Dataset {
    /// Everything about the dataset that people decide.
    pub fn facts(&self) -> Value {
        json!({ "name": self.name, "description": self.description })
    }
}

impl DatasetVersion {
    /// Everything about the version that people decide.
    pub fn facts(&self) -> Value {
        json!({
            "name": self.name,
            "description": self.description,
            "kind": self.kind,
            "item_count": self.item_count,
            "size_bytes": self.size_bytes,
            "labels": self.labels,
        })
    }
}
