//! The fields of the form.

use super::{
    Opened,
    form::{DatasetRow, ExperimentForm, KINDS, ParameterRow},
};
use crate::{
    dataset::DatasetVersion,
    error::AppError,
    ui::{
        form::{Field, FieldError, FormError, NameAndDescription, Select},
        icon::Icon,
        label_comparison::LabelComparison,
        labels::LabelList,
        sections::Card,
    },
    vocabulary::{
        LabelMap,
        label_map::comparison::compare,
        quantity::{bytes_for_people, counted},
    },
};
use leptos::prelude::*;

/// What is wrong, by field.
#[derive(Clone)]
struct Wrong(Option<AppError>);

impl Wrong {
    fn with(&self, field: &str) -> Option<String> {
        self.0.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned)
    }
}

#[component]
pub fn Fields(opened: Opened, form: ExperimentForm, error: Option<AppError>) -> impl IntoView {
    let wrong = Wrong(error.clone());
    let target = format!("/projects/{}/experiments/new", opened.project.id);
    let datasets = opened.dataset_choices.iter().map(|choice| {
        view! { <option value=choice.whole_name.clone()>{counted(choice.label_count as usize, "label")}</option> }
    });
    let datasets = datasets.collect_view();
    let bases = opened.base_choices.iter().map(|base| {
        view! { <option value=format!("{} › {}", base.model_name, base.name)></option> }
    });
    let bases = bases.collect_view();
    view! {
        <form class="stack" method="post" action=target>
            // The first button is the one that Enter presses.
            <button class="visually-hidden" type="submit" name="action" value="refresh" tabindex="-1" aria-hidden="true">"Refresh"</button>
            <datalist id="dataset-choices">{datasets}</datalist>
            <datalist id="base-choices">{bases}</datalist>
            <FormError error=error />
            <About form=form.clone() wrong=wrong.clone() />
            <Base opened=opened.clone() form=form.clone() wrong=wrong.clone() />
            <Datasets form=form.clone() wrong=wrong.clone() />
            <Labels opened=opened.clone() form=form.clone() error=wrong.with("labels_from") />
            <ParameterRows opened form=form.clone() wrong=wrong.clone() />
            <Docker form wrong />
            <div class="row">
                <button class="button primary" type="submit" name="action" value="create">"Create experiment"</button>
            </div>
        </form>
    }
}

#[component]
fn About(form: ExperimentForm, wrong: Wrong) -> impl IntoView {
    view! {
        <Card id="about" title="About">
            <div class="form">
                <NameAndDescription form=form.named error=wrong.0.clone() />
                <div class="columns even">
                    <Field name="inference_type" label="Inference type" value=form.inference_type error=wrong.with("inference_type") hint="Such as classification." />
                    <Field name="framework" label="Framework" value=form.framework error=wrong.with("framework") hint="Such as pytorch." />
                </div>
            </div>
        </Card>
    }
}

#[component]
fn Datasets(form: ExperimentForm, wrong: Wrong) -> impl IntoView {
    let row = |(index, row): (usize, DatasetRow)| {
        let error = wrong.with(&format!("dataset-{index}")).or(wrong.with(&format!("alias-{index}")));
        view! { <Dataset index row error /> }
    };
    let rows: Vec<_> = form.datasets.into_iter().enumerate().map(row).collect();
    let error = wrong.with("dataset_versions").map(|message| view! { <FieldError id="datasets-error" message /> });
    view! {
        <Card id="dataset-versions" title="Dataset versions">
            <div class="form">
                <ol class="form-rows">{rows}</ol>
                {error}
                <div class="row"><button class="button" type="submit" name="action" value="add-dataset"><Icon name="plus" />"Add a dataset version"</button></div>
            </div>
        </Card>
    }
}

