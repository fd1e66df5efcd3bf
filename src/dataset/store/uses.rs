//! SQL for where dataset versions are used.

use crate::dataset::{UsedBy, UsedByExperiment, UsedByModelVersion};
use crate::{
    database::{Connection, stored},
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

pub async fn used_by(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
) -> Result<UsedBy, sqlx::Error> {
    let experiments: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT experiments.id, experiments.name, experiment_dataset_versions.alias
         FROM experiment_dataset_versions
         JOIN experiments ON experiments.id = experiment_dataset_versions.experiment_id
         WHERE experiment_dataset_versions.organization_id = $1
           AND experiment_dataset_versions.dataset_version_id = $2
           AND experiments.deleted_at IS NULL
         ORDER BY experiments.id DESC
         LIMIT 200",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let model_versions: Vec<(String, String, String, i64, String, String)> = sqlx::query_as(
        "SELECT model_versions.id, models.id, models.name, model_versions.number, model_versions.name, model_version_dataset_versions.alias
         FROM model_version_dataset_versions
         JOIN model_versions ON model_versions.id = model_version_dataset_versions.model_version_id
         JOIN models ON models.id = model_versions.model_id
         WHERE model_version_dataset_versions.organization_id = $1
           AND model_version_dataset_versions.dataset_version_id = $2
         ORDER BY model_versions.id DESC
         LIMIT 200",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(connection)
    .await?;
    Ok(UsedBy {
        experiments: experiments
            .into_iter()
            .map(|(id, name, alias)| Ok(UsedByExperiment { experiment_id: stored(&id)?, name, alias }))
            .collect::<Result<_, sqlx::Error>>()?,
        model_versions: model_versions
            .into_iter()
            .map(|(id, model_id, model_name, number, name, alias)| {
                Ok(UsedByModelVersion {
                    model_version_id: stored(&id)?,
                    model_id: stored(&model_id)?,
                    model_name,
                    number,
                    name,
                    alias,
                })
            })
            .collect::<Result<_, sqlx::Error>>()?,
    })
}
