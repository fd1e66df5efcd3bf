//! The first tab of an experiment: where it comes from, how it went, what became of it.

use super::{
    header::{ExperimentTab, tab_page},
    open,
};
use crate::{
    dataset::pages::DatasetVersionLink,
    error::Failure,
    experiment::{AttachedDatasetVersion, Experiment, ExperimentLink, Status},
    lineage::{NodeId, pages::LineageLink},
    model::{
        VersionLink,
        pages::{VersionName, address_of},
    },
    services::Services,
    ui::{
        docker::DockerDetails,
        markdown::Markdown,
        metrics::MetricTiles,
        page::Page,
        parts::{CodeBlock, Copyable, When},
        sections::{Card, LineageStep, Nothing, Prose},
    },
    vocabulary::{Actor, Timestamp, docker_image::shell_quoted, quantity::counted},
};
use axum::extract::{Path, State};
use leptos::prelude::*;

const MAX_TILES: usize = 8;

/// The overview of an experiment.
pub async fn overview(State(services): State<Services>, actor: Actor, Path(id): Path<String>) -> Result<Page, Failure> {
    let (experiment, modal) = open(&services, &actor, &id).await?;
    let public_url = services.settings.public_url.clone();
    Ok(tab_page(experiment, modal, ExperimentTab::Overview, move |experiment| {
        let is_pending = experiment.summary.status == Status::Pending;
        let run = is_pending.then(|| view! { <RunIt experiment=experiment.clone() public_url /> });
        view! {
            <div class="live-part" data-live="run">{run}</div>
            <Lineage experiment=experiment.clone() />
            <div class="live-part" data-live="summary"><Summary experiment=experiment.clone() /></div>
            <div class="live-part" data-live="texts">
                <Description text=experiment.summary.description.clone() />
                <Notes text=experiment.notes.clone() />
            </div>
            <div class="columns">
                <About experiment=experiment.clone() />
                <div class="live-part" data-live="exported"><Exports versions=experiment.exported_as /></div>
            </div>
            <Docker image=experiment.docker_image />
        }
    }))
}

#[component]
fn Lineage(experiment: Experiment) -> impl IntoView {
    let base_experiment = experiment.base_experiment.map(|base| view! { <BaseExperiment base /> });
    let base = match experiment.base_model_version {
        Some(base) => {
            let href = address_of(&base);
            view! { <a href=href><VersionName version=base /></a> }.into_any()
        }
        None if base_experiment.is_some() => view! { <p class="muted">"None"</p> }.into_any(),
        None => view! { <p class="muted">"None – trained from scratch"</p> }.into_any(),
    };
    view! {
        <ol class="lineage" aria-label="Where it comes from">
            <LineageStep icon="dataset" kind="Dataset versions"><DatasetLinks versions=experiment.dataset_versions /></LineageStep>
            <LineageStep icon="model" kind="Base architecture">{base}</LineageStep>
            {base_experiment}
            <LineageStep icon="experiment" kind="This experiment"><strong><bdi>{experiment.summary.name}</bdi></strong></LineageStep>
        </ol>
        <LineageLink of=NodeId::Experiment(experiment.summary.id) />
    }
}

#[component]
fn BaseExperiment(base: ExperimentLink) -> impl IntoView {
    let link = match base.is_deleted {
        true => view! { <p class="muted"><bdi>{base.name}</bdi>", deleted"</p> }.into_any(),
        false => view! { <a href=super::address(base.id)><bdi>{base.name}</bdi></a> }.into_any(),
    };
    view! { <LineageStep icon="experiment" kind="Base experiment">{link}</LineageStep> }
}

#[component]
fn DatasetLinks(versions: Vec<AttachedDatasetVersion>) -> impl IntoView {
    if versions.is_empty() {
        return view! { <p class="muted">"None attached"</p> }.into_any();
    }
    let links: Vec<_> = versions
        .into_iter()
        .map(|attached| {
            view! {
                <li>
                    <DatasetVersionLink
                        dataset=attached.dataset_id
                        dataset_name=attached.dataset_name
                        version_name=attached.dataset_version_name
                    />
                    <span class="chip outline"><bdi>{attached.alias}</bdi></span>
                </li>
            }
        })
        .collect();
    view! { <ul>{links}</ul> }.into_any()
}

#[component]
fn Summary(experiment: Experiment) -> impl IntoView {
    let all = format!("{}/metrics", super::address(experiment.summary.id));
    let count = experiment.metrics.len();
    if count == 0 {
        return view! {
            <Card id="summary-metrics" title="Summary metrics">
                <Nothing title="No metric yet">
                    <p>"The training logs metrics while it runs; the last value of each will stand here."</p>
                </Nothing>
            </Card>
        }
        .into_any();
    }
    view! {
        <section class="stack" aria-labelledby="summary-metrics">
            <div class="section-head">
                <h2 id="summary-metrics">"Summary metrics"</h2>
                <a class="button small" href=all>{format!("Curves of {}", counted(count, "metric"))}</a>
            </div>
            <MetricTiles metrics=experiment.metrics limit=MAX_TILES />
        </section>
    }
    .into_any()
}

