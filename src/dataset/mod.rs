//! Datasets, their versions, and the labels that a version defines.

mod change;
mod error;
mod facts;
mod groups;
mod kind;
mod labels;
pub mod operations;
pub mod pages;
pub mod rest;
pub mod store;
mod uses;

pub use change::{DatasetChange, DatasetVersionChange, NewCopy};
pub use error::DatasetError;
pub use groups::{LabelGroup, LabelGroupChange, NewLabelGroup};
pub use kind::DatasetKind;
pub use labels::{DatasetLabel, DatasetLabelChange, NewLabel, label_counts};
pub use uses::DatasetUses;

use crate::vocabulary::{DatasetId, DatasetVersionId, Description, LabelCounts, LabelMap, Name, Tags, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A dataset; its properties are on its versions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Dataset {
    pub id: DatasetId,
    pub name: String,
    pub description: String,
    #[schema(value_type = Vec<String>)]
    pub tags: Tags,
    pub version_count: i64,
    pub created_at: Timestamp,
    pub created_by: String,
    pub updated_at: Timestamp,
}

/// A dataset with its versions, in the order of their creation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DatasetWithVersions {
    #[serde(flatten)]
    pub dataset: Dataset,
    pub versions: Vec<DatasetVersion>,
}

/// One state of a dataset.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DatasetVersion {
    pub id: DatasetVersionId,
    pub dataset_id: DatasetId,
    pub dataset_name: String,
    pub name: String,
    pub description: String,
    pub kind: DatasetKind,
    /// How many pictures, rows or other items it has.
    pub item_count: Option<i64>,
    pub size_bytes: Option<i64>,
    /// The classes, in order.
    pub labels: LabelMap,
    /// How many objects or items of each class it has, where that is known.
    pub label_counts: LabelCounts,
    #[schema(value_type = Vec<String>)]
    pub tags: Tags,
    pub created_at: Timestamp,
    pub created_by: String,
    pub updated_at: Timestamp,
    /// Since when nothing about it may change; null while it may.
    pub locked_at: Option<Timestamp>,
}

/// A version as a form offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionChoice {
    pub id: DatasetVersionId,
    /// What people type and read: `digits › v1`.
    pub whole_name: String,
    pub label_count: i64,
}

/// The name of a dataset with that of its version.
pub fn whole_name(dataset: &str, version: &str) -> String {
    format!("{dataset} › {version}")
}

/// What it takes to create a dataset.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDataset {
    pub name: Name,
    #[serde(default)]
    pub description: Description,
}

/// What it takes to create a dataset version.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDatasetVersion {
    pub name: Name,
    #[serde(default)]
    pub description: Description,
    #[serde(default)]
    pub kind: DatasetKind,
    /// 0 or more.
    #[serde(default)]
    #[schema(minimum = 0)]
    pub item_count: Option<i64>,
    /// 0 or more.
    #[serde(default)]
    #[schema(minimum = 0)]
    pub size_bytes: Option<i64>,
    /// The classes in order: at most 10,000, each once.
    #[serde(default)]
    pub labels: Vec<String>,
    /// How many objects or items of a class it has, 0 or more, by label.
    #[serde(default)]
    pub label_counts: BTreeMap<String, i64>,
}
