//! Which models a list shows, and in which order.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// By what models are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelSort {
    /// The newest first.
    #[default]
    CreatedAt,
    /// What changed last first; a new version is a change.
    UpdatedAt,
    /// By name, without regard to case.
    Name,
    /// The most versions first.
    Versions,
}

impl ModelSort {
    /// All of them with their words for people.
    pub const ALL: [(Self, &str, &str); 4] = [
        (Self::CreatedAt, "created_at", "Newest first"),
        (Self::UpdatedAt, "updated_at", "Last changed first"),
        (Self::Name, "name", "By name"),
        (Self::Versions, "versions", "Most versions first"),
    ];

    /// The word in addresses.
    pub fn as_str(self) -> &'static str {
        Self::ALL.into_iter().find(|(sort, _, _)| *sort == self).map_or("created_at", |(_, word, _)| word)
    }
}

impl std::str::FromStr for ModelSort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|(_, word, _)| *word == text);
        found.map(|(sort, _, _)| sort).ok_or_else(|| format!("unknown order {text:?}"))
    }
}

/// Which models to list. A model is shown when one of its versions fits.
#[derive(Clone, Debug, Default)]
pub struct ModelFilter {
    /// Part of the name or description, or a whole tag, alias or label.
    pub search: String,
    /// Of a version, exactly.
    pub inference_type: String,
    /// Of a version, exactly.
    pub framework: String,
    /// A label that a version knows, whole.
    pub label: String,
    /// The name of a dataset that a version was trained on, whole.
    pub dataset: String,
    /// A tag of the model or of a version, whole.
    pub tag: String,
    /// The e-mail address of who made the model.
    pub creator: String,
    /// Whether archived models are listed instead.
    pub is_archived: bool,
    pub sort: ModelSort,
    /// From the page before.
    pub cursor: Option<String>,
    /// How many models.
    pub limit: u32,
}

/// What can be chosen in the filters of the registry; at most 100 of each.
#[derive(Clone, Debug, Default)]
pub struct ModelFacets {
    pub inference_types: Vec<String>,
    pub frameworks: Vec<String>,
    pub creators: Vec<String>,
}
