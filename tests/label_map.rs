//! The comparison of label maps against an oracle that is written from the definitions alone (R31, D1); and the round trip of every
//! format. An empty text is an index that no class has.
#![cfg(feature = "ssr")]

use heirloom::vocabulary::{
    LabelMap,
    label_map::{
        comparison::{Comparison, LabelChange, Verdict, compare},
        formats::{LabelFormat, read_labels, write_labels},
    },
};
use proptest::{prelude::*, sample::subsequence};

/// The verdict by its definition, looking at everything.
fn verdict_by_definition(before: &[String], after: &[String]) -> Verdict {
    let labels = |map: &[String]| map.iter().filter(|label| !label.is_empty()).cloned().collect::<Vec<_>>();
    let (old, new) = (labels(before), labels(after));
    let all_in =
        |some: &[String], others: &[String]| some.iter().all(|label| others.iter().any(|other| other == label));
    let none_in =
        |some: &[String], others: &[String]| some.iter().all(|label| others.iter().all(|other| other != label));
    let only_renamed = before.len() == after.len()
        && before.iter().zip(after).all(|(one, other)| {
            one == other
                || (!one.is_empty()
                    && !other.is_empty()
                    && none_in(std::slice::from_ref(one), &new)
                    && none_in(std::slice::from_ref(other), &old))
        });
    match () {
        () if before == after => Verdict::Identical,
        () if all_in(&old, &new) && all_in(&new, &old) => Verdict::Reordered,
        () if all_in(&old, &new) => Verdict::Superset,
        () if all_in(&new, &old) => Verdict::Subset,
        () if none_in(&old, &new) => Verdict::Disjoint,
        () if only_renamed => Verdict::Renamed,
        () => Verdict::Mixed,
    }
}

/// The second map, made from the first by doing what the changes say.
fn applied(before: &[String], comparison: &Comparison, length: usize) -> Vec<Option<String>> {
    let mut after: Vec<Option<String>> = (0..length).map(|index| label_at(before, index)).collect();
    // First everything leaves its place, then everything takes its new one.
    for change in &comparison.changes {
        let left = match change {
            LabelChange::Moved { before, .. } => *before,
            LabelChange::Removed { index, .. } | LabelChange::Renamed { index, .. } => *index,
            LabelChange::Added { .. } => continue,
        };
        if left < length {
            after[left] = None;
        }
    }
    for change in &comparison.changes {
        match change {
            LabelChange::Moved { label, after: index, .. } | LabelChange::Added { index, label } => {
                after[*index] = Some(label.clone());
            }
            LabelChange::Renamed { index, after: label, .. } => after[*index] = Some(label.clone()),
            LabelChange::Removed { .. } => {}
        }
    }
    after
}

fn label_at(labels: &[String], index: usize) -> Option<String> {
    labels.get(index).filter(|label| !label.is_empty()).cloned()
}

/// Two maps that often have much in common: both are orders of parts of one short alphabet, with some indices that no class has.
fn pairs() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let alphabet: Vec<String> =
        ["helmet", "vest", "person", "Person", "größe", "犬", "x y", "7"].map(str::to_owned).to_vec();
    let map =
        (subsequence(alphabet, 0..=8).prop_shuffle(), prop::collection::vec(0..8_usize, 0..3)).prop_map(with_gaps);
    (map.clone(), map, any::<bool>()).prop_map(|(before, after, is_near)| {
        // Half of the pairs differ in one place only.
        match (is_near, after.first(), before.len()) {
            (true, Some(label), length @ 1..) if !before.contains(label) => {
                let mut near = before.clone();
                near[length / 2] = label.clone();
                (before, without_end(near))
            }
            _ => (before, after),
        }
    })
}

fn with_gaps((mut labels, gaps): (Vec<String>, Vec<usize>)) -> Vec<String> {
    for gap in gaps {
        labels.insert(gap.min(labels.len()), String::new());
    }
    without_end(labels)
}

fn without_end(mut labels: Vec<String>) -> Vec<String> {
    while labels.last().is_some_and(String::is_empty) {
        labels.pop();
    }
    labels
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_comparison_agrees_with_the_definitions((before, after) in pairs()) {
        let maps = [&before, &after].map(|labels| LabelMap::parse_with_gaps(labels).unwrap());
        let found = compare(&maps[0], &maps[1]);
        prop_assert_eq!(found.verdict, verdict_by_definition(&before, &after));
        let expected: Vec<_> = (0..after.len()).map(|index| label_at(&after, index)).collect();
        prop_assert_eq!(applied(&before, &found, after.len()), expected);
        for change in &found.changes {
            let is_true = match change {
                LabelChange::Moved { label, before: old, after: new } => before.get(*old) == Some(label) && after.get(*new) == Some(label) && old != new,
                LabelChange::Added { index, label } => after.get(*index) == Some(label) && !before.contains(label),
                LabelChange::Removed { index, label } => before.get(*index) == Some(label) && !after.contains(label),
                LabelChange::Renamed { index, before: old, after: new } => {
                    before.get(*index) == Some(old) && after.get(*index) == Some(new) && !after.contains(old) && !before.contains(new)
                }
            };
            prop_assert!(is_true, "{change:?}");
        }
        let moves = found.changes.iter().any(|change| matches!(change, LabelChange::Moved { .. }));
        prop_assert_eq!(found.has_moves(), moves);
    }
}

proptest! {
    #[test]
    fn every_format_gives_back_what_was_written(labels in prop::collection::hash_set("[^\\p{C}\\p{Z}]([^\\p{C}]{0,20}[^\\p{C}\\p{Z}])?", 1..20)) {
        let labels: Vec<String> = labels.into_iter().collect();
        let Ok(map) = LabelMap::parse(&labels) else { return Ok(()) };
        for (format, file) in [
            (LabelFormat::List, "labels.txt"),
            (LabelFormat::Yolo, "data.yaml"),
            (LabelFormat::Coco, "instances.json"),
            (LabelFormat::Id2Label, "config.json"),
            (LabelFormat::Pbtxt, "label_map.pbtxt"),
        ] {
            let text = write_labels(&map, format);
            let read = read_labels(text.as_bytes(), Some(file));
            prop_assert_eq!(read.as_ref(), Ok(&map), "{}: {}", file, text);
        }
    }
}
