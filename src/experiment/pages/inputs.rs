//! What a training was given: parameters, label map, dataset versions.

use super::{
    header::{ExperimentTab, tab_page},
    open,
};
use crate::{
    dataset::pages::{DatasetVersionLink, version_address},
    error::Failure,
    experiment::{AttachedDatasetVersion, Experiment},
    model::pages::{VersionName, address_of},
    services::Services,
    ui::{
        labels::LabelList,
        page::Page,
        parameters::ParameterTable,
        parts::{EmptyState, TableBox},
        sections::{Card, Path as NamePath},
    },
    vocabulary::{
        Actor,
        quantity::{counted, grouped},
    },
};
use axum::extract::{Path, State};
use leptos::prelude::*;

/// The parameters as a table.
pub async fn parameters(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    let (experiment, modal) = open(&services, &actor, &id).await?;
    Ok(tab_page(experiment, modal, ExperimentTab::Parameters, |experiment| {
        let parameters = experiment.parameters;
        if parameters.is_empty() {
            return view! {
                <EmptyState icon="parameters" title="No parameters">
                    <p>"None were given. A script states them when it creates the experiment, or later with "
                    <code>"PATCH /api/v1/experiments/{id}/parameters"</code>". A base architecture brings its own."</p>
                </EmptyState>
            }
            .into_any();
        }
        let count = grouped(parameters.len() as i64);
        view! { <Card id="parameters" title="Parameters" count><ParameterTable parameters /></Card> }.into_any()
    }))
}

/// The label map, and where it came from.
pub async fn label_map(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    let (experiment, modal) = open(&services, &actor, &id).await?;
    Ok(tab_page(experiment, modal, ExperimentTab::LabelMap, |experiment| {
        if experiment.labels.is_empty() {
            return view! {
                <EmptyState icon="label" title="No label map">
                    <p>"When this experiment was created, no dataset version that it uses had labels, and it had no base architecture with some. "
                    "Give a dataset version its labels before creating an experiment on it; they become the label map."</p>
                </EmptyState>
            }
            .into_any();
        }
        let count = counted(experiment.labels.len(), "label");
        let note = view! { <p><LabelSource experiment=experiment.clone() /></p> }.into_any();
        let labels = experiment.labels.labels().to_vec();
        view! { <Card id="label-map" title="Label map" count note><LabelList labels /></Card> }.into_any()
    }))
}

#[component]
fn LabelSource(experiment: Experiment) -> impl IntoView {
    let attached = experiment.dataset_versions;
    match experiment.labels_from.as_str() {
        "union" => "All labels of its dataset versions, in order of first appearance".into_any(),
        "base" if experiment.base_experiment.is_some() => "From what the experiment began from".into_any(),
        "base" => match experiment.base_model_version {
            Some(base) => {
                let href = address_of(&base);
                view! { "From the base architecture "<a href=href><VersionName version=base /></a> }.into_any()
            }
            None => "From what the experiment began from".into_any(),
        },
        "dataset_versions" if attached.len() == 1 => {
            view! { <FromDatasetVersion attached=attached[0].clone() /> }.into_any()
        }
        "dataset_versions" => "From its dataset versions, which had the same labels when it was created".into_any(),
        id => match attached.iter().find(|attached| attached.dataset_version_id.to_string() == id) {
            Some(attached) => view! { <FromDatasetVersion attached=attached.clone() /> }.into_any(),
            None => ().into_any(),
        },
    }
}

#[component]
fn FromDatasetVersion(attached: AttachedDatasetVersion) -> impl IntoView {
    let href = version_address(attached.dataset_id, &attached.dataset_version_name);
    view! {
        "From "
        <a href=href><NamePath whole=attached.dataset_name part=attached.dataset_version_name /></a>
        " when the experiment was created"
    }
}

/// The dataset versions that the training used.
pub async fn datasets(State(services): State<Services>, actor: Actor, Path(id): Path<String>) -> Result<Page, Failure> {
    let (experiment, modal) = open(&services, &actor, &id).await?;
    Ok(tab_page(experiment, modal, ExperimentTab::Datasets, |experiment| {
        if experiment.dataset_versions.is_empty() {
            return view! {
                <EmptyState icon="dataset" title="No dataset version">
                    <p>"None was attached. Dataset versions are attached under an alias, such as train or test, when an experiment is created."</p>
                    <div class="row"><a class="button" href="/datasets">"See the datasets"</a></div>
                </EmptyState>
            }
            .into_any();
        }
        view! { <AttachedTable versions=experiment.dataset_versions /> }.into_any()
    }))
}

#[component]
fn AttachedTable(versions: Vec<AttachedDatasetVersion>) -> impl IntoView {
    let count = versions.len().to_string();
    let rows: Vec<_> = versions
        .into_iter()
        .map(|attached| {
            view! {
                <tr>
                    <td><span class="chip outline"><bdi>{attached.alias}</bdi></span></td>
                    <th scope="row" class="name">
                        <DatasetVersionLink
                            dataset=attached.dataset_id
                            dataset_name=attached.dataset_name
                            version_name=attached.dataset_version_name
                        />
                    </th>
                    <td class="num">{grouped(attached.label_count)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <Card id="dataset-versions" title="Dataset versions" count>
            <TableBox label="Dataset versions table".to_owned()>
                <table class="table">
                    <thead><tr><th scope="col">"Alias"</th><th scope="col">"Dataset version"</th><th scope="col" class="num">"Labels"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        </Card>
    }
}
