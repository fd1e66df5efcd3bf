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
mod use_it;
mod version;

use super::{ModelVersion, VersionLink, operations};
use crate::{
    error::{AppError, Failure},
    services::Services,
    ui::sections::Path,
    vocabulary::{Actor, ModelId},
};
use axum::{
    Router,
    extract::{self, DefaultBodyLimit, State},
    response::Redirect,
    routing::{get, post},
};
use leptos::prelude::*;

/// All pages of this slice; for members only.
pub fn routes() -> Router<Services> {
    let large = || DefaultBodyLimit::max(label_map::MAX_FORM_BYTES);
    Router::new()
        .route("/registry", get(registry::registry))
        .route("/registry.csv", get(registry::registry_csv))
        .route("/registry/new", get(import::new_version).post(import::create_version).layer(large()))
        .route("/registry/{model}", get(model::model))
        .route("/registry/{model}/compare", get(compare::compare))
        .route("/registry/{model}/edit", get(edit_model::edit_model).post(edit_model::save_model))
        .route("/registry/{model}/manage", get(edit_model::manage_model).post(edit_model::act))
        .route("/registry/{model}/{number}", get(version::version))
        .route("/registry/{model}/{number}/label-map", get(label_map::editor).post(label_map::act).layer(large()))
        .route(
            "/registry/{model}/{number}/label-map/import",
            post(label_map::import).layer(DefaultBodyLimit::max(label_map::MAX_IMPORT_BYTES)),
        )
        .route("/registry/{model}/{number}/label-map/file", get(label_map::file))
        .route("/registry/{model}/{number}/edit", get(edit::edit_version).post(edit::save_version))
        .route("/registry/{model}/{number}/manage", get(manage::manage).post(manage::act))
        .route("/registry/{model}/{number}/history", get(history::history))
        .route("/registry/{model}/{number}/files", post(files::add).layer(DefaultBodyLimit::disable()))
        .route("/registry/{model}/{number}/files/{*name}", get(files::download))
        .route("/registry/{model}/{number}/remove-file", post(files::remove))
        .route("/registry/{model}/{number}/bundle", get(files::download_bundle))
        .route("/model-versions/{id}", get(version_by_id))
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
