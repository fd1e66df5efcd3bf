//! Logged images and tables.

use super::{change_logs::put_image_log, touch};
use crate::{
    audit::{self, Change},
    auth,
    database::{Connection, Database},
    error::Failure,
    experiment::{
        ExperimentError, Log, LogContent, MAX_IMAGE_BYTES, MAX_LOGS, MAX_TABLE, NamedLog, Table,
        store::{
            experiments,
            logs::{self, NewLog},
        },
    },
    services::Services,
    storage::{self, Blob, NewBlob},
    vocabulary::{Actor, ExperimentId, LogId, Name, Timestamp, parameters::has_nul},
};
use tokio::io::AsyncReadExt as _;
use tracing::Instrument as _;

/// The images and tables of an experiment, by key.
pub async fn list_logs(database: &Database, actor: &Actor, id: ExperimentId) -> Result<Vec<Log>, Failure> {
    let mut connection = database.read().await?;
    experiments::find(&mut connection, actor.organization_id, id).await?.ok_or(ExperimentError::NotFound)?;
    Ok(logs::list(&mut connection, actor.organization_id, id).await?)
}

/// The bytes of a logged image, and their type.
pub async fn find_image(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    key: &str,
) -> Result<(Blob, String), Failure> {
    let mut connection = database.read().await?;
    let log =
        logs::find_image(&mut connection, actor.organization_id, id, key).await?.ok_or(ExperimentError::NotFound)?;
    let LogContent::Image { content_type, sha256, .. } = log.content else {
        return Err(ExperimentError::NotFound.into());
    };
    let blob = storage::find(&mut connection, sha256).await?.ok_or(ExperimentError::NotFound)?;
    Ok((blob, content_type))
}

/// Refuses those who may not log, before a byte is read.
pub async fn require_log(database: &Database, actor: &Actor, id: ExperimentId) -> Result<(), Failure> {
    actor.require_write("logging an image")?;
    experiments::find(&mut *database.read().await?, actor.organization_id, id)
        .await?
        .ok_or(ExperimentError::NotFound)?;
    Ok(())
}

/// Logs durable bytes as an image; `content_type` is what their beginning shows, not what the client declared.
pub async fn put_image(
    services: &Services,
    actor: &Actor,
    id: ExperimentId,
    key: Name,
    blob: NewBlob,
    content_type: &'static str,
) -> Result<Log, Failure> {
    actor.require_write("logging an image")?;
    let (services, actor) = (services.clone(), actor.clone());
    let work = async move {
        let outcome = put_image_rows(&services.database, &actor, id, &key, &blob, content_type).await;
        if outcome.as_ref().ok().is_none_or(|(_, path)| *path != blob.path) {
            services.blobs.discard(&blob).await;
        }
        outcome.map(|(log, _)| log)
    };
    tokio::spawn(work.in_current_span()).await.map_err(|error| Failure::Broken(error.to_string()))?
}

async fn put_image_rows(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    key: &Name,
    blob: &NewBlob,
    content_type: &'static str,
) -> Result<(Log, String), Failure> {
    let actor = &auth::operations::still_in(database, actor, id).await?;
    actor.require_write("logging an image")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, id, now).await?;
    let blob = storage::register(&mut transaction, blob, now).await?;
    let new = NewLog::Image { blob: &blob, content_type, file_name: None };
    let log = keep(&mut transaction, actor, id, (LogId::generate(), key, &new), now).await?;
    transaction.commit().await?;
    Ok((log, blob.path))
}

