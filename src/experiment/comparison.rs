//! What is different between experiments, and which is best.

use super::Experiment;
use crate::vocabulary::{
    ExperimentId, LabelMap, MetricValue,
    direction::{Direction, direction_of, importance},
    label_map::comparison::{Comparison, compare},
};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// What a column shows of one experiment.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Metric(MetricValue),
    Parameter(Value),
}

/// Something that every experiment has or has not.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ComparedValue {
    pub name: String,
    /// One for each experiment; null where it is missing.
    #[schema(value_type = Vec<serde_json::Value>)]
    pub values: Vec<Option<Value>>,
    /// Whether not all are the same.
    pub is_different: bool,
}

/// A metric of every experiment.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ComparedMetric {
    pub key: String,
    /// The last value of each experiment; null where it is missing.
    pub values: Vec<Option<MetricValue>>,
    /// Which end is good, as far as the name tells.
    pub direction: Option<Direction>,
    /// The places of the best values; empty when there is no direction or nothing to compare.
    pub best: Vec<usize>,
    /// Whether not all are the same.
    pub is_different: bool,
}

/// The label map of an experiment beside that of the first.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ComparedLabels {
    pub experiment_id: ExperimentId,
    pub labels: LabelMap,
    /// From the first experiment's map to this one.
    pub comparison: Comparison,
}

/// Experiments side by side; the first is the base.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExperimentComparison {
    pub experiments: Vec<Experiment>,
    /// Status, datasets, base architecture and the like.
    pub facts: Vec<ComparedValue>,
    pub parameters: Vec<ComparedValue>,
    /// The important ones first.
    pub metrics: Vec<ComparedMetric>,
    pub label_maps: Vec<ComparedLabels>,
}

impl ExperimentComparison {
    /// Puts experiments beside each other.
    pub fn of(experiments: Vec<Experiment>) -> Self {
        let base = experiments.first().map(|first| first.labels.clone()).unwrap_or_default();
        let label_maps = experiments
            .iter()
            .map(|experiment| ComparedLabels {
                experiment_id: experiment.summary.id,
                labels: experiment.labels.clone(),
                comparison: compare(&base, &experiment.labels),
            })
            .collect();
        Self {
            facts: facts(&experiments),
            parameters: parameters(&experiments),
            metrics: metrics(&experiments),
            label_maps,
            experiments,
        }
    }

    /// Takes another direction for a metric than its name tells.
    pub fn set_direction(&mut self, key: &str, direction: Option<Direction>) {
        for metric in self.metrics.iter_mut().filter(|metric| metric.key == key) {
            metric.direction = direction;
            metric.best = best(&metric.values, direction);
        }
    }
}

fn is_different<T: PartialEq>(values: &[T]) -> bool {
    values.windows(2).any(|pair| pair[0] != pair[1])
}

fn compared(name: impl Into<String>, values: Vec<Option<Value>>) -> ComparedValue {
    ComparedValue { name: name.into(), is_different: is_different(&values), values }
}

fn facts(experiments: &[Experiment]) -> Vec<ComparedValue> {
    let text = |text: &str| (!text.is_empty()).then(|| Value::from(text));
    let fact = |name: &str, value: &dyn Fn(&Experiment) -> Option<Value>| {
        compared(name, experiments.iter().map(value).collect())
    };
    vec![
        fact("Status", &|experiment| text(experiment.summary.status.as_str())),
        fact("Dataset versions", &|experiment| text(&datasets(experiment))),
        fact("Base architecture", &|experiment| {
            let base = experiment.base_model_version.as_ref()?;
            text(&format!("{} › {}", base.model_name, base.name))
        }),
        fact("Docker image", &|experiment| text(&experiment.docker_image.as_ref()?.reference)),
        fact("Type", &|experiment| text(experiment.summary.inference_type.as_ref()?)),
        fact("Framework", &|experiment| text(experiment.summary.framework.as_ref()?)),
        fact("Description", &|experiment| text(&experiment.summary.description)),
    ]
}

fn datasets(experiment: &Experiment) -> String {
    let attached = experiment.dataset_versions.iter();
    let names = attached
        .map(|attached| format!("{}: {} › {}", attached.alias, attached.dataset_name, attached.dataset_version_name));
    names.collect::<Vec<_>>().join(", ")
}

