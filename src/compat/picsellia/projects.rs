//! Projects, and the dataset versions that a project works with.

use super::{
    answer::{self, EVERYTHING},
    ask::{Asked, Body, Own, id},
    datasets,
};
use crate::{
    auth::gate::{Calls, Need},
    error::Failure,
    experiment::{ExperimentError, NewProject, Project, ProjectChange, operations},
    server::extract::Id,
    services::Services,
    vocabulary::{Actor, DatasetVersionId, Description, Name, ProjectId},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn calls() -> Calls {
    Calls::new()
        .get("/api/organization/{organization}/projects", list)
        .post("/api/organization/{organization}/projects", Need::Write, create)
        .get("/api/organization/{organization}/projects/find", find)
        .get("/api/project/{project}", sync)
        .patch("/api/project/{project}", Need::Write, change)
        .delete("/api/project/{project}", Need::Manage, delete)
        .get("/api/project/{project}/datasets", list_datasets)
        .post("/api/project/{project}/datasets", Need::Write, attach)
        .delete("/api/project/{project}/datasets", Need::Write, detach)
}

fn shown(project: &Project) -> Value {
    json!({
        "id": project.id,
        "name": project.name,
        "description": project.description,
        "private": true,
        "created_at": project.created_at,
        "updated_at": project.updated_at,
    })
}

async fn list(State(services): State<Services>, actor: Actor, _: Own, asked: Asked) -> Result<Json<Value>, Failure> {
    let projects = operations::list_projects(&services.database, &actor, "", None, EVERYTHING).await?;
    answer::list(projects.items.iter().map(shown).collect(), &asked)
}

#[derive(Deserialize)]
struct New {
    name: Name,
    description: Option<Description>,
}

async fn create(
    State(services): State<Services>,
    actor: Actor,
    _: Own,
    Body(new): Body<New>,
) -> Result<Json<Value>, Failure> {
    let new = NewProject { name: new.name, description: new.description.unwrap_or_default() };
    Ok(Json(shown(&operations::create_project(&services.database, &actor, new).await?)))
}

async fn find(State(services): State<Services>, actor: Actor, _: Own, asked: Asked) -> Result<Json<Value>, Failure> {
    let project = match asked.one_of(&["id", "name"])? {
        ("id", text) => operations::find_project(&services.database, &actor, id(text, "project")?).await?,
        (_, name) => operations::find_project_by_name(&services.database, &actor, name)
            .await?
            .ok_or(ExperimentError::ProjectNotFound)?,
    };
    Ok(Json(shown(&project)))
}

async fn sync(
    State(services): State<Services>,
    actor: Actor,
    Id(project): Id<ProjectId>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(shown(&operations::find_project(&services.database, &actor, project).await?)))
}

#[derive(Deserialize)]
struct NewWords {
    name: Option<Name>,
    description: Option<Description>,
}

async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(project): Id<ProjectId>,
    Body(words): Body<NewWords>,
) -> Result<Json<Value>, Failure> {
    let change = ProjectChange { name: words.name, description: words.description, ..ProjectChange::default() };
    Ok(Json(shown(&operations::change_project(&services.database, &actor, project, change).await?)))
}

async fn delete(
    State(services): State<Services>,
    actor: Actor,
    Id(project): Id<ProjectId>,
) -> Result<StatusCode, Failure> {
    operations::delete_project(&services.database, &actor, project).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list_datasets(
    State(services): State<Services>,
    actor: Actor,
    Id(project): Id<ProjectId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let versions = operations::list_project_dataset_versions(&services.database, &actor, project).await?;
    answer::list(versions.iter().map(datasets::version_shown).collect(), &asked)
}

#[derive(Deserialize)]
struct Attached {
    dataset_version_id: DatasetVersionId,
}

async fn attach(
    State(services): State<Services>,
    actor: Actor,
    Id(project): Id<ProjectId>,
    Body(attached): Body<Attached>,
) -> Result<Json<Value>, Failure> {
    operations::attach_to_project(&services.database, &actor, project, attached.dataset_version_id).await?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
pub struct DatasetVersionIds {
    pub ids: Vec<DatasetVersionId>,
}

async fn detach(
    State(services): State<Services>,
    actor: Actor,
    Id(project): Id<ProjectId>,
    Body(detached): Body<DatasetVersionIds>,
) -> Result<StatusCode, Failure> {
    operations::detach_from_project(&services.database, &actor, project, &detached.ids).await?;
    Ok(StatusCode::NO_CONTENT)
}
