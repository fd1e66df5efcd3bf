//! Datasets, their versions, and the labels that a version defines.

mod change;
mod facts;
pub mod operations;
pub mod pages;
pub mod rest;
pub mod store;

pub use change::{DatasetChange, DatasetVersionChange};

use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::{DatasetId, DatasetVersionId, Description, LabelMap, Name, Timestamp, label_map::InvalidLabelMap},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A dataset; its properties are on its versions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Dataset {
    pub id: DatasetId,
    pub name: String,
    pub description: String,
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

/// What a dataset version shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatasetKind {
    /// One label for a whole picture.
    Classification,
    /// Labelled boxes.
    ObjectDetection,
    /// Labelled shapes.
    Segmentation,
    /// Anything else.
    #[default]
    Other,
}

impl DatasetKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Classification, Self::ObjectDetection, Self::Segmentation, Self::Other];

    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::ObjectDetection => "object_detection",
            Self::Segmentation => "segmentation",
            Self::Other => "other",
        }
    }

    /// The words for people.
    pub fn for_people(self) -> &'static str {
        match self {
            Self::Classification => "Classification",
            Self::ObjectDetection => "Object detection",
            Self::Segmentation => "Segmentation",
            Self::Other => "Other",
        }
    }
}

impl std::str::FromStr for DatasetKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| format!("unknown kind {text:?}"))
    }
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
    pub created_at: Timestamp,
    pub created_by: String,
    pub updated_at: Timestamp,
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
}

/// What can go wrong with datasets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatasetError {
    /// Not in this organization.
    #[error("There is no such dataset.")]
    NotFound,
    /// Not in this organization.
    #[error("There is no such dataset version.")]
    VersionNotFound,
    /// Another dataset has this name.
    #[error("A dataset named {0} exists. Add a version to it, or choose another name.")]
    NameTaken(String),
    /// Another version of this dataset has this name.
    #[error("This dataset has a version named {0}. Choose another name.")]
    VersionNameTaken(String),
    /// The labels break a rule.
    #[error("The labels cannot be used: {0}.")]
    Labels(#[from] InvalidLabelMap),
    /// A count below zero.
    #[error("item_count and size_bytes must not be negative.")]
    NegativeCount,
    /// Something was trained on these labels already.
    #[error(
        "The labels are fixed, because an experiment or a model version uses them. Make a new version from this one instead."
    )]
    LabelsInUse,
}

impl From<DatasetError> for Failure {
    fn from(error: DatasetError) -> Self {
        let (kind, code, field) = match error {
            DatasetError::NotFound | DatasetError::VersionNotFound => (ErrorKind::NotFound, "not_found", None),
            DatasetError::NameTaken(_) | DatasetError::VersionNameTaken(_) => {
                (ErrorKind::Conflict, "name_taken", Some("name"))
            }
            DatasetError::Labels(_) => (ErrorKind::Invalid, "invalid_labels", Some("labels")),
            DatasetError::NegativeCount => (ErrorKind::Invalid, "invalid_field", Some("item_count")),
            DatasetError::LabelsInUse => (ErrorKind::Conflict, "labels_in_use", Some("labels")),
        };
        let shown = AppError::new(kind, code, error.to_string());
        match field {
            Some(field) => shown.on_field(field, error.to_string()).into(),
            None => shown.into(),
        }
    }
}
