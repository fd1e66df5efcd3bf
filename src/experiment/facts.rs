//! What the audit trail keeps of projects, experiments and what they log.

use super::{Experiment, Log, LogContent, Project};
use serde_json::{Value, json};

impl Project {
    /// Everything about the project that people decide.
    pub fn facts(&self) -> Value {
        json!({ "name": self.name, "description": self.description })
    }
}

impl Experiment {
    /// Everything about the experiment that people and scripts decide; artifacts and logs have entries of their own.
    pub fn facts(&self) -> Value {
        let datasets: Vec<Value> = self
            .dataset_versions
            .iter()
            .map(|attached| json!({ "alias": attached.alias, "dataset_version_id": attached.dataset_version_id }))
            .collect();
        json!({
            "name": self.summary.name,
            "description": self.summary.description,
            "notes": self.notes,
            "tags": self.tags,
            "status": self.summary.status,
            "started_at": self.summary.started_at,
            "finished_at": self.summary.finished_at,
            "inference_type": self.summary.inference_type,
            "framework": self.summary.framework,
            "docker_image": self.docker_image,
            "parameters": self.parameters,
            "labels": self.labels,
            "labels_from": self.labels_from,
            "dataset_versions": datasets,
            "base_model_version_id": self.base_model_version.as_ref().map(|base| base.id),
            "base_experiment_id": self.base_experiment.as_ref().map(|base| base.id),
            "archived_at": self.summary.archived_at,
        })
    }
}

impl Log {
    /// What was logged: of an image its bytes, of a table its size.
    pub fn facts(&self) -> Value {
        match &self.content {
            LogContent::Image { content_type, size_bytes, sha256, .. } => {
                json!({ "kind": "image", "content_type": content_type, "size_bytes": size_bytes, "sha256": sha256 })
            }
            LogContent::Table { table } => {
                json!({ "kind": "table", "columns": table.columns, "rows": table.rows.len() })
            }
            LogContent::Data { data_type, data } => {
                json!({ "kind": data_type, "size_bytes": data.to_string().len() })
            }
        }
    }
}
