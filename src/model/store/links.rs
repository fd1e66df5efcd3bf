//! SQL for finding versions that another thing refers to, or that a person chooses.

use crate::{
    database::{Connection, stored},
    model::VersionLink,
    vocabulary::{ExperimentId, ModelVersionId, OrganizationId, name::name_key},
};

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: String,
    model_id: String,
    model_name: String,
    number: i64,
    name: String,
}

impl TryFrom<LinkRow> for VersionLink {
    type Error = sqlx::Error;

    fn try_from(row: LinkRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            model_id: stored(&row.model_id)?,
            model_name: row.model_name,
            number: row.number,
            name: row.name,
        })
    }
}

pub async fn find_link(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<Option<VersionLink>, sqlx::Error> {
    let row: Option<LinkRow> = sqlx::query_as(
        "SELECT model_versions.id, model_versions.model_id, models.name AS model_name, model_versions.number, model_versions.name
         FROM model_versions
         JOIN models ON models.id = model_versions.model_id
         WHERE model_versions.organization_id = $1 AND model_versions.id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(VersionLink::try_from).transpose()
}

pub async fn list_exported_from(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<Vec<VersionLink>, sqlx::Error> {
    let rows: Vec<LinkRow> = sqlx::query_as(
        "SELECT model_versions.id, model_versions.model_id, models.name AS model_name, model_versions.number, model_versions.name
         FROM model_versions
         JOIN models ON models.id = model_versions.model_id
         WHERE model_versions.organization_id = $1 AND model_versions.source_experiment_id = $2
         ORDER BY model_versions.id DESC",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(VersionLink::try_from).collect()
}

/// The newest versions of all models that are not archived.
pub async fn list_newest(
    connection: &mut Connection,
    organization: OrganizationId,
    limit: u32,
) -> Result<Vec<VersionLink>, sqlx::Error> {
    let rows: Vec<LinkRow> = sqlx::query_as(
        "SELECT model_versions.id, model_versions.model_id, models.name AS model_name, model_versions.number, model_versions.name
         FROM model_versions
         JOIN models ON models.id = model_versions.model_id
         WHERE model_versions.organization_id = $1 AND model_versions.archived_at IS NULL AND models.archived_at IS NULL
         ORDER BY model_versions.id DESC
         LIMIT $2",
    )
    .bind(organization.to_string())
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(VersionLink::try_from).collect()
}

/// The version that a person named as `model › version`, or by its id.
pub async fn find_by_whole_name(
    connection: &mut Connection,
    organization: OrganizationId,
    text: &str,
) -> Result<Option<ModelVersionId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT model_versions.id
         FROM model_versions
         JOIN models ON models.id = model_versions.model_id
         WHERE model_versions.organization_id = $1
           AND (models.name_key || ' › ' || model_versions.name_key = $2 OR model_versions.id = $2)",
    )
    .bind(organization.to_string())
    .bind(name_key(text))
    .fetch_optional(connection)
    .await?;
    id.as_deref().map(stored).transpose()
}
