//! The labels of a dataset version, one by one.

use crate::{
    auth::gate::{Api, Need},
    dataset::{DatasetLabel, DatasetLabelChange, NewLabel, operations},
    error::Failure,
    server::{
        extract::{Body, Id},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, DatasetVersionId, LabelId, Page},
};
use axum::{Json, extract::State, http::StatusCode};
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(list))
        .add(Need::Write, routes!(add))
        .add(Need::Read, routes!(find))
        .add(Need::Write, routes!(change))
        .add(Need::Write, routes!(delete))
}

/// List the labels of a dataset version in class order, all of them
#[utoipa::path(get, path = "/dataset-versions/{id}/labels", operation_id = "list_dataset_labels", tag = "datasets", params(("id" = DatasetVersionId, Path)),
    responses((status = 200, body = Page<DatasetLabel>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
) -> Result<Json<Page<DatasetLabel>>, Failure> {
    let items = operations::list_labels(&services.database, &actor, id).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Add a label behind the others, as long as nothing uses the dataset version
#[utoipa::path(post, path = "/dataset-versions/{id}/labels", operation_id = "add_dataset_label", tag = "datasets", params(("id" = DatasetVersionId, Path)), request_body = NewLabel,
    responses((status = 201, body = DatasetLabel), (status = 409, description = "`name_taken` or `labels_in_use`", body = Problem), (status = 423, description = "`locked`", body = Problem), (status = "default", body = Problem)))]
async fn add(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
    Body(new): Body<NewLabel>,
) -> Result<(StatusCode, Json<DatasetLabel>), Failure> {
    Ok((StatusCode::CREATED, Json(operations::add_label(&services.database, &actor, id, &new.name).await?)))
}

/// Read a label of a dataset version
#[utoipa::path(get, path = "/labels/{id}", operation_id = "find_dataset_label", tag = "datasets", params(("id" = LabelId, Path)),
    responses((status = 200, body = DatasetLabel), (status = "default", body = Problem)))]
async fn find(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<LabelId>,
) -> Result<Json<DatasetLabel>, Failure> {
    let (_, label) = operations::find_label(&services.database, &actor, id).await?;
    Ok(Json(label))
}

/// Change count or group of a label; its name only while nothing uses the dataset version
#[utoipa::path(patch, path = "/labels/{id}", operation_id = "change_dataset_label", tag = "datasets", params(("id" = LabelId, Path)), request_body = DatasetLabelChange,
    responses((status = 200, body = DatasetLabel), (status = 409, description = "`name_taken` or `labels_in_use`", body = Problem), (status = 423, description = "`locked`", body = Problem), (status = "default", body = Problem)))]
async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<LabelId>,
    Body(change): Body<DatasetLabelChange>,
) -> Result<Json<DatasetLabel>, Failure> {
    Ok(Json(operations::change_label(&services.database, &actor, id, change).await?))
}

/// Delete a label, as long as nothing uses the dataset version; those behind it move up
#[utoipa::path(delete, path = "/labels/{id}", operation_id = "delete_dataset_label", tag = "datasets", params(("id" = LabelId, Path)),
    responses((status = 204), (status = 409, description = "`labels_in_use`", body = Problem), (status = 423, description = "`locked`", body = Problem), (status = "default", body = Problem)))]
async fn delete(State(services): State<Services>, actor: Actor, Id(id): Id<LabelId>) -> Result<StatusCode, Failure> {
    operations::delete_label(&services.database, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
