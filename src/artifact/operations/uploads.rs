//! Files that are sent before they have a name: beginning, receiving, and sweeping away what nobody used.

use crate::{
    artifact::{ArtifactError, UNUSED_UPLOAD_SECONDS, Upload, UploadOwner, UploadPart, UploadPurpose, store},
    auth,
    database::{Connection, Database},
    error::Failure,
    services::Services,
    storage::{self, Blob, NewBlob},
    vocabulary::{Actor, Digest, FileName, PartsId, Timestamp, UploadId},
};
use tracing::Instrument as _;

/// Announces a file. Only those who may write to its owner can.
pub async fn begin(
    database: &Database,
    actor: &Actor,
    purpose: UploadPurpose,
    owner: UploadOwner,
    file_name: &str,
) -> Result<Upload, Failure> {
    let file_name = FileName::parse(file_name).map_err(ArtifactError::InvalidName)?;
    entering(database, actor, owner).await?.require_write("uploading a file")?;
    let mut transaction = database.begin().await?;
    let upload = insert(&mut transaction, actor, purpose, owner, file_name).await?;
    transaction.commit().await?;
    Ok(upload)
}

/// Announces a file whose bytes are here already, because something that the actor may read has them.
pub async fn of_stored(
    database: &Database,
    actor: &Actor,
    purpose: UploadPurpose,
    owner: UploadOwner,
    (file_name, blob): (&str, &Blob),
) -> Result<UploadId, Failure> {
    let file_name = FileName::parse(file_name).map_err(ArtifactError::InvalidName)?;
    entering(database, actor, owner).await?.require_write("uploading a file")?;
    let mut transaction = database.begin().await?;
    let upload = insert(&mut transaction, actor, purpose, owner, file_name).await?;
    store::set_content(&mut transaction, actor.organization_id, upload.id, (blob, None)).await?;
    transaction.commit().await?;
    Ok(upload.id)
}

async fn insert(
    connection: &mut Connection,
    actor: &Actor,
    purpose: UploadPurpose,
    owner: UploadOwner,
    file_name: FileName,
) -> Result<Upload, Failure> {
    require_owner(connection, actor, owner).await?;
    let upload = Upload {
        id: UploadId::generate(),
        purpose,
        owner,
        file_name,
        content: None,
        parts_id: None,
        completed_id: None,
        created_at: Timestamp::now(),
    };
    store::insert_upload(connection, actor, &upload).await?;
    Ok(upload)
}

/// An upload whose owner the actor may see.
pub async fn find(database: &Database, actor: &Actor, id: UploadId) -> Result<Upload, Failure> {
    let found = store::find_upload(&mut *database.read().await?, actor.organization_id, id).await?;
    let upload = found.ok_or(ArtifactError::UploadNotFound)?;
    entering(database, actor, upload.owner).await?;
    Ok(upload)
}

/// An upload that the actor may send bytes to.
pub async fn find_to_write(database: &Database, actor: &Actor, id: UploadId) -> Result<Upload, Failure> {
    let upload = find(database, actor, id).await?;
    entering(database, actor, upload.owner).await?.require_write("uploading a file")?;
    Ok(upload)
}

/// The bytes of an upload, once they have arrived.
pub async fn find_content(database: &Database, actor: &Actor, id: UploadId) -> Result<(Upload, Blob), Failure> {
    let upload = find(database, actor, id).await?;
    let sha256 = upload.content.ok_or(ArtifactError::NothingUploaded)?.sha256;
    let blob = storage::find(&mut *database.read().await?, sha256).await?.ok_or(ArtifactError::NothingUploaded)?;
    Ok((upload, blob))
}

/// Gives an upload its durable bytes. Sending the same bytes again changes nothing; others are refused once a file came from these.
///
/// Runs to its end even if the client goes away, so that bytes and rows stay in step.
pub async fn receive(services: &Services, actor: &Actor, id: UploadId, blob: NewBlob) -> Result<Upload, Failure> {
    receive_from(services, actor, (id, None), blob).await
}

