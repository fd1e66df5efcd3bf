//! Groups of labels.

use crate::{
    auth::gate::{Api, Need},
    dataset::{LabelGroup, LabelGroupChange, NewLabelGroup, operations},
    error::Failure,
    server::{
        extract::{Body, Id},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, DatasetVersionId, LabelGroupId, Page},
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

/// List the groups of labels of a dataset version by name, all of them
#[utoipa::path(get, path = "/dataset-versions/{id}/label-groups", operation_id = "list_label_groups", tag = "datasets", params(("id" = DatasetVersionId, Path)),
    responses((status = 200, body = Page<LabelGroup>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
) -> Result<Json<Page<LabelGroup>>, Failure> {
    let items = operations::list_label_groups(&services.database, &actor, id).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Add a group of labels, possibly inside another one
#[utoipa::path(post, path = "/dataset-versions/{id}/label-groups", operation_id = "add_label_group", tag = "datasets", params(("id" = DatasetVersionId, Path)), request_body = NewLabelGroup,
    responses((status = 201, body = LabelGroup), (status = 409, description = "`name_taken` or `too_many_groups`", body = Problem), (status = 423, description = "`locked`", body = Problem), (status = "default", body = Problem)))]
async fn add(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
    Body(new): Body<NewLabelGroup>,
) -> Result<(StatusCode, Json<LabelGroup>), Failure> {
    Ok((StatusCode::CREATED, Json(operations::add_label_group(&services.database, &actor, id, new).await?)))
}

/// Read a group of labels
#[utoipa::path(get, path = "/label-groups/{id}", operation_id = "find_label_group", tag = "datasets", params(("id" = LabelGroupId, Path)),
    responses((status = 200, body = LabelGroup), (status = "default", body = Problem)))]
async fn find(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<LabelGroupId>,
) -> Result<Json<LabelGroup>, Failure> {
    let (_, group) = operations::find_label_group(&services.database, &actor, id).await?;
    Ok(Json(group))
}

/// Change name or place of a group of labels; it cannot come to be inside itself
#[utoipa::path(patch, path = "/label-groups/{id}", operation_id = "change_label_group", tag = "datasets", params(("id" = LabelGroupId, Path)), request_body = LabelGroupChange,
    responses((status = 200, body = LabelGroup), (status = 409, description = "`name_taken`", body = Problem), (status = 423, description = "`locked`", body = Problem), (status = "default", body = Problem)))]
async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<LabelGroupId>,
    Body(change): Body<LabelGroupChange>,
) -> Result<Json<LabelGroup>, Failure> {
    Ok(Json(operations::change_label_group(&services.database, &actor, id, change).await?))
}

/// Delete a group: its labels have none then, and its groups are in the one above
#[utoipa::path(delete, path = "/label-groups/{id}", operation_id = "delete_label_group", tag = "datasets", params(("id" = LabelGroupId, Path)),
    responses((status = 204), (status = 423, description = "`locked`", body = Problem), (status = "default", body = Problem)))]
async fn delete(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<LabelGroupId>,
) -> Result<StatusCode, Failure> {
    operations::delete_label_group(&services.database, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
