//! SQL for choosing dataset versions in a form.

use crate::dataset::{VersionChoice, whole_name};
use crate::{
    database::{Connection, stored},
    vocabulary::{DatasetVersionId, OrganizationId, name::name_key},
};

#[derive(sqlx::FromRow)]
struct ChoiceRow {
    id: String,
    dataset_name: String,
    name: String,
    label_count: i64,
}

/// The newest versions of all datasets.
pub async fn list_choices(
    connection: &mut Connection,
    organization: OrganizationId,
    limit: u32,
) -> Result<Vec<VersionChoice>, sqlx::Error> {
    let rows: Vec<ChoiceRow> = sqlx::query_as(
        "SELECT dataset_versions.id, datasets.name AS dataset_name, dataset_versions.name,
                (SELECT COUNT(*) FROM dataset_version_labels WHERE dataset_version_labels.dataset_version_id = dataset_versions.id) AS label_count
         FROM dataset_versions
         JOIN datasets ON datasets.id = dataset_versions.dataset_id
         WHERE dataset_versions.organization_id = $1
         ORDER BY dataset_versions.id DESC
         LIMIT $2",
    )
    .bind(organization.to_string())
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let choice = |row: ChoiceRow| {
        Ok(VersionChoice {
            id: stored(&row.id)?,
            whole_name: whole_name(&row.dataset_name, &row.name),
            label_count: row.label_count,
        })
    };
    rows.into_iter().map(choice).collect()
}

/// The version that a person named as [`VersionChoice::whole_name`] or by its id.
pub async fn find_by_whole_name(
    connection: &mut Connection,
    organization: OrganizationId,
    text: &str,
) -> Result<Option<DatasetVersionId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT dataset_versions.id
         FROM dataset_versions
         JOIN datasets ON datasets.id = dataset_versions.dataset_id
         WHERE dataset_versions.organization_id = $1
           AND (datasets.name_key || ' › ' || dataset_versions.name_key = $2 OR dataset_versions.id = $2)",
    )
    .bind(organization.to_string())
    .bind(name_key(text))
    .fetch_optional(connection)
    .await?;
    id.as_deref().map(stored).transpose()
}