#[component]
fn ParameterRows(opened: Opened, form: ExperimentForm, wrong: Wrong) -> impl IntoView {
    let count = counted(form.parameters.len(), "parameter");
    let clear = (form.parameters.len() > 1).then(|| {
        view! { <button class="button" type="submit" name="action" value="clear-parameters">"Remove all"</button> }
    });
    let row = |(index, row): (usize, ParameterRow)| {
        let was = ExperimentForm::changed_from(&row, opened.base.as_ref());
        view! { <Parameter index row was error=wrong.with(&format!("parameter-{index}")) /> }
    };
    let rows: Vec<_> = form.parameters.into_iter().enumerate().map(row).collect();
    let error = wrong.with("parameters").map(|message| view! { <FieldError id="parameters-error" message /> });
    view! {
        <Card id="parameters-editor" title="Parameters" count>
            <div class="form">
                <ol class="form-rows">{rows}</ol>
                {error}
                <div class="row">
                    <button class="button" type="submit" name="action" value="add-parameter"><Icon name="plus" />"Add a parameter"</button>
                    {clear}
                </div>
            </div>
        </Card>
    }
}

#[component]
fn Docker(form: ExperimentForm, wrong: Wrong) -> impl IntoView {
    let error = wrong.with("image").or(wrong.with("docker_image"));
    view! {
        <Card id="docker" title="Docker image">
            <div class="form">
                <Field name="image" label="Image" value=form.image error hint="Such as ghcr.io/team/trainer:1.4; empty for none." />
                <div class="columns even">
                    <Field name="run_flags" label="Flags of docker run" value=form.run_flags lines=2 hint="One per line, such as --gpus all." />
                    <Field name="environment" label="Environment variables" value=form.environment lines=2 hint="One name per line, never a value." />
                </div>
            </div>
        </Card>
    }
}

#[component]
fn Base(opened: Opened, form: ExperimentForm, wrong: Wrong) -> impl IntoView {
    let error = wrong.with("base").or(wrong.with("base_model_version_id"));
    let error_id = error.as_ref().map(|_| "base-error");
    let files = opened.base.as_ref().filter(|base| !base.files.is_empty()).map(|base| {
        let size_bytes = base.files.iter().map(|file| file.size_bytes).sum();
        let words =
            format!("Take its files along ({}, {})", counted(base.files.len(), "file"), bytes_for_people(size_bytes));
        view! {
            <label class="choice">
                <input type="checkbox" name="takes_base_files" value="yes" checked=form.takes_base_files />
                {words}
            </label>
        }
    });
    view! {
        <Card id="base-architecture" title="Base architecture">
        <div class="form">
            <div class="field">
                <div class="field-head"><label for="base">"Model version "<span class="optional">"optional"</span></label></div>
                <div class="row">
                    <input class="input grow" id="base" name="base" list="base-choices" value=form.base autocomplete="off" aria-describedby=error_id.unwrap_or("base-hint") aria-invalid=error_id.map(|_| "true") />
                    <button class="button" type="submit" name="action" value="take-base">"Take its parameters and image"</button>
                </div>
                <p class="hint" id="base-hint">"The version that the training starts from, such as digits › v1. It stays as it is, whatever is changed below."</p>
                {error.map(|message| view! { <FieldError id="base-error" message /> })}
            </div>
            {files}
        </div>
        </Card>
    }
}

#[component]
fn Dataset(index: usize, row: DatasetRow, error: Option<String>) -> impl IntoView {
    let error_id = error.as_ref().map(|_| format!("dataset-{index}-error"));
    view! {
        <li>
            <input class="input grow" name="dataset" list="dataset-choices" value=row.version autocomplete="off" placeholder="digits › v1" aria-label=format!("Dataset version {}", index + 1) aria-describedby=error_id.clone() aria-invalid=error_id.as_ref().map(|_| "true") />
            <input class="input" name="alias" value=row.alias autocomplete="off" placeholder="train" aria-label=format!("Alias of dataset version {}", index + 1) aria-describedby=error_id.clone() />
            <button class="button small icon-only" type="submit" name="action" value=format!("remove-dataset:{index}") aria-label=format!("Remove dataset version {}", index + 1) title="Remove"><Icon name="close" /></button>
            {error.zip(error_id).map(|(message, id)| view! { <FieldError id message /> })}
        </li>
    }
}

