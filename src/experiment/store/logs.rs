//! SQL for logged images, tables and whatever else has a name and a type.

use crate::{
    database::{Connection, stored, stored_json, stored_time},
    experiment::{Log, LogContent, LogKind, Table},
    storage::Blob,
    vocabulary::{ExperimentId, LogId, Name, OrganizationId, Timestamp},
};
use serde_json::Value;

#[derive(sqlx::FromRow)]
struct LogRow {
    id: String,
    key: String,
    kind: String,
    #[sqlx(rename = "type")]
    data_type: Option<String>,
    content_type: Option<String>,
    blob_sha256: Option<String>,
    size_bytes: Option<i64>,
    file_name: Option<String>,
    content: Option<String>,
    logged_at: i64,
}

impl TryFrom<LogRow> for Log {
    type Error = sqlx::Error;

    fn try_from(row: LogRow) -> Result<Self, sqlx::Error> {
        let content = match (row.kind.as_str(), row.content_type, row.blob_sha256, row.size_bytes, row.content) {
            ("image", Some(content_type), Some(sha256), Some(size_bytes), None) => {
                LogContent::Image { content_type, size_bytes, sha256: stored(&sha256)?, file_name: row.file_name }
            }
            ("table", None, None, None, Some(table)) => LogContent::Table { table: stored_json(&table)? },
            ("data", None, None, None, Some(data)) => LogContent::Data {
                data_type: stored(row.data_type.as_deref().unwrap_or_default())?,
                data: stored_json(&data)?,
            },
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
        "SELECT id, key, kind, type, content_type, blob_sha256, size_bytes, file_name, content, logged_at
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

/// The logs that have a key, the newest first.
pub async fn list_by_key(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    key: &str,
) -> Result<Vec<Log>, sqlx::Error> {
    let rows: Vec<LogRow> = sqlx::query_as(
        "SELECT id, key, kind, type, content_type, blob_sha256, size_bytes, file_name, content, logged_at
         FROM experiment_logs
         WHERE organization_id = $1 AND experiment_id = $2 AND key = $3
         ORDER BY logged_at DESC, kind",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .bind(key)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Log::try_from).collect()
}

/// The experiment that a log belongs to, and its key.
pub async fn find_place(
    connection: &mut Connection,
    organization: OrganizationId,
    id: LogId,
) -> Result<Option<(ExperimentId, String)>, sqlx::Error> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT experiment_id, key FROM experiment_logs WHERE organization_id = $1 AND id = $2")
            .bind(organization.to_string())
            .bind(id.to_string())
            .fetch_optional(connection)
            .await?;
    row.map(|(experiment, key)| Ok((stored(&experiment)?, key))).transpose()
}

pub async fn find_image(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    key: &str,
) -> Result<Option<Log>, sqlx::Error> {
    let logs = list_by_key(connection, organization, experiment, key).await?;
    Ok(logs.into_iter().find(Log::is_image))
}

/// What replaces the log of the same kind and key.
pub enum NewLog<'a> {
    Image { blob: &'a Blob, content_type: &'a str, file_name: Option<&'a str> },
    Table(&'a Table),
    Data(LogKind, &'a Value),
}

impl NewLog<'_> {
    /// The word that is stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Image { .. } => "image",
            Self::Table(_) => "table",
            Self::Data(..) => "data",
        }
    }

    fn content(&self) -> Result<Option<String>, sqlx::Error> {
        let json = match self {
            Self::Image { .. } => return Ok(None),
            Self::Table(table) => serde_json::to_string(table),
            Self::Data(_, data) => serde_json::to_string(data),
        };
        json.map(Some).map_err(|error| sqlx::Error::Encode(Box::new(error)))
    }
}

/// Writes the log. It has this id, unless it replaces one of the same kind and key, which gives it its own.
pub async fn replace(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    (id, key, new): (LogId, &Name, &NewLog<'_>),
    now: Timestamp,
) -> Result<LogId, sqlx::Error> {
    let (content_type, blob, file_name) = match new {
        NewLog::Image { blob, content_type, file_name } => (Some(*content_type), Some(*blob), *file_name),
        NewLog::Table(_) | NewLog::Data(..) => (None, None, None),
    };
    let data_type = if let NewLog::Data(kind, _) = new { Some(kind.as_str()) } else { None };
    let id: String = sqlx::query_scalar(
        "INSERT INTO experiment_logs
         (id, organization_id, experiment_id, key, kind, type, content_type, blob_sha256, size_bytes, file_name, content, logged_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (experiment_id, kind, key) DO UPDATE SET
             type = excluded.type, content_type = excluded.content_type, blob_sha256 = excluded.blob_sha256,
             size_bytes = excluded.size_bytes, file_name = excluded.file_name, content = excluded.content,
             logged_at = excluded.logged_at
         RETURNING id",
    )
    .bind(id.to_string())
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .bind(key.as_str())
    .bind(new.kind())
    .bind(data_type)
    .bind(content_type)
    .bind(blob.map(|blob| blob.sha256.to_string()))
    .bind(blob.map(|blob| blob.size_bytes))
    .bind(file_name)
    .bind(new.content()?)
    .bind(now.as_micros())
    .fetch_one(connection)
    .await?;
    stored(&id)
}

pub async fn rename(
    connection: &mut Connection,
    organization: OrganizationId,
    id: LogId,
    key: &Name,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE experiment_logs SET key = $1 WHERE organization_id = $2 AND id = $3")
        .bind(key.as_str())
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn delete(connection: &mut Connection, organization: OrganizationId, id: LogId) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM experiment_logs WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
