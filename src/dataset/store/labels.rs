//! SQL for labels of dataset versions.

use crate::dataset::DatasetLabel;
use crate::{
    database::{Connection, insert_rows, stored},
    vocabulary::{DatasetVersionId, LabelId, OrganizationId},
};

#[derive(sqlx::FromRow)]
struct LabelRow {
    id: String,
    dataset_version_id: String,
    name: String,
    object_count: Option<i64>,
    group_id: Option<String>,
}

impl TryFrom<LabelRow> for DatasetLabel {
    type Error = sqlx::Error;

    fn try_from(row: LabelRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            name: row.name,
            object_count: row.object_count,
            group_id: row.group_id.as_deref().map(stored).transpose()?,
        })
    }
}

/// The labels of a version, in class order.
pub async fn list_labels(
    connection: &mut Connection,
    organization: OrganizationId,
    version: DatasetVersionId,
) -> Result<Vec<DatasetLabel>, sqlx::Error> {
    let rows: Vec<LabelRow> = sqlx::query_as(
        "SELECT id, dataset_version_id, name, object_count, group_id
         FROM dataset_version_labels
         WHERE organization_id = $1 AND dataset_version_id = $2
         ORDER BY position",
    )
    .bind(organization.to_string())
    .bind(version.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(DatasetLabel::try_from).collect()
}

/// A label and the version that it belongs to.
pub async fn find_label(
    connection: &mut Connection,
    organization: OrganizationId,
    id: LabelId,
) -> Result<Option<(DatasetVersionId, DatasetLabel)>, sqlx::Error> {
    let row: Option<LabelRow> = sqlx::query_as(
        "SELECT id, dataset_version_id, name, object_count, group_id
         FROM dataset_version_labels
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((stored(&row.dataset_version_id)?, row.try_into()?))).transpose()
}

/// Adds labels from a position on.
pub async fn insert_labels(
    connection: &mut Connection,
    organization: OrganizationId,
    version: DatasetVersionId,
    first: usize,
    labels: &[DatasetLabel],
) -> Result<(), sqlx::Error> {
    let rows: Vec<(i64, &DatasetLabel)> = (first as i64..).zip(labels).collect();
    insert_rows(
        connection,
        "INSERT INTO dataset_version_labels (id, organization_id, dataset_version_id, position, name, object_count, group_id) VALUES",
        7,
        &rows,
        |statement, (position, label)| {
            statement
                .bind(label.id.to_string())
                .bind(organization.to_string())
                .bind(version.to_string())
                .bind(position)
                .bind(&label.name)
                .bind(label.object_count)
                .bind(label.group_id.map(|group| group.to_string()))
        },
    )
    .await
}

/// Puts other labels in place of all.
pub async fn replace_labels(
    connection: &mut Connection,
    organization: OrganizationId,
    version: DatasetVersionId,
    labels: &[DatasetLabel],
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM dataset_version_labels WHERE organization_id = $1 AND dataset_version_id = $2")
        .bind(organization.to_string())
        .bind(version.to_string())
        .execute(&mut *connection)
        .await?;
    insert_labels(connection, organization, version, 0, labels).await
}

/// Writes everything about a label but its place.
pub async fn update_label(
    connection: &mut Connection,
    organization: OrganizationId,
    label: &DatasetLabel,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE dataset_version_labels
         SET name = $3, object_count = $4, group_id = $5
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(label.id.to_string())
    .bind(&label.name)
    .bind(label.object_count)
    .bind(label.group_id.map(|group| group.to_string()))
    .execute(connection)
    .await?;
    Ok(())
}
