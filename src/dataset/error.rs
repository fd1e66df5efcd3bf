//! What can go wrong with datasets.

use super::DatasetUses;
use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::{label_counts::InvalidLabelCounts, label_map::InvalidLabelMap},
};

/// What can go wrong with datasets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatasetError {
    /// Not in this organization.
    #[error("There is no such dataset.")]
    NotFound,
    /// Not in this organization.
    #[error("There is no such dataset version.")]
    VersionNotFound,
    /// Not in this organization.
    #[error("There is no such label.")]
    LabelNotFound,
    /// Not in this organization.
    #[error("There is no such group of labels.")]
    GroupNotFound,
    /// Another dataset has this name.
    #[error("A dataset named {0} exists. Add a version to it, or choose another name.")]
    NameTaken(String),
    /// Another version of this dataset has this name.
    #[error("This dataset has a version named {0}. Choose another name.")]
    VersionNameTaken(String),
    /// Another label of this version has this name.
    #[error("This dataset version has a label named {0}. Choose another name.")]
    LabelNameTaken(String),
    /// Another group of this version has this name.
    #[error("This dataset version has a group named {0}. Choose another name.")]
    GroupNameTaken(String),
    /// The labels break a rule.
    #[error("The labels cannot be used: {0}.")]
    Labels(#[from] InvalidLabelMap),
    /// The counts of labels break a rule.
    #[error("The counts cannot be kept: {0}.")]
    Counts(#[from] InvalidLabelCounts),
    /// A group for a name that is no label.
    #[error("{0:?} is no label of this version.")]
    NoLabel(String),
    /// A count below zero.
    #[error("item_count and size_bytes must not be negative.")]
    NegativeCount,
    /// How many objects of one class there are, below zero.
    #[error("The count must be 0 or more.")]
    NegativeObjectCount,
    /// Something was trained on these labels already.
    #[error(
        "The labels are fixed, because an experiment or a model version uses them. Make a new version from this one instead."
    )]
    LabelsInUse,
    /// A label's group is of another version, or does not exist.
    #[error("This dataset version has no such group.")]
    UnknownGroup,
    /// A group's parent is of another version, or does not exist.
    #[error("This dataset version has no such group to be in.")]
    UnknownParent,
    /// A group would be inside itself.
    #[error("A group cannot be inside itself, or inside one of its own groups.")]
    GroupInsideItself,
    /// More than [`MAX_GROUPS`](super::groups::MAX_GROUPS).
    #[error("A dataset version has at most {} groups of labels.", super::groups::MAX_GROUPS)]
    TooManyGroups,
    /// Somebody has locked the version.
    #[error("The dataset version {0} is locked. Unlock it first, or make a new version from it.")]
    Locked(String),
    /// Something would lose what it was trained on.
    #[error("This dataset version is in use by {0}. Delete these first, or keep it.")]
    VersionInUse(DatasetUses),
    /// Something would lose what it was trained on.
    #[error("Versions of this dataset are in use by {0}. Delete these first, or keep it.")]
    InUse(DatasetUses),
}

impl From<DatasetError> for Failure {
    fn from(error: DatasetError) -> Self {
        use DatasetError::*;
        let (kind, code, field) = match error {
            NotFound | VersionNotFound | LabelNotFound | GroupNotFound => (ErrorKind::NotFound, "not_found", None),
            NameTaken(_) | VersionNameTaken(_) | LabelNameTaken(_) | GroupNameTaken(_) => {
                (ErrorKind::Conflict, "name_taken", Some("name"))
            }
            Labels(_) => (ErrorKind::Invalid, "invalid_labels", Some("labels")),
            Counts(_) => (ErrorKind::Invalid, "invalid_field", Some("label_counts")),
            NoLabel(_) => (ErrorKind::Invalid, "invalid_field", Some("label_groups")),
            NegativeCount => (ErrorKind::Invalid, "invalid_field", Some("item_count")),
            NegativeObjectCount => (ErrorKind::Invalid, "invalid_field", Some("object_count")),
            LabelsInUse => (ErrorKind::Conflict, "labels_in_use", Some("labels")),
            UnknownGroup => (ErrorKind::Invalid, "unknown_label_group", Some("group_id")),
            UnknownParent => (ErrorKind::Invalid, "unknown_label_group", Some("parent_id")),
            GroupInsideItself => (ErrorKind::Invalid, "invalid_field", Some("parent_id")),
            TooManyGroups => (ErrorKind::Conflict, "too_many_groups", None),
            Locked(_) => (ErrorKind::Locked, "locked", None),
            VersionInUse(_) | InUse(_) => (ErrorKind::Conflict, "in_use", None),
        };
        let shown = AppError::new(kind, code, error.to_string());
        match field {
            Some(field) => shown.on_field(field, error.to_string()).into(),
            None => shown.into(),
        }
    }
}
