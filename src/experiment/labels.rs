//! Which label map a new experiment begins with (R29, D1, D9).

use super::ExperimentError;
use crate::vocabulary::{DatasetVersionId, LabelMap};

/// The labels of a new experiment, and where they came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitialLabels {
    pub labels: LabelMap,
    /// What is recorded: `dataset_versions`, `union`, `base`, `none` or the id of a dataset version.
    pub from: String,
}

/// Decides from the labels of the attached dataset versions, the labels of the base architecture, and what the user chose.
///
/// Without a choice: equal label maps of the dataset versions are taken; without any, the base's; different ones need a choice.
pub fn initial_labels(
    datasets: &[(DatasetVersionId, LabelMap)],
    base: Option<&LabelMap>,
    choice: Option<&str>,
) -> Result<InitialLabels, ExperimentError> {
    let labels = match choice {
        None => return without_choice(datasets, base),
        Some("union") => LabelMap::union(datasets.iter().map(|(_, labels)| labels)),
        Some("base") => base.cloned().ok_or(ExperimentError::UnknownLabelChoice)?,
        Some(chosen) => {
            let found = datasets.iter().find(|(id, _)| id.to_string() == chosen);
            found.map(|(_, labels)| labels.clone()).ok_or(ExperimentError::UnknownLabelChoice)?
        }
    };
    Ok(InitialLabels { labels, from: choice.unwrap_or_default().to_owned() })
}

fn without_choice(
    datasets: &[(DatasetVersionId, LabelMap)],
    base: Option<&LabelMap>,
) -> Result<InitialLabels, ExperimentError> {
    let mut defined = datasets.iter().map(|(_, labels)| labels).filter(|labels| !labels.is_empty());
    let (labels, from) = match (defined.next(), base.filter(|labels| !labels.is_empty())) {
        (Some(first), _) if defined.all(|other| other == first) => (first.clone(), "dataset_versions"),
        (Some(_), _) => return Err(ExperimentError::LabelChoiceNeeded),
        (None, Some(base)) => (base.clone(), "base"),
        (None, None) => (LabelMap::default(), "none"),
    };
    Ok(InitialLabels { labels, from: from.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(labels: &[&str]) -> LabelMap {
        LabelMap::parse(labels).unwrap()
    }

    fn check(
        datasets: &[&[&str]],
        base: Option<&[&str]>,
        choice: Option<&str>,
        expected: Result<(&[&str], &str), ExperimentError>,
    ) {
        let datasets: Vec<_> = datasets.iter().map(|labels| (DatasetVersionId::generate(), map(labels))).collect();
        let base = base.map(map);
        let found = initial_labels(&datasets, base.as_ref(), choice);
        assert_eq!(found, expected.map(|(labels, from)| InitialLabels { labels: map(labels), from: from.to_owned() }));
    }

    #[test]
    fn the_labels_come_from_the_dataset_versions() {
        check(&[], None, None, Ok((&[], "none")));
        check(&[&["a", "b"], &[], &["a", "b"]], None, None, Ok((&["a", "b"], "dataset_versions")));
        check(&[&["a"]], Some(&["b"]), None, Ok((&["a"], "dataset_versions")));
        check(&[&[]], Some(&["b"]), None, Ok((&["b"], "base")));
    }

    #[test]
    fn different_labels_need_a_choice() {
        check(&[&["a", "b"], &["b", "a"]], None, None, Err(ExperimentError::LabelChoiceNeeded));
        check(&[&["a", "b"], &["b", "c"]], None, Some("union"), Ok((&["a", "b", "c"], "union")));
        check(&[&["a"]], Some(&["b"]), Some("base"), Ok((&["b"], "base")));
        check(&[&["a"]], None, Some("base"), Err(ExperimentError::UnknownLabelChoice));
        check(&[&["a"]], None, Some("0"), Err(ExperimentError::UnknownLabelChoice));
    }
}
