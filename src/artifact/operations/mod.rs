//! Storing, finding and removing artifacts; finding model files.

mod by_id;
pub mod parts;
pub mod uploads;

pub use by_id::{change, delete_all_of, delete_by_id, find_by_id, put_upload};

use crate::artifact::{Artifact, ArtifactError, MAX_ARTIFACTS, ModelFile, safe_content_type, store};
use crate::{
    audit::{self, Change},
    auth,
    database::{Connection, Database, unless_taken},
    error::{AppError, Failure},
    services::Services,
    storage::{self, Blob, NewBlob},
    vocabulary::{Actor, ArtifactId, ExperimentId, FileName, ModelVersionId, Timestamp, UploadId},
};
use tracing::Instrument as _;

/// The artifacts of an experiment, by name.
pub async fn list(database: &Database, actor: &Actor, experiment: ExperimentId) -> Result<Vec<Artifact>, Failure> {
    let mut connection = database.read().await?;
    match store::has_experiment(&mut connection, actor.organization_id, experiment).await? {
        true => Ok(store::list(&mut connection, actor.organization_id, experiment).await?),
        false => Err(ArtifactError::ExperimentNotFound.into()),
    }
}

/// An artifact and its bytes.
pub async fn find(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    name: &str,
) -> Result<(Artifact, Blob), Failure> {
    let name = FileName::parse(name).map_err(ArtifactError::InvalidName)?;
    let mut connection = database.read().await?;
    let artifact =
        store::find(&mut connection, actor.organization_id, experiment, &name).await?.ok_or(ArtifactError::NotFound)?;
    let blob = storage::find(&mut connection, artifact.sha256).await?.ok_or(ArtifactError::NotFound)?;
    Ok((artifact, blob))
}

/// Refuses those who may not upload, before a byte is read.
pub async fn require_upload(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    name: &str,
) -> Result<FileName, Failure> {
    actor.require_write("uploading an artifact")?;
    let name = FileName::parse(name).map_err(ArtifactError::InvalidName)?;
    let mut connection = database.read().await?;
    if !store::has_experiment(&mut connection, actor.organization_id, experiment).await? {
        return Err(ArtifactError::ExperimentNotFound.into());
    }
    require_place(&mut connection, actor, experiment, &name).await?;
    Ok(name)
}

async fn require_place(
    connection: &mut Connection,
    actor: &Actor,
    experiment: ExperimentId,
    name: &FileName,
) -> Result<(), Failure> {
    match store::find_overlapping(connection, actor.organization_id, experiment, name).await? {
        None => Ok(()),
        Some(other) => Err(ArtifactError::Overlapping(other).into()),
    }
}

/// Gives durable bytes a name in the experiment; an artifact that has the name already is replaced. Says whether it was.
///
/// Runs to its end even if the client goes away, so that bytes and rows stay in step.
pub async fn put(
    services: &Services,
    actor: &Actor,
    experiment: ExperimentId,
    name: FileName,
    blob: NewBlob,
) -> Result<(Artifact, bool), Failure> {
    let (services, actor) = (services.clone(), actor.clone());
    let work = async move {
        let outcome = put_rows(&services.database, &actor, experiment, &name, &blob).await;
        let is_used = outcome.as_ref().is_ok_and(|(_, _, path)| *path == blob.path);
        if !is_used {
            services.blobs.discard(&blob).await;
        }
        outcome.map(|(artifact, was_replaced, _)| (artifact, was_replaced))
    };
    tokio::spawn(work.in_current_span()).await.map_err(|error| Failure::Broken(error.to_string()))?
}

async fn put_rows(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    name: &FileName,
    blob: &NewBlob,
) -> Result<(Artifact, bool, String), Failure> {
    let actor = &auth::operations::still_in(database, actor, experiment).await?;
    actor.require_write("uploading an artifact")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    require_experiment(&mut transaction, actor, experiment).await?;
    let replaced = store::find(&mut transaction, actor.organization_id, experiment, name).await?;
    let blob = storage::register(&mut transaction, blob, now).await?;
    let new = NamedBlob { name, file_name: None, blob: &blob, upload: None };
    let artifact = put_in_place(&mut transaction, actor, experiment, replaced.as_ref(), &new, now).await?;
    transaction.commit().await?;
    Ok((artifact, replaced.is_some(), blob.path))
}

