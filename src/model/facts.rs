//! What the audit trail keeps of models and their versions.

use super::{Model, ModelVersion, VersionLink};
use crate::{audit::Change, vocabulary::ModelId};
use serde_json::{Value, json};

impl Model {
    /// Everything about the model that people decide.
    pub fn facts(&self) -> Value {
        json!({
            "name": self.name,
            "description": self.description,
            "notes": self.notes,
            "tags": self.tags,
            "archived_at": self.archived_at,
        })
    }
}

impl ModelVersion {
    /// Everything about the version that people decide, or that it inherited.
    pub fn facts(&self) -> Value {
        let datasets: Vec<Value> = self
            .dataset_versions
            .iter()
            .map(|source| {
                json!({
                    "alias": source.alias,
                    "dataset_version_id": source.dataset_version_id,
                    "label_counts": source.label_counts,
                })
            })
            .collect();
        json!({
            "name": self.name,
            "description": self.description,
            "notes": self.notes,
            "tags": self.tags,
            "inference_type": self.inference_type,
            "framework": self.framework,
            "docker_image": self.docker_image,
            "notebook_url": self.notebook_url,
            "files": self.files.iter().map(|file| file.facts()).collect::<Vec<_>>(),
            "labels": self.labels,
            "parameters": self.parameters,
            "dataset_versions": datasets,
            "source_experiment_id": self.source_experiment.as_ref().map(|source| source.id),
            "base_model_version_id": self.base_model_version.as_ref().map(|base| base.id),
            "sealed_at": self.sealed_at,
            "archived_at": self.archived_at,
        })
    }

    /// Adds to a change of the version how people know it.
    pub fn identify<'a>(&self, change: Change<'a>) -> Change<'a> {
        identify(change, &self.name, (self.model_id, &self.model_name, self.number))
    }
}

impl VersionLink {
    /// Adds to a change of the version how people know it.
    pub fn identify<'a>(&self, change: Change<'a>) -> Change<'a> {
        identify(change, &self.name, (self.model_id, &self.model_name, self.number))
    }
}

fn identify<'a>(change: Change<'a>, name: &str, (model, model_name, number): (ModelId, &str, i64)) -> Change<'a> {
    change.with("name", name).with("model_name", model_name).with("model_id", model.to_string()).with("number", number)
}
