//! Where an object was brought over from.

use uuid::Uuid;

/// What is brought over under an id of its own; everything else is a part of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginKind {
    Dataset,
    DatasetVersion,
    Project,
    Experiment,
    Model,
    ModelVersion,
}

impl OriginKind {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::DatasetVersion => "dataset_version",
            Self::Project => "project",
            Self::Experiment => "experiment",
            Self::Model => "model",
            Self::ModelVersion => "model_version",
        }
    }
}

/// An object of an organization of another server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The organization there.
    pub organization: Uuid,
    pub kind: OriginKind,
    /// The object's id there.
    pub id: Uuid,
}
