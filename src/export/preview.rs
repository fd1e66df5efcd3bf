//! What an export would do: pure, from what is known of the experiment.

use super::{ExportForm, ExportItem, ExportPreview, ExportTarget};
use crate::{
    artifact::Artifact,
    experiment::{Experiment, Status},
    model::{ModelChoice, suggested_version_name},
    vocabulary::{
        quantity::{bytes_for_people, counted},
        secrets,
    },
};

/// Derives the preview. `base_model` is the model of the base architecture: then a new version of it is the likely wish.
pub fn preview(
    experiment: &Experiment,
    artifacts: &[Artifact],
    base_model: Option<&ModelChoice>,
    idempotency_key: String,
) -> ExportPreview {
    ExportPreview {
        items: items(experiment, artifacts),
        warnings: warnings(experiment, artifacts),
        exported_as: experiment
            .exported_as
            .iter()
            .map(|version| format!("{} › {}", version.model_name, version.name))
            .collect(),
        form: suggested_form(experiment, base_model, idempotency_key),
    }
}

fn items(experiment: &Experiment, artifacts: &[Artifact]) -> Vec<ExportItem> {
    let size_bytes = artifacts.iter().map(|artifact| artifact.size_bytes).sum();
    let datasets: Vec<String> = experiment
        .dataset_versions
        .iter()
        .map(|attached| format!("{}: {} › {}", attached.alias, attached.dataset_name, attached.dataset_version_name))
        .collect();
    vec![
        item("Model files", artifacts.len(), || {
            format!("{}, {}", counted(artifacts.len(), "file"), bytes_for_people(size_bytes))
        }),
        item("Label map", experiment.labels.len(), || counted(experiment.labels.len(), "label")),
        item("Parameters", experiment.parameters.len(), || counted(experiment.parameters.len(), "parameter")),
        item("Docker image", experiment.docker_image.iter().len(), || {
            experiment.docker_image.as_ref().map(|image| image.reference.clone()).unwrap_or_default()
        }),
        item("Dataset versions", datasets.len(), || datasets.join(", ")),
        item("Base architecture", experiment.base_model_version.iter().len(), || {
            experiment
                .base_model_version
                .as_ref()
                .map(|base| format!("{} › {}", base.model_name, base.name))
                .unwrap_or_default()
        }),
        item("Summary metrics", experiment.metrics.len(), || counted(experiment.metrics.len(), "metric")),
        item("Source experiment", 1, || format!("{} › {}", experiment.summary.project_name, experiment.summary.name)),
    ]
}

fn item(label: &str, count: usize, summary: impl FnOnce() -> String) -> ExportItem {
    let is_empty = count == 0;
    let summary = if is_empty { "none – will be empty".to_owned() } else { summary() };
    ExportItem { label: label.to_owned(), summary, is_empty }
}

fn warnings(experiment: &Experiment, artifacts: &[Artifact]) -> Vec<String> {
    let mut warnings = Vec::new();
    match experiment.summary.status {
        Status::Succeeded => {}
        Status::Running => {
            warnings.push("The training is still running: the version will be a snapshot of this moment.".to_owned())
        }
        status => warnings.push(format!(
            "The experiment's status is {}, not succeeded. You can export it all the same.",
            status.as_str()
        )),
    }
    let parameters = experiment.parameters.iter().filter(|(key, value)| secrets::is_suspicious_parameter(key, value));
    let parameters: Vec<&str> = parameters.map(|(key, _)| key.as_str()).collect();
    if !parameters.is_empty() {
        warnings.push(format!(
            "These parameters look like secrets, and everybody who sees the version will see them: {}.",
            parameters.join(", ")
        ));
    }
    let files: Vec<&str> = artifacts
        .iter()
        .map(|artifact| artifact.name.as_str())
        .filter(|name| secrets::is_suspicious_file(name))
        .collect();
    if !files.is_empty() {
        warnings.push(format!("These files look like they hold secrets: {}.", files.join(", ")));
    }
    warnings
}

fn suggested_form(experiment: &Experiment, base_model: Option<&ModelChoice>, idempotency_key: String) -> ExportForm {
    let description = factual_sentence(experiment);
    ExportForm {
        target: if base_model.is_some() { ExportTarget::ExistingModel } else { ExportTarget::NewModel },
        model_name: slug(&experiment.summary.project_name),
        model_description: String::new(),
        version_name: suggested_version_name(1),
        version_description: description.clone(),
        existing_model: base_model.map(|model| model.name.clone()).unwrap_or_default(),
        existing_version_name: base_model.map(|model| model.next_version_name.clone()).unwrap_or_default(),
        existing_version_description: description,
        idempotency_key,
    }
}

/// Lower-case words with dashes between them; the name itself if nothing would be left.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> =
        lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { name.to_owned() } else { words.join("-") }
}

fn factual_sentence(experiment: &Experiment) -> String {
    let mut sentence = format!("Exported from experiment {}", experiment.summary.name);
    if let Some(base) = &experiment.base_model_version {
        sentence.push_str(&format!(", based on {} {}", base.model_name, base.name));
    }
    if let Some(first) = experiment.dataset_versions.first() {
        sentence.push_str(&format!(", trained on {} {}", first.dataset_name, first.dataset_version_name));
    }
    if let Some((key, best)) = best_metric(experiment) {
        sentence.push_str(&format!("; best {key} {best}"));
    }
    sentence.push('.');
    sentence
}

/// The first accuracy-like series, preferring validation: its maximum is what people quote.
fn best_metric(experiment: &Experiment) -> Option<(&str, crate::vocabulary::MetricValue)> {
    const QUOTED: [&str; 5] = ["accuracy", "map", "f1", "iou", "auc"];
    let is_quoted =
        |key: &str| QUOTED.iter().any(|word| key.to_ascii_lowercase().rsplit(['/', '_']).next() == Some(word));
    let mut quoted: Vec<_> = experiment.metrics.iter().filter(|metric| is_quoted(&metric.key)).collect();
    quoted.sort_by_key(|metric| !metric.key.to_ascii_lowercase().contains("val"));
    quoted.first().and_then(|metric| Some((metric.key.as_str(), crate::vocabulary::MetricValue(metric.max?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_name_is_suggested_from_the_project() {
        for (name, suggested) in
            [("Digit recognition", "digit-recognition"), ("PPE — Détection 2", "ppe-détection-2"), ("!!!", "!!!")]
        {
            assert_eq!(slug(name), suggested);
        }
    }
}
