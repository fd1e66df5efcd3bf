//! SQL for what happens to versions after they exist.

use super::to_json;
use crate::{
    database::{Connection, stored_time},
    model::VersionDependents,
    vocabulary::{DockerImage, ModelVersionId, OrganizationId, Timestamp, name::name_key},
};

/// What a version is to hold.
pub struct ChangedModelVersion<'a> {
    pub name: &'a str,
    pub description: &'a str,
    pub notes: &'a str,
    pub inference_type: Option<&'a str>,
    pub framework: Option<&'a str>,
    pub docker_image: Option<&'a DockerImage>,
    pub notebook_url: Option<&'a str>,
}

pub async fn update_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
    changed: &ChangedModelVersion<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE model_versions
         SET name = $3, name_key = $4, description = $5, notes = $6, inference_type = $7, framework = $8, docker_image = $9, notebook_url = $10
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(changed.name)
    .bind(name_key(changed.name))
    .bind(changed.description)
    .bind(changed.notes)
    .bind(changed.inference_type)
    .bind(changed.framework)
    .bind(changed.docker_image.map(to_json).transpose()?)
    .bind(changed.notebook_url)
    .execute(connection)
    .await?;
    Ok(())
}

/// Seals a version; one that is sealed keeps its time.
pub async fn seal(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE model_versions SET sealed_at = $3 WHERE organization_id = $1 AND id = $2 AND sealed_at IS NULL",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

/// Since when a version is sealed. The outer nothing: there is no such version.
pub async fn find_sealed_at(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<Option<Option<Timestamp>>, sqlx::Error> {
    let sealed_at: Option<Option<i64>> =
        sqlx::query_scalar("SELECT sealed_at FROM model_versions WHERE organization_id = $1 AND id = $2")
            .bind(organization.to_string())
            .bind(id.to_string())
            .fetch_optional(connection)
            .await?;
    sealed_at.map(|sealed_at| sealed_at.map(stored_time).transpose()).transpose()
}

/// Archives a version, or brings it back.
pub async fn set_archived(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
    archived_at: Option<Timestamp>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE model_versions SET archived_at = $3 WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .bind(archived_at.map(Timestamp::as_micros))
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn find_dependents(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<VersionDependents, sqlx::Error> {
    let (experiments, model_versions): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM experiment_bases WHERE organization_id = $1 AND model_version_id = $2),
                (SELECT COUNT(*) FROM model_versions WHERE organization_id = $1 AND base_model_version_id = $2)",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_one(&mut *connection)
    .await?;
    let aliases = list_aliases_of_version(connection, organization, id).await?;
    Ok(VersionDependents { experiments, model_versions, aliases })
}

/// The aliases that point to a version, in alphabetical order.
pub async fn list_aliases_of_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT alias FROM model_aliases WHERE organization_id = $1 AND model_version_id = $2 ORDER BY alias_key",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(connection)
    .await
}

/// Everything that hangs on a version, and at last the version.
const DELETIONS: [&str; 8] = [
    "DELETE FROM model_files WHERE organization_id = $1 AND model_version_id = $2",
    "DELETE FROM label_map_revisions WHERE organization_id = $1 AND model_version_id = $2",
    "DELETE FROM model_version_labels WHERE organization_id = $1 AND model_version_id = $2",
    "DELETE FROM model_version_parameters WHERE organization_id = $1 AND model_version_id = $2",
    "DELETE FROM model_version_dataset_versions WHERE organization_id = $1 AND model_version_id = $2",
    "DELETE FROM model_version_metrics WHERE organization_id = $1 AND model_version_id = $2",
    "DELETE FROM model_version_tags WHERE organization_id = $1 AND model_version_id = $2",
    "DELETE FROM model_versions WHERE organization_id = $1 AND id = $2",
];

/// Removes a version that nothing depends on; its bytes stay while anything else refers to them.
pub async fn delete_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<(), sqlx::Error> {
    for deletion in DELETIONS {
        sqlx::query(deletion).bind(organization.to_string()).bind(id.to_string()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Takes the version for this transaction, and notes that it changed; says whether it exists.
pub async fn touch_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let touched = sqlx::query("UPDATE model_versions SET updated_at = $1 WHERE organization_id = $2 AND id = $3")
        .bind(now.as_micros())
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(touched.rows_affected() == 1)
}

/// Takes the version for this transaction; says whether it exists.
pub async fn lock_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<bool, sqlx::Error> {
    let locked =
        sqlx::query("UPDATE model_versions SET updated_at = updated_at WHERE organization_id = $1 AND id = $2")
            .bind(organization.to_string())
            .bind(id.to_string())
            .execute(connection)
            .await?;
    Ok(locked.rows_affected() == 1)
}
