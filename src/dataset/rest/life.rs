//! Locking, copying and deleting.

use crate::{
    auth::gate::{Api, Need},
    dataset::{DatasetVersion, NewCopy, operations},
    error::Failure,
    server::{
        extract::{Body, Id},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, DatasetId, DatasetVersionId},
};
use axum::{Json, extract::State, http::StatusCode};
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new()
        .add(Need::Write, routes!(lock_version))
        .add(Need::Write, routes!(unlock_version))
        .add(Need::Write, routes!(copy_version))
        .add(Need::Manage, routes!(delete_version))
        .add(Need::Manage, routes!(delete))
}

/// Lock a dataset version against every change and deletion
#[utoipa::path(post, path = "/dataset-versions/{id}/lock", operation_id = "lock_dataset_version", tag = "datasets", params(("id" = DatasetVersionId, Path)),
    responses((status = 200, body = DatasetVersion), (status = "default", body = Problem)))]
async fn lock_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
) -> Result<Json<DatasetVersion>, Failure> {
    Ok(Json(operations::lock_version(&services.database, &actor, id).await?))
}

/// Open a locked dataset version again
#[utoipa::path(post, path = "/dataset-versions/{id}/unlock", operation_id = "unlock_dataset_version", tag = "datasets", params(("id" = DatasetVersionId, Path)),
    responses((status = 200, body = DatasetVersion), (status = "default", body = Problem)))]
async fn unlock_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
) -> Result<Json<DatasetVersion>, Failure> {
    Ok(Json(operations::unlock_version(&services.database, &actor, id).await?))
}

/// Make a new dataset version from another one
#[utoipa::path(post, path = "/dataset-versions/{id}/copy", operation_id = "copy_dataset_version", tag = "datasets", params(("id" = DatasetVersionId, Path)), request_body = NewCopy,
    responses((status = 201, body = DatasetVersion), (status = 409, description = "`name_taken`", body = Problem), (status = "default", body = Problem)))]
async fn copy_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
    Body(new): Body<NewCopy>,
) -> Result<(StatusCode, Json<DatasetVersion>), Failure> {
    Ok((StatusCode::CREATED, Json(operations::copy_version(&services.database, &actor, id, new).await?)))
}

/// Delete a dataset version; refused while an experiment or a model version uses it
#[utoipa::path(delete, path = "/dataset-versions/{id}", operation_id = "delete_dataset_version", tag = "datasets", params(("id" = DatasetVersionId, Path)),
    responses((status = 204), (status = 409, description = "`in_use`", body = Problem), (status = 423, description = "`locked`", body = Problem), (status = "default", body = Problem)))]
async fn delete_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
) -> Result<StatusCode, Failure> {
    operations::delete_version(&services.database, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a dataset with all its versions; refused while any of them is in use or locked
#[utoipa::path(delete, path = "/datasets/{id}", operation_id = "delete_dataset", tag = "datasets", params(("id" = DatasetId, Path)),
    responses((status = 204), (status = 409, description = "`in_use`", body = Problem), (status = 423, description = "`locked`", body = Problem), (status = "default", body = Problem)))]
async fn delete(State(services): State<Services>, actor: Actor, Id(id): Id<DatasetId>) -> Result<StatusCode, Failure> {
    operations::delete(&services.database, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