/// Bytes that a row speaks of, and what they are to be called.
struct NamedBlob<'a> {
    name: &'a FileName,
    file_name: Option<&'a FileName>,
    blob: &'a Blob,
    upload: Option<UploadId>,
}

/// Writes the artifact and its entry; the one that it replaces gives it its id.
async fn put_in_place(
    connection: &mut Connection,
    actor: &Actor,
    experiment: ExperimentId,
    replaced: Option<&Artifact>,
    new: &NamedBlob<'_>,
    now: Timestamp,
) -> Result<Artifact, Failure> {
    let organization = actor.organization_id;
    if let Some(replaced) = replaced {
        store::delete_by_id(connection, organization, replaced.id).await?;
    }
    require_place(connection, actor, experiment, new.name).await?;
    if store::count(connection, organization, experiment).await? >= MAX_ARTIFACTS {
        return Err(ArtifactError::TooMany.into());
    }
    let row = store::NewArtifact {
        id: replaced.map_or_else(ArtifactId::generate, |replaced| replaced.id),
        experiment,
        name: new.name,
        file_name: new.file_name,
        blob: new.blob,
        content_type: safe_content_type(new.file_name.unwrap_or(new.name).as_str()),
        upload: new.upload,
    };
    store::insert(connection, actor, &row, now)
        .await
        .map_err(|error| unless_taken(error, || taken(new.name.as_str())))?;
    let artifact = store::find(connection, organization, experiment, new.name).await?.ok_or(ArtifactError::NotFound)?;
    let change = match replaced {
        Some(replaced) => Change::updated("artifact", &artifact.id, replaced.facts(), artifact.facts()),
        None => Change::created("artifact", &artifact.id, artifact.facts()),
    };
    let change = change.named("put").with("name", new.name.as_str()).with("experiment_id", experiment.to_string());
    audit::record(connection, actor, now, change).await?;
    Ok(artifact)
}

fn taken(name: &str) -> AppError {
    Failure::from(ArtifactError::NameTaken(name.to_owned())).into_shown()
}

/// Removes an artifact from the experiment. Model versions that were exported before keep their file (R26).
pub async fn delete(database: &Database, actor: &Actor, experiment: ExperimentId, name: &str) -> Result<(), Failure> {
    actor.require_write("deleting an artifact")?;
    let name = FileName::parse(name).map_err(ArtifactError::InvalidName)?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    require_experiment(&mut transaction, actor, experiment).await?;
    let artifact = store::find(&mut transaction, actor.organization_id, experiment, &name)
        .await?
        .ok_or(ArtifactError::NotFound)?;
    store::delete(&mut transaction, actor.organization_id, experiment, &name).await?;
    let change = Change::deleted("artifact", &artifact.id, artifact.facts())
        .with("name", name.as_str())
        .with("experiment_id", experiment.to_string());
    audit::record(&mut transaction, actor, now, change).await?;
    Ok(transaction.commit().await?)
}

async fn require_experiment(
    transaction: &mut crate::database::Connection,
    actor: &Actor,
    experiment: ExperimentId,
) -> Result<(), Failure> {
    match store::touch_experiment(transaction, actor.organization_id, experiment, Timestamp::now()).await? {
        true => Ok(()),
        false => Err(ArtifactError::ExperimentNotFound.into()),
    }
}

/// The files of a model version, by name.
pub async fn list_model_files(
    database: &Database,
    actor: &Actor,
    version: ModelVersionId,
) -> Result<Vec<ModelFile>, Failure> {
    let mut connection = database.read().await?;
    match store::has_model_version(&mut connection, actor.organization_id, version).await? {
        true => Ok(store::list_model_files(&mut connection, actor.organization_id, version).await?),
        false => Err(ArtifactError::VersionNotFound.into()),
    }
}

/// A model file and its bytes.
pub async fn find_model_file(
    database: &Database,
    actor: &Actor,
    version: ModelVersionId,
    name: &str,
) -> Result<(ModelFile, Blob), Failure> {
    let name = FileName::parse(name).map_err(ArtifactError::InvalidName)?;
    let mut connection = database.read().await?;
    let file = store::find_model_file(&mut connection, actor.organization_id, version, &name)
        .await?
        .ok_or(ArtifactError::NotFound)?;
    let blob = storage::find(&mut connection, file.sha256).await?.ok_or(ArtifactError::NotFound)?;
    Ok((file, blob))
}
