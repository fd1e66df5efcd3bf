//! SQL for logged images and tables.

use crate::{
    database::{Connection, stored, stored_json, stored_time},
    experiment::{Log, LogContent, Table},
    storage::Blob,
    vocabulary::{ExperimentId, LogId, Name, OrganizationId, Timestamp},
};

#[derive(sqlx::FromRow)]
struct LogRow {
    id: String,
    key: String,
    kind: String,
    content_type: Option<String>,
    blob_sha256: Option<String>,
    size_bytes: Option<i64>,
    content: Option<String>,
    logged_at: i64,
}

impl TryFrom<LogRow> for Log {
    type Error = sqlx::Error;

    fn try_from(row: LogRow) -> Result<Self, sqlx::Error> {
        let content = match (row.kind.as_str(), row.content_type, row.blob_sha256, row.size_bytes, row.content) {
            ("image", Some(content_type), Some(sha256), Some(size_bytes), None) => {
                LogContent::Image { content_type, size_bytes, sha256: stored(&sha256)? }
            }
            ("table", None, None, None, Some(table)) => LogContent::Table { table: stored_json(&table)? },
            (kind, ..) => {
                return Err(sqlx::Error::Decode(format!("stored log of kind {kind:?} is incomplete").into()));
            }
        };
        Ok(Self { id: stored(&row.id)?, key: row.key, content, logged_at: stored_time(row.logged_at)? })
    }
}

pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<Vec<Log>, sqlx::Error> {
    let rows: Vec<LogRow> = sqlx::query_as(
        "SELECT id, key, kind, content_type, blob_sha256, size_bytes, content, logged_at
         FROM experiment_logs
         WHERE organization_id = $1 AND experiment_id = $2
         ORDER BY key, kind",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Log::try_from).collect()
}

pub async fn count(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM experiment_logs WHERE organization_id = $1 AND experiment_id = $2")
        .bind(organization.to_string())
        .bind(experiment.to_string())
        .fetch_one(connection)
        .await
}

pub async fn find_image(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    key: &str,
) -> Result<Option<Log>, sqlx::Error> {
    let row: Option<LogRow> = sqlx::query_as(
        "SELECT id, key, kind, content_type, blob_sha256, size_bytes, content, logged_at
         FROM experiment_logs
         WHERE organization_id = $1 AND experiment_id = $2 AND kind = 'image' AND key = $3",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .bind(key)
    .fetch_optional(connection)
    .await?;
    row.map(Log::try_from).transpose()
}

/// What replaces the log of the same kind and key.
pub enum NewLog<'a> {
    Image { blob: &'a Blob, content_type: &'a str },
    Table(&'a Table),
}

pub async fn replace(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    key: &Name,
    new: &NewLog<'_>,
    now: Timestamp,
) -> Result<LogId, sqlx::Error> {
    let (kind, content_type, sha256, size_bytes, content) = match new {
        NewLog::Image { blob, content_type } => {
            ("image", Some(*content_type), Some(blob.sha256.to_string()), Some(blob.size_bytes), None)
        }
        NewLog::Table(table) => {
            let json = serde_json::to_string(table).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
            ("table", None, None, None, Some(json))
        }
    };
    sqlx::query(
        "DELETE FROM experiment_logs WHERE organization_id = $1 AND experiment_id = $2 AND kind = $3 AND key = $4",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .bind(kind)
    .bind(key.as_str())
    .execute(&mut *connection)
    .await?;
    let id = LogId::generate();
    sqlx::query(
        "INSERT INTO experiment_logs
         (id, organization_id, experiment_id, key, kind, content_type, blob_sha256, size_bytes, content, logged_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id.to_string())
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .bind(key.as_str())
    .bind(kind)
    .bind(content_type)
    .bind(sha256)
    .bind(size_bytes)
    .bind(content)
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(id)
}
