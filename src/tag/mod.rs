//! Tags as things: defined once for each kind of thing, renamed and deleted everywhere at once.

pub mod operations;
pub mod pages;
pub mod rest;
pub mod store;

use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::{TagId, TagTarget, tags::InvalidTags},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// So many things get or lose a tag at once.
pub const MAX_ATTACHED: usize = 1_000;

/// A word by which people group things of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tag {
    pub id: TagId,
    pub name: String,
    pub target: TagTarget,
}

impl Tag {
    /// Everything about the tag that people decide.
    pub fn facts(&self) -> Value {
        json!({ "name": self.name, "target": self.target })
    }
}

/// What it takes to define a tag.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    /// 1 to 60 printable characters without a comma; unique among the tags of this target.
    pub name: String,
    pub target: TagTarget,
}

/// A change of a tag.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagChange {
    /// 1 to 60 printable characters without a comma; unique among the tags of this target.
    pub name: String,
}

/// Which things get or lose a tag.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaggedThings {
    /// At most 1,000 ids of things of the tag's target; others are left alone.
    #[schema(value_type = Vec<String>)]
    pub ids: Vec<Uuid>,
}

/// A tag, and how many things got or lost it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TagUse {
    pub tag: Tag,
    pub count: usize,
}

/// What can go wrong with tags.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// Not in this organization.
    #[error("There is no such tag.")]
    NotFound,
    /// Not in this organization, or out of reach.
    #[error("There is no such thing with tags.")]
    ThingNotFound,
    /// Another tag of this target has this name.
    #[error("A tag named {0} exists.")]
    NameTaken(String),
    /// The name breaks a rule for tags.
    #[error("The tag cannot be used: {0}.")]
    Name(InvalidTags),
    /// A thing has as many tags as it may have.
    #[error("{0} cannot have another tag: {1}.")]
    TooMany(String, InvalidTags),
    /// More than [`MAX_ATTACHED`].
    #[error("At most {MAX_ATTACHED} things get or lose a tag at once.")]
    TooManyThings,
    /// A tag of experiments belongs to every project.
    #[error("A tag of experiments is on experiments of every project, and this is open for some of them only.")]
    OutOfReach,
}

impl From<TagError> for Failure {
    fn from(error: TagError) -> Self {
        let (kind, code, field) = match error {
            TagError::NotFound | TagError::ThingNotFound => (ErrorKind::NotFound, "not_found", None),
            TagError::NameTaken(_) => (ErrorKind::Conflict, "name_taken", Some("name")),
            TagError::Name(_) => (ErrorKind::Invalid, "invalid_field", Some("name")),
            TagError::TooMany(..) => (ErrorKind::Conflict, "too_many_tags", None),
            TagError::TooManyThings => (ErrorKind::Invalid, "invalid_field", Some("ids")),
            TagError::OutOfReach => (ErrorKind::Refused, "reach_too_small", None),
        };
        let shown = AppError::new(kind, code, error.to_string());
        match field {
            Some(field) => shown.on_field(field, error.to_string()).into(),
            None => shown.into(),
        }
    }
}
