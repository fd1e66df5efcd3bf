//! Deleting projects, and the dataset versions that a project works with.

use crate::{
    audit::{self, Change},
    database::{Connection, Database},
    dataset::{self, DatasetVersion},
    error::Failure,
    experiment::{
        ExperimentError, MAX_DATASET_VERSIONS, Project,
        store::{given, projects},
    },
    vocabulary::{Actor, DatasetVersionId, ProjectId, Timestamp, name::name_key},
};
use serde_json::json;

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
    let mut facts = project.facts();
    facts["dataset_versions"] = json!(given::list_of_project(&mut transaction, organization, id).await?);
    projects::delete(&mut transaction, organization, id, now).await?;
    let deleted = Change::deleted("project", &id, facts).with("name", project.name);
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
    found.ok_or_else(|| ExperimentError::DatasetVersionNotFound(version.to_string()))?;
    let before = given::list_of_project(&mut transaction, organization, id).await?;
    if !given::insert_into_project(&mut transaction, organization, id, version, now).await? {
        return Ok(());
    }
    if before.len() >= MAX_DATASET_VERSIONS {
        return Err(ExperimentError::TooManyDatasetVersions.into());
    }
    record(&mut transaction, actor, &project, ("attach", before), now).await?;
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
    let before = given::list_of_project(&mut transaction, organization, id).await?;
    let detached: Vec<_> = versions.iter().filter(|version| before.contains(version)).collect();
    if detached.is_empty() {
        return Ok(());
    }
    for version in detached {
        given::delete_from_project(&mut transaction, organization, id, *version).await?;
    }
    record(&mut transaction, actor, &project, ("detach", before), now).await?;
    Ok(transaction.commit().await?)
}

async fn record(
    connection: &mut Connection,
    actor: &Actor,
    project: &Project,
    (action, before): (&'static str, Vec<DatasetVersionId>),
    now: Timestamp,
) -> Result<(), Failure> {
    let after = given::list_of_project(connection, actor.organization_id, project.id).await?;
    let (before, after) = (json!({ "dataset_versions": before }), json!({ "dataset_versions": after }));
    let change = Change::updated("project", &project.id, before, after).named(action);
    Ok(audit::record(connection, actor, now, change.with("name", project.name.as_str())).await?)
}
