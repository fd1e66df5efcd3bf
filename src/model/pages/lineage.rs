//! Where a version comes from, above the fold (R38 to R40).

use crate::{
    dataset::pages::DatasetVersionLink,
    experiment,
    lineage::{NodeId, pages::LineageLink},
    model::{
        ModelVersion, SourceDatasetVersion, SourceExperiment,
        pages::{VersionName, address_of},
    },
    ui::{
        parts::{Notice, When},
        sections::{LineageStep, Path},
    },
};
use leptos::prelude::*;

/// Base architecture and dataset versions, source experiment, this version.
#[component]
pub fn Lineage(
    /// The version.
    version: ModelVersion,
) -> impl IntoView {
    let base = version.base_model_version.map(|base| {
        let href = address_of(&base);
        view! { <LineageStep icon="model" kind="Base architecture"><a href=href><VersionName version=base /></a></LineageStep> }
    });
    let remark = version.source_experiment.as_ref().and_then(remark);
    view! {
        <ol class="lineage" aria-label="Where it comes from">
            {base}
            <LineageStep icon="dataset" kind="Dataset versions"><Datasets versions=version.dataset_versions /></LineageStep>
            <LineageStep icon="experiment" kind="Source experiment"><Source source=version.source_experiment /></LineageStep>
            <LineageStep icon="version" kind="This version">
                <strong><Path whole=version.model_name part=version.name /></strong>
            </LineageStep>
        </ol>
        <LineageLink of=NodeId::ModelVersion(version.id) />
        {remark.map(|text| view! { <Notice kind="info"><p>{text}</p></Notice> })}
    }
}

#[component]
fn Datasets(versions: Vec<SourceDatasetVersion>) -> impl IntoView {
    if versions.is_empty() {
        return view! { <p class="muted">"None were attached"</p> }.into_any();
    }
    let links: Vec<_> = versions
        .into_iter()
        .map(|version| {
            view! {
                <li>
                    <DatasetVersionLink
                        dataset=version.dataset_id
                        dataset_name=version.dataset_name
                        version_name=version.dataset_version_name
                    />
                    <span class="chip outline"><bdi>{version.alias}</bdi></span>
                </li>
            }
        })
        .collect();
    view! { <ul>{links}</ul> }.into_any()
}

#[component]
fn Source(source: Option<SourceExperiment>) -> impl IntoView {
    let Some(source) = source else {
        return view! { <p class="muted">"No source experiment – the version was not made by an export"</p> }
            .into_any();
    };
    let facts = source.at_export;
    let name = match source.is_deleted {
        true => view! { <strong><bdi>{source.name}</bdi></strong> }.into_any(),
        false => view! { <a href=experiment::pages::address(source.id)><bdi>{source.name}</bdi></a> }.into_any(),
    };
    let finished = facts.finished_at.map(|at| view! { " "<When at /> });
    view! {
        {name}
        <span class="muted small">"in "<bdi>{facts.project_name}</bdi>", "{facts.status}{finished}</span>
    }
    .into_any()
}

/// What one must know of the source: that it went on, or that it is gone.
fn remark(source: &SourceExperiment) -> Option<&'static str> {
    match (source.is_deleted, source.at_export.status.as_str()) {
        (true, _) => Some(
            "The source experiment was deleted. What it was at the export is kept below; this version is complete without it.",
        ),
        (false, "pending") => Some("The experiment was exported before its training had begun."),
        (false, "running") => {
            Some("This is a snapshot of a running training: the experiment may have more steps and files by now.")
        }
        (false, _) => None,
    }
}