/// Gives an upload its durable bytes, which may have been put together from the parts of an attempt: then these must still be the ones that
/// count.
pub(super) async fn receive_from(
    services: &Services,
    actor: &Actor,
    (id, assembled): (UploadId, Option<(PartsId, Vec<UploadPart>)>),
    blob: NewBlob,
) -> Result<Upload, Failure> {
    let (services, actor) = (services.clone(), actor.clone());
    let work = async move {
        let outcome = receive_rows(&services.database, &actor, (id, assembled.as_ref()), &blob).await;
        if outcome.as_ref().ok().is_none_or(|received| received.path != blob.path) {
            services.blobs.discard(&blob).await;
        }
        let received = outcome?;
        super::parts::discard(&services, received.parts).await;
        Ok(received.upload)
    };
    tokio::spawn(work.in_current_span()).await.map_err(|error| Failure::Broken(error.to_string()))?
}

struct Received {
    upload: Upload,
    /// Where the bytes are.
    path: String,
    /// Parts that no row speaks of any more.
    parts: Vec<UploadPart>,
}

async fn receive_rows(
    database: &Database,
    actor: &Actor,
    (id, assembled): (UploadId, Option<&(PartsId, Vec<UploadPart>)>),
    blob: &NewBlob,
) -> Result<Received, Failure> {
    find_to_write(database, actor, id).await?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    store::touch_upload(&mut transaction, organization, id, now).await?;
    let before = store::find_upload(&mut transaction, organization, id).await?.ok_or(ArtifactError::UploadNotFound)?;
    let parts = store::list_parts(&mut transaction, organization, id).await?;
    if assembled.is_some_and(|(attempt, of)| before.parts_id != Some(*attempt) || *of != parts) {
        return Err(ArtifactError::NoSuchAttempt.into());
    }
    let is_other = |sha256: Digest| before.content.is_some_and(|content| content.sha256 != sha256);
    if is_other(blob.sha256) && store::is_upload_used(&mut transaction, organization, id).await? {
        return Err(ArtifactError::UploadUsed.into());
    }
    let blob = storage::register(&mut transaction, blob, now).await?;
    let attempt = assembled.map(|(attempt, _)| *attempt);
    store::set_content(&mut transaction, organization, id, (&blob, attempt)).await?;
    store::delete_parts(&mut transaction, organization, id).await?;
    let upload = store::find_upload(&mut transaction, organization, id).await?.ok_or(ArtifactError::UploadNotFound)?;
    transaction.commit().await?;
    Ok(Received { upload, path: blob.path, parts })
}

/// Holds an upload until the transaction ends, if it still has the bytes that were found.
pub async fn hold_content(connection: &mut Connection, actor: &Actor, found: &Upload) -> Result<(), Failure> {
    let organization = actor.organization_id;
    store::touch_upload(connection, organization, found.id, Timestamp::now()).await?;
    let now = store::find_upload(connection, organization, found.id).await?.ok_or(ArtifactError::UploadNotFound)?;
    if now.content == found.content { Ok(()) } else { Err(ArtifactError::NothingUploaded.into()) }
}

/// Forgets uploads that nothing came from within a day, with the files of their parts. Says how many.
pub async fn sweep(services: &Services, now: Timestamp) -> Result<usize, Failure> {
    let before = now.plus_seconds(-UNUSED_UPLOAD_SECONDS);
    let unused = store::list_unused(&mut *services.database.read().await?, before).await?;
    for &(organization, id) in &unused {
        let mut transaction = services.database.begin().await?;
        let parts = store::list_parts(&mut transaction, organization, id).await?;
        store::delete_parts(&mut transaction, organization, id).await?;
        store::delete_upload(&mut transaction, organization, id).await?;
        transaction.commit().await?;
        super::parts::discard(services, parts).await;
    }
    Ok(unused.len())
}

/// The actor with the role that remains where the file is going to be.
async fn entering(database: &Database, actor: &Actor, owner: UploadOwner) -> Result<Actor, Failure> {
    match owner {
        UploadOwner::ModelVersion(_) => Ok(actor.clone()),
        UploadOwner::Experiment(id) => {
            let project = auth::operations::project_of(database, actor, id).await?;
            Ok(actor.entering(project.ok_or(ArtifactError::ExperimentNotFound)?)?)
        }
    }
}

async fn require_owner(connection: &mut Connection, actor: &Actor, owner: UploadOwner) -> Result<(), Failure> {
    let organization = actor.organization_id;
    match owner {
        UploadOwner::Experiment(id) if !store::has_experiment(connection, organization, id).await? => {
            Err(ArtifactError::ExperimentNotFound.into())
        }
        UploadOwner::ModelVersion(id) if !store::has_model_version(connection, organization, id).await? => {
            Err(ArtifactError::VersionNotFound.into())
        }
        _ => Ok(()),
    }
}
