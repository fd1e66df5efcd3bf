//! What the audit trail keeps of datasets and their versions.

use super::{Dataset, DatasetLabel, DatasetVersion, LabelGroup, whole_name};
use crate::audit::Change;
use serde_json::{Value, json};

impl Dataset {
    /// Everything about the dataset that people decide.
    pub fn facts(&self) -> Value {
        json!({ "name": self.name, "description": self.description, "tags": self.tags })
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
            "label_counts": self.label_counts,
            "tags": self.tags,
            "locked_at": self.locked_at,
        })
    }

    /// Adds to a change of the version how people know it.
    pub fn identify<'a>(&self, change: Change<'a>) -> Change<'a> {
        change.with("name", self.name.as_str()).with("dataset_name", self.dataset_name.as_str())
    }

    /// Adds to a change of one of its labels or groups where these are.
    pub fn identify_part<'a>(&self, name: &str, change: Change<'a>) -> Change<'a> {
        let version = whole_name(&self.dataset_name, &self.name);
        change.with("name", name).with("dataset_name", version).with("dataset_version_id", self.id.to_string())
    }
}

impl DatasetLabel {
    /// Everything about the label that people decide.
    pub fn facts(&self) -> Value {
        json!({ "name": self.name, "object_count": self.object_count, "group_id": self.group_id })
    }
}

impl LabelGroup {
    /// Everything about the group that people decide.
    pub fn facts(&self) -> Value {
        json!({ "name": self.name, "parent_id": self.parent_id })
    }
}
