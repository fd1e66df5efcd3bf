//! The scripts' door to the private registry.

mod label_map;
mod life;

use crate::model::{Model, ModelVersion, NewImportedVersion, NewModelWithVersion, VersionSummary, operations};
use crate::{
    error::Failure,
    server::{
        extract::{Body, Id, ListParams, Params, limit},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, ModelId, Page},
};
use axum::{Json, extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

/// All routes of this slice.
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(find))
        .routes(routes!(list_versions, create_version))
        .merge(label_map::routes())
        .merge(life::routes())
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

/// Create a model with its first version, without an experiment
///
/// Its files are added afterwards. To keep the link to a training, export the experiment instead.
#[utoipa::path(post, path = "/models", operation_id = "create_model", tag = "models", request_body = NewModelWithVersion,
    responses((status = 201, body = ModelVersion), (status = 409, description = "`model_name_taken`", body = Problem), (status = "default", body = Problem)))]
async fn create(
    State(services): State<Services>,
    actor: Actor,
    Body(new): Body<NewModelWithVersion>,
) -> Result<(StatusCode, Json<ModelVersion>), Failure> {
    Ok((StatusCode::CREATED, Json(operations::create::model(&services.database, &actor, new).await?)))
}

/// Create a version of a model, without an experiment
#[utoipa::path(post, path = "/models/{id}/versions", operation_id = "create_model_version", tag = "models", params(("id" = ModelId, Path)), request_body = NewImportedVersion,
    responses((status = 201, body = ModelVersion), (status = 409, description = "`version_name_taken`", body = Problem), (status = "default", body = Problem)))]
async fn create_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelId>,
    Body(new): Body<NewImportedVersion>,
) -> Result<(StatusCode, Json<ModelVersion>), Failure> {
    Ok((StatusCode::CREATED, Json(operations::create::version(&services.database, &actor, id, new).await?)))
}
