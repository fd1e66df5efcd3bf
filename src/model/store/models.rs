//! SQL for models.

use crate::{
    database::{Connection, contains_pattern, stored, stored_time},
    model::Model,
    vocabulary::{Actor, Description, ModelId, Name, OrganizationId, Timestamp},
};

#[derive(sqlx::FromRow)]
struct ModelRow {
    id: String,
    name: String,
    description: String,
    version_count: i64,
    last_version: i64,
    created_at: i64,
    created_by: String,
    updated_at: i64,
}

impl TryFrom<ModelRow> for Model {
    type Error = sqlx::Error;

    fn try_from(row: ModelRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            name: row.name,
            description: row.description,
            version_count: row.version_count,
            last_version: row.last_version,
            created_at: stored_time(row.created_at)?,
            created_by: row.created_by,
            updated_at: stored_time(row.updated_at)?,
        })
    }
}

pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    search: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<Model>, sqlx::Error> {
    let rows: Vec<ModelRow> = sqlx::query_as(
        r"SELECT id, name, description, last_version, created_at, created_by, updated_at,
                 (SELECT COUNT(*) FROM model_versions WHERE model_versions.model_id = models.id) AS version_count
          FROM models
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
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Model::try_from).collect()
}

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelId,
) -> Result<Option<Model>, sqlx::Error> {
    let row: Option<ModelRow> = sqlx::query_as(
        "SELECT id, name, description, last_version, created_at, created_by, updated_at,
                (SELECT COUNT(*) FROM model_versions WHERE model_versions.model_id = models.id) AS version_count
         FROM models
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(Model::try_from).transpose()
}

pub async fn find_by_name(
    connection: &mut Connection,
    organization: OrganizationId,
    name_key: &str,
) -> Result<Option<ModelId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar("SELECT id FROM models WHERE organization_id = $1 AND name_key = $2")
        .bind(organization.to_string())
        .bind(name_key)
        .fetch_optional(connection)
        .await?;
    id.as_deref().map(stored).transpose()
}

pub async fn insert(
    connection: &mut Connection,
    actor: &Actor,
    id: ModelId,
    name: &Name,
    description: &Description,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO models (id, organization_id, name, name_key, description, last_version, created_at, created_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $6)",
    )
    .bind(id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(name.as_str())
    .bind(name.key())
    .bind(description.as_str())
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the next version number of a model; it is given once, whatever happens to the version. None: no such model.
pub async fn take_number(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelId,
    now: Timestamp,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE models SET last_version = last_version + 1, updated_at = $1
         WHERE organization_id = $2 AND id = $3
         RETURNING last_version",
    )
    .bind(now.as_micros())
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await
}