#[component]
fn Description(text: String) -> impl IntoView {
    (!text.trim().is_empty()).then(|| view! { <Card id="description" title="Description"><Prose text /></Card> })
}

#[component]
fn Notes(text: String) -> impl IntoView {
    (!text.trim().is_empty()).then(|| view! { <Card id="notes" title="Notes"><Markdown text /></Card> })
}

#[component]
fn About(experiment: Experiment) -> impl IntoView {
    let summary = experiment.summary;
    let known = |text: Option<String>| text.unwrap_or_else(|| "not stated".to_owned());
    view! {
        <Card id="about" title="About">
            <dl class="details">
                <div data-live="type"><dt>"Type"</dt><dd>{known(summary.inference_type)}</dd></div>
                <div data-live="framework"><dt>"Framework"</dt><dd>{known(summary.framework)}</dd></div>
                <div data-live="started"><dt>"Started"</dt><dd><Moment at=summary.started_at otherwise="not yet" /></dd></div>
                <div data-live="finished"><dt>"Finished"</dt><dd><Moment at=summary.finished_at otherwise="not yet" /></dd></div>
                <div data-live="changed"><dt>"Last change"</dt><dd><When at=summary.updated_at /></dd></div>
                <div><dt>"Id"</dt><dd><Copyable text=summary.id.to_string() what="id of the experiment".to_owned() /></dd></div>
            </dl>
        </Card>
    }
}

#[component]
fn Moment(at: Option<Timestamp>, otherwise: &'static str) -> impl IntoView {
    match at {
        Some(at) => view! { <When at /> }.into_any(),
        None => otherwise.into_any(),
    }
}

#[component]
fn Exports(versions: Vec<VersionLink>) -> impl IntoView {
    let count = versions.len().to_string();
    let content = if versions.is_empty() {
        view! {
            <Nothing title="Not exported yet">
                <p>"Choose "<strong>"Export as a Model"</strong>" to make a model version of it in the private registry."</p>
            </Nothing>
        }
        .into_any()
    } else {
        let links: Vec<_> = versions
            .into_iter()
            .map(|version| {
                let href = address_of(&version);
                let number = format!("Version number {}", version.number);
                view! { <li><a href=href><VersionName version /></a><br /><span class="muted small">{number}</span></li> }
            })
            .collect();
        view! { <ul class="stack">{links}</ul> }.into_any()
    };
    view! { <Card id="exports" title="Exports" count>{content}</Card> }
}

#[component]
fn Docker(image: Option<crate::vocabulary::DockerImage>) -> impl IntoView {
    let content = match image {
        Some(image) => view! { <DockerDetails image /> }.into_any(),
        None => view! {
            <Nothing title="No docker image">
                <p>"None was stated. A script states it with "<code>"docker_image"</code>" when it creates the experiment, or later."</p>
            </Nothing>
        }
        .into_any(),
    };
    view! { <Card id="docker-image" title="Docker image">{content}</Card> }
}

/// The commands that run the training, ready to be copied (R37).
#[component]
fn RunIt(experiment: Experiment, public_url: String) -> impl IntoView {
    let id = experiment.summary.id;
    let environment = format!("HEIRLOOM_URL={} \\\n  HEIRLOOM_EXPERIMENT_ID={id}", shell_quoted(&public_url));
    let python = format!("export HEIRLOOM_TOKEN=hlm_...  # heirloom token create\n{environment} \\\n  python train.py");
    let docker = experiment.docker_image.map(|image| {
        let variables = format!("-e HEIRLOOM_TOKEN -e HEIRLOOM_URL={} -e HEIRLOOM_EXPERIMENT_ID={id}", shell_quoted(&public_url));
        let command = image.docker_run_command().replacen("docker run ", &format!("docker run {variables} \\\n  "), 1);
        let text = format!("export HEIRLOOM_TOKEN=hlm_...  # heirloom token create\n{command}");
        view! { <h3>"In its docker image"</h3><CodeBlock text label="command that runs the training in its docker image".to_owned() /> }
    });
    view! {
        <Card id="run-it" title="Run the training">
            <p>"The training has not begun. A script logs to this experiment by its id, with a token of yours:"</p>
            {docker}
            <h3>"With Python"</h3>
            <CodeBlock text=python label="command that runs the training with Python".to_owned() />
        </Card>
    }
}
