//! One model: read, changed, archived, deleted; its aliases; two versions compared.

use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    model::{AliasTarget, Model, ModelChange, ModelVersion, VersionDifference, operations},
    server::{
        extract::{Body, Id, IdAndName, Params},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, ModelId, ModelVersionId},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(find))
        .add(Need::Write, routes!(change))
        .add(Need::Manage, routes!(delete))
        .add(Need::Write, routes!(archive))
        .add(Need::Write, routes!(restore))
        .add(Need::Read, routes!(find_by_alias))
        .add(Need::Write, routes!(set_alias))
        .add(Need::Write, routes!(remove_alias))
        .add(Need::Read, routes!(difference))
}

/// Read a model
#[utoipa::path(get, path = "/models/{id}", operation_id = "find_model", tag = "models", params(("id" = ModelId, Path)),
    responses((status = 200, body = Model), (status = "default", body = Problem)))]
async fn find(State(services): State<Services>, actor: Actor, Id(id): Id<ModelId>) -> Result<Json<Model>, Failure> {
    Ok(Json(operations::find(&services.database, &actor, id).await?))
}

/// Change name, description, notes or tags of a model
#[utoipa::path(patch, path = "/models/{id}", operation_id = "change_model", tag = "models", params(("id" = ModelId, Path)), request_body = ModelChange,
    responses((status = 200, body = Model), (status = 409, description = "`model_name_taken` or `changed_meanwhile`", body = Problem), (status = "default", body = Problem)))]
async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelId>,
    Body(change): Body<ModelChange>,
) -> Result<Json<Model>, Failure> {
    Ok(Json(operations::models::change(&services.database, &actor, id, change).await?))
}

/// Delete a model that has no versions any more
#[utoipa::path(delete, path = "/models/{id}", operation_id = "delete_model", tag = "models", params(("id" = ModelId, Path)),
    responses((status = 204), (status = 409, description = "`in_use`", body = Problem), (status = "default", body = Problem)))]
async fn delete(State(services): State<Services>, actor: Actor, Id(id): Id<ModelId>) -> Result<StatusCode, Failure> {
    operations::models::delete(&services.database, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hide a model from lists and pickers
#[utoipa::path(post, path = "/models/{id}/archive", operation_id = "archive_model", tag = "models", params(("id" = ModelId, Path)),
    responses((status = 200, body = Model), (status = "default", body = Problem)))]
async fn archive(State(services): State<Services>, actor: Actor, Id(id): Id<ModelId>) -> Result<Json<Model>, Failure> {
    Ok(Json(operations::models::set_archived(&services.database, &actor, id, true).await?))
}

/// Show an archived model again
#[utoipa::path(post, path = "/models/{id}/restore", operation_id = "restore_model", tag = "models", params(("id" = ModelId, Path)),
    responses((status = 200, body = Model), (status = "default", body = Problem)))]
async fn restore(State(services): State<Services>, actor: Actor, Id(id): Id<ModelId>) -> Result<Json<Model>, Failure> {
    Ok(Json(operations::models::set_archived(&services.database, &actor, id, false).await?))
}

/// Read the version that an alias points to
///
/// `latest` is the version with the highest number.
#[utoipa::path(get, path = "/models/{id}/aliases/{*name}", operation_id = "find_model_version_by_alias", tag = "models", params(("id" = ModelId, Path), ("name" = String, Path)),
    responses((status = 200, body = ModelVersion), (status = "default", body = Problem)))]
async fn find_by_alias(
    State(services): State<Services>,
    actor: Actor,
    IdAndName(id, alias): IdAndName<ModelId>,
) -> Result<Json<ModelVersion>, Failure> {
    let number = operations::aliases::find_number(&services.database, &actor, id, &alias).await?;
    Ok(Json(operations::find_version_by_number(&services.database, &actor, id, number).await?))
}

/// Let an alias point to a version of the model
///
/// At most 60 characters; not a number, and not `latest`. The version that it pointed to before loses it in the same moment.
#[utoipa::path(put, path = "/models/{id}/aliases/{*name}", operation_id = "set_model_alias", tag = "models", params(("id" = ModelId, Path), ("name" = String, Path)), request_body = AliasTarget,
    responses((status = 200, body = Model), (status = "default", body = Problem)))]
async fn set_alias(
    State(services): State<Services>,
    actor: Actor,
    IdAndName(id, alias): IdAndName<ModelId>,
    Body(target): Body<AliasTarget>,
) -> Result<Json<Model>, Failure> {
    Ok(Json(operations::aliases::set(&services.database, &actor, id, &alias, target.number).await?))
}

/// Remove an alias from the model
#[utoipa::path(delete, path = "/models/{id}/aliases/{*name}", operation_id = "remove_model_alias", tag = "models", params(("id" = ModelId, Path), ("name" = String, Path)),
    responses((status = 200, body = Model), (status = "default", body = Problem)))]
async fn remove_alias(
    State(services): State<Services>,
    actor: Actor,
    IdAndName(id, alias): IdAndName<ModelId>,
) -> Result<Json<Model>, Failure> {
    Ok(Json(operations::aliases::remove(&services.database, &actor, id, &alias).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DifferenceParams {
    /// The version to compare with, of the same model or of another; the version before unless given.
    from: Option<ModelVersionId>,
}

/// Compare a version with another, or with the one before it
#[utoipa::path(get, path = "/model-versions/{id}/difference", operation_id = "compare_model_versions", tag = "models", params(("id" = ModelVersionId, Path), DifferenceParams),
    responses((status = 200, body = VersionDifference), (status = "default", body = Problem)))]
async fn difference(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelVersionId>,
    Params(query): Params<DifferenceParams>,
) -> Result<Json<VersionDifference>, Failure> {
    let after = operations::find_version(&services.database, &actor, id).await?;
    let before = match query.from {
        Some(from) => Some(operations::find_version(&services.database, &actor, from).await?),
        None => operations::find_previous(&services.database, &actor, after.model_id, after.number).await?,
    };
    Ok(Json(VersionDifference::between(before.as_ref().unwrap_or(&after), &after)))
}
