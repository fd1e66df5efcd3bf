//! What can be changed about datasets and their versions.

use super::DatasetKind;
use crate::vocabulary::{DatasetId, Description, LabelGroupId, Name, Tags, Timestamp};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A change of a dataset; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DatasetChange {
    pub name: Option<Name>,
    pub description: Option<Description>,
    #[schema(value_type = Option<Vec<String>>, nullable = false)]
    pub tags: Option<Tags>,
    /// The `updated_at` that the change is based on: refused with `changed_meanwhile` if it is another one now.
    pub based_on: Option<Timestamp>,
}

/// A change of a dataset version; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DatasetVersionChange {
    pub name: Option<Name>,
    pub description: Option<Description>,
    pub kind: Option<DatasetKind>,
    /// 0 or more; `null` takes it away.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub item_count: Option<Option<i64>>,
    /// 0 or more; `null` takes it away.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub size_bytes: Option<Option<i64>>,
    /// The classes in order; only while no experiment and no model version uses the dataset version.
    pub labels: Option<Vec<String>>,
    /// How many objects or items of a class it has, 0 or more, by label; labels that are left out lose their count.
    pub label_counts: Option<BTreeMap<String, i64>>,
    /// The ids of groups of this version, by label; labels that are left out have none.
    pub label_groups: Option<BTreeMap<String, LabelGroupId>>,
    #[schema(value_type = Option<Vec<String>>, nullable = false)]
    pub tags: Option<Tags>,
    /// The `updated_at` that the change is based on: refused with `changed_meanwhile` if it is another one now.
    pub based_on: Option<Timestamp>,
}

/// A new version made from another one.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCopy {
    /// The dataset that gets the version.
    pub dataset_id: DatasetId,
    pub name: Name,
    #[serde(default)]
    pub description: Description,
    /// Left out, the type of the version that is copied.
    #[serde(default)]
    pub kind: Option<DatasetKind>,
    /// Whether labels come along, with their groups and counts.
    #[serde(default)]
    pub with_labels: bool,
    /// Whether tags come along.
    #[serde(default)]
    pub with_tags: bool,
}

/// Tells `null` from a field that is left out.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_not_the_same_as_nothing() {
        let read = |text: &str| serde_json::from_str::<DatasetVersionChange>(text).unwrap().item_count;
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"item_count":null}"#), Some(None));
        assert_eq!(read(r#"{"item_count":3}"#), Some(Some(3)));
    }
}
