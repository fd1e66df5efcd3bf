//! SQL for what an experiment is given after its creation: bases, dataset versions, labels.

use super::parts;
use crate::{
    database::{Connection, stored},
    experiment::{ExperimentLink, NewAttachment},
    vocabulary::{DatasetVersionId, ExperimentId, LabelMap, ModelVersionId, OrganizationId, ProjectId, Timestamp},
};

pub async fn find_base_experiment(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<Option<ExperimentLink>, sqlx::Error> {
    let row: Option<(String, String, Option<i64>)> = sqlx::query_as(
        "SELECT experiments.id, experiments.name, experiments.deleted_at
         FROM experiment_base_experiments
         JOIN experiments ON experiments.id = experiment_base_experiments.base_experiment_id
         WHERE experiment_base_experiments.organization_id = $1 AND experiment_base_experiments.experiment_id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(|(id, name, deleted_at)| Ok(ExperimentLink { id: stored(&id)?, name, is_deleted: deleted_at.is_some() }))
        .transpose()
}

pub async fn set_base_experiment(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    base: ExperimentId,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO experiment_base_experiments (organization_id, experiment_id, base_experiment_id) VALUES ($1, $2, $3)
         ON CONFLICT (experiment_id) DO UPDATE SET base_experiment_id = excluded.base_experiment_id",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(base.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn set_base_model_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    base: ModelVersionId,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM experiment_bases WHERE organization_id = $1 AND experiment_id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(&mut *connection)
        .await?;
    parts::insert_base(connection, organization, id, base).await
}

/// Replaces the label map, and says where it is from.
pub async fn replace_labels(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    labels: &LabelMap,
    from: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM experiment_labels WHERE organization_id = $1 AND experiment_id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(&mut *connection)
        .await?;
    parts::insert_labels(connection, organization, id, labels).await?;
    sqlx::query("UPDATE experiments SET labels_from = $1 WHERE organization_id = $2 AND id = $3")
        .bind(from)
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Attaches one more dataset version, after the others.
pub async fn insert_attachment(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    new: &NewAttachment,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO experiment_dataset_versions (organization_id, experiment_id, position, alias, alias_key, dataset_version_id)
         VALUES ($1, $2, (SELECT COALESCE(MAX(position) + 1, 0) FROM experiment_dataset_versions WHERE experiment_id = $2), $3, $4, $5)",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(new.alias.as_str())
    .bind(new.alias.key())
    .bind(new.dataset_version_id.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Detaches a dataset version under all its aliases; says whether it was attached.
pub async fn delete_attachments(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    dataset_version: DatasetVersionId,
) -> Result<bool, sqlx::Error> {
    let deleted = sqlx::query(
        "DELETE FROM experiment_dataset_versions
         WHERE organization_id = $1 AND experiment_id = $2 AND dataset_version_id = $3",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(dataset_version.to_string())
    .execute(connection)
    .await?;
    Ok(deleted.rows_affected() > 0)
}

/// The experiment of this name key in a project.
pub async fn find_by_name(
    connection: &mut Connection,
    organization: OrganizationId,
    project: ProjectId,
    name_key: &str,
) -> Result<Option<ExperimentId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT id FROM experiments
         WHERE organization_id = $1 AND project_id = $2 AND name_key = $3 AND deleted_at IS NULL",
    )
    .bind(organization.to_string())
    .bind(project.to_string())
    .bind(name_key)
    .fetch_optional(connection)
    .await?;
    id.as_deref().map(stored).transpose()
}

/// The dataset versions of a project, in the order in which they were attached.
pub async fn list_of_project(
    connection: &mut Connection,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<Vec<DatasetVersionId>, sqlx::Error> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT dataset_version_id FROM project_dataset_versions
         WHERE organization_id = $1 AND project_id = $2
         ORDER BY attached_at, dataset_version_id",
    )
    .bind(organization.to_string())
    .bind(project.to_string())
    .fetch_all(connection)
    .await?;
    ids.iter().map(|id| stored(id)).collect()
}

/// Attaches a dataset version to a project; says whether it was not yet.
pub async fn insert_into_project(
    connection: &mut Connection,
    organization: OrganizationId,
    project: ProjectId,
    dataset_version: DatasetVersionId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query(
        "INSERT INTO project_dataset_versions (organization_id, project_id, dataset_version_id, attached_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (project_id, dataset_version_id) DO NOTHING",
    )
    .bind(organization.to_string())
    .bind(project.to_string())
    .bind(dataset_version.to_string())
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

pub async fn delete_from_project(
    connection: &mut Connection,
    organization: OrganizationId,
    project: ProjectId,
    dataset_version: DatasetVersionId,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM project_dataset_versions
         WHERE organization_id = $1 AND project_id = $2 AND dataset_version_id = $3",
    )
    .bind(organization.to_string())
    .bind(project.to_string())
    .bind(dataset_version.to_string())
    .execute(connection)
    .await?;
    Ok(())
}
