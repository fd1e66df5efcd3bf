//! SQL for the files with what trainings printed.

use crate::{
    database::{Connection, stored, stored_time},
    experiment::ConsoleFile,
    vocabulary::{ConsoleFileId, ExperimentId, OrganizationId},
};
use sqlx::AssertSqlSafe;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    experiment_id: String,
    file_name: String,
    size_bytes: i64,
    blob_sha256: String,
    upload_id: Option<String>,
    created_at: i64,
    created_by: String,
}

impl TryFrom<Row> for ConsoleFile {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            experiment_id: stored(&row.experiment_id)?,
            file_name: row.file_name,
            size_bytes: row.size_bytes,
            sha256: stored(&row.blob_sha256)?,
            upload_id: row.upload_id.as_deref().map(stored).transpose()?,
            created_at: stored_time(row.created_at)?,
            created_by: row.created_by,
        })
    }
}

async fn find_by(
    connection: &mut Connection,
    organization: OrganizationId,
    column: &'static str,
    id: String,
) -> Result<Option<ConsoleFile>, sqlx::Error> {
    let sql = format!(
        "SELECT id, experiment_id, file_name, size_bytes, blob_sha256, upload_id, created_at, created_by
         FROM console_files
         WHERE organization_id = $1 AND {column} = $2"
    );
    let row: Option<Row> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(organization.to_string()).bind(id).fetch_optional(connection).await?;
    row.map(ConsoleFile::try_from).transpose()
}

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<Option<ConsoleFile>, sqlx::Error> {
    find_by(connection, organization, "experiment_id", experiment.to_string()).await
}

pub async fn find_by_id(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ConsoleFileId,
) -> Result<Option<ConsoleFile>, sqlx::Error> {
    find_by(connection, organization, "id", id.to_string()).await
}

pub async fn insert(
    connection: &mut Connection,
    organization: OrganizationId,
    file: &ConsoleFile,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO console_files
         (id, organization_id, experiment_id, file_name, blob_sha256, size_bytes, upload_id, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(file.id.to_string())
    .bind(organization.to_string())
    .bind(file.experiment_id.to_string())
    .bind(&file.file_name)
    .bind(file.sha256.to_string())
    .bind(file.size_bytes)
    .bind(file.upload_id.map(|upload| upload.to_string()))
    .bind(file.created_at.as_micros())
    .bind(&file.created_by)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn delete(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM console_files WHERE organization_id = $1 AND experiment_id = $2")
        .bind(organization.to_string())
        .bind(experiment.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
