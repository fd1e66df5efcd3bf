//! SQL for locking and deleting datasets and their versions.

use crate::{
    database::Connection,
    vocabulary::{DatasetId, DatasetVersionId, OrganizationId, Timestamp},
};

/// Locks a version, or opens it again.
pub async fn set_locked(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
    locked_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE dataset_versions SET locked_at = $3, updated_at = $4 WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .bind(locked_at.map(Timestamp::as_micros))
        .bind(now.as_micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that something about a version has changed.
pub async fn touch_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE dataset_versions SET updated_at = $3 WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .bind(now.as_micros())
        .execute(connection)
        .await?;
    Ok(())
}

const DELETE_VERSION: [&str; 4] = [
    "DELETE FROM dataset_version_tags WHERE organization_id = $1 AND dataset_version_id = $2",
    "DELETE FROM dataset_version_labels WHERE organization_id = $1 AND dataset_version_id = $2",
    "DELETE FROM dataset_version_label_groups WHERE organization_id = $1 AND dataset_version_id = $2",
    "DELETE FROM dataset_versions WHERE organization_id = $1 AND id = $2",
];

/// Deletes a version that nothing uses.
pub async fn delete_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
) -> Result<(), sqlx::Error> {
    for statement in DELETE_VERSION {
        sqlx::query(statement).bind(organization.to_string()).bind(id.to_string()).execute(&mut *connection).await?;
    }
    Ok(())
}

const DELETE: [&str; 2] = [
    "DELETE FROM dataset_tags WHERE organization_id = $1 AND dataset_id = $2",
    "DELETE FROM datasets WHERE organization_id = $1 AND id = $2",
];

/// Deletes a dataset that has no versions.
pub async fn delete(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetId,
) -> Result<(), sqlx::Error> {
    for statement in DELETE {
        sqlx::query(statement).bind(organization.to_string()).bind(id.to_string()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Holds all versions of a dataset until the transaction ends.
pub async fn lock_versions(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetId,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE dataset_versions SET updated_at = updated_at WHERE organization_id = $1 AND dataset_id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
