//! What the other server answers. What the protocol does not promise is optional, and nothing when it has another shape.

use crate::{
    compat::picsellia::docker,
    vocabulary::{Digest, Parameters},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

fn if_readable<'a, D: Deserializer<'a>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

#[derive(Deserialize)]
pub struct Named {
    pub id: Uuid,
    pub name: String,
    #[serde(default, deserialize_with = "if_readable")]
    pub description: Option<String>,
    #[serde(default, deserialize_with = "if_readable")]
    pub tags: Option<Vec<Tag>>,
}

#[derive(Deserialize)]
pub struct Tag {
    pub name: String,
}

#[derive(Deserialize)]
pub struct DatasetVersion {
    pub id: Uuid,
    pub version: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default, deserialize_with = "if_readable")]
    pub description: Option<String>,
    #[serde(default, deserialize_with = "if_readable")]
    pub size: Option<i64>,
    #[serde(default, deserialize_with = "if_readable")]
    pub locked: Option<bool>,
    #[serde(default, deserialize_with = "if_readable")]
    pub tags: Option<Vec<Tag>>,
}

#[derive(Deserialize)]
pub struct Label {
    pub name: String,
    #[serde(default)]
    pub group_id: Option<Uuid>,
}

#[derive(Deserialize)]
pub struct LabelGroup {
    pub id: Uuid,
    pub name: String,
    #[serde(default)]
    pub parent_id: Option<Uuid>,
}

#[derive(Deserialize)]
pub struct Stats {
    pub label_repartition: BTreeMap<String, i64>,
}

#[derive(Deserialize)]
pub struct Experiment {
    pub id: Uuid,
    pub name: String,
    pub status: String,
    #[serde(default, deserialize_with = "if_readable")]
    pub description: Option<String>,
    #[serde(default)]
    pub base_model_version_id: Option<Uuid>,
    #[serde(default)]
    pub base_experiment_id: Option<Uuid>,
}

#[derive(Deserialize)]
pub struct Attached {
    pub name: String,
    pub dataset_version: Reference,
}

#[derive(Deserialize)]
pub struct Reference {
    pub id: Uuid,
}

#[derive(Deserialize)]
pub struct Log {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub data: Value,
}

/// An artifact or a model file.
#[derive(Deserialize)]
pub struct File {
    pub name: String,
    pub filename: String,
    pub object_name: String,
    /// In bytes.
    #[serde(default, deserialize_with = "if_readable")]
    pub size: Option<u64>,
    #[serde(default, deserialize_with = "if_readable")]
    pub sha256: Option<Digest>,
}

impl File {
    /// Whether bytes may be this file's, as far as it is told.
    pub fn may_be(&self, sha256: Digest, size_bytes: i64) -> bool {
        self.sha256.is_none_or(|told| told == sha256) && self.size.is_none_or(|told| told == size_bytes.unsigned_abs())
    }

    /// An object of which only its name and its file's name are known.
    pub fn of_object(object_name: String, filename: String) -> Self {
        Self { name: filename.clone(), filename, object_name, size: None, sha256: None }
    }
}

#[derive(Deserialize)]
pub struct LogImage {
    pub object_name: String,
    pub filename: String,
}

#[derive(Deserialize)]
pub struct LoggingFile {
    pub object_name: String,
}

#[derive(Deserialize)]
pub struct ModelVersion {
    pub id: Uuid,
    pub version: i64,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub framework: String,
    #[serde(default, deserialize_with = "if_readable")]
    pub description: Option<String>,
    #[serde(default)]
    pub labels: Option<Value>,
    #[serde(default, deserialize_with = "if_readable")]
    pub parameters: Option<Parameters>,
    #[serde(default, deserialize_with = "if_readable")]
    pub notebook_link: Option<String>,
    #[serde(default)]
    pub thumbnail_object_name: Option<Value>,
    #[serde(default, deserialize_with = "if_readable")]
    pub tags: Option<Vec<Tag>>,
    #[serde(flatten)]
    pub docker: docker::Said,
}

#[derive(Deserialize)]
pub struct Context {
    #[serde(default)]
    pub experiment_id: Option<Uuid>,
    pub datas: Vec<ContextData>,
}

#[derive(Deserialize)]
pub struct ContextData {
    pub name: String,
    pub version_id: Uuid,
    #[serde(default, deserialize_with = "if_readable")]
    pub repartition: Option<BTreeMap<String, i64>>,
}
