//! Groups of labels: a tree for each dataset version.

use super::change::present;
use crate::vocabulary::{LabelGroupId, Name};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// A dataset version has at most so many groups.
pub const MAX_GROUPS: usize = 1_000;

/// Several labels under a name, possibly inside another group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LabelGroup {
    pub id: LabelGroupId,
    pub name: String,
    /// The group that it is in.
    pub parent_id: Option<LabelGroupId>,
}

/// What it takes to add a group.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLabelGroup {
    /// Unique in the dataset version.
    pub name: Name,
    /// A group of the same dataset version.
    #[serde(default)]
    pub parent_id: Option<LabelGroupId>,
}

/// A change of a group; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LabelGroupChange {
    pub name: Option<Name>,
    /// A group of the same dataset version; `null` takes it out of the one that it is in.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<LabelGroupId>)]
    pub parent_id: Option<Option<LabelGroupId>>,
}

/// Whether `parent` is `group`, or somewhere inside of it.
pub(super) fn is_inside(parent: LabelGroupId, group: LabelGroupId, groups: &[LabelGroup]) -> bool {
    let parents: HashMap<_, _> = groups.iter().map(|group| (group.id, group.parent_id)).collect();
    let above = |id: &LabelGroupId| parents.get(id).copied().flatten();
    // A tree is not deeper than it has nodes: this ends even if somebody has made a ring behind our back.
    std::iter::successors(Some(parent), above).take(groups.len() + 1).any(|id| id == group)
}

/// The names from the outermost group to each one.
pub(super) fn paths(groups: &[LabelGroup]) -> HashMap<LabelGroupId, Vec<String>> {
    let by_id: HashMap<LabelGroupId, &LabelGroup> = groups.iter().map(|group| (group.id, group)).collect();
    let path = |group: &LabelGroup| {
        let above = |group: &&LabelGroup| group.parent_id.and_then(|parent| by_id.get(&parent).copied());
        let upwards = std::iter::successors(Some(group), above).take(groups.len());
        let mut path: Vec<String> = upwards.map(|group| group.name.clone()).collect();
        path.reverse();
        path
    };
    groups.iter().map(|group| (group.id, path(group))).collect()
}

/// The same groups, each after the one that it is in.
pub(super) fn in_order(mut groups: Vec<LabelGroup>) -> Vec<LabelGroup> {
    let paths = paths(&groups);
    groups.sort_by_key(|group| paths.get(&group.id).map(Vec::len));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chain(parents: &[Option<usize>]) -> Vec<LabelGroup> {
        let ids: Vec<LabelGroupId> = parents.iter().map(|_| LabelGroupId::generate()).collect();
        let group = |(index, parent): (usize, &Option<usize>)| LabelGroup {
            id: ids[index],
            name: index.to_string(),
            parent_id: parent.map(|parent| ids[parent]),
        };
        parents.iter().enumerate().map(group).collect()
    }

    #[test]
    fn a_group_is_inside_itself_and_what_is_above_it() {
        let groups = chain(&[None, Some(0), Some(1), None]);
        let inside = |parent: usize, group: usize| is_inside(groups[parent].id, groups[group].id, &groups);
        assert!(inside(0, 0) && inside(2, 0) && inside(2, 1));
        assert!(!inside(0, 2) && !inside(3, 0));
        assert_eq!(paths(&groups)[&groups[2].id], ["0", "1", "2"]);
        let backwards: Vec<LabelGroup> = groups.iter().rev().cloned().collect();
        let names: Vec<String> = in_order(backwards).into_iter().map(|group| group.name).collect();
        assert_eq!(names, ["3", "0", "1", "2"], "a parent stands first");
    }

    proptest! {
        /// Moves by chance, of which those that the rule refuses are left out, never make a ring.
        #[test]
        fn a_tree_stays_a_tree(moves in prop::collection::vec((0_usize..8, prop::option::of(0_usize..8)), 0..60)) {
            let mut groups = chain(&[None; 8]);
            for (moved, to) in moves {
                let parent = to.map(|to| groups[to].id);
                if parent.is_none_or(|parent| !is_inside(parent, groups[moved].id, &groups)) {
                    groups[moved].parent_id = parent;
                }
            }
            for path in paths(&groups).into_values() {
                prop_assert!(groups.iter().any(|group| group.name == path[0] && group.parent_id.is_none()));
            }
        }
    }
}
