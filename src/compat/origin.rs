//! Where an object was brought over from, and what became of it here.

use crate::vocabulary::Timestamp;
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

/// What an object of another server is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brought {
    /// Its id here. It may not exist yet, or not any more.
    pub id: Uuid,
    /// Whether it was here before, by its name: then it is added to, and nothing of it is changed.
    pub was_here: bool,
    /// When it was changed last as it was brought whole; nothing while that goes on.
    pub settled_at: Option<Timestamp>,
}
