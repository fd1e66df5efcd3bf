//! The label map of a version: what was inherited is kept for good, edits are revisions on top of it (R28, R30, R31).

use super::LabelMapEdited;
use crate::vocabulary::{LabelMap, Timestamp, label_map::comparison::Comparison, name::TextError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One state of a version's label map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LabelMapRevision {
    /// 0 is the inherited map.
    pub revision: i64,
    pub labels: LabelMap,
    /// Why it was made; `inherited` for revision 0.
    pub reason: String,
    pub created_at: Timestamp,
    pub created_by: String,
}

/// The label map of a version, and how it differs from the inherited one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionLabelMap {
    /// The newest revision.
    pub current: LabelMapRevision,
    /// What the version inherited; it stays retrievable for good.
    pub inherited: LabelMap,
    /// From the inherited to the current map.
    pub comparison: Comparison,
    /// What that means for the predictions of the model.
    pub meaning: String,
}

impl VersionLabelMap {
    /// Whether the current map differs from the inherited one.
    pub fn is_edited(&self) -> bool {
        self.current.labels != self.inherited
    }

    /// Who edited it last, unless it equals the inherited map.
    pub fn last_edit(&self) -> Option<LabelMapEdited> {
        self.is_edited().then(|| LabelMapEdited {
            by: self.current.created_by.clone(),
            at: self.current.created_at,
            reason: self.current.reason.clone(),
            verdict: self.comparison.verdict,
        })
    }
}

/// Why a label map is edited: 1 to 2,000 characters; line breaks are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// The highest number of characters.
    pub const MAX_CHARS: usize = 2_000;

    /// Accepts what a person typed.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.contains('\0') {
            return Err(TextError::Unprintable);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(TextError::TooLong(Self::MAX_CHARS));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A new label map for a version.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelMapEdit {
    /// The labels in class order: at most 10,000, each once. An empty text is an index that no class has.
    pub labels: Vec<String>,
    /// Why, in 1 to 2,000 characters: others will want to know.
    #[schema(min_length = 1, max_length = 2_000)]
    pub reason: String,
    /// The revision that the edit begins with; if there is a newer one by now, nothing is changed.
    pub expected_revision: i64,
}

/// Labels to compare with those of a version; nothing is changed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelMapDraft {
    /// The labels in class order; an empty text is an index that no class has.
    pub labels: Vec<String>,
}

/// How a draft differs from the inherited map.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LabelMapReview {
    pub comparison: Comparison,
    /// What the difference means for the predictions of the model.
    pub meaning: String,
}