#[component]
fn Parameter(index: usize, row: ParameterRow, was: Option<String>, error: Option<String>) -> impl IntoView {
    let error_id = error.as_ref().map(|_| format!("parameter-{index}-error"));
    let number = index + 1;
    let kinds = KINDS.map(|(kind, words)| view! { <option value=kind selected=row.kind == kind>{words}</option> });
    view! {
        <li>
            <input class="input grow" name="key" value=row.key autocomplete="off" aria-label=format!("Name of parameter {number}") />
            <select class="input" name="kind" aria-label=format!("Type of parameter {number}")>{kinds}</select>
            <input class="input grow" name="value" value=row.value autocomplete="off" aria-label=format!("Value of parameter {number}") aria-describedby=error_id.clone() aria-invalid=error_id.as_ref().map(|_| "true") />
            <button class="button small icon-only" type="submit" name="action" value=format!("remove-parameter:{index}") aria-label=format!("Remove parameter {number}") title="Remove"><Icon name="close" /></button>
            {was.map(|was| view! { <p class="hint"><span class="chip outline">"changed"</span>" the base has "<code>{was}</code></p> })}
            {error.zip(error_id).map(|(message, id)| view! { <FieldError id message /> })}
        </li>
    }
}

/// Which label map the experiment begins with, and what it means when there is a choice (D1, D9).
#[component]
fn Labels(opened: Opened, form: ExperimentForm, error: Option<String>) -> impl IntoView {
    let found: Vec<DatasetVersion> =
        opened.datasets.into_iter().flatten().filter(|version| !version.labels.is_empty()).collect();
    let base = opened.base.filter(|base| !base.labels.is_empty());
    let union = LabelMap::union(found.iter().map(|version| &version.labels));
    let do_datasets_differ = found.windows(2).any(|pair| pair[0].labels != pair[1].labels);
    let does_base_differ = base.as_ref().is_some_and(|base| !found.is_empty() && base.labels != union);
    let mut options = Vec::new();
    if do_datasets_differ {
        options.push((String::new(), "Choose…".to_owned()));
        options.push(("union".to_owned(), format!("All labels of the dataset versions ({})", union.len())));
        options.extend(found.iter().map(|version| {
            let words = format!("Those of {} › {} ({})", version.dataset_name, version.name, version.labels.len());
            (version.id.to_string(), words)
        }));
    } else if !found.is_empty() {
        options.push((String::new(), format!("Those of the dataset versions ({})", union.len())));
    }
    if let Some(base) = base.as_ref().filter(|_| !found.is_empty()) {
        options.push(("base".to_owned(), format!("Those of the base architecture ({})", base.labels.len())));
    }
    let choice = (do_datasets_differ || does_base_differ).then(|| {
        view! { <Select name="labels_from" label="Which labels shall the experiment have?" options value=form.labels_from.clone() /> }
    });
    let chosen = match (form.labels_from.as_str(), &base) {
        ("base", Some(base)) => base.labels.clone(),
        (_, Some(base)) if found.is_empty() => base.labels.clone(),
        (id, _) => {
            let one = found.iter().find(|version| version.id.to_string() == id);
            one.map_or(union.clone(), |version| version.labels.clone())
        }
    };
    let comparison = base.filter(|_| does_base_differ).map(|base| {
        let comparison = compare(&base.labels, &union);
        view! { <LabelComparison comparison before="Base architecture".to_owned() after="Dataset versions".to_owned() /> }
    });
    let count = counted(chosen.len(), "label");
    let shown: Vec<String> = chosen.labels().iter().take(100).cloned().collect();
    let preview = match shown.is_empty() {
        true => view! { <p class="muted">"None so far: no dataset version above has labels."</p> }.into_any(),
        false => view! { <LabelList labels=shown /> }.into_any(),
    };
    view! {
        <Card id="label-map" title="Label map" count>
            <div class="form">
                {choice}
                {error.map(|message| view! { <FieldError id="labels-error" message /> })}
                {comparison}
                {preview}
                <div class="row"><button class="button" type="submit" name="action" value="refresh">"Show what follows from my choices"</button></div>
            </div>
        </Card>
    }
}
