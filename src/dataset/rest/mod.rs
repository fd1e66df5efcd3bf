//! The scripts' door to datasets.

mod groups;
mod labels;
mod life;

use crate::dataset::{
    Dataset, DatasetChange, DatasetVersion, DatasetVersionChange, DatasetWithVersions, NewDataset, NewDatasetVersion,
    operations,
};
use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    server::{
        extract::{Body, Id, ListParams, Params, limit},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, DatasetId, DatasetVersionId, Page},
};
use axum::{Json, extract::State, http::StatusCode};
use utoipa_axum::routes;

/// All routes of this slice.
pub fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(list))
        .add(Need::Write, routes!(create))
        .add(Need::Read, routes!(find))
        .add(Need::Write, routes!(change))
        .add(Need::Write, routes!(create_version))
        .add(Need::Read, routes!(find_version))
        .add(Need::Write, routes!(change_version))
        .merge(life::routes())
        .merge(labels::routes())
        .merge(groups::routes())
}

/// List datasets, newest first
#[utoipa::path(get, path = "/datasets", operation_id = "list_datasets", tag = "datasets", params(ListParams),
    responses((status = 200, body = Page<Dataset>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Params(query): Params<ListParams>,
) -> Result<Json<Page<Dataset>>, Failure> {
    let limit = limit(query.limit)?;
    Ok(Json(operations::list(&services.database, &actor, &query.search, query.cursor.as_deref(), limit).await?))
}

/// Create a dataset
#[utoipa::path(post, path = "/datasets", operation_id = "create_dataset", tag = "datasets", request_body = NewDataset,
    responses((status = 201, body = Dataset), (status = 409, description = "`name_taken`", body = Problem), (status = "default", body = Problem)))]
async fn create(
    State(services): State<Services>,
    actor: Actor,
    Body(new): Body<NewDataset>,
) -> Result<(StatusCode, Json<Dataset>), Failure> {
    Ok((StatusCode::CREATED, Json(operations::create(&services.database, &actor, new).await?)))
}

/// Read a dataset with its versions
#[utoipa::path(get, path = "/datasets/{id}", operation_id = "find_dataset", tag = "datasets", params(("id" = DatasetId, Path)),
    responses((status = 200, body = DatasetWithVersions), (status = "default", body = Problem)))]
async fn find(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetId>,
) -> Result<Json<DatasetWithVersions>, Failure> {
    Ok(Json(operations::find(&services.database, &actor, id).await?))
}

/// Create a version of a dataset, with its labels
#[utoipa::path(post, path = "/datasets/{id}/versions", operation_id = "create_dataset_version", tag = "datasets", params(("id" = DatasetId, Path)), request_body = NewDatasetVersion,
    responses((status = 201, body = DatasetVersion), (status = 409, description = "`name_taken`", body = Problem), (status = "default", body = Problem)))]
async fn create_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetId>,
    Body(new): Body<NewDatasetVersion>,
) -> Result<(StatusCode, Json<DatasetVersion>), Failure> {
    Ok((StatusCode::CREATED, Json(operations::create_version(&services.database, &actor, id, new).await?)))
}

/// Read a dataset version
#[utoipa::path(get, path = "/dataset-versions/{id}", operation_id = "find_dataset_version", tag = "datasets", params(("id" = DatasetVersionId, Path)),
    responses((status = 200, body = DatasetVersion), (status = "default", body = Problem)))]
async fn find_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
) -> Result<Json<DatasetVersion>, Failure> {
    Ok(Json(operations::find_version(&services.database, &actor, id).await?))
}

/// Change name, description or tags of a dataset
#[utoipa::path(patch, path = "/datasets/{id}", operation_id = "change_dataset", tag = "datasets", params(("id" = DatasetId, Path)), request_body = DatasetChange,
    responses((status = 200, body = Dataset), (status = 409, description = "`name_taken` or `changed_meanwhile`", body = Problem), (status = "default", body = Problem)))]
async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetId>,
    Body(change): Body<DatasetChange>,
) -> Result<Json<Dataset>, Failure> {
    Ok(Json(operations::change(&services.database, &actor, id, change).await?))
}

/// Change a dataset version; its labels only while nothing uses them
#[utoipa::path(patch, path = "/dataset-versions/{id}", operation_id = "change_dataset_version", tag = "datasets", params(("id" = DatasetVersionId, Path)), request_body = DatasetVersionChange,
    responses((status = 200, body = DatasetVersion), (status = 409, description = "`name_taken`, `labels_in_use` or `changed_meanwhile`", body = Problem), (status = 423, description = "`locked`", body = Problem), (status = "default", body = Problem)))]
async fn change_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<DatasetVersionId>,
    Body(change): Body<DatasetVersionChange>,
) -> Result<Json<DatasetVersion>, Failure> {
    Ok(Json(operations::change_version(&services.database, &actor, id, change).await?))
}
