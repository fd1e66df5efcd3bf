//! The addresses of pages that other people's clients print.

use crate::{
    auth::gate::{Need, Pages},
    dataset,
    error::{AppError, Failure},
    experiment, model,
    services::Services,
    vocabulary::{Actor, DatasetId, ExperimentId, ModelId, OrganizationId, ProjectId},
};
use axum::{
    extract::{Path, State},
    response::Redirect,
};

/// Text that names an object. What cannot be read names nothing.
fn id<T: std::str::FromStr>(text: &str, noun: &str) -> Result<T, AppError> {
    text.parse().map_err(|_| AppError::not_found(noun))
}

/// Ways to the pages of the things that Picsellia's SDK knows.
pub fn pages() -> Pages {
    Pages::new()
        .get("/organization/{id}", Need::Read, organization)
        .get("/project/{id}", Need::Read, project)
        .get("/experiment/{id}", Need::Read, experiment_page)
        .get("/dataset/{id}", Need::Read, dataset_page)
        .get("/dataset/version/{id}", Need::Read, dataset_version)
        .get("/model/{id}", Need::Read, model_page)
        .get("/model/version/{id}", Need::Read, model_version)
}

async fn organization(actor: Actor, Path(text): Path<String>) -> Result<Redirect, Failure> {
    let named: OrganizationId = id(&text, "organization")?;
    match named == actor.organization_id {
        true => Ok(Redirect::to("/")),
        false => Err(AppError::not_found("organization").into()),
    }
}

async fn project(
    State(services): State<Services>,
    actor: Actor,
    Path(text): Path<String>,
) -> Result<Redirect, Failure> {
    let named: ProjectId = id(&text, "project")?;
    experiment::operations::find_project(&services.database, &actor, named).await?;
    Ok(Redirect::to(&format!("/projects/{named}")))
}

async fn experiment_page(
    State(services): State<Services>,
    actor: Actor,
    Path(text): Path<String>,
) -> Result<Redirect, Failure> {
    let named: ExperimentId = id(&text, "experiment")?;
    experiment::operations::find(&services.database, &actor, named).await?;
    Ok(Redirect::to(&experiment::pages::address(named)))
}

async fn dataset_page(
    State(services): State<Services>,
    actor: Actor,
    Path(text): Path<String>,
) -> Result<Redirect, Failure> {
    let named: DatasetId = id(&text, "dataset")?;
    dataset::operations::find(&services.database, &actor, named).await?;
    Ok(Redirect::to(&format!("/datasets/{named}")))
}

async fn dataset_version(
    State(services): State<Services>,
    actor: Actor,
    Path(text): Path<String>,
) -> Result<Redirect, Failure> {
    let named = id(&text, "dataset version")?;
    let version = dataset::operations::find_version(&services.database, &actor, named).await?;
    Ok(Redirect::to(&dataset::pages::version_address(version.dataset_id, &version.name)))
}

async fn model_page(
    State(services): State<Services>,
    actor: Actor,
    Path(text): Path<String>,
) -> Result<Redirect, Failure> {
    let named: ModelId = id(&text, "model")?;
    model::operations::find(&services.database, &actor, named).await?;
    Ok(Redirect::to(&format!("/registry/{named}")))
}

async fn model_version(
    State(services): State<Services>,
    actor: Actor,
    Path(text): Path<String>,
) -> Result<Redirect, Failure> {
    let named = id(&text, "model version")?;
    let version = model::operations::find_version(&services.database, &actor, named).await?;
    Ok(Redirect::to(&model::pages::version_address(version.model_id, version.number)))
}
