//! The artifacts of an experiment, and their download.

use super::{
    address,
    header::{ExperimentTab, tab_page},
    open, read_id,
};
use crate::{
    artifact::{self, Artifact},
    error::Failure,
    experiment::Experiment,
    services::Services,
    storage::{self, Download},
    ui::{
        address::encoded_path,
        files::{FileRow, FileTable},
        page::Page,
        parts::{CodeBlock, EmptyState},
        sections::Card,
    },
    vocabulary::{
        Actor,
        quantity::{bytes_for_people, counted},
    },
};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use leptos::prelude::*;

/// The artifacts as a table.
pub async fn artifacts(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    let (experiment, modal) = open(&services, &actor, &id).await?;
    let artifacts = artifact::operations::list(&services.database, &actor, experiment.summary.id).await?;
    let public_url = services.settings.public_url.clone();
    Ok(tab_page(experiment, modal, ExperimentTab::Artifacts, move |experiment| {
        let content = match artifacts.is_empty() {
            true => view! { <NoArtifacts experiment public_url /> }.into_any(),
            false => view! { <Artifacts experiment artifacts /> }.into_any(),
        };
        view! { <div class="live-part" data-live="artifacts">{content}</div> }
    }))
}

/// The bytes of one artifact, to be saved.
pub async fn download_artifact(
    State(services): State<Services>,
    actor: Actor,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (artifact, blob) = artifact::operations::find(&services.database, &actor, read_id(&id)?, &name).await?;
    let file_name = artifact.name.rsplit('/').next().unwrap_or(&artifact.name);
    let download = Download { file_name, content_type: &artifact.content_type, is_inline: false };
    storage::serve(&services.blobs, &blob, &download, &headers).await
}

#[component]
fn Artifacts(experiment: Experiment, artifacts: Vec<Artifact>) -> impl IntoView {
    let size_bytes = artifacts.iter().map(|artifact| artifact.size_bytes).sum();
    let count = format!("{}, {}", counted(artifacts.len(), "file"), bytes_for_people(size_bytes));
    let folder = format!("{}/artifacts", address(experiment.summary.id));
    let files = artifacts.into_iter().map(move |artifact| FileRow {
        href: format!("{folder}/{}", encoded_path(&artifact.name)),
        name: artifact.name,
        size_bytes: artifact.size_bytes,
        sha256: artifact.sha256,
        content_type: artifact.content_type,
        note: None,
    });
    view! { <Card id="artifacts" title="Artifacts" count><FileTable files=files.collect() /></Card> }
}

#[component]
fn NoArtifacts(experiment: Experiment, public_url: String) -> impl IntoView {
    let command = format!(
        "curl -T model.bin -H \"Authorization: Bearer $HEIRLOOM_TOKEN\" \\\n  {public_url}/api/v1/experiments/{}/artifacts/model.bin",
        experiment.summary.id
    );
    view! {
        <EmptyState icon="file" title="No artifact yet">
            <p>"Nothing was uploaded so far. The files that a training uploads, such as its weights, stand here and become the model files at the export:"</p>
            <CodeBlock text=command label="command that uploads an artifact".to_owned() />
        </EmptyState>
    }
}
