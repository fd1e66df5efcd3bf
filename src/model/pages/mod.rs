//! The pages of the private registry.

mod inherited;
mod label_map;
mod lineage;
mod model;
mod parts;
mod registry;
mod use_it;
mod version;

use super::{VersionLink, operations};
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
    Router::new()
        .route("/registry", get(registry::registry))
        .route("/registry/{model}", get(model::model))
        .route("/registry/{model}/{number}", get(version::version))
        .route(
            "/registry/{model}/{number}/label-map",
            get(label_map::editor).post(label_map::act).layer(DefaultBodyLimit::max(label_map::MAX_FORM_BYTES)),
        )
        .route(
            "/registry/{model}/{number}/label-map/import",
            post(label_map::import).layer(DefaultBodyLimit::max(label_map::MAX_IMPORT_BYTES)),
        )
        .route("/registry/{model}/{number}/label-map/file", get(label_map::file))
        .route("/registry/{model}/{number}/files/{*name}", get(version::download_file))
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
