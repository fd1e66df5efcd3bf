//! What is different between two label maps, and what that means for a model's predictions (R31, D1).

use super::LabelMap;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// How one label map relates to another one. Labels are compared exactly, as models do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The same labels at the same indices.
    Identical,
    /// As many labels, some of them replaced at their index; all others stay where they were.
    Renamed,
    /// The same labels at other indices.
    Reordered,
    /// All labels of the first map, and more.
    Superset,
    /// Only labels of the first map, and fewer.
    Subset,
    /// No label in common, though both have some.
    Disjoint,
    /// Anything else.
    Mixed,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Identical, Self::Renamed, Self::Reordered, Self::Superset, Self::Subset, Self::Disjoint, Self::Mixed];

    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::Renamed => "renamed",
            Self::Reordered => "reordered",
            Self::Superset => "superset",
            Self::Subset => "subset",
            Self::Disjoint => "disjoint",
            Self::Mixed => "mixed",
        }
    }
}

/// One difference; indices are class indices, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum LabelChange {
    /// The label at an index was replaced by one that the first map does not have.
    Renamed { index: usize, before: String, after: String },
    /// A label is at another index.
    Moved { label: String, before: usize, after: usize },
    /// A label that only the second map has.
    Added { index: usize, label: String },
    /// A label that only the first map has.
    Removed { index: usize, label: String },
}

impl LabelChange {
    /// The index in the second map, or in the first when the label is gone.
    fn index(&self) -> usize {
        match self {
            Self::Renamed { index, .. } | Self::Added { index, .. } | Self::Removed { index, .. } => *index,
            Self::Moved { after, .. } => *after,
        }
    }
}

/// How the second of two label maps differs from the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    pub verdict: Verdict,
    /// Every difference, by index; empty for identical maps.
    pub changes: Vec<LabelChange>,
}

impl Comparison {
    /// Whether a label that both maps have is at another index.
    pub fn has_moves(&self) -> bool {
        self.changes.iter().any(|change| matches!(change, LabelChange::Moved { .. }))
    }

    /// What the difference means for the predictions of a model that learned the first map.
    pub fn meaning(&self) -> &'static str {
        match (self.verdict, self.has_moves()) {
            (Verdict::Identical, _) => "The label maps are the same: predictions keep their names.",
            (Verdict::Renamed, _) => {
                "Some classes get another name and keep their index. Predictions stay right only if each new name means what the old one meant."
            }
            (Verdict::Reordered, _) => {
                "The labels are the same, but at other indices: a model that learned the first order names its predictions wrongly."
            }
            (Verdict::Superset, false) => {
                "Labels were added and the others keep their index. A model that was not trained on the new classes never predicts them."
            }
            (Verdict::Superset, true) => {
                "Labels were added and others moved to another index: a model that learned the first order names its predictions wrongly."
            }
            (Verdict::Subset, false) => {
                "Labels are missing and the others keep their index. Predictions of the missing classes have no name any more."
            }
            (Verdict::Subset, true) => {
                "Labels are missing and others moved to another index: a model that learned the first order names its predictions wrongly."
            }
            (Verdict::Disjoint, _) => {
                "No label is in both maps: every prediction of the model gets another name than it was trained with."
            }
            (Verdict::Mixed, false) => {
                "Labels were added, removed or renamed. Predictions of the classes that changed get other names, or none."
            }
            (Verdict::Mixed, true) => {
                "Labels were added, removed or renamed, and others moved to another index: a model that learned the first order names its \
                 predictions wrongly."
            }
        }
    }
}

/// Compares `after` with `before`; takes time in proportion to their lengths.
pub fn compare(before: &LabelMap, after: &LabelMap) -> Comparison {
    let (old, new) = (before.labels(), after.labels());
    let old_index = indices(before);
    let new_index = indices(after);
    let mut changes = Vec::new();
    for (index, label) in before.classes().filter(|(_, label)| !new_index.contains_key(label)) {
        let replacement = new.get(index).filter(|label| !label.is_empty() && !old_index.contains_key(label.as_str()));
        changes.push(match replacement {
            Some(after) => LabelChange::Renamed { index, before: label.to_owned(), after: after.clone() },
            None => LabelChange::Removed { index, label: label.to_owned() },
        });
    }
    let is_gone = |label: &String| !label.is_empty() && !new_index.contains_key(label.as_str());
    for (index, label) in after.classes() {
        match old_index.get(label) {
            Some(&before) if before == index => {}
            Some(&before) => changes.push(LabelChange::Moved { label: label.to_owned(), before, after: index }),
            // Already told as a renaming, if a label is gone from this index.
            None if old.get(index).is_some_and(is_gone) => {}
            None => changes.push(LabelChange::Added { index, label: label.to_owned() }),
        }
    }
    changes.sort_by_key(LabelChange::index);
    let shared = old_index.keys().filter(|label| new_index.contains_key(*label)).count();
    Comparison { verdict: verdict(before.len(), after.len(), shared, &changes), changes }
}

