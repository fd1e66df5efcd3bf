//! One model version: what it inherited, and from what.

use super::{
    inherited::Inherited,
    label_map::Labels,
    lineage::Lineage,
    parts::{Docker, Files, Metrics, Origin, Params},
    read_model_id,
    use_it::UseIt,
};
use crate::{
    artifact,
    error::{AppError, Failure},
    model::{ModelVersion, operations},
    services::Services,
    storage::{self, Download},
    ui::{
        icon::Icon,
        page::Page,
        parts::{Breadcrumb, Copyable, Crumb, Notice, When},
        sections::{Fact, Path as NamePath},
    },
    vocabulary::Actor,
};
use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
    response::Response,
};
use leptos::prelude::*;
use serde::Deserialize;

/// Where the visitor comes from.
#[derive(Debug, Deserialize)]
pub struct VersionQuery {
    /// There when the version was exported just now.
    exported: Option<String>,
}

async fn find(services: &Services, actor: &Actor, model: &str, number: &str) -> Result<ModelVersion, Failure> {
    let number = number.parse().map_err(|_| AppError::not_found("model version"))?;
    operations::find_version_by_number(&services.database, actor, read_model_id(model)?, number).await
}

/// A version with everything that it holds.
pub async fn version(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number)): Path<(String, String)>,
    Query(query): Query<VersionQuery>,
) -> Result<Page, Failure> {
    let version = find(&services, &actor, &model, &number).await?;
    let public_url = services.settings.public_url.clone();
    let may_write = actor.may_write();
    let title = format!("{} › {}", version.model_name, version.name);
    Ok(Page::new("/registry", title, move || {
        let exported = query.exported.map(|_| view! { <JustExported version=version.clone() /> });
        view! {
            <Header version=version.clone() may_write />
            {exported}
            <Lineage version=version.clone() />
            <Inherited version=version.clone() />
            <Metrics metrics=version.metrics.clone() />
            <Files version=version.clone() />
            <UseIt version=version.clone() public_url />
            <div class="columns even">
                <Labels version=version.clone() />
                <Docker image=version.docker_image.clone() />
            </div>
            <Params parameters=version.parameters.clone() />
            <Origin version />
        }
    }))
}

/// The bytes of one model file, to be saved.
pub async fn download_file(
    State(services): State<Services>,
    actor: Actor,
    Path((model, number, name)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let version = find(&services, &actor, &model, &number).await?;
    let (file, blob) = artifact::operations::find_model_file(&services.database, &actor, version.id, &name).await?;
    let file_name = file.name.rsplit('/').next().unwrap_or(&file.name);
    let download = Download { file_name, content_type: &file.content_type, is_inline: false };
    storage::serve(&services.blobs, &blob, &download, &headers).await
}

#[component]
fn JustExported(version: ModelVersion) -> impl IntoView {
    view! {
        <Notice kind="success">
            <p>"Exported as "<strong><NamePath whole=version.model_name part=version.name /></strong>". It is in the private registry now."</p>
        </Notice>
    }
}

#[component]
fn Header(version: ModelVersion, may_write: bool) -> impl IntoView {
    let above = vec![
        Crumb::new("Private registry", "/registry"),
        Crumb::new(version.model_name.clone(), format!("/registry/{}", version.model_id)),
    ];
    let description =
        (!version.description.is_empty()).then(|| view! { <p class="page-lead" dir="auto">{version.description}</p> });
    let chips = [version.inference_type, version.framework].into_iter().flatten();
    let chips: Vec<_> = chips.map(|text| view! { <li><span class="chip"><bdi>{text}</bdi></span></li> }).collect();
    let by = if version.source_experiment.is_some() { "Exported by " } else { "Created by " };
    let base = format!("/experiments/new?base={}", version.id);
    let base = may_write.then(|| view! { <a class="button primary" href=base>"Use as base architecture"</a> });
    let files = (!version.files.is_empty())
        .then(|| view! { <a class="button" href="#files"><Icon name="download" />"Download files"</a> });
    view! {
        <header class="page-header">
            <Breadcrumb above here=version.name.clone() />
            <div class="page-title"><h1><NamePath whole=version.model_name part=version.name /></h1></div>
            <div class="page-actions">{base}{files}</div>
            {description}
            <ul class="meta">
                <Fact icon="version">{format!("Number {}", version.number)}</Fact>
                <Fact icon="person">{by}<bdi>{version.created_by}</bdi></Fact>
                <Fact icon="calendar"><When at=version.created_at /></Fact>
                {chips}
                <li>"Id "<Copyable text=version.id.to_string() what="id of the model version".to_owned() /></li>
            </ul>
        </header>
    }
}
