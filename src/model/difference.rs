//! What changed from one version to another.

use super::{ModelVersion, SourceDatasetVersion};
use crate::{
    artifact::ModelFile,
    vocabulary::{
        MetricValue,
        label_map::comparison::{Comparison, compare},
        quantity::counted,
    },
};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// How a named thing of the two versions relates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    Added,
    Removed,
    Changed,
    Same,
}

impl DifferenceKind {
    fn of<T: PartialEq>(before: Option<&T>, after: Option<&T>) -> Self {
        match (before, after) {
            (None, _) => Self::Added,
            (_, None) => Self::Removed,
            (before, after) if before == after => Self::Same,
            _ => Self::Changed,
        }
    }

    /// The word for people.
    pub fn for_people(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Same => "the same",
        }
    }
}

/// A file, parameter, dataset version or metric of the two versions.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Difference {
    pub name: String,
    pub kind: DifferenceKind,
    /// The SHA-256 of a file, the value of a parameter, the last value of a metric; null where it is missing.
    #[schema(value_type = serde_json::Value)]
    pub before: Value,
    #[schema(value_type = serde_json::Value)]
    pub after: Value,
}

/// Everything that is different between two versions, and what is the same.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionDifference {
    pub files: Vec<Difference>,
    pub parameters: Vec<Difference>,
    pub dataset_versions: Vec<Difference>,
    pub metrics: Vec<Difference>,
    /// Docker image, type and framework.
    pub properties: Vec<Difference>,
    /// From the first version's label map to the second's.
    pub labels: Comparison,
}

impl VersionDifference {
    /// Compares two versions, of one model or of two.
    pub fn between(before: &ModelVersion, after: &ModelVersion) -> Self {
        let files = |files: &[ModelFile]| pairs(files, |file| (file.name.clone(), file.sha256.to_string().into()));
        let parameters = |version: &ModelVersion| -> BTreeMap<String, Value> {
            version.parameters.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
        };
        let datasets = |sources: &[SourceDatasetVersion]| {
            pairs(sources, |source| {
                (source.alias.clone(), format!("{} › {}", source.dataset_name, source.dataset_version_name).into())
            })
        };
        let metrics = |version: &ModelVersion| {
            pairs(&version.metrics, |metric| (metric.key.clone(), metric_json(metric.last.value)))
        };
        Self {
            files: differences(&files(&before.files), &files(&after.files)),
            parameters: differences(&parameters(before), &parameters(after)),
            dataset_versions: differences(&datasets(&before.dataset_versions), &datasets(&after.dataset_versions)),
            metrics: differences(&metrics(before), &metrics(after)),
            properties: differences(&properties(before), &properties(after)),
            labels: compare(&before.labels, &after.labels),
        }
    }

    /// What changed, in a few words each; nothing when files, parameters, labels, datasets and image are the same.
    pub fn summary(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (noun, list) in [
            ("file", &self.files),
            ("parameter", &self.parameters),
            ("dataset version", &self.dataset_versions),
            ("property", &self.properties),
        ] {
            for kind in [DifferenceKind::Added, DifferenceKind::Changed, DifferenceKind::Removed] {
                let found: Vec<_> = list.iter().filter(|difference| difference.kind == kind).collect();
                match found.as_slice() {
                    [] => {}
                    [only] => words.push(format!("{} {}", only.name, kind.for_people())),
                    _ => words.push(format!("{} {}", plural(found.len(), noun), kind.for_people())),
                }
            }
        }
        if !self.labels.changes.is_empty() {
            words.push(format!("label map: {}", self.labels.verdict.as_str()));
        }
        words
    }
}

fn plural(count: usize, noun: &str) -> String {
    if noun == "property" { format!("{count} properties") } else { counted(count, noun) }
}

fn metric_json(value: MetricValue) -> Value {
    Value::from(value.exact())
}

fn pairs<T>(items: &[T], pair: impl Fn(&T) -> (String, Value)) -> BTreeMap<String, Value> {
    items.iter().map(pair).collect()
}

fn properties(version: &ModelVersion) -> BTreeMap<String, Value> {
    let image = version.docker_image.as_ref().map(|image| image.reference.clone());
    let named =
        [("Docker image", image), ("Type", version.inference_type.clone()), ("Framework", version.framework.clone())];
    named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect()
}

fn differences(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> Vec<Difference> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let difference = |name: &String| Difference {
        name: name.clone(),
        kind: DifferenceKind::of(before.get(name), after.get(name)),
        before: before.get(name).cloned().unwrap_or_default(),
        after: after.get(name).cloned().unwrap_or_default(),
    };
    names.into_iter().map(difference).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> BTreeMap<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn each_name_is_added_removed_changed_or_the_same() {
        let found = differences(&map(json!({ "a": 1, "b": 2, "c": 3 })), &map(json!({ "b": 2.5, "c": 3, "d": null })));
        let kinds: Vec<_> = found.iter().map(|difference| (difference.name.as_str(), difference.kind)).collect();
        use DifferenceKind::*;
        assert_eq!(kinds, [("a", Removed), ("b", Changed), ("c", Same), ("d", Added)]);
    }
}
