//! SQL for where dataset versions are used.

use crate::{
    database::Connection,
    vocabulary::{DatasetVersionId, OrganizationId},
};

/// Whether an experiment or a model version uses the labels.
pub async fn is_used(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
) -> Result<bool, sqlx::Error> {
    let uses: i64 = sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM experiment_dataset_versions WHERE organization_id = $1 AND dataset_version_id = $2)
              + (SELECT COUNT(*) FROM model_version_dataset_versions WHERE organization_id = $1 AND dataset_version_id = $2)",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_one(connection)
    .await?;
    Ok(uses > 0)
}
