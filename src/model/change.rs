//! What can be changed about a version after it exists (D12), and what stands against it.

use crate::vocabulary::{Description, DockerImage, Name, Parameters, Timestamp, tags::Tags};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A change of a version; what is left out stays. Number, source experiment and dataset versions never change (R39).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ModelVersionChange {
    /// Unique in the model.
    pub name: Option<Name>,
    pub description: Option<Description>,
    /// Markdown.
    pub notes: Option<Description>,
    /// An empty text takes it away.
    pub inference_type: Option<String>,
    /// An empty text takes it away.
    pub framework: Option<String>,
    /// All of them; refused with `sealed` when the version is sealed.
    #[schema(value_type = Option<Object>)]
    pub parameters: Option<Parameters>,
    /// Refused with `sealed` when the version is sealed.
    pub docker_image: Option<DockerImage>,
    /// Where the notebook of the training is: an http or https address of at most 2,000 characters. An empty text takes it away.
    pub notebook_url: Option<String>,
    #[schema(value_type = Option<Vec<String>>)]
    pub tags: Option<Tags>,
    /// The `updated_at` that the change is based on: refused with `changed_meanwhile` if it is another one now.
    pub based_on: Option<Timestamp>,
}

/// A version that does not come from an experiment (R24). Its files are added afterwards.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewImportedVersion {
    /// Unique in the model.
    pub name: Name,
    #[serde(default)]
    pub description: Description,
    #[serde(default)]
    pub inference_type: String,
    #[serde(default)]
    pub framework: String,
    /// The classes in order: at most 10,000, each once. An empty text is an index that no class has.
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub parameters: Parameters,
    #[serde(default)]
    pub docker_image: Option<DockerImage>,
    /// Where the notebook of the training is: an http or https address of at most 2,000 characters.
    #[serde(default)]
    pub notebook_url: Option<String>,
}

/// A model without versions.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEmptyModel {
    /// Unique in the organization.
    pub name: Name,
    #[serde(default)]
    pub description: Description,
}

/// A model with its first version, without an experiment (R24).
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewModelWithVersion {
    /// Unique in the organization.
    pub name: Name,
    #[serde(default)]
    pub description: Description,
    pub version: NewImportedVersion,
}

/// A change of a model; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ModelChange {
    /// Unique in the organization.
    pub name: Option<Name>,
    pub description: Option<Description>,
    /// Markdown.
    pub notes: Option<Description>,
    #[schema(value_type = Option<Vec<String>>)]
    pub tags: Option<Tags>,
    /// The `updated_at` that the change is based on: refused with `changed_meanwhile` if it is another one now.
    pub based_on: Option<Timestamp>,
}

/// Where an alias points.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AliasTarget {
    /// The number of a version of the model.
    pub number: i64,
}

/// What depends on a version. While anything does, the version cannot be deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionDependents {
    /// Experiments that have it as their base architecture.
    pub experiments: i64,
    /// Versions that descend from it.
    pub model_versions: i64,
    /// Names that point to it, such as `production`.
    pub aliases: Vec<String>,
}

impl VersionDependents {
    /// Whether nothing depends on the version.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
