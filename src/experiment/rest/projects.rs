//! Projects.

use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    experiment::{NewProject, Project, ProjectChange, operations},
    server::{
        extract::{Body, Id, ListParams, Params, limit},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, Page, ProjectId},
};
use axum::{Json, extract::State, http::StatusCode};
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(list))
        .add(Need::Write, routes!(create))
        .add(Need::Read, routes!(find))
        .add(Need::Write, routes!(change))
        .add(Need::Manage, routes!(delete))
}

/// List projects, newest first
#[utoipa::path(get, path = "/projects", operation_id = "list_projects", tag = "projects", params(ListParams),
    responses((status = 200, body = Page<Project>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Params(query): Params<ListParams>,
) -> Result<Json<Page<Project>>, Failure> {
    let limit = limit(query.limit)?;
    Ok(Json(
        operations::list_projects(&services.database, &actor, &query.search, query.cursor.as_deref(), limit).await?,
    ))
}

/// Create a project
#[utoipa::path(post, path = "/projects", operation_id = "create_project", tag = "projects", request_body = NewProject,
    responses((status = 201, body = Project), (status = 409, description = "`name_taken`", body = Problem), (status = "default", body = Problem)))]
async fn create(
    State(services): State<Services>,
    actor: Actor,
    Body(new): Body<NewProject>,
) -> Result<(StatusCode, Json<Project>), Failure> {
    Ok((StatusCode::CREATED, Json(operations::create_project(&services.database, &actor, new).await?)))
}

/// Read a project
#[utoipa::path(get, path = "/projects/{id}", operation_id = "find_project", tag = "projects", params(("id" = ProjectId, Path)),
    responses((status = 200, body = Project), (status = "default", body = Problem)))]
async fn find(State(services): State<Services>, actor: Actor, Id(id): Id<ProjectId>) -> Result<Json<Project>, Failure> {
    Ok(Json(operations::find_project(&services.database, &actor, id).await?))
}

/// Change the name or the description of a project
#[utoipa::path(patch, path = "/projects/{id}", operation_id = "change_project", tag = "projects", params(("id" = ProjectId, Path)), request_body = ProjectChange,
    responses((status = 200, body = Project), (status = 409, description = "`name_taken` or `changed_meanwhile`", body = Problem), (status = "default", body = Problem)))]
async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ProjectId>,
    Body(change): Body<ProjectChange>,
) -> Result<Json<Project>, Failure> {
    Ok(Json(operations::change_project(&services.database, &actor, id, change).await?))
}

/// Delete a project whose experiments are all deleted; only owners may
#[utoipa::path(delete, path = "/projects/{id}", operation_id = "delete_project", tag = "projects", params(("id" = ProjectId, Path)),
    responses((status = 204), (status = 403, description = "`role_too_low`", body = Problem), (status = 409, description = "`in_use`", body = Problem),
        (status = "default", body = Problem)))]
async fn delete(State(services): State<Services>, actor: Actor, Id(id): Id<ProjectId>) -> Result<StatusCode, Failure> {
    operations::delete_project(&services.database, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