fn indices(labels: &LabelMap) -> HashMap<&str, usize> {
    labels.classes().map(|(index, label)| (label, index)).collect()
}

fn verdict(old: usize, new: usize, shared: usize, changes: &[LabelChange]) -> Verdict {
    if changes.is_empty() {
        return Verdict::Identical;
    }
    match (shared == old, shared == new) {
        (true, true) => Verdict::Reordered,
        (true, false) => Verdict::Superset,
        (false, true) => Verdict::Subset,
        (false, false) if shared == 0 => Verdict::Disjoint,
        (false, false) if changes.iter().all(|change| matches!(change, LabelChange::Renamed { .. })) => {
            Verdict::Renamed
        }
        (false, false) => Verdict::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &[&str], after: &[&str], verdict: Verdict) -> Comparison {
        let map = |labels| LabelMap::parse_with_gaps(labels).unwrap();
        let found = compare(&map(before), &map(after));
        assert_eq!(found.verdict, verdict, "{before:?} to {after:?}");
        found
    }

    #[test]
    fn each_verdict_has_its_case() {
        check(&[], &[], Verdict::Identical);
        check(&["a", "b"], &["a", "b"], Verdict::Identical);
        check(&["a", "b"], &["a", "c"], Verdict::Renamed);
        check(&["a", "b"], &["b", "a"], Verdict::Reordered);
        check(&[], &["a"], Verdict::Superset);
        check(&["a"], &["b", "a"], Verdict::Superset);
        check(&["a", "b"], &["a"], Verdict::Subset);
        check(&["a"], &[], Verdict::Subset);
        check(&["a"], &["b"], Verdict::Disjoint);
        check(&["a", "b"], &["b", "c"], Verdict::Mixed);
        check(&["a", "b"], &["a", "c", "d"], Verdict::Mixed);
    }

    #[test]
    fn an_index_that_no_class_has_is_no_label() {
        check(&["", "a", "", "b"], &["", "a", "", "b"], Verdict::Identical);
        let moved = check(&["", "a"], &["a"], Verdict::Reordered);
        assert_eq!(moved.changes, [LabelChange::Moved { label: "a".into(), before: 1, after: 0 }]);
        let added = check(&["a", "", "b"], &["a", "x", "b"], Verdict::Superset);
        assert_eq!(added.changes, [LabelChange::Added { index: 1, label: "x".into() }]);
        let removed = check(&["a", "x", "b"], &["a", "", "b"], Verdict::Subset);
        assert_eq!(removed.changes, [LabelChange::Removed { index: 1, label: "x".into() }]);
        check(&["", "a"], &["", "b"], Verdict::Disjoint);
    }

    #[test]
    fn a_label_that_was_put_in_front_moves_the_others() {
        let found = check(&["helmet", "vest"], &["person", "helmet", "vest"], Verdict::Superset);
        assert!(found.has_moves());
        assert_eq!(
            found.changes,
            [
                LabelChange::Added { index: 0, label: "person".into() },
                LabelChange::Moved { label: "helmet".into(), before: 0, after: 1 },
                LabelChange::Moved { label: "vest".into(), before: 1, after: 2 },
            ]
        );
        assert!(found.meaning().contains("wrongly"));
        assert!(!check(&["helmet"], &["helmet", "vest"], Verdict::Superset).meaning().contains("wrongly"));
    }

    #[test]
    fn a_replaced_label_is_told_once() {
        let found = check(&["a", "b", "c"], &["a", "x", "c"], Verdict::Renamed);
        assert_eq!(found.changes, [LabelChange::Renamed { index: 1, before: "b".into(), after: "x".into() }]);
    }
}
