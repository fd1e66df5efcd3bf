//! SQL for datasets.

mod choices;
mod groups;
mod labels;
mod life;
mod uses;
mod versions;

pub use choices::{find_by_whole_name, list_choices};
pub use groups::{delete_group, find_group, insert_groups, list_groups, update_group};
pub use labels::{find_label, insert_labels, list_labels, replace_labels, update_label};
pub use life::{delete, delete_version, lock_versions, set_locked, touch_version};
pub use uses::{find_uses, find_version_uses};
pub use versions::{
    ChangedVersion, find_version, find_version_by_name, insert_version, list_versions, lock_version, update_version,
};

use crate::dataset::{Dataset, NewDataset};
use crate::{
    database::{Connection, contains_pattern, stored, stored_time, tags},
    vocabulary::{Actor, DatasetId, OrganizationId, TagTarget, Timestamp, name::name_key},
};

#[derive(sqlx::FromRow)]
struct DatasetRow {
    id: String,
    name: String,
    description: String,
    version_count: i64,
    created_at: i64,
    created_by: String,
    updated_at: i64,
}

impl DatasetRow {
    async fn with_tags(
        self,
        connection: &mut Connection,
        organization: OrganizationId,
    ) -> Result<Dataset, sqlx::Error> {
        let id: DatasetId = stored(&self.id)?;
        Ok(Dataset {
            tags: tags::list(connection, organization, TagTarget::Dataset, id).await?,
            id,
            name: self.name,
            description: self.description,
            version_count: self.version_count,
            created_at: stored_time(self.created_at)?,
            created_by: self.created_by,
            updated_at: stored_time(self.updated_at)?,
        })
    }
}

pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    search: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<Dataset>, sqlx::Error> {
    let rows: Vec<DatasetRow> = sqlx::query_as(
        r"SELECT id, name, description, created_at, created_by, updated_at,
                 (SELECT COUNT(*) FROM dataset_versions WHERE dataset_versions.dataset_id = datasets.id) AS version_count
          FROM datasets
          WHERE organization_id = $1
            AND name_key LIKE $2 ESCAPE '\'
            AND id < $3
          ORDER BY id DESC
          LIMIT $4",
    )
    .bind(organization.to_string())
    .bind(contains_pattern(search))
    .bind(cursor.unwrap_or("g"))
    .bind(i64::from(limit))
    .fetch_all(&mut *connection)
    .await?;
    let mut datasets = Vec::with_capacity(rows.len());
    for row in rows {
        datasets.push(row.with_tags(connection, organization).await?);
    }
    Ok(datasets)
}

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetId,
) -> Result<Option<Dataset>, sqlx::Error> {
    let row: Option<DatasetRow> = sqlx::query_as(
        "SELECT id, name, description, created_at, created_by, updated_at,
                (SELECT COUNT(*) FROM dataset_versions WHERE dataset_versions.dataset_id = datasets.id) AS version_count
         FROM datasets
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(&mut *connection)
    .await?;
    match row {
        Some(row) => Ok(Some(row.with_tags(connection, organization).await?)),
        None => Ok(None),
    }
}

pub async fn insert(
    connection: &mut Connection,
    actor: &Actor,
    id: DatasetId,
    new: &NewDataset,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO datasets (id, organization_id, name, name_key, description, created_at, created_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $6)",
    )
    .bind(id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(new.name.as_str())
    .bind(new.name.key())
    .bind(new.description.as_str())
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes name and description of a dataset.
pub async fn update(
    connection: &mut Connection,
    organization: OrganizationId,
    id: DatasetId,
    (name, description): (&str, &str),
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE datasets
         SET name = $3, name_key = $4, description = $5, updated_at = $6
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(name)
    .bind(name_key(name))
    .bind(description)
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

/// Holds a dataset until the transaction ends.
pub async fn lock(connection: &mut Connection, organization: OrganizationId, id: DatasetId) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE datasets SET updated_at = updated_at WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
