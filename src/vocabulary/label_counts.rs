//! How often each class occurs.

use super::label_map::LabelMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, schema::AdditionalProperties},
};

/// How many objects or items of each class there are, in class order; classes that nobody has counted are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelCounts(Vec<(String, i64)>);

/// What is wrong with counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLabelCounts {
    /// A count under a name that is no label.
    #[error("{0:?} is no label of this version")]
    NoLabel(String),
    /// A count below zero.
    #[error("the count of {0:?} must be 0 or more")]
    Negative(String),
}

impl LabelCounts {
    /// Puts counts in the order of the labels; each must belong to one of them.
    pub fn parse<'a>(
        counts: impl IntoIterator<Item = (&'a String, &'a i64)>,
        labels: &LabelMap,
    ) -> Result<Self, InvalidLabelCounts> {
        let mut places: std::collections::HashMap<&str, usize> =
            labels.labels().iter().enumerate().map(|(place, label)| (label.as_str(), place)).collect();
        let mut placed = Vec::new();
        for (label, count) in counts {
            let place = places.remove(label.as_str()).ok_or_else(|| InvalidLabelCounts::NoLabel(label.clone()))?;
            if *count < 0 {
                return Err(InvalidLabelCounts::Negative(label.clone()));
            }
            placed.push((place, (label.clone(), *count)));
        }
        placed.sort_by_key(|(place, _)| *place);
        Ok(Self(placed.into_iter().map(|(_, pair)| pair).collect()))
    }

    /// The count of a label, if it has one.
    pub fn get(&self, label: &str) -> Option<i64> {
        self.0.iter().find(|(name, _)| name == label).map(|(_, count)| *count)
    }

    /// The pairs, in class order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i64)> {
        self.0.iter().map(|(label, count)| (label.as_str(), *count))
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them together; as many as can be told.
    pub fn total(&self) -> i64 {
        self.0.iter().fold(0, |total, (_, count)| total.saturating_add(*count))
    }
}

impl FromIterator<(String, i64)> for LabelCounts {
    fn from_iter<I: IntoIterator<Item = (String, i64)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl Serialize for LabelCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for LabelCounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let counted = |(label, count): (String, Value)| match count.as_i64().filter(|count| *count >= 0) {
            Some(count) => Ok((label, count)),
            None => Err(serde::de::Error::custom(InvalidLabelCounts::Negative(label))),
        };
        Map::deserialize(deserializer)?.into_iter().map(counted).collect()
    }
}

impl PartialSchema for LabelCounts {
    fn schema() -> RefOr<Schema> {
        let count = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(AdditionalProperties::RefOr(RefOr::T(count.into()))))
            .description(Some("How many objects or items of each class there are, in class order"))
            .into()
    }
}

impl ToSchema for LabelCounts {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn labels(labels: &[&str]) -> LabelMap {
        LabelMap::parse(labels).unwrap()
    }

    #[test]
    fn a_count_belongs_to_a_label_and_is_not_negative() {
        let parse =
            |label: &str, count| LabelCounts::parse(&BTreeMap::from([(label.to_owned(), count)]), &labels(&["b", "a"]));
        assert_eq!(parse("a", 0).unwrap().get("a"), Some(0));
        assert_eq!(parse("c", 1), Err(InvalidLabelCounts::NoLabel("c".into())));
        assert_eq!(parse("A", 1), Err(InvalidLabelCounts::NoLabel("A".into())), "labels are compared exactly");
        assert_eq!(parse("b", -1), Err(InvalidLabelCounts::Negative("b".into())));
        assert!(serde_json::from_str::<LabelCounts>(r#"{"a":-1}"#).is_err());
    }

    proptest! {
        #[test]
        fn counts_stand_in_class_order_and_survive_as_json(names in prop::collection::hash_set("[a-z]{1,3}", 0..20), seed in any::<u32>()) {
            let labels = LabelMap::parse(&names).unwrap();
            let counts: BTreeMap<String, i64> =
                labels.labels().iter().filter(|name| (name.len() as u32 ^ seed).is_multiple_of(2)).map(|name| (name.clone(), i64::from(seed))).collect();
            let parsed = LabelCounts::parse(&counts, &labels).unwrap();
            let counted: Vec<&str> = parsed.iter().map(|(label, _)| label).collect();
            let expected: Vec<&str> = labels.labels().iter().map(String::as_str).filter(|label| counts.contains_key(*label)).collect();
            prop_assert_eq!(counted, expected);
            prop_assert_eq!(parsed.total(), counts.values().sum::<i64>());
            let json = serde_json::to_string(&parsed).unwrap();
            prop_assert_eq!(serde_json::from_str::<LabelCounts>(&json).unwrap(), parsed);
        }
    }
}
