//! The scripts' door to the private registry.

mod label_map;

use crate::model::{Model, ModelVersion, VersionSummary, operations};
use crate::{
    error::Failure,
    server::{
        extract::{Id, ListParams, Params, limit},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, ModelId, ModelVersionId, Page},
};
use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};

/// All routes of this slice.
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(find))
        .routes(routes!(list_versions))
        .routes(routes!(find_version))
        .merge(label_map::routes())
}

/// List the models of the private registry, newest first
#[utoipa::path(get, path = "/models", operation_id = "list_models", tag = "models", params(ListParams),
    responses((status = 200, body = Page<Model>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Params(query): Params<ListParams>,
) -> Result<Json<Page<Model>>, Failure> {
    let limit = limit(query.limit)?;
    Ok(Json(operations::list(&services.database, &actor, &query.search, query.cursor.as_deref(), limit).await?))
}

/// Read a model
#[utoipa::path(get, path = "/models/{id}", operation_id = "find_model", tag = "models", params(("id" = ModelId, Path)),
    responses((status = 200, body = Model), (status = "default", body = Problem)))]
async fn find(State(services): State<Services>, actor: Actor, Id(id): Id<ModelId>) -> Result<Json<Model>, Failure> {
    Ok(Json(operations::find(&services.database, &actor, id).await?))
}

/// List the versions of a model
#[utoipa::path(get, path = "/models/{id}/versions", operation_id = "list_model_versions", tag = "models", params(("id" = ModelId, Path)),
    responses((status = 200, body = Page<VersionSummary>), (status = "default", body = Problem)))]
async fn list_versions(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelId>,
) -> Result<Json<Page<VersionSummary>>, Failure> {
    Ok(Json(Page::whole(operations::list_versions(&services.database, &actor, id).await?)))
}

/// Read a model version with everything that it inherited
#[utoipa::path(get, path = "/model-versions/{id}", operation_id = "find_model_version", tag = "models", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = ModelVersion), (status = "default", body = Problem)))]
async fn find_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
) -> Result<Json<ModelVersion>, Failure> {
    Ok(Json(operations::find_version(&services.database, &actor, id).await?))
}
