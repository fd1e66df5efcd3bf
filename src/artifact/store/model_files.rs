//! SQL for model files.

use super::OVERLAPS;
use crate::artifact::{Artifact, ModelFile, saved_as};
use crate::{
    database::{Connection, insert_rows, stored, stored_time},
    storage::Blob,
    vocabulary::{Actor, FileName, ModelFileId, ModelVersionId, OrganizationId, Timestamp, UploadId},
};
use sqlx::AssertSqlSafe;

#[derive(sqlx::FromRow)]
struct ModelFileRow {
    id: String,
    name: String,
    file_name: Option<String>,
    size_bytes: i64,
    blob_sha256: String,
    content_type: String,
    is_inherited: i64,
    created_at: i64,
    created_by: String,
    upload_id: Option<String>,
}

impl TryFrom<ModelFileRow> for ModelFile {
    type Error = sqlx::Error;

    fn try_from(row: ModelFileRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            file_name: saved_as(row.file_name, &row.name),
            name: row.name,
            size_bytes: row.size_bytes,
            sha256: stored(&row.blob_sha256)?,
            content_type: row.content_type,
            is_inherited: row.is_inherited != 0,
            created_at: stored_time(row.created_at)?,
            created_by: row.created_by,
            upload_id: row.upload_id.as_deref().map(stored).transpose()?,
        })
    }
}

/// A file that is added after the export.
pub struct NewModelFile<'a> {
    pub id: ModelFileId,
    pub version: ModelVersionId,
    pub name: &'a FileName,
    pub file_name: Option<&'a FileName>,
    pub blob: &'a Blob,
    pub content_type: &'a str,
    pub upload: Option<UploadId>,
}

pub async fn insert_added(
    connection: &mut Connection,
    actor: &Actor,
    new: &NewModelFile<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO model_files
         (id, organization_id, model_version_id, name, blob_sha256, size_bytes, content_type, is_inherited, created_at, created_by, file_name, upload_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11)",
    )
    .bind(new.id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(new.version.to_string())
    .bind(new.name.as_str())
    .bind(new.blob.sha256.to_string())
    .bind(new.blob.size_bytes)
    .bind(new.content_type)
    .bind(now.as_micros())
    .bind(&actor.email)
    .bind(new.file_name.map(FileName::as_str))
    .bind(new.upload.map(|upload| upload.to_string()))
    .execute(connection)
    .await?;
    Ok(())
}

/// A file of the version that could not lie beside one of this name in a file system.
pub async fn find_overlapping_model_file(
    connection: &mut Connection,
    organization: OrganizationId,
    version: ModelVersionId,
    name: &FileName,
) -> Result<Option<String>, sqlx::Error> {
    let sql = format!(
        "SELECT name FROM model_files WHERE organization_id = $1 AND model_version_id = $2 AND {OVERLAPS} ORDER BY name LIMIT 1"
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(organization.to_string())
        .bind(version.to_string())
        .bind(name.as_str())
        .fetch_optional(connection)
        .await
}

pub async fn count_model_files(
    connection: &mut Connection,
    organization: OrganizationId,
    version: ModelVersionId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM model_files WHERE organization_id = $1 AND model_version_id = $2")
        .bind(organization.to_string())
        .bind(version.to_string())
        .fetch_one(connection)
        .await
}

/// Removes the file; says whether there was one. Its bytes stay while anything else refers to them.
pub async fn delete_model_file(
    connection: &mut Connection,
    organization: OrganizationId,
    version: ModelVersionId,
    name: &FileName,
) -> Result<bool, sqlx::Error> {
    let deleted =
        sqlx::query("DELETE FROM model_files WHERE organization_id = $1 AND model_version_id = $2 AND name = $3")
            .bind(organization.to_string())
            .bind(version.to_string())
            .bind(name.as_str())
            .execute(connection)
            .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Gives the version one file for each artifact, referring to the same bytes (D11).
pub async fn insert_inherited(
    connection: &mut Connection,
    organization: OrganizationId,
    version: ModelVersionId,
    artifacts: &[Artifact],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    insert_rows(
        connection,
        "INSERT INTO model_files
         (id, organization_id, model_version_id, name, blob_sha256, size_bytes, content_type, is_inherited, created_at, file_name) VALUES",
        10,
        artifacts,
        |statement, artifact| {
            statement
                .bind(ModelFileId::generate().to_string())
                .bind(organization.to_string())
                .bind(version.to_string())
                .bind(&artifact.name)
                .bind(artifact.sha256.to_string())
                .bind(artifact.size_bytes)
                .bind(&artifact.content_type)
                .bind(1_i64)
                .bind(now.as_micros())
                .bind(&artifact.file_name)
        },
    )
    .await
}

/// The files of a version, by name.
pub async fn list_model_files(
    connection: &mut Connection,
    organization: OrganizationId,
    version: ModelVersionId,
) -> Result<Vec<ModelFile>, sqlx::Error> {
    let rows: Vec<ModelFileRow> = sqlx::query_as(
        "SELECT id, name, file_name, size_bytes, blob_sha256, content_type, is_inherited, created_at, created_by, upload_id
         FROM model_files
         WHERE organization_id = $1 AND model_version_id = $2
         ORDER BY name",
    )
    .bind(organization.to_string())
    .bind(version.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(ModelFile::try_from).collect()
}

pub async fn find_model_file(
    connection: &mut Connection,
    organization: OrganizationId,
    version: ModelVersionId,
    name: &FileName,
) -> Result<Option<ModelFile>, sqlx::Error> {
    let row: Option<ModelFileRow> = sqlx::query_as(
        "SELECT id, name, file_name, size_bytes, blob_sha256, content_type, is_inherited, created_at, created_by, upload_id
         FROM model_files
         WHERE organization_id = $1 AND model_version_id = $2 AND name = $3",
    )
    .bind(organization.to_string())
    .bind(version.to_string())
    .bind(name.as_str())
    .fetch_optional(connection)
    .await?;
    row.map(ModelFile::try_from).transpose()
}

/// A file by its id, and the version that it belongs to.
pub async fn find_model_file_by_id(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelFileId,
) -> Result<Option<(ModelVersionId, ModelFile)>, sqlx::Error> {
    let version: Option<String> =
        sqlx::query_scalar("SELECT model_version_id FROM model_files WHERE organization_id = $1 AND id = $2")
            .bind(organization.to_string())
            .bind(id.to_string())
            .fetch_optional(&mut *connection)
            .await?;
    let row: Option<ModelFileRow> = sqlx::query_as(
        "SELECT id, name, file_name, size_bytes, blob_sha256, content_type, is_inherited, created_at, created_by, upload_id
         FROM model_files
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    version.zip(row).map(|(version, row)| Ok((stored(&version)?, row.try_into()?))).transpose()
}

pub async fn has_model_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM model_versions WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .fetch_one(connection)
        .await?;
    Ok(count == 1)
}
