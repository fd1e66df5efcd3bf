//! Projects.

use crate::{
    audit::{self, Change},
    database::{Database, unless_taken},
    error::Failure,
    experiment::{ExperimentError, NewProject, Project, ProjectChange, store::projects},
    vocabulary::{Actor, Page, ProjectId, Timestamp, current::require_current, paging::checked_cursor},
};

/// The projects of the organization, newest first.
pub async fn list_projects(
    database: &Database,
    actor: &Actor,
    search: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Project>, Failure> {
    let cursor = checked_cursor(cursor)?;
    let items = projects::list(&mut *database.read().await?, actor, search, cursor, limit + 1).await?;
    Ok(Page::cut(items, limit, |project| project.id.to_string()))
}

/// One project.
pub async fn find_project(database: &Database, actor: &Actor, id: ProjectId) -> Result<Project, Failure> {
    actor.entering(id)?;
    let found = projects::find(&mut *database.read().await?, actor.organization_id, id).await?;
    found.ok_or_else(|| ExperimentError::ProjectNotFound.into())
}

/// Creates a project.
pub async fn create_project(database: &Database, actor: &Actor, new: NewProject) -> Result<Project, Failure> {
    create_project_with_id(database, actor, ProjectId::generate(), new).await
}

/// Creates a project whose id was made before.
pub async fn create_project_with_id(
    database: &Database,
    actor: &Actor,
    id: ProjectId,
    new: NewProject,
) -> Result<Project, Failure> {
    actor.require_write("creating a project")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    projects::insert(&mut transaction, actor, id, &new, now).await.map_err(|error| {
        unless_taken(error, || Failure::from(ExperimentError::ProjectNameTaken(new.name.to_string())).into_shown())
    })?;
    let created =
        projects::find(&mut transaction, actor.organization_id, id).await?.ok_or(ExperimentError::ProjectNotFound)?;
    let change = Change::created("project", &id, created.facts()).with("name", created.name.as_str());
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(created)
}

/// Changes name or description of a project.
pub async fn change_project(
    database: &Database,
    actor: &Actor,
    id: ProjectId,
    change: ProjectChange,
) -> Result<Project, Failure> {
    actor.require_write("changing a project")?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    projects::lock(&mut transaction, organization, id).await?;
    let before = projects::find(&mut transaction, organization, id).await?.ok_or(ExperimentError::ProjectNotFound)?;
    require_current("project", change.based_on, before.updated_at)?;
    let name = change.name.as_ref().map_or(before.name.as_str(), |name| name.as_str());
    let description = change.description.as_ref().map_or(before.description.as_str(), |text| text.as_str());
    projects::update(&mut transaction, organization, id, (name, description), now).await.map_err(|error| {
        unless_taken(error, || Failure::from(ExperimentError::ProjectNameTaken(name.to_owned())).into_shown())
    })?;
    let after = projects::find(&mut transaction, organization, id).await?.ok_or(ExperimentError::ProjectNotFound)?;
    let change = Change::updated("project", &id, before.facts(), after.facts()).with("name", after.name.as_str());
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(after)
}
