//! The sections of a version's page.

use super::{VersionName, address_of};
use crate::{
    dataset::pages::DatasetVersionLink,
    experiment,
    model::{ModelVersion, SourceExperiment},
    ui::{
        docker::DockerDetails,
        metrics::MetricTiles,
        parameters::ParameterTable,
        parts::{Copyable, When},
        sections::{Card, Nothing},
    },
    vocabulary::{
        DockerImage, LabelCounts, MetricSummary, Parameters,
        quantity::{duration_for_people, grouped},
    },
};
use leptos::prelude::*;

const MAX_TILES: usize = 12;

/// The metrics of the source experiment at the export (D5).
#[component]
pub fn Metrics(
    /// All of them.
    metrics: Vec<MetricSummary>,
) -> impl IntoView {
    if metrics.is_empty() {
        return view! {
            <Card id="metrics" title="Summary metrics">
                <Nothing title="No metrics">
                    <p>"The source experiment had logged none at the export. Metrics that it logs later do not change this version: export it again."</p>
                </Nothing>
            </Card>
        }
        .into_any();
    }
    let shown = match metrics.len() {
        count if count > MAX_TILES => format!("{MAX_TILES} of {count}, as they were at the export"),
        _ => "As they were at the export".to_owned(),
    };
    view! {
        <section class="stack" id="metrics" aria-labelledby="metrics-heading">
            <div class="section-head"><h2 id="metrics-heading">"Summary metrics"</h2><p>{shown}</p></div>
            <MetricTiles metrics limit=MAX_TILES />
        </section>
    }
    .into_any()
}

/// The docker image (R35).
#[component]
pub fn Docker(
    /// The image, if the experiment had one.
    image: Option<DockerImage>,
) -> impl IntoView {
    let content = match image {
        Some(image) => view! { <DockerDetails image /> }.into_any(),
        None => view! {
            <Nothing title="No docker image">
                <p>"The source experiment stated none. A script states it with "<code>"docker_image"</code>" when it creates the experiment."</p>
            </Nothing>
        }
        .into_any(),
    };
    view! { <Card id="docker" title="Docker image">{content}</Card> }
}

/// The parameters (R32).
#[component]
pub fn Params(
    /// In their order.
    parameters: Parameters,
) -> impl IntoView {
    if parameters.is_empty() {
        return view! {
            <Card id="parameters" title="Parameters">
                <Nothing title="No parameters">
                    <p>"The source experiment had none at the export. A script states them when it creates the experiment, or while it runs."</p>
                </Nothing>
            </Card>
        }
        .into_any();
    }
    let count = grouped(parameters.len() as i64);
    view! { <Card id="parameters" title="Parameters" count><ParameterTable parameters /></Card> }.into_any()
}

/// Who made the version, from what, and what the source was at that moment (R13, R38).
#[component]
pub fn Origin(
    /// The version.
    version: ModelVersion,
) -> impl IntoView {
    let base = match version.base_model_version {
        Some(base) => {
            let href = address_of(&base);
            view! { <a href=href><VersionName version=base /></a> }.into_any()
        }
        None => "none – trained from scratch".into_any(),
    };
    let datasets: Vec<_> = version
        .dataset_versions
        .into_iter()
        .map(|used| {
            view! {
                <li>
                    <DatasetVersionLink dataset=used.dataset_id dataset_name=used.dataset_name version_name=used.dataset_version_name />
                    " "
                    <span class="chip outline"><bdi>{used.alias}</bdi></span>
                    <Counts counts=used.label_counts />
                </li>
            }
        })
        .collect();
    let datasets = match datasets.is_empty() {
        true => "none were attached".into_any(),
        false => view! { <ul class="stack">{datasets}</ul> }.into_any(),
    };
    let source = version.source_experiment.map(|source| view! { <SourceFacts source /> });
    view! {
        <Card id="origin" title="Where it comes from">
            <dl class="details">
                <div><dt>"Made by"</dt><dd><bdi>{version.created_by}</bdi></dd></div>
                <div><dt>"Made"</dt><dd>{version.created_at.for_people()}</dd></div>
                <div><dt>"Base architecture"</dt><dd>{base}</dd></div>
                <div><dt>"Dataset versions"</dt><dd>{datasets}</dd></div>
                {source}
            </dl>
        </Card>
    }
}

/// How many objects of each class a dataset version had at the export.
#[component]
fn Counts(counts: LabelCounts) -> impl IntoView {
    (!counts.is_empty()).then(|| {
        let total = format!("{} objects at the export, by label", grouped(counts.total()));
        let items: Vec<_> = counts
            .iter()
            .map(|(label, count)| view! { <li><bdi>{label.to_owned()}</bdi>": "{grouped(count)}</li> })
            .collect();
        view! { <details><summary>{total}</summary><ul>{items}</ul></details> }
    })
}

#[component]
fn SourceFacts(source: SourceExperiment) -> impl IntoView {
    let facts = source.at_export;
    let name = match source.is_deleted {
        true => view! { <bdi>{facts.experiment_name.clone()}</bdi>" (the experiment was deleted)" }.into_any(),
        false => {
            view! { <a href=experiment::pages::address(source.id)><bdi>{source.name.clone()}</bdi></a> }.into_any()
        }
    };
    let was_renamed = !source.is_deleted && source.name != facts.experiment_name;
    let former = was_renamed.then(
        || view! { <div><dt>"Its name at the export"</dt><dd><bdi>{facts.experiment_name.clone()}</bdi></dd></div> },
    );
    let status = match facts.status.as_str() {
        "running" => "running – a snapshot of a running training".to_owned(),
        "pending" => "pending – the training had not begun".to_owned(),
        _ => facts.status.clone(),
    };
    let duration = facts.started_at.zip(facts.finished_at).map(|(started, finished)| {
        let text = duration_for_people(finished.seconds_since(started));
        view! { <div><dt>"Training took"</dt><dd>{text}</dd></div> }
    });
    let description = (!facts.experiment_description.is_empty())
        .then(|| view! { <div><dt>"Its description"</dt><dd dir="auto">{facts.experiment_description}</dd></div> });
    view! {
        <div><dt>"Source experiment"</dt><dd>{name}</dd></div>
        {former}
        <div><dt>"Its project"</dt><dd><a href=format!("/projects/{}", facts.project_id)><bdi>{facts.project_name}</bdi></a></dd></div>
        <div><dt>"Its status at the export"</dt><dd>{status}</dd></div>
        <div><dt>"Its creation"</dt><dd><When at=facts.created_at />" by "<bdi>{facts.created_by}</bdi></dd></div>
        {duration}
        {description}
        <div><dt>"Its id"</dt><dd><Copyable text=source.id.to_string() what="id of the source experiment".to_owned() /></dd></div>
    }
}
