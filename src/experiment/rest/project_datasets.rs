//! The dataset versions of a project.

use crate::{
    auth::gate::{Api, Need},
    dataset::DatasetVersion,
    error::Failure,
    experiment::operations,
    server::{
        extract::{Id, TwoIds},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, DatasetVersionId, Page, ProjectId},
};
use axum::{Json, extract::State, http::StatusCode};
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new().add(Need::Read, routes!(list)).add(Need::Write, routes!(attach)).add(Need::Write, routes!(detach))
}

/// List the dataset versions of a project: at most 100, in one page
#[utoipa::path(get, path = "/projects/{id}/dataset-versions", operation_id = "list_project_dataset_versions", tag = "projects",
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = Page<DatasetVersion>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ProjectId>,
) -> Result<Json<Page<DatasetVersion>>, Failure> {
    let items = operations::list_project_dataset_versions(&services.database, &actor, id).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Add a dataset version to a project; one that is there stays
#[utoipa::path(put, path = "/projects/{id}/dataset-versions/{version}", operation_id = "attach_dataset_version_to_project", tag = "projects",
    params(("id" = ProjectId, Path), ("version" = DatasetVersionId, Path)),
    responses((status = 204), (status = 422, description = "`unknown_dataset_version` or `too_many`", body = Problem),
        (status = "default", body = Problem)))]
async fn attach(
    State(services): State<Services>,
    actor: Actor,
    TwoIds(id, dataset_version): TwoIds<ProjectId, DatasetVersionId>,
) -> Result<StatusCode, Failure> {
    operations::attach_to_project(&services.database, &actor, id, dataset_version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a dataset version from a project, if it is there; experiments that use it keep it
#[utoipa::path(delete, path = "/projects/{id}/dataset-versions/{version}", operation_id = "detach_dataset_version_from_project", tag = "projects",
    params(("id" = ProjectId, Path), ("version" = DatasetVersionId, Path)),
    responses((status = 204), (status = "default", body = Problem)))]
async fn detach(
    State(services): State<Services>,
    actor: Actor,
    TwoIds(id, dataset_version): TwoIds<ProjectId, DatasetVersionId>,
) -> Result<StatusCode, Failure> {
    operations::detach_from_project(&services.database, &actor, id, &[dataset_version]).await?;
    Ok(StatusCode::NO_CONTENT)
}
