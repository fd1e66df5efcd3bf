//! SQL for where dataset versions are used.

use crate::dataset::DatasetUses;
use crate::{
    database::Connection,
    vocabulary::{DatasetId, DatasetVersionId, OrganizationId},
};

/// What uses a version.
pub async fn find_version_uses(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
) -> Result<DatasetUses, sqlx::Error> {
    let (experiments, model_versions) = sqlx::query_as(
        "SELECT (SELECT COUNT(DISTINCT experiment_id) FROM experiment_dataset_versions
                 WHERE organization_id = $1 AND dataset_version_id = $2),
                (SELECT COUNT(DISTINCT model_version_id) FROM model_version_dataset_versions
                 WHERE organization_id = $1 AND dataset_version_id = $2)",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_one(connection)
    .await?;
    Ok(DatasetUses { experiments, model_versions })
}

/// What uses any version of a dataset.
pub async fn find_uses(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetId,
) -> Result<DatasetUses, sqlx::Error> {
    let (experiments, model_versions) = sqlx::query_as(
        "SELECT (SELECT COUNT(DISTINCT experiment_id) FROM experiment_dataset_versions
                 WHERE organization_id = $1
                   AND dataset_version_id IN (SELECT id FROM dataset_versions WHERE organization_id = $1 AND dataset_id = $2)),
                (SELECT COUNT(DISTINCT model_version_id) FROM model_version_dataset_versions
                 WHERE organization_id = $1
                   AND dataset_version_id IN (SELECT id FROM dataset_versions WHERE organization_id = $1 AND dataset_id = $2))",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_one(connection)
    .await?;
    Ok(DatasetUses { experiments, model_versions })
}
