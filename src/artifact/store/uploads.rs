//! SQL for uploads and their parts.

use crate::{
    artifact::{Upload, UploadOwner, UploadPart, UploadedContent},
    database::{Connection, stored, stored_time},
    storage::{Blob, NewBlob},
    vocabulary::{Actor, FileName, OrganizationId, PartsId, Timestamp, UploadId},
};

#[derive(sqlx::FromRow)]
struct UploadRow {
    id: String,
    purpose: String,
    experiment_id: Option<String>,
    model_version_id: Option<String>,
    file_name: String,
    blob_sha256: Option<String>,
    size_bytes: Option<i64>,
    parts_id: Option<String>,
    completed_id: Option<String>,
    created_at: i64,
}

impl TryFrom<UploadRow> for Upload {
    type Error = sqlx::Error;

    fn try_from(row: UploadRow) -> Result<Self, sqlx::Error> {
        let owner = match (&row.experiment_id, &row.model_version_id) {
            (Some(experiment), None) => UploadOwner::Experiment(stored(experiment)?),
            (None, Some(version)) => UploadOwner::ModelVersion(stored(version)?),
            _ => return Err(sqlx::Error::Decode(format!("upload {} has not one owner", row.id).into())),
        };
        let content = match row.blob_sha256.zip(row.size_bytes) {
            Some((sha256, size_bytes)) => Some(UploadedContent { sha256: stored(&sha256)?, size_bytes }),
            None => None,
        };
        Ok(Self {
            id: stored(&row.id)?,
            purpose: stored(&row.purpose)?,
            owner,
            file_name: FileName::parse(&row.file_name).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            content,
            parts_id: row.parts_id.as_deref().map(stored).transpose()?,
            completed_id: row.completed_id.as_deref().map(stored).transpose()?,
            created_at: stored_time(row.created_at)?,
        })
    }
}

pub async fn insert_upload(connection: &mut Connection, actor: &Actor, upload: &Upload) -> Result<(), sqlx::Error> {
    let (experiment, version) = match upload.owner {
        UploadOwner::Experiment(id) => (Some(id.to_string()), None),
        UploadOwner::ModelVersion(id) => (None, Some(id.to_string())),
    };
    sqlx::query(
        "INSERT INTO uploads
         (id, organization_id, purpose, experiment_id, model_version_id, file_name, created_at, created_by, touched_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7)",
    )
    .bind(upload.id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(upload.purpose.as_str())
    .bind(experiment)
    .bind(version)
    .bind(upload.file_name.as_str())
    .bind(upload.created_at.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn find_upload(
    connection: &mut Connection,
    organization: OrganizationId,
    id: UploadId,
) -> Result<Option<Upload>, sqlx::Error> {
    let row: Option<UploadRow> = sqlx::query_as(
        "SELECT id, purpose, experiment_id, model_version_id, file_name, blob_sha256, size_bytes, parts_id,
                completed_id, created_at
         FROM uploads
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(Upload::try_from).transpose()
}

/// Holds the upload until the transaction ends; says whether it is there.
pub async fn touch_upload(
    connection: &mut Connection,
    organization: OrganizationId,
    id: UploadId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let touched = sqlx::query("UPDATE uploads SET touched_at = $1 WHERE organization_id = $2 AND id = $3")
        .bind(now.as_micros())
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(touched.rows_affected() == 1)
}

/// Gives the upload its bytes, which ends every attempt to send it in parts. They may come from one.
pub async fn set_content(
    connection: &mut Connection,
    organization: OrganizationId,
    id: UploadId,
    (blob, attempt): (&Blob, Option<PartsId>),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE uploads SET blob_sha256 = $1, size_bytes = $2, completed_id = $3, parts_id = NULL
         WHERE organization_id = $4 AND id = $5",
    )
    .bind(blob.sha256.to_string())
    .bind(blob.size_bytes)
    .bind(attempt.map(|attempt| attempt.to_string()))
    .bind(organization.to_string())
    .bind(id.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn set_parts_id(
    connection: &mut Connection,
    organization: OrganizationId,
    id: UploadId,
    parts: PartsId,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE uploads SET parts_id = $1 WHERE organization_id = $2 AND id = $3")
        .bind(parts.to_string())
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct PartRow {
    number: i64,
    sha256: String,
    size_bytes: i64,
    path: String,
}

/// The parts that have arrived, in their order.
pub async fn list_parts(
    connection: &mut Connection,
    organization: OrganizationId,
    upload: UploadId,
) -> Result<Vec<UploadPart>, sqlx::Error> {
    let rows: Vec<PartRow> = sqlx::query_as(
        "SELECT number, sha256, size_bytes, path FROM upload_parts
         WHERE organization_id = $1 AND upload_id = $2 ORDER BY number",
    )
    .bind(organization.to_string())
    .bind(upload.to_string())
    .fetch_all(connection)
    .await?;
    let part = |row: PartRow| {
        Ok(UploadPart { number: row.number, sha256: stored(&row.sha256)?, size_bytes: row.size_bytes, path: row.path })
    };
    rows.into_iter().map(part).collect()
}

pub async fn replace_part(
    connection: &mut Connection,
    organization: OrganizationId,
    upload: UploadId,
    number: i64,
    blob: &NewBlob,
) -> Result<(), sqlx::Error> {
    let size_bytes = i64::try_from(blob.size_bytes).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query(
        "INSERT INTO upload_parts (organization_id, upload_id, number, sha256, size_bytes, path)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (upload_id, number) DO UPDATE SET
             sha256 = excluded.sha256, size_bytes = excluded.size_bytes, path = excluded.path",
    )
    .bind(organization.to_string())
    .bind(upload.to_string())
    .bind(number)
    .bind(blob.sha256.to_string())
    .bind(size_bytes)
    .bind(&blob.path)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn delete_parts(
    connection: &mut Connection,
    organization: OrganizationId,
    upload: UploadId,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM upload_parts WHERE organization_id = $1 AND upload_id = $2")
        .bind(organization.to_string())
        .bind(upload.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// The uploads of all organizations that were last touched before `before` and that no file came from. Only for sweeping.
pub async fn list_unused(
    connection: &mut Connection,
    before: Timestamp,
) -> Result<Vec<(OrganizationId, UploadId)>, sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT organization_id, id FROM uploads
         WHERE touched_at < $1
           AND NOT EXISTS (SELECT 1 FROM artifacts WHERE artifacts.upload_id = uploads.id)
           AND NOT EXISTS (SELECT 1 FROM model_files WHERE model_files.upload_id = uploads.id)
           AND NOT EXISTS (SELECT 1 FROM console_files WHERE console_files.upload_id = uploads.id)
         ORDER BY id",
    )
    .bind(before.as_micros())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(organization, id)| Ok((stored(&organization)?, stored(&id)?))).collect()
}

/// Whether a file came from the upload.
pub async fn is_upload_used(
    connection: &mut Connection,
    organization: OrganizationId,
    id: UploadId,
) -> Result<bool, sqlx::Error> {
    let uses: i64 = sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM artifacts WHERE organization_id = $1 AND upload_id = $2)
              + (SELECT COUNT(*) FROM model_files WHERE organization_id = $1 AND upload_id = $2)
              + (SELECT COUNT(*) FROM console_files WHERE organization_id = $1 AND upload_id = $2)",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_one(connection)
    .await?;
    Ok(uses > 0)
}

pub async fn delete_upload(
    connection: &mut Connection,
    organization: OrganizationId,
    id: UploadId,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM uploads WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
