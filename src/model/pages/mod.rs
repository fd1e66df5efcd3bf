//! The pages of the private registry.

mod compare;
mod edit;
mod edit_model;
mod files;
mod history;
mod import;
mod inherited;
mod label_map;
mod lineage;
mod manage;
mod model;
mod parts;
mod readiness;
mod registry;
mod typed;
mod use_it;
mod version;

use super::{ModelVersion, VersionLink, operations};
use crate::{
    auth::gate::{Need, Pages},
    error::{AppError, Failure},
    services::Services,
    ui::sections::Path,
    vocabulary::{Actor, ModelId},
};
use axum::{
    extract::{self, State},
    response::Redirect,
};
use leptos::prelude::*;

/// All pages of this slice; for members only.
pub fn routes() -> Pages {
    Pages::new()
        .get("/registry", Need::Read, registry::registry)
        .get("/registry.csv", Need::Read, registry::registry_csv)
        .get("/registry/new", Need::Write, import::new_version)
        .post_at_most("/registry/new", Need::Write, label_map::MAX_FORM_BYTES, import::create_version)
        .get("/registry/{model}", Need::Read, model::model)
        .get("/registry/{model}/compare", Need::Read, compare::compare)
        .get("/registry/{model}/edit", Need::Write, edit_model::edit_model)
        .post("/registry/{model}/edit", Need::Write, edit_model::save_model)
        .get("/registry/{model}/manage", Need::Write, edit_model::manage_model)
        .post("/registry/{model}/manage", Need::Write, edit_model::act)
        .get("/registry/{model}/{number}", Need::Read, version::version)
        .get("/registry/{model}/{number}/label-map", Need::Read, label_map::editor)
        .post_at_most("/registry/{model}/{number}/label-map", Need::Write, label_map::MAX_FORM_BYTES, label_map::act)
        .post_at_most(
            "/registry/{model}/{number}/label-map/import",
            Need::Write,
            label_map::MAX_IMPORT_BYTES,
            label_map::import,
        )
        .get("/registry/{model}/{number}/label-map/file", Need::Read, label_map::file)
        .get("/registry/{model}/{number}/edit", Need::Write, edit::edit_version)
        .post("/registry/{model}/{number}/edit", Need::Write, edit::save_version)
        .get("/registry/{model}/{number}/manage", Need::Write, manage::manage)
        .post("/registry/{model}/{number}/manage", Need::Write, manage::act)
        .get("/registry/{model}/{number}/history", Need::Read, history::history)
        .post_unlimited("/registry/{model}/{number}/files", Need::Write, files::add)
        .get("/registry/{model}/{number}/files/{*name}", Need::Read, files::download)
        .post("/registry/{model}/{number}/remove-file", Need::Write, files::remove)
        .get("/registry/{model}/{number}/bundle", Need::Read, files::download_bundle)
        .get("/model-versions/{id}", Need::Read, version_by_id)
}

/// From the id alone to the page.
async fn version_by_id(
    State(services): State<Services>,
    actor: Actor,
    extract::Path(id): extract::Path<String>,
) -> Result<Redirect, Failure> {
    let id = id.parse().map_err(|_| AppError::not_found("model version"))?;
    let version = operations::find_version(&services.database, &actor, id).await?;
    Ok(Redirect::to(&version_address(version.model_id, version.number)))
}

/// The address of a version's page.
pub fn version_address(model: ModelId, number: i64) -> String {
    format!("/registry/{model}/{number}")
}

/// The address of the version that a link leads to.
pub fn address_of(version: &VersionLink) -> String {
    version_address(version.model_id, version.number)
}

/// The name of a version with its model: `digits-classifier › v1`.
#[component]
pub fn VersionName(
    /// The version.
    version: VersionLink,
) -> impl IntoView {
    view! { <Path whole=version.model_name part=version.name /> }
}

fn read_model_id(text: &str) -> Result<ModelId, AppError> {
    text.parse().map_err(|_| AppError::not_found("model"))
}

/// The model and the number in the address of a version.
fn read_place(model: &str, number: &str) -> Result<(ModelId, i64), AppError> {
    Ok((read_model_id(model)?, number.parse().map_err(|_| AppError::not_found("model version"))?))
}

async fn find_version(services: &Services, actor: &Actor, model: &str, number: &str) -> Result<ModelVersion, Failure> {
    let (model, number) = read_place(model, number)?;
    operations::find_version_by_number(&services.database, actor, model, number).await
}
