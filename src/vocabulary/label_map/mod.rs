//! Label maps: from class index to label, in order.

pub mod comparison;
#[cfg(feature = "ssr")]
pub mod formats;
#[cfg(feature = "ssr")]
pub mod indices;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::name::{Name, TextError};

/// The labels of a model's classes: the position is the class index, counted from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct LabelMap(Vec<String>);

/// What is wrong with a list of labels.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLabelMap {
    /// More than [`LabelMap::MAX_LABELS`].
    #[error("at most {} labels are kept", LabelMap::MAX_LABELS)]
    TooMany,
    /// A label that breaks the rule for names.
    #[error("label {index}: {reason}")]
    Label {
        /// Its class index.
        index: usize,
        /// The rule.
        reason: TextError,
    },
    /// The same label twice.
    #[error("labels {first} and {second} are the same; a model could not tell these classes apart")]
    Duplicate {
        /// The first class index.
        first: usize,
        /// The second class index.
        second: usize,
    },
}

impl LabelMap {
    /// The highest number of labels.
    pub const MAX_LABELS: usize = 10_000;

    /// Accepts labels in class order; each is a [`Name`], and none comes twice (compared exactly, as models do).
    pub fn parse<T: AsRef<str>>(labels: impl IntoIterator<Item = T>) -> Result<Self, InvalidLabelMap> {
        let mut accepted: Vec<String> = Vec::new();
        let mut seen = std::collections::HashMap::new();
        for (index, label) in labels.into_iter().enumerate() {
            if index == Self::MAX_LABELS {
                return Err(InvalidLabelMap::TooMany);
            }
            let label =
                Name::parse(label.as_ref()).map_err(|reason| InvalidLabelMap::Label { index, reason })?.to_string();
            if let Some(first) = seen.insert(label.clone(), index) {
                return Err(InvalidLabelMap::Duplicate { first, second: index });
            }
            accepted.push(label);
        }
        Ok(Self(accepted))
    }

    /// The labels, in class order.
    pub fn labels(&self) -> &[String] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many classes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All labels of all maps, in the order of their first appearance (D9).
    pub fn union<'a>(maps: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut seen = std::collections::HashSet::new();
        Self(maps.into_iter().flat_map(|map| &map.0).filter(|label| seen.insert(*label)).cloned().collect())
    }

    /// As one line of JSON, which is how revisions are stored.
    pub fn to_json(&self) -> String {
        serde_json::Value::from(self.0.clone()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_keeps_the_order_of_first_appearance() {
        let maps = [&["b", "a"][..], &["a", "c"], &[]].map(|labels| LabelMap::parse(labels).unwrap());
        assert_eq!(LabelMap::union(&maps).labels(), ["b", "a", "c"]);
    }

    #[test]
    fn a_label_must_not_come_twice_and_must_be_printable() {
        assert_eq!(LabelMap::parse(["a", "b", "a"]), Err(InvalidLabelMap::Duplicate { first: 0, second: 2 }));
        assert_eq!(LabelMap::parse(["a", ""]), Err(InvalidLabelMap::Label { index: 1, reason: TextError::Empty }));
        assert_eq!(LabelMap::parse((0..10_001).map(|index| index.to_string())), Err(InvalidLabelMap::TooMany));
        assert_eq!(LabelMap::parse(["a", "A"]).unwrap().len(), 2);
    }
}
