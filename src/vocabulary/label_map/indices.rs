//! Label maps as objects from class index to label: `{"0": "cat", "1": "dog"}`.

use super::{InvalidLabelMap, LabelMap};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What is wrong with such an object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIndexObject {
    /// Something else.
    #[error("a label map is an object from class index to label, such as {{\"0\": \"cat\"}}")]
    NotAnObject,
    /// A key that is no class index.
    #[error("{0:?} is no class index from 0 on")]
    NotAnIndex(String),
    /// A label that is no text.
    #[error("label {0} is not a text")]
    NotAText(usize),
    /// An index without a label, below one that has one.
    #[error("there is no label {0}; class indices begin at 0 and have no gaps")]
    Missing(usize),
    /// The labels break a rule.
    #[error(transparent)]
    Labels(#[from] InvalidLabelMap),
}

/// Reads an object whose keys are class indices, in whatever order they come.
///
/// # Errors
/// A key that is no index from 0 on, an index that is missing, and what [`LabelMap::parse`] refuses.
pub fn from_index_object(object: &Value) -> Result<LabelMap, InvalidIndexObject> {
    let fields = object.as_object().ok_or(InvalidIndexObject::NotAnObject)?;
    let mut labels = BTreeMap::new();
    for (key, label) in fields {
        let index: usize = key.parse().map_err(|_| InvalidIndexObject::NotAnIndex(key.chars().take(40).collect()))?;
        let label = label.as_str().ok_or(InvalidIndexObject::NotAText(index))?;
        if key.len() != index.to_string().len() || labels.insert(index, label).is_some() {
            return Err(InvalidIndexObject::NotAnIndex(key.chars().take(40).collect()));
        }
    }
    match (0..).zip(labels.keys()).find(|(expected, index)| expected != *index) {
        Some((missing, _)) => Err(InvalidIndexObject::Missing(missing)),
        None => Ok(LabelMap::parse(labels.into_values())?),
    }
}

/// The label map as such an object, in the order of the indices.
pub fn to_index_object(labels: &LabelMap) -> Value {
    let field = |(index, label): (usize, &String)| (index.to_string(), Value::from(label.as_str()));
    Value::Object(labels.labels().iter().enumerate().map(field).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_does_not_matter_but_every_index_does() {
        let read = |value: Value| from_index_object(&value).map(|labels| labels.labels().to_vec());
        assert_eq!(read(json!({"1": "dog", "0": "cat"})).unwrap(), ["cat", "dog"]);
        assert_eq!(read(json!({})).unwrap(), [""; 0]);
        assert_eq!(read(json!({"1": "cat"})), Err(InvalidIndexObject::Missing(0)));
        for wrong in [json!({"00": "cat"}), json!({"+1": "cat"}), json!({"cat": "0"}), json!({"-1": "cat"})] {
            assert!(matches!(read(wrong), Err(InvalidIndexObject::NotAnIndex(_))));
        }
        assert_eq!(read(json!({"0": 1})), Err(InvalidIndexObject::NotAText(0)));
        assert_eq!(read(json!(["cat"])), Err(InvalidIndexObject::NotAnObject));
    }

    proptest! {
        #[test]
        fn every_label_map_comes_back(labels in proptest::collection::hash_set("[a-z]{1,8}", 0..30)) {
            let labels = LabelMap::parse(labels).unwrap();
            prop_assert_eq!(from_index_object(&to_index_object(&labels)), Ok(labels));
        }
    }
}
