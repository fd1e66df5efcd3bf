//! Deleting projects, and the dataset versions that a project works with.

use crate::{
    audit::{self, Change},
    database::Database,
    dataset::{self, DatasetVersion},
    error::Failure,
    experiment::{
        ExperimentError, Project,
        store::{given, projects},
    },
    vocabulary::{Actor, DatasetVersionId, ProjectId, Timestamp, name::name_key},
};

/// The project of this name.
pub async fn find_project_by_name(database: &Database, actor: &Actor, name: &str) -> Result<Option<Project>, Failure> {
    let mut connection = database.read().await?;
    match projects::find_by_name(&mut connection, actor.organization_id, &name_key(name)).await? {
        Some(id) if actor.entering(id).is_ok() => Ok(projects::find(&mut connection, actor.organization_id, id).await?),
        _ => Ok(None),
    }
}

/// Deletes a project that has no experiments any more.
pub async fn delete_project(database: &Database, actor: &Actor, id: ProjectId) -> Result<(), Failure> {
    actor.entering(id)?.require_owner("deleting a project")?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    projects::lock(&mut transaction, organization, id).await?;
    let project = projects::find(&mut transaction, organization, id).await?.ok_or(ExperimentError::ProjectNotFound)?;
    if project.experiment_count > 0 {
        return Err(ExperimentError::ProjectInUse(project.experiment_count).into());
    }
    for version in given::list_of_project(&mut transaction, organization, id).await? {
        given::delete_from_project(&mut transaction, organization, id, version).await?;
    }
    projects::delete(&mut transaction, organization, id, now).await?;
    let deleted = Change::deleted("project", &id, project.facts()).with("name", project.name);
    audit::record(&mut transaction, actor, now, deleted).await?;
    Ok(transaction.commit().await?)
}

/// The dataset versions of a project, in the order in which they were attached.
pub async fn list_project_dataset_versions(
    database: &Database,
    actor: &Actor,
    id: ProjectId,
) -> Result<Vec<DatasetVersion>, Failure> {
    actor.entering(id)?;
    let organization = actor.organization_id;
    let mut connection = database.read().await?;
    projects::find(&mut connection, organization, id).await?.ok_or(ExperimentError::ProjectNotFound)?;
    let mut versions = Vec::new();
    for version in given::list_of_project(&mut connection, organization, id).await? {
        versions.extend(dataset::store::find_version(&mut connection, organization, version).await?);
    }
    Ok(versions)
}

/// Attaches a dataset version to a project. Attaching it again changes nothing.
pub async fn attach_to_project(
    database: &Database,
    actor: &Actor,
    id: ProjectId,
    version: DatasetVersionId,
) -> Result<(), Failure> {
    actor.entering(id)?.require_write("attaching a dataset version")?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    projects::lock(&mut transaction, organization, id).await?;
    let project = projects::find(&mut transaction, organization, id).await?.ok_or(ExperimentError::ProjectNotFound)?;
    dataset::store::lock_version(&mut transaction, organization, version).await?;
    let found = dataset::store::find_version(&mut transaction, organization, version).await?;
    let found = found.ok_or_else(|| ExperimentError::DatasetVersionNotFound(version.to_string()))?;
    if given::insert_into_project(&mut transaction, organization, id, version, now).await? {
        let change = Change::act("attach", "project", &id)
            .with("name", project.name)
            .with("dataset_version", dataset::whole_name(&found.dataset_name, &found.name));
        audit::record(&mut transaction, actor, now, change).await?;
    }
    Ok(transaction.commit().await?)
}

/// Detaches dataset versions from a project; those that it has not are left out.
pub async fn detach_from_project(
    database: &Database,
    actor: &Actor,
    id: ProjectId,
    versions: &[DatasetVersionId],
) -> Result<(), Failure> {
    actor.entering(id)?.require_write("detaching a dataset version")?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    projects::lock(&mut transaction, organization, id).await?;
    let project = projects::find(&mut transaction, organization, id).await?.ok_or(ExperimentError::ProjectNotFound)?;
    let mut detached = Vec::new();
    for version in versions {
        if given::delete_from_project(&mut transaction, organization, id, *version).await? {
            detached.push(version.to_string());
        }
    }
    if !detached.is_empty() {
        let change =
            Change::act("detach", "project", &id).with("name", project.name).with("dataset_version_ids", detached);
        audit::record(&mut transaction, actor, now, change).await?;
    }
    Ok(transaction.commit().await?)
}
