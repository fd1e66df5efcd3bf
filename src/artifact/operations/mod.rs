//! Storing, finding and removing artifacts; finding model files.

use crate::artifact::{Artifact, ArtifactError, MAX_ARTIFACTS, ModelFile, safe_content_type, store};
use crate::{
    audit::{self, Change},
    auth,
    database::{Connection, Database},
    error::Failure,
    services::Services,
    storage::{self, Blob, NewBlob},
    vocabulary::{Actor, ArtifactId, ExperimentId, FileName, ModelVersionId, Timestamp},
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
    require_place(&mut transaction, actor, experiment, name).await?;
    let replaced = store::find(&mut transaction, actor.organization_id, experiment, name).await?;
    store::delete(&mut transaction, actor.organization_id, experiment, name).await?;
    if store::count(&mut transaction, actor.organization_id, experiment).await? >= MAX_ARTIFACTS {
        return Err(ArtifactError::TooMany.into());
    }
    let blob = storage::register(&mut transaction, blob, now).await?;
    let new = store::NewArtifact {
        id: ArtifactId::generate(),
        experiment,
        name,
        blob: &blob,
        content_type: safe_content_type(name.as_str()),
    };
    store::insert(&mut transaction, actor, &new, now).await?;
    let artifact =
        store::find(&mut transaction, actor.organization_id, experiment, name).await?.ok_or(ArtifactError::NotFound)?;
    let change = match &replaced {
        Some(replaced) => Change::updated("artifact", &artifact.id, replaced.facts(), artifact.facts()),
        None => Change::created("artifact", &artifact.id, artifact.facts()),
    };
    let change = change.named("put").with("name", name.as_str()).with("experiment_id", experiment.to_string());
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok((artifact, replaced.is_some(), blob.path))
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
