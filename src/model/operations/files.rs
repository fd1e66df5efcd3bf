//! Files that are added to a version, or taken from it, while it is open (D12).

use crate::{
    artifact::{
        self, ArtifactError, MAX_ARTIFACTS, ModelFile, NewUploadedFile, safe_content_type, store::NewModelFile,
    },
    audit::{self, Change},
    auth,
    database::{Connection, Database, unless_taken},
    error::Failure,
    model::{ModelError, store},
    services::Services,
    storage::{self, Blob, NewBlob},
    vocabulary::{Actor, FileName, ModelFileId, ModelVersionId, Timestamp},
};
use serde_json::Value;
use tracing::Instrument as _;

/// Refuses those who may not upload, before a byte is read.
pub async fn require_upload(
    database: &Database,
    actor: &Actor,
    version: ModelVersionId,
    name: &str,
) -> Result<FileName, Failure> {
    actor.require_write("adding a model file")?;
    let name = FileName::parse(name).map_err(ArtifactError::InvalidName)?;
    let mut connection = database.read().await?;
    require_open(&mut connection, actor, version).await?;
    require_place(&mut connection, actor, version, &name).await?;
    Ok(name)
}

async fn require_place(
    connection: &mut Connection,
    actor: &Actor,
    version: ModelVersionId,
    name: &FileName,
) -> Result<(), Failure> {
    match artifact::store::find_overlapping_model_file(connection, actor.organization_id, version, name).await? {
        None => Ok(()),
        Some(other) => Err(ArtifactError::Overlapping(other).into()),
    }
}

/// Gives durable bytes a name in the version; a file that has the name already is replaced. Says whether it was.
///
/// Runs to its end even if the client goes away, so that bytes and rows stay in step.
pub async fn put(
    services: &Services,
    actor: &Actor,
    version: ModelVersionId,
    name: FileName,
    blob: NewBlob,
) -> Result<(ModelFile, bool), Failure> {
    let (services, actor) = (services.clone(), actor.clone());
    let work = async move {
        let outcome = put_rows(&services.database, &actor, version, &name, &blob).await;
        let is_used = outcome.as_ref().is_ok_and(|(_, _, path)| *path == blob.path);
        if !is_used {
            services.blobs.discard(&blob).await;
        }
        outcome.map(|(file, was_replaced, _)| (file, was_replaced))
    };
    tokio::spawn(work.in_current_span()).await.map_err(|error| Failure::Broken(error.to_string()))?
}

async fn put_rows(
    database: &Database,
    actor: &Actor,
    version: ModelVersionId,
    name: &FileName,
    blob: &NewBlob,
) -> Result<(ModelFile, bool, String), Failure> {
    let actor = &auth::operations::still(database, actor).await?;
    actor.require_write("adding a model file")?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    store::touch_version(&mut transaction, organization, version, now).await?;
    require_open(&mut transaction, actor, version).await?;
    let replaced = artifact::store::find_model_file(&mut transaction, organization, version, name).await?;
    artifact::store::delete_model_file(&mut transaction, organization, version, name).await?;
    let blob = storage::register(&mut transaction, blob, now).await?;
    let new = NewModelFile {
        id: ModelFileId::generate(),
        version,
        name,
        file_name: None,
        blob: &blob,
        content_type: safe_content_type(name.as_str()),
        upload: None,
    };
    let file = add(&mut transaction, actor, &new, replaced.as_ref(), now).await?;
    transaction.commit().await?;
    Ok((file, replaced.is_some(), blob.path))
}

/// Writes the file and its entry.
async fn add(
    connection: &mut Connection,
    actor: &Actor,
    new: &NewModelFile<'_>,
    replaced: Option<&ModelFile>,
    now: Timestamp,
) -> Result<ModelFile, Failure> {
    let organization = actor.organization_id;
    require_place(connection, actor, new.version, new.name).await?;
    if artifact::store::count_model_files(connection, organization, new.version).await? >= MAX_ARTIFACTS {
        return Err(ModelError::TooManyFiles.into());
    }
    let taken = || Failure::from(ArtifactError::NameTaken(new.name.to_string())).into_shown();
    artifact::store::insert_added(connection, actor, new, now).await.map_err(|error| unless_taken(error, taken))?;
    let file = artifact::store::find_model_file(connection, organization, new.version, new.name).await?;
    let file = file.ok_or(ArtifactError::NotFound)?;
    record(connection, actor, now, new.version, (replaced, Some(&file))).await?;
    Ok(file)
}

