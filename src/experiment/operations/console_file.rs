//! The file with what a training printed.

use super::touch;
use crate::{
    artifact::operations::uploads,
    audit::{self, Change},
    auth,
    database::Database,
    error::Failure,
    experiment::{
        ConsoleFile, ExperimentError,
        store::{console_files, experiments},
    },
    storage::{self, Blob},
    vocabulary::{Actor, ConsoleFileId, ExperimentId, Timestamp, UploadId},
};

/// The file of an experiment, if it has one.
pub async fn find_console_file(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
) -> Result<Option<ConsoleFile>, Failure> {
    let mut connection = database.read().await?;
    experiments::find(&mut connection, actor.organization_id, experiment).await?.ok_or(ExperimentError::NotFound)?;
    Ok(console_files::find(&mut connection, actor.organization_id, experiment).await?)
}

/// A file by its id, with its bytes.
pub async fn find_console_file_by_id(
    database: &Database,
    actor: &Actor,
    id: ConsoleFileId,
) -> Result<(ConsoleFile, Blob), Failure> {
    let mut connection = database.read().await?;
    let found = console_files::find_by_id(&mut connection, actor.organization_id, id).await?;
    let file = found.ok_or(ExperimentError::ConsoleFileNotFound)?;
    let blob = storage::find(&mut connection, file.sha256).await?.ok_or(ExperimentError::ConsoleFileNotFound)?;
    drop(connection);
    auth::operations::still_in(database, actor, file.experiment_id).await?;
    Ok((file, blob))
}

/// Makes the bytes of an upload the file of the experiment; the one before gives it its id.
pub async fn put_console_file(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    upload: UploadId,
) -> Result<ConsoleFile, Failure> {
    let actor = &auth::operations::still_in(database, actor, experiment).await?;
    actor.require_write("storing a log file")?;
    let (upload, blob) = uploads::find_content(database, actor, upload).await?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, experiment, now).await?;
    uploads::hold_content(&mut transaction, actor, &upload).await?;
    let before = console_files::find(&mut transaction, actor.organization_id, experiment).await?;
    let after = ConsoleFile {
        id: before.as_ref().map_or_else(ConsoleFileId::generate, |before| before.id),
        experiment_id: experiment,
        file_name: upload.file_name.last_part().to_owned(),
        size_bytes: blob.size_bytes,
        sha256: blob.sha256,
        upload_id: Some(upload.id),
        created_at: now,
        created_by: actor.email.clone(),
    };
    console_files::delete(&mut transaction, actor.organization_id, experiment).await?;
    console_files::insert(&mut transaction, actor.organization_id, &after).await?;
    let change = match &before {
        Some(before) => Change::updated("console_file", &after.id, before.facts(), after.facts()),
        None => Change::created("console_file", &after.id, after.facts()),
    };
    let change = change.with("name", after.file_name.as_str()).with("experiment_id", experiment.to_string());
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Removes the file of an experiment.
pub async fn delete_console_file(database: &Database, actor: &Actor, id: ConsoleFileId) -> Result<(), Failure> {
    let (file, _) = find_console_file_by_id(database, actor, id).await?;
    let actor = &auth::operations::still_in(database, actor, file.experiment_id).await?;
    actor.require_write("deleting a log file")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, file.experiment_id, now).await?;
    console_files::delete(&mut transaction, actor.organization_id, file.experiment_id).await?;
    let change = Change::deleted("console_file", &file.id, file.facts())
        .with("name", file.file_name.as_str())
        .with("experiment_id", file.experiment_id.to_string());
    audit::record(&mut transaction, actor, now, change).await?;
    Ok(transaction.commit().await?)
}
