//! The labels of a dataset version, each with an id that stays when the others change.

use super::{DatasetError, LabelGroup, change::present};
use crate::vocabulary::{LabelCounts, LabelGroupId, LabelId, LabelMap, Name, label_counts::InvalidLabelCounts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

/// One class of a dataset version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DatasetLabel {
    pub id: LabelId,
    pub name: String,
    /// How many objects or items of this class the version has; null when nobody has counted.
    pub object_count: Option<i64>,
    pub group_id: Option<LabelGroupId>,
}

/// What it takes to add a label.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLabel {
    pub name: Name,
}

/// A change of a label; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DatasetLabelChange {
    /// Only while no experiment and no model version uses the dataset version.
    pub name: Option<Name>,
    /// 0 or more; `null` takes it away.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub object_count: Option<Option<i64>>,
    /// A group of the same dataset version; `null` takes the label out of its group.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<LabelGroupId>)]
    pub group_id: Option<Option<LabelGroupId>>,
}

/// What is known of how many objects there are.
pub fn label_counts(labels: &[DatasetLabel]) -> LabelCounts {
    labels.iter().filter_map(|label| Some((label.name.clone(), label.object_count?))).collect()
}

/// The labels with other names: those that stay keep id, count and group.
pub(super) fn renamed(before: Vec<DatasetLabel>, names: &LabelMap) -> Vec<DatasetLabel> {
    let mut kept: HashMap<String, DatasetLabel> = before.into_iter().map(|label| (label.name.clone(), label)).collect();
    let label = |name: &String| {
        let fresh = || DatasetLabel { id: LabelId::generate(), name: name.clone(), object_count: None, group_id: None };
        kept.remove(name).unwrap_or_else(fresh)
    };
    names.labels().iter().map(label).collect()
}

/// The same labels with these counts, and no others.
pub(super) fn counted(
    labels: &mut [DatasetLabel],
    names: &LabelMap,
    counts: &BTreeMap<String, i64>,
) -> Result<(), InvalidLabelCounts> {
    LabelCounts::parse(counts, names)?;
    for label in labels {
        label.object_count = counts.get(&label.name).copied();
    }
    Ok(())
}

/// The same labels in these groups, and in no others.
pub(super) fn grouped(
    labels: &mut [DatasetLabel],
    chosen: &BTreeMap<String, LabelGroupId>,
    groups: &[LabelGroup],
) -> Result<(), DatasetError> {
    if let Some(stray) = chosen.keys().find(|name| labels.iter().all(|label| label.name != **name)) {
        return Err(DatasetError::NoLabel(stray.clone()));
    }
    if chosen.values().any(|id| groups.iter().all(|group| group.id != *id)) {
        return Err(DatasetError::UnknownGroup);
    }
    for label in labels {
        label.group_id = chosen.get(&label.name).copied();
    }
    Ok(())
}

/// The name of each label's group, for the audit trail.
pub(super) fn group_names(labels: &[DatasetLabel], groups: &[LabelGroup]) -> Value {
    let names: HashMap<LabelGroupId, &str> = groups.iter().map(|group| (group.id, group.name.as_str())).collect();
    let named = |label: &DatasetLabel| Some((label.name.clone(), (*names.get(&label.group_id?)?).into()));
    Value::Object(labels.iter().filter_map(named).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(labels: &[&str]) -> LabelMap {
        LabelMap::parse(labels).unwrap()
    }

    #[test]
    fn a_name_that_stays_keeps_what_belongs_to_it() {
        let mut before = renamed(Vec::new(), &names(&["cat", "dog", "owl"]));
        counted(&mut before, &names(&["cat", "dog", "owl"]), &BTreeMap::from([("dog".into(), 3)])).unwrap();
        before[1].group_id = Some(LabelGroupId::generate());
        let after = renamed(before.clone(), &names(&["dog", "fox", "cat"]));
        assert_eq!(after[0], before[1]);
        assert_eq!(after[2], before[0]);
        assert!(before.iter().all(|label| label.id != after[1].id) && after[1].object_count.is_none());
    }

    #[test]
    fn counts_that_are_not_given_are_gone() {
        let all = names(&["cat", "dog"]);
        let mut labels = renamed(Vec::new(), &all);
        counted(&mut labels, &all, &BTreeMap::from([("dog".into(), 3)])).unwrap();
        counted(&mut labels, &all, &BTreeMap::from([("cat".into(), 0)])).unwrap();
        assert_eq!(labels.iter().map(|label| label.object_count).collect::<Vec<_>>(), [Some(0), None]);
        assert!(counted(&mut labels, &all, &BTreeMap::from([("owl".into(), 1)])).is_err());
    }
}
