//! The private registry: models and their versions.
//!
//! A model has a name, a description and versions; everything else is on the version. A version can tell where it came from
//! without asking the experiment: it holds copies.

#[cfg(feature = "ssr")]
mod change;
#[cfg(feature = "ssr")]
mod difference;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
mod label_map;
#[cfg(feature = "ssr")]
mod listing;
#[cfg(feature = "ssr")]
pub mod operations;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod rest;
pub mod server_fns;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod version;

#[cfg(feature = "ssr")]
pub use change::*;
#[cfg(feature = "ssr")]
pub use difference::*;
#[cfg(feature = "ssr")]
pub use label_map::*;
#[cfg(feature = "ssr")]
pub use listing::*;
#[cfg(feature = "ssr")]
pub use version::*;

use crate::vocabulary::{ModelId, ModelVersionId, Timestamp, tags::Tags};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A model; its properties are on its versions (R12).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Model {
    pub id: ModelId,
    pub name: String,
    pub description: String,
    pub version_count: i64,
    /// The number of the newest version, or 0.
    pub last_version: i64,
    /// Markdown.
    pub notes: String,
    #[schema(value_type = Vec<String>)]
    pub tags: Tags,
    /// Names that point to one version each, such as `production`.
    pub aliases: Vec<ModelAlias>,
    pub created_at: Timestamp,
    pub created_by: String,
    pub updated_at: Timestamp,
    /// Since when it is hidden from lists and pickers; null while it is not.
    pub archived_at: Option<Timestamp>,
}

/// A name that points to one version of its model at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ModelAlias {
    pub alias: String,
    pub model_version_id: ModelVersionId,
    /// The number of that version.
    pub number: i64,
}

/// A model as the picker of the export shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelChoice {
    pub name: String,
    pub version_count: i64,
    /// The name that is suggested for the next version.
    pub next_version_name: String,
}

impl From<Model> for ModelChoice {
    fn from(model: Model) -> Self {
        Self {
            next_version_name: suggested_version_name(model.last_version + 1),
            name: model.name,
            version_count: model.version_count,
        }
    }
}

/// The name that is suggested for the version with this number: `v3`.
pub fn suggested_version_name(number: i64) -> String {
    format!("v{number}")
}
