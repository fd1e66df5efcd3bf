//! Label maps: from class index to label, in order.

pub mod comparison;
#[cfg(feature = "ssr")]
pub mod formats;
#[cfg(feature = "ssr")]
pub mod indices;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::name::{Name, TextError};

/// The labels of a model's classes: the position is the class index, counted from 0. An empty text is an index that no class has: some
/// trainings count from 1, and COCO uses 80 of 91 indices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct LabelMap(Vec<String>);

/// What is wrong with a list of labels.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLabelMap {
    /// More than [`LabelMap::MAX_LABELS`].
    #[error("at most {} labels are kept", LabelMap::MAX_LABELS)]
    TooMany,
    /// A class index that is not below [`LabelMap::MAX_LABELS`].
    #[error("class indices are below {}; {_0} is not", LabelMap::MAX_LABELS)]
    IndexTooLarge(usize),
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
        Self::read(labels, false)
    }

    /// Accepts labels in class order as [`LabelMap::parse`] does, and empty texts for indices that no class has. Those at the end are left out.
    pub fn parse_with_gaps<T: AsRef<str>>(labels: impl IntoIterator<Item = T>) -> Result<Self, InvalidLabelMap> {
        Ok(Self::read(labels, true)?.without_end())
    }

    fn read<T: AsRef<str>>(labels: impl IntoIterator<Item = T>, may_have_gaps: bool) -> Result<Self, InvalidLabelMap> {
        let mut accepted: Vec<String> = Vec::new();
        let mut seen = std::collections::HashMap::new();
        for (index, label) in labels.into_iter().enumerate() {
            if index == Self::MAX_LABELS {
                return Err(InvalidLabelMap::TooMany);
            }
            if may_have_gaps && label.as_ref().trim().is_empty() {
                accepted.push(String::new());
                continue;
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

    /// Accepts labels with their class indices; indices in between are those that no class has.
    pub fn from_indices(labels: BTreeMap<usize, String>) -> Result<Self, InvalidLabelMap> {
        let mut dense = Vec::new();
        for (index, label) in labels {
            if index >= Self::MAX_LABELS {
                return Err(InvalidLabelMap::IndexTooLarge(index));
            }
            if label.trim().is_empty() {
                return Err(InvalidLabelMap::Label { index, reason: TextError::Empty });
            }
            dense.resize(index, String::new());
            dense.push(label);
        }
        Self::parse_with_gaps(dense)
    }

    /// Indices at the end that no class has say nothing.
    fn without_end(mut self) -> Self {
        while self.0.last().is_some_and(String::is_empty) {
            self.0.pop();
        }
        self
    }

    /// The classes in the order of their indices.
    pub fn classes(&self) -> impl Iterator<Item = (usize, &str)> {
        self.0.iter().enumerate().filter(|(_, label)| !label.is_empty()).map(|(index, label)| (index, label.as_str()))
    }

    /// The labels, in class order; an empty text where no class has the index.
    pub fn labels(&self) -> &[String] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many classes there are.
    pub fn len(&self) -> usize {
        self.classes().count()
    }

    /// All labels of all maps, in the order of their first appearance (D9).
    pub fn union<'a>(maps: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut seen = std::collections::HashSet::new();
        let labels = maps.into_iter().flat_map(|map| map.classes().map(|(_, label)| label));
        Self(labels.filter(|label| seen.insert(*label)).map(str::to_owned).collect())
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

    #[test]
    fn an_index_that_no_class_has_stays_one() {
        let map = LabelMap::from_indices([(1, "cat".to_owned()), (3, "dog".to_owned())].into()).unwrap();
        assert_eq!((map.labels(), map.len()), (&["", "cat", "", "dog"].map(str::to_owned)[..], 2));
        assert_eq!(map.classes().collect::<Vec<_>>(), [(1, "cat"), (3, "dog")]);
        assert_eq!(LabelMap::parse_with_gaps(["", "cat", " ", "dog", "", ""]), Ok(map.clone()));
        assert_eq!(
            LabelMap::union([&map, &LabelMap::parse(["dog", "bird"]).unwrap()]).labels(),
            ["cat", "dog", "bird"]
        );
        assert!(LabelMap::parse_with_gaps(["", ""]).unwrap().is_empty());
        assert_eq!(LabelMap::parse_with_gaps(["a", "", "a"]), Err(InvalidLabelMap::Duplicate { first: 0, second: 2 }));
        assert_eq!(
            LabelMap::from_indices([(10_000, "a".to_owned())].into()),
            Err(InvalidLabelMap::IndexTooLarge(10_000))
        );
    }
}
