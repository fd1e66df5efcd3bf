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
    /// The labels break a rule.
    #[error(transparent)]
    Labels(#[from] InvalidLabelMap),
}

/// Reads an object whose keys are class indices, in whatever order they come.
///
/// # Errors
/// A key that is no index from 0 on, and what [`LabelMap::from_indices`] refuses.
pub fn from_index_object(object: &Value) -> Result<LabelMap, InvalidIndexObject> {
    let fields = object.as_object().ok_or(InvalidIndexObject::NotAnObject)?;
    let mut labels = BTreeMap::new();
    for (key, label) in fields {
        let index: usize = key.parse().map_err(|_| InvalidIndexObject::NotAnIndex(key.chars().take(40).collect()))?;
        let label = label.as_str().ok_or(InvalidIndexObject::NotAText(index))?.to_owned();
        if key.len() != index.to_string().len() || labels.insert(index, label).is_some() {
            return Err(InvalidIndexObject::NotAnIndex(key.chars().take(40).collect()));
        }
    }
    Ok(LabelMap::from_indices(labels)?)
}

/// The label map as such an object, in the order of the indices.
pub fn to_index_object(labels: &LabelMap) -> Value {
    let field = |(index, label): (usize, &str)| (index.to_string(), Value::from(label));
    Value::Object(labels.classes().map(field).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_does_not_matter_and_indices_may_be_left_out() {
        let read = |value: Value| from_index_object(&value).map(|labels| labels.labels().to_vec());
        assert_eq!(read(json!({"1": "dog", "0": "cat"})).unwrap(), ["cat", "dog"]);
        assert_eq!(read(json!({})).unwrap(), [""; 0]);
        assert_eq!(read(json!({"3": "dog", "1": "cat"})).unwrap(), ["", "cat", "", "dog"]);
        assert!(matches!(read(json!({"0": ""})), Err(InvalidIndexObject::Labels(_))));
        for wrong in [json!({"00": "cat"}), json!({"+1": "cat"}), json!({"cat": "0"}), json!({"-1": "cat"})] {
            assert!(matches!(read(wrong), Err(InvalidIndexObject::NotAnIndex(_))));
        }
        assert_eq!(read(json!({"0": 1})), Err(InvalidIndexObject::NotAText(0)));
        assert_eq!(read(json!(["cat"])), Err(InvalidIndexObject::NotAnObject));
    }

    proptest! {
        #[test]
        fn every_label_map_comes_back(labels in proptest::collection::btree_map(0..200_usize, "[a-z]{1,8}", 0..30)) {
            let Ok(labels) = LabelMap::from_indices(labels) else { return Ok(()) };
            prop_assert_eq!(from_index_object(&to_index_object(&labels)), Ok(labels));
        }
    }
}