/// Gives the bytes of an upload a name in an open version.
///
/// # Errors
/// [`ArtifactError::NameTaken`].
pub async fn put_upload(
    database: &Database,
    actor: &Actor,
    version: ModelVersionId,
    new: &NewUploadedFile,
) -> Result<ModelFile, Failure> {
    actor.require_write("adding a model file")?;
    let (upload, blob) = artifact::operations::uploads::find_content(database, actor, new.upload).await?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    store::touch_version(&mut transaction, actor.organization_id, version, now).await?;
    require_open(&mut transaction, actor, version).await?;
    artifact::operations::uploads::hold_content(&mut transaction, actor, &upload).await?;
    let file_name = new.file_name.as_ref().unwrap_or(&upload.file_name);
    let row = NewModelFile {
        id: ModelFileId::generate(),
        version,
        name: &new.name,
        file_name: Some(file_name),
        blob: &blob,
        content_type: safe_content_type(file_name.as_str()),
        upload: Some(upload.id),
    };
    let file = add(&mut transaction, actor, &row, None, now).await?;
    transaction.commit().await?;
    Ok(file)
}

/// A model file by its id, the version that it belongs to, and its bytes.
pub async fn find_by_id(
    database: &Database,
    actor: &Actor,
    id: ModelFileId,
) -> Result<(ModelVersionId, ModelFile, Blob), Failure> {
    let mut connection = database.read().await?;
    let found = artifact::store::find_model_file_by_id(&mut connection, actor.organization_id, id).await?;
    let (version, file) = found.ok_or(ArtifactError::NotFound)?;
    let blob = storage::find(&mut connection, file.sha256).await?.ok_or(ArtifactError::NotFound)?;
    Ok((version, file, blob))
}

/// Takes a file from an open version. The source experiment keeps its artifact (R26).
pub async fn remove(database: &Database, actor: &Actor, version: ModelVersionId, name: &str) -> Result<(), Failure> {
    actor.require_write("removing a model file")?;
    let name = FileName::parse(name).map_err(ArtifactError::InvalidName)?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    store::touch_version(&mut transaction, organization, version, now).await?;
    require_open(&mut transaction, actor, version).await?;
    let file = artifact::store::find_model_file(&mut transaction, organization, version, &name)
        .await?
        .ok_or(ArtifactError::NotFound)?;
    artifact::store::delete_model_file(&mut transaction, organization, version, &name).await?;
    record(&mut transaction, actor, now, version, (Some(&file), None)).await?;
    Ok(transaction.commit().await?)
}

/// The file of a name before and after.
async fn record(
    connection: &mut Connection,
    actor: &Actor,
    now: Timestamp,
    version: ModelVersionId,
    (before, after): (Option<&ModelFile>, Option<&ModelFile>),
) -> Result<(), Failure> {
    let link =
        store::find_link(connection, actor.organization_id, version).await?.ok_or(ModelError::VersionNotFound)?;
    let facts = |file: Option<&ModelFile>| file.map_or(Value::Null, ModelFile::facts);
    let change = Change::updated("model_version", &version, facts(before), facts(after))
        .named(if after.is_some() { "add_file" } else { "remove_file" })
        .with("file", after.or(before).map(|file| file.name.as_str()));
    Ok(audit::record(connection, actor, now, link.identify(change)).await?)
}

async fn require_open(connection: &mut Connection, actor: &Actor, version: ModelVersionId) -> Result<(), Failure> {
    match store::find_sealed_at(connection, actor.organization_id, version).await? {
        Some(None) => Ok(()),
        Some(Some(_)) => Err(ModelError::Sealed.into()),
        None => Err(ModelError::VersionNotFound.into()),
    }
}
