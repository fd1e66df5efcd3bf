//! Artifacts by their ids, and artifacts from uploads.

use super::{NamedBlob, put_in_place, require_experiment, uploads};
use crate::{
    artifact::{Artifact, ArtifactChange, ArtifactError, NewUploadedFile, store},
    audit::{self, Change},
    auth,
    database::{Connection, Database},
    error::Failure,
    storage::{self, Blob},
    vocabulary::{Actor, ArtifactId, ExperimentId, FileName, Timestamp},
};

/// An artifact, and the experiment that it belongs to.
pub async fn find_by_id(
    database: &Database,
    actor: &Actor,
    id: ArtifactId,
) -> Result<(ExperimentId, Artifact, Blob), Failure> {
    let mut connection = database.read().await?;
    let found = store::find_by_id(&mut connection, actor.organization_id, id).await?;
    let (experiment, artifact) = found.ok_or(ArtifactError::NotFound)?;
    let blob = storage::find(&mut connection, artifact.sha256).await?.ok_or(ArtifactError::NotFound)?;
    drop(connection);
    auth::operations::still_in(database, actor, experiment).await?;
    Ok((experiment, artifact, blob))
}

/// Gives the bytes of an upload a name in the experiment.
///
/// # Errors
/// [`ArtifactError::NameTaken`]: changing the artifact of that name replaces its bytes.
pub async fn put_upload(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    new: &NewUploadedFile,
) -> Result<Artifact, Failure> {
    let actor = &auth::operations::still_in(database, actor, experiment).await?;
    actor.require_write("uploading an artifact")?;
    let (upload, blob) = uploads::find_content(database, actor, new.upload).await?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    require_experiment(&mut transaction, actor, experiment).await?;
    uploads::hold_content(&mut transaction, actor, &upload).await?;
    let file_name = new.file_name.as_ref().unwrap_or(&upload.file_name);
    let named = NamedBlob { name: &new.name, file_name: Some(file_name), blob: &blob, upload: Some(upload.id) };
    let artifact = put_in_place(&mut transaction, actor, experiment, None, &named, now).await?;
    transaction.commit().await?;
    Ok(artifact)
}

/// Changes name or bytes of an artifact. Model versions that were exported before keep their file (R26).
pub async fn change(
    database: &Database,
    actor: &Actor,
    id: ArtifactId,
    change: ArtifactChange,
) -> Result<Artifact, Failure> {
    let (experiment, ..) = find_by_id(database, actor, id).await?;
    let actor = &auth::operations::still_in(database, actor, experiment).await?;
    actor.require_write("changing an artifact")?;
    let uploaded = match change.upload {
        Some(upload) => Some(uploads::find_content(database, actor, upload).await?),
        None => None,
    };
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    require_experiment(&mut transaction, actor, experiment).await?;
    let (before, blob) = lock_by_id(&mut transaction, actor, id).await?;
    let name = change.name.map_or_else(|| FileName::parse(&before.name), Ok).map_err(ArtifactError::InvalidName)?;
    let file_name = change.file_name.map_or_else(|| FileName::parse(&before.file_name), Ok);
    let file_name = file_name.map_err(ArtifactError::InvalidName)?;
    let (upload, blob) = match uploaded {
        Some((upload, blob)) => {
            uploads::hold_content(&mut transaction, actor, &upload).await?;
            (Some(upload.id), blob)
        }
        None => (before.upload_id, blob),
    };
    let named = NamedBlob { name: &name, file_name: Some(&file_name), blob: &blob, upload };
    let after = put_in_place(&mut transaction, actor, experiment, Some(&before), &named, now).await?;
    transaction.commit().await?;
    Ok(after)
}

async fn lock_by_id(connection: &mut Connection, actor: &Actor, id: ArtifactId) -> Result<(Artifact, Blob), Failure> {
    let found = store::find_by_id(connection, actor.organization_id, id).await?;
    let (_, artifact) = found.ok_or(ArtifactError::NotFound)?;
    let blob = storage::find(connection, artifact.sha256).await?.ok_or(ArtifactError::NotFound)?;
    Ok((artifact, blob))
}

/// Removes an artifact. Model versions that were exported before keep their file (R26).
pub async fn delete_by_id(database: &Database, actor: &Actor, id: ArtifactId) -> Result<(), Failure> {
    let (experiment, ..) = find_by_id(database, actor, id).await?;
    match delete_all_of(database, actor, experiment, &[id]).await? {
        0 => Err(ArtifactError::NotFound.into()),
        _ => Ok(()),
    }
}

/// Removes those of the artifacts that the experiment has; says how many.
pub async fn delete_all_of(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    ids: &[ArtifactId],
) -> Result<usize, Failure> {
    let actor = &auth::operations::still_in(database, actor, experiment).await?;
    actor.require_write("deleting artifacts")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    require_experiment(&mut transaction, actor, experiment).await?;
    let mut artifacts = store::list(&mut transaction, actor.organization_id, experiment).await?;
    artifacts.retain(|artifact| ids.contains(&artifact.id));
    for artifact in &artifacts {
        store::delete_by_id(&mut transaction, actor.organization_id, artifact.id).await?;
    }
    for artifact in &artifacts {
        let change = Change::deleted("artifact", &artifact.id, artifact.facts())
            .with("name", artifact.name.as_str())
            .with("experiment_id", experiment.to_string());
        audit::record(&mut transaction, actor, now, change).await?;
    }
    transaction.commit().await?;
    Ok(artifacts.len())
}