/// Logs the bytes of an upload as an image.
///
/// # Errors
/// [`ExperimentError::UnknownImage`] when their beginning shows none, or when there are more than [`MAX_IMAGE_BYTES`].
pub async fn put_uploaded_image(
    services: &Services,
    actor: &Actor,
    id: ExperimentId,
    key: Name,
    blob: Blob,
    file_name: &str,
) -> Result<NamedLog, Failure> {
    let mut beginning = Vec::new();
    services.blobs.read(&blob.path).await?.take(64).read_to_end(&mut beginning).await?;
    let is_small = u64::try_from(blob.size_bytes).is_ok_and(|size| size <= MAX_IMAGE_BYTES);
    let content_type = image_type(&beginning).filter(|_| is_small).ok_or(ExperimentError::UnknownImage)?;
    put_image_log(&services.database, actor, id, &key, (&blob, content_type, file_name)).await
}

/// Logs a table.
pub async fn put_table(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    key: Name,
    table: Table,
) -> Result<Log, Failure> {
    actor.require_write("logging a table")?;
    accept_table(&table)?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, id, now).await?;
    let log = keep(&mut transaction, actor, id, (LogId::generate(), &key, &NewLog::Table(&table)), now).await?;
    transaction.commit().await?;
    Ok(log)
}

fn accept_table(table: &Table) -> Result<(), ExperimentError> {
    let (max_rows, max_columns, max_bytes) = MAX_TABLE;
    let refuse = |reason: String| Err(ExperimentError::Table(reason));
    if !(1..=max_columns).contains(&table.columns.len()) {
        return refuse(format!("{} columns", table.columns.len()));
    }
    if table.rows.len() > max_rows {
        return refuse(format!("{} rows", table.rows.len()));
    }
    if let Some(index) = table.rows.iter().position(|row| row.len() != table.columns.len()) {
        return refuse(format!(
            "row {index} has {} cells for {} columns",
            table.rows[index].len(),
            table.columns.len()
        ));
    }
    let json = serde_json::to_string(table).map_err(|error| ExperimentError::Table(error.to_string()))?;
    match json.len() {
        size if size > max_bytes => refuse(format!("{size} bytes")),
        _ if table.rows.iter().flatten().any(has_nul) || table.columns.iter().any(|column| column.contains('\0')) => {
            refuse("a cell contains a NUL character".to_owned())
        }
        _ => Ok(()),
    }
}

/// Keeps a log under this id, unless it replaces one of the same kind and key.
pub(super) async fn keep(
    connection: &mut Connection,
    actor: &Actor,
    id: ExperimentId,
    (log, key, new): (LogId, &Name, &NewLog<'_>),
    now: Timestamp,
) -> Result<Log, Failure> {
    let organization = actor.organization_id;
    let former = logs::list_by_key(connection, organization, id, key.as_str()).await?;
    let log = logs::replace(connection, organization, id, (log, key, new), now).await?;
    if logs::count(connection, organization, id).await? > MAX_LOGS {
        return Err(ExperimentError::TooManyLogs.into());
    }
    let kept =
        logs::list_by_key(connection, organization, id, key.as_str()).await?.into_iter().find(|kept| kept.id == log);
    let former = former.into_iter().find(|former| former.id == log);
    let kept = kept.ok_or_else(|| Failure::Broken("a log that was just written is gone".to_owned()))?;
    let change = match &former {
        Some(former) => Change::updated("log", &log, former.facts(), kept.facts()),
        None => Change::created("log", &log, kept.facts()),
    };
    let change = change.named("log").with("name", key.as_str()).with("experiment_id", id.to_string());
    audit::record(connection, actor, now, change).await?;
    Ok(kept)
}

/// The type of an image by its first bytes, after the WHATWG MIME Sniffing standard, section 6.1.
pub fn image_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::image_type;

    #[test]
    fn an_image_is_known_by_its_first_bytes_alone() {
        assert_eq!(image_type(b"\x89PNG\r\n\x1a\n..."), Some("image/png"));
        assert_eq!(image_type(b"RIFF....WEBPVP8 "), Some("image/webp"));
        for other in [&b""[..], b"<svg xmlns=", b"<html>", b"PNG", b"%PDF-1.7"] {
            assert_eq!(image_type(other), None);
        }
    }
}
