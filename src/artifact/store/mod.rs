//! SQL for artifacts and model files.

mod model_files;
mod uploads;

pub use model_files::*;
pub use uploads::*;

use crate::artifact::{Artifact, ModelFile, saved_as};
use crate::{
    database::{Connection, insert_rows, stored, stored_time},
    storage::Blob,
    vocabulary::{Actor, ArtifactId, Digest, ExperimentId, FileName, OrganizationId, Timestamp, UploadId},
};
use sqlx::AssertSqlSafe;

#[derive(sqlx::FromRow)]
struct ArtifactRow {
    id: String,
    name: String,
    file_name: Option<String>,
    size_bytes: i64,
    blob_sha256: String,
    content_type: String,
    created_at: i64,
    created_by: String,
    upload_id: Option<String>,
}

impl TryFrom<ArtifactRow> for Artifact {
    type Error = sqlx::Error;

    fn try_from(row: ArtifactRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            file_name: saved_as(row.file_name, &row.name),
            name: row.name,
            size_bytes: row.size_bytes,
            sha256: stored(&row.blob_sha256)?,
            content_type: row.content_type,
            created_at: stored_time(row.created_at)?,
            created_by: row.created_by,
            upload_id: row.upload_id.as_deref().map(stored).transpose()?,
        })
    }
}

/// Whether `name` is a folder of `$3`, or the other way round.
const OVERLAPS: &str = "(SUBSTR(name, 1, LENGTH(CAST($3 AS TEXT)) + 1) = CAST($3 AS TEXT) || '/'
     OR SUBSTR(CAST($3 AS TEXT), 1, LENGTH(name) + 1) = name || '/')";

/// An artifact that could not lie beside one of this name in a file system.
pub async fn find_overlapping(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    name: &FileName,
) -> Result<Option<String>, sqlx::Error> {
    let sql = format!(
        "SELECT name FROM artifacts WHERE organization_id = $1 AND experiment_id = $2 AND {OVERLAPS} ORDER BY name LIMIT 1"
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(organization.to_string())
        .bind(experiment.to_string())
        .bind(name.as_str())
        .fetch_optional(connection)
        .await
}

/// The artifacts of an experiment, by name.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<Vec<Artifact>, sqlx::Error> {
    let rows: Vec<ArtifactRow> = sqlx::query_as(
        "SELECT id, name, file_name, size_bytes, blob_sha256, content_type, created_at, created_by, upload_id
         FROM artifacts
         WHERE organization_id = $1 AND experiment_id = $2
         ORDER BY name",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Artifact::try_from).collect()
}

pub async fn count(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM artifacts WHERE organization_id = $1 AND experiment_id = $2")
        .bind(organization.to_string())
        .bind(experiment.to_string())
        .fetch_one(connection)
        .await
}

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    name: &FileName,
) -> Result<Option<Artifact>, sqlx::Error> {
    let row: Option<ArtifactRow> = sqlx::query_as(
        "SELECT id, name, file_name, size_bytes, blob_sha256, content_type, created_at, created_by, upload_id
         FROM artifacts
         WHERE organization_id = $1 AND experiment_id = $2 AND name = $3",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .bind(name.as_str())
    .fetch_optional(connection)
    .await?;
    row.map(Artifact::try_from).transpose()
}

/// An artifact by its id, and the experiment that it belongs to.
pub async fn find_by_id(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ArtifactId,
) -> Result<Option<(ExperimentId, Artifact)>, sqlx::Error> {
    let experiment: Option<String> =
        sqlx::query_scalar("SELECT experiment_id FROM artifacts WHERE organization_id = $1 AND id = $2")
            .bind(organization.to_string())
            .bind(id.to_string())
            .fetch_optional(&mut *connection)
            .await?;
    let row: Option<ArtifactRow> = sqlx::query_as(
        "SELECT id, name, file_name, size_bytes, blob_sha256, content_type, created_at, created_by, upload_id
         FROM artifacts
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    experiment.zip(row).map(|(experiment, row)| Ok((stored(&experiment)?, row.try_into()?))).transpose()
}

pub struct NewArtifact<'a> {
    pub id: ArtifactId,
    pub experiment: ExperimentId,
    pub name: &'a FileName,
    pub file_name: Option<&'a FileName>,
    pub blob: &'a Blob,
    pub content_type: &'a str,
    pub upload: Option<UploadId>,
}

pub async fn insert(
    connection: &mut Connection,
    actor: &Actor,
    new: &NewArtifact<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO artifacts
         (id, organization_id, experiment_id, name, blob_sha256, size_bytes, content_type, created_at, created_by, file_name, upload_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(new.id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(new.experiment.to_string())
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

/// Removes the artifact; says whether there was one. Its bytes stay while anything else refers to them.
pub async fn delete(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    name: &FileName,
) -> Result<bool, sqlx::Error> {
    let deleted = sqlx::query("DELETE FROM artifacts WHERE organization_id = $1 AND experiment_id = $2 AND name = $3")
        .bind(organization.to_string())
        .bind(experiment.to_string())
        .bind(name.as_str())
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

pub async fn delete_by_id(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ArtifactId,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM artifacts WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn delete_all(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM artifacts WHERE organization_id = $1 AND experiment_id = $2")
        .bind(organization.to_string())
        .bind(experiment.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// A file of a base that becomes an artifact.
pub struct CopiedFile<'a> {
    pub name: &'a str,
    file_name: &'a str,
    sha256: Digest,
    size_bytes: i64,
    content_type: &'a str,
}

impl<'a> From<&'a Artifact> for CopiedFile<'a> {
    fn from(artifact: &'a Artifact) -> Self {
        let Artifact { name, file_name, sha256, size_bytes, content_type, .. } = artifact;
        Self { name, file_name, sha256: *sha256, size_bytes: *size_bytes, content_type }
    }
}

impl<'a> From<&'a ModelFile> for CopiedFile<'a> {
    fn from(file: &'a ModelFile) -> Self {
        let ModelFile { name, file_name, sha256, size_bytes, content_type, .. } = file;
        Self { name, file_name, sha256: *sha256, size_bytes: *size_bytes, content_type }
    }
}

/// Gives the experiment one artifact for each file of a base, referring to the same bytes (R43, D11).
pub async fn insert_copies(
    connection: &mut Connection,
    actor: &Actor,
    experiment: ExperimentId,
    files: &[CopiedFile<'_>],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    insert_rows(
        connection,
        "INSERT INTO artifacts
         (id, organization_id, experiment_id, name, blob_sha256, size_bytes, content_type, created_at, created_by, file_name) VALUES",
        10,
        files,
        |statement, file| {
            statement
                .bind(ArtifactId::generate().to_string())
                .bind(actor.organization_id.to_string())
                .bind(experiment.to_string())
                .bind(file.name)
                .bind(file.sha256.to_string())
                .bind(file.size_bytes)
                .bind(file.content_type)
                .bind(now.as_micros())
                .bind(&actor.email)
                .bind(file.file_name)
        },
    )
    .await
}

/// Takes the experiment for this transaction, so that its parts change one after the other; says whether it exists.
pub async fn touch_experiment(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let touched = sqlx::query(
        "UPDATE experiments SET updated_at = $1 WHERE organization_id = $2 AND id = $3 AND deleted_at IS NULL",
    )
    .bind(now.as_micros())
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .execute(connection)
    .await?;
    Ok(touched.rows_affected() == 1)
}

pub async fn has_experiment(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM experiments WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_one(connection)
    .await?;
    Ok(count == 1)
}
