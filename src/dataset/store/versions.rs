//! SQL for dataset versions.

use super::list_labels;
use crate::dataset::{DatasetKind, DatasetVersion, NewDatasetVersion, label_counts};
use crate::{
    database::{Connection, stored, stored_time, tags},
    vocabulary::{Actor, DatasetId, DatasetVersionId, LabelMap, OrganizationId, TagTarget, Timestamp, name::name_key},
};

#[derive(sqlx::FromRow)]
struct VersionRow {
    id: String,
    dataset_id: String,
    dataset_name: String,
    name: String,
    description: String,
    kind: String,
    item_count: Option<i64>,
    size_bytes: Option<i64>,
    created_at: i64,
    created_by: String,
    updated_at: i64,
    locked_at: Option<i64>,
}

impl VersionRow {
    async fn with_labels(
        self,
        connection: &mut Connection,
        organization: OrganizationId,
    ) -> Result<DatasetVersion, sqlx::Error> {
        let id: DatasetVersionId = stored(&self.id)?;
        let labels = list_labels(connection, organization, id).await?;
        Ok(DatasetVersion {
            label_counts: label_counts(&labels),
            tags: tags::list(connection, organization, TagTarget::DatasetVersion, id).await?,
            labels: LabelMap::parse(labels.iter().map(|label| &label.name))
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            id,
            dataset_id: stored(&self.dataset_id)?,
            dataset_name: self.dataset_name,
            name: self.name,
            description: self.description,
            kind: stored(&self.kind)?,
            item_count: self.item_count,
            size_bytes: self.size_bytes,
            created_at: stored_time(self.created_at)?,
            created_by: self.created_by,
            updated_at: stored_time(self.updated_at)?,
            locked_at: self.locked_at.map(stored_time).transpose()?,
        })
    }
}

pub async fn insert_version(
    connection: &mut Connection,
    actor: &Actor,
    dataset: DatasetId,
    id: DatasetVersionId,
    new: &NewDatasetVersion,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO dataset_versions
         (id, organization_id, dataset_id, name, name_key, description, kind, item_count, size_bytes, created_at, created_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10)",
    )
    .bind(id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(dataset.to_string())
    .bind(new.name.as_str())
    .bind(new.name.key())
    .bind(new.description.as_str())
    .bind(new.kind.as_str())
    .bind(new.item_count)
    .bind(new.size_bytes)
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn list_versions(
    connection: &mut Connection,
    organization: OrganizationId,
    dataset: DatasetId,
) -> Result<Vec<DatasetVersion>, sqlx::Error> {
    let rows: Vec<VersionRow> = sqlx::query_as(
        "SELECT dataset_versions.id,
                dataset_versions.dataset_id,
                datasets.name AS dataset_name,
                dataset_versions.name,
                dataset_versions.description,
                dataset_versions.kind,
                dataset_versions.item_count,
                dataset_versions.size_bytes,
                dataset_versions.created_at,
                dataset_versions.created_by,
                dataset_versions.updated_at,
                dataset_versions.locked_at
         FROM dataset_versions
         JOIN datasets ON datasets.id = dataset_versions.dataset_id
         WHERE dataset_versions.organization_id = $1 AND dataset_versions.dataset_id = $2
         ORDER BY dataset_versions.id",
    )
    .bind(organization.to_string())
    .bind(dataset.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows {
        versions.push(row.with_labels(connection, organization).await?);
    }
    Ok(versions)
}

pub async fn find_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
) -> Result<Option<DatasetVersion>, sqlx::Error> {
    let row: Option<VersionRow> = sqlx::query_as(
        "SELECT dataset_versions.id,
                dataset_versions.dataset_id,
                datasets.name AS dataset_name,
                dataset_versions.name,
                dataset_versions.description,
                dataset_versions.kind,
                dataset_versions.item_count,
                dataset_versions.size_bytes,
                dataset_versions.created_at,
                dataset_versions.created_by,
                dataset_versions.updated_at,
                dataset_versions.locked_at
         FROM dataset_versions
         JOIN datasets ON datasets.id = dataset_versions.dataset_id
         WHERE dataset_versions.organization_id = $1 AND dataset_versions.id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(&mut *connection)
    .await?;
    match row {
        Some(row) => Ok(Some(row.with_labels(connection, organization).await?)),
        None => Ok(None),
    }
}

pub async fn find_version_by_name(
    connection: &mut Connection,
    organization: OrganizationId,
    dataset: DatasetId,
    name: &str,
) -> Result<Option<DatasetVersion>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT id FROM dataset_versions WHERE organization_id = $1 AND dataset_id = $2 AND name_key = $3",
    )
    .bind(organization.to_string())
    .bind(dataset.to_string())
    .bind(name_key(name))
    .fetch_optional(&mut *connection)
    .await?;
    match id {
        Some(id) => find_version(connection, organization, stored(&id)?).await,
        None => Ok(None),
    }
}

/// What a dataset version is to hold.
pub struct ChangedVersion<'a> {
    pub name: &'a str,
    pub description: &'a str,
    pub kind: DatasetKind,
    pub item_count: Option<i64>,
    pub size_bytes: Option<i64>,
}

/// Writes everything about a dataset version but its labels.
pub async fn update_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
    changed: &ChangedVersion<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE dataset_versions
         SET name = $3, name_key = $4, description = $5, kind = $6, item_count = $7, size_bytes = $8, updated_at = $9
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(changed.name)
    .bind(name_key(changed.name))
    .bind(changed.description)
    .bind(changed.kind.as_str())
    .bind(changed.item_count)
    .bind(changed.size_bytes)
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

/// Holds a dataset version until the transaction ends: its labels do not change between being read and being relied on.
pub async fn lock_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetVersionId,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE dataset_versions SET updated_at = updated_at WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