fn parameters(experiments: &[Experiment]) -> Vec<ComparedValue> {
    let mut seen = BTreeSet::new();
    let keys: Vec<&String> = experiments
        .iter()
        .flat_map(|experiment| experiment.parameters.iter().map(|(key, _)| key))
        .filter(|key| seen.insert(*key))
        .collect();
    let value = |experiment: &Experiment, wanted: &str| {
        experiment.parameters.iter().find(|(key, _)| *key == wanted).map(|(_, value)| value.clone())
    };
    let row = |key: &String| compared(key, experiments.iter().map(|experiment| value(experiment, key)).collect());
    keys.into_iter().map(row).collect()
}

fn metrics(experiments: &[Experiment]) -> Vec<ComparedMetric> {
    let mut rows: BTreeMap<&str, Vec<Option<MetricValue>>> = BTreeMap::new();
    for (place, experiment) in experiments.iter().enumerate() {
        for metric in &experiment.metrics {
            let row = rows.entry(&metric.key).or_insert_with(|| vec![None; experiments.len()]);
            row[place] = Some(metric.last.value);
        }
    }
    let mut metrics: Vec<_> = rows
        .into_iter()
        .map(|(key, values)| {
            let direction = direction_of(key);
            // Two that are not a number are no difference.
            let bits: Vec<_> = values.iter().map(|value| value.map(|value| value.0.to_bits())).collect();
            ComparedMetric {
                key: key.to_owned(),
                best: best(&values, direction),
                direction,
                is_different: is_different(&bits),
                values,
            }
        })
        .collect();
    metrics.sort_by_key(|metric| importance(&metric.key));
    metrics
}

fn best(values: &[Option<MetricValue>], direction: Option<Direction>) -> Vec<usize> {
    let finite = |value: &Option<MetricValue>| value.map(|value| value.0).filter(|number| number.is_finite());
    let numbers: Vec<f64> = values.iter().filter_map(finite).collect();
    let best = numbers.iter().copied().reduce(|one, other| match direction {
        Some(Direction::LowerIsBetter) => one.min(other),
        _ => one.max(other),
    });
    match (direction, best) {
        (Some(_), Some(best)) if numbers.len() > 1 => {
            (0..values.len()).filter(|&place| finite(&values[place]) == Some(best)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(numbers: &[Option<f64>]) -> Vec<Option<MetricValue>> {
        numbers.iter().map(|number| number.map(MetricValue)).collect()
    }

    #[test]
    fn the_best_is_finite_and_only_named_when_there_is_something_to_compare() {
        let high = Some(Direction::HigherIsBetter);
        let low = Some(Direction::LowerIsBetter);
        for (numbers, direction, places) in [
            (vec![Some(0.5), Some(0.9), None], high, vec![1]),
            (vec![Some(0.5), Some(0.9), None], low, vec![0]),
            (vec![Some(0.5), Some(0.9)], None, vec![]),
            (vec![Some(0.5), None], high, vec![]),
            (vec![Some(f64::INFINITY), Some(0.1), Some(0.2)], high, vec![2]),
            (vec![Some(f64::NAN), Some(0.1), Some(0.2)], low, vec![1]),
            (vec![Some(0.2), Some(0.2), Some(0.1)], high, vec![0, 1]),
        ] {
            assert_eq!(best(&values(&numbers), direction), places, "{numbers:?} {direction:?}");
        }
    }

    proptest! {
        #[test]
        fn no_value_is_better_than_the_best(numbers in prop::collection::vec(prop::option::of(-1e6..1e6), 2..20)) {
            let places = best(&values(&numbers), Some(Direction::HigherIsBetter));
            if let Some(&place) = places.first() {
                let best = numbers[place].unwrap();
                prop_assert!(numbers.iter().flatten().all(|&number: &f64| number <= best));
                prop_assert!(numbers.iter().enumerate().all(|(index, number)| (*number == Some(best)) == places.contains(&index)));
            } else {
                prop_assert!(numbers.iter().flatten().count() < 2);
            }
        }
    }
}
