//! Uploads in parts, as S3 has them: each part by its number, again if need be, and put together at the end.

use super::uploads;
use crate::{
    artifact::{ArtifactError, MAX_PARTS, Upload, UploadPart, store},
    error::Failure,
    services::Services,
    storage::{Expected, NewBlob, UploadError},
    vocabulary::{Actor, Digest, PartsId, Timestamp, UploadId},
};
use futures::{StreamExt, TryStreamExt, stream};
use tokio_util::io::ReaderStream;
use tracing::Instrument as _;

/// Begins an attempt to send the upload in parts. The parts of an attempt before it are gone.
pub async fn begin(services: &Services, actor: &Actor, id: UploadId) -> Result<PartsId, Failure> {
    uploads::find_to_write(&services.database, actor, id).await?;
    let parts_id = PartsId::generate();
    let organization = actor.organization_id;
    let mut transaction = services.database.begin().await?;
    store::touch_upload(&mut transaction, organization, id, Timestamp::now()).await?;
    if store::is_upload_used(&mut transaction, organization, id).await? {
        return Err(ArtifactError::UploadUsed.into());
    }
    let former = store::list_parts(&mut transaction, organization, id).await?;
    store::delete_parts(&mut transaction, organization, id).await?;
    store::set_parts_id(&mut transaction, organization, id, parts_id).await?;
    transaction.commit().await?;
    discard(services, former).await;
    Ok(parts_id)
}

/// Refuses numbers that no part has, and attempts that do not count any more.
pub fn require_part(upload: &Upload, parts_id: PartsId, number: i64) -> Result<(), ArtifactError> {
    if upload.parts_id != Some(parts_id) {
        return Err(ArtifactError::NoSuchAttempt);
    }
    if !(1..=MAX_PARTS).contains(&number) {
        return Err(ArtifactError::PartNumber(number));
    }
    Ok(())
}

/// Keeps a durable part; one of the same number is replaced.
pub async fn receive(
    services: &Services,
    actor: &Actor,
    (id, parts_id, number): (UploadId, PartsId, i64),
    blob: NewBlob,
) -> Result<Digest, Failure> {
    let (services, actor) = (services.clone(), actor.clone());
    let work = async move {
        let outcome = receive_row(&services, &actor, (id, parts_id, number), &blob).await;
        match outcome {
            Ok(former) => discard(&services, former).await,
            Err(failure) => {
                services.blobs.discard(&blob).await;
                return Err(failure);
            }
        }
        Ok(blob.sha256)
    };
    tokio::spawn(work.in_current_span()).await.map_err(|error| Failure::Broken(error.to_string()))?
}

async fn receive_row(
    services: &Services,
    actor: &Actor,
    (id, parts_id, number): (UploadId, PartsId, i64),
    blob: &NewBlob,
) -> Result<Vec<UploadPart>, Failure> {
    uploads::find_to_write(&services.database, actor, id).await?;
    let organization = actor.organization_id;
    let mut transaction = services.database.begin().await?;
    store::touch_upload(&mut transaction, organization, id, Timestamp::now()).await?;
    let upload = store::find_upload(&mut transaction, organization, id).await?.ok_or(ArtifactError::UploadNotFound)?;
    require_part(&upload, parts_id, number)?;
    let (former, others): (Vec<_>, Vec<_>) = store::list_parts(&mut transaction, organization, id)
        .await?
        .into_iter()
        .partition(|part| part.number == number);
    let limit_bytes = services.settings.upload_limit_bytes;
    if others.iter().map(|part| part.size_bytes.unsigned_abs()).sum::<u64>() + blob.size_bytes > limit_bytes {
        return Err(UploadError::TooLarge { limit_bytes }.into());
    }
    store::replace_part(&mut transaction, organization, id, number, blob).await?;
    transaction.commit().await?;
    Ok(former)
}

/// A part as the client names it at the end.
pub struct NamedPart {
    pub number: i64,
    pub sha256: Digest,
}

/// Puts the parts together. They must be the ones that arrived, numbered from 1 without a gap. Completing again what is complete
/// changes nothing.
pub async fn complete(
    services: &Services,
    actor: &Actor,
    (id, parts_id): (UploadId, PartsId),
    named: &[NamedPart],
) -> Result<Upload, Failure> {
    let upload = uploads::find_to_write(&services.database, actor, id).await?;
    if upload.completed_id == Some(parts_id) {
        return Ok(upload);
    }
    require_part(&upload, parts_id, 1)?;
    let parts = store::list_parts(&mut *services.database.read().await?, actor.organization_id, id).await?;
    require_all(&parts, named)?;
    let size_bytes = parts.iter().map(|part| part.size_bytes.unsigned_abs()).sum();
    let expected = Expected {
        size_bytes: Some(size_bytes),
        limit_bytes: services.settings.upload_limit_bytes,
        ..Expected::default()
    };
    let paths: Vec<String> = parts.iter().map(|part| part.path.clone()).collect();
    let blobs = services.blobs.clone();
    let bytes = stream::iter(paths)
        .then(move |path| {
            let blobs = blobs.clone();
            async move { blobs.read(&path).await }
        })
        .map_ok(|file| ReaderStream::with_capacity(file, 1 << 16))
        .try_flatten();
    let blob = services.blobs.write(bytes, expected).await?;
    uploads::receive_from(services, actor, (id, Some((parts_id, parts))), blob).await
}

fn require_all(parts: &[UploadPart], named: &[NamedPart]) -> Result<(), ArtifactError> {
    let is_whole = parts.len() == named.len()
        && (1..).zip(parts).zip(named).all(|((number, part), named)| {
            part.number == number && named.number == number && part.sha256 == named.sha256
        });
    if is_whole && !parts.is_empty() { Ok(()) } else { Err(ArtifactError::PartsMissing) }
}

/// Removes the files of parts that no row speaks of any more.
pub(super) async fn discard(services: &Services, parts: Vec<UploadPart>) {
    for part in parts {
        let size_bytes = part.size_bytes.unsigned_abs();
        services.blobs.discard(&NewBlob { sha256: part.sha256, size_bytes, path: part.path }).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(number: i64, byte: u8) -> UploadPart {
        UploadPart { number, sha256: Digest::from_bytes([byte; 32]), size_bytes: 1, path: String::new() }
    }

    fn named(number: i64, byte: u8) -> NamedPart {
        NamedPart { number, sha256: Digest::from_bytes([byte; 32]) }
    }

    #[test]
    fn only_all_parts_in_their_order_make_the_file() {
        let arrived = [part(1, 1), part(2, 2)];
        assert_eq!(require_all(&arrived, &[named(1, 1), named(2, 2)]), Ok(()));
        for wrong in [
            vec![],
            vec![named(1, 1)],
            vec![named(2, 2), named(1, 1)],
            vec![named(1, 1), named(2, 3)],
            vec![named(1, 1), named(2, 2), named(3, 3)],
        ] {
            assert_eq!(require_all(&arrived, &wrong), Err(ArtifactError::PartsMissing));
        }
        assert_eq!(
            require_all(&[part(2, 2)], &[named(2, 2)]),
            Err(ArtifactError::PartsMissing),
            "the first is missing"
        );
        assert_eq!(require_all(&[], &[]), Err(ArtifactError::PartsMissing));
    }
}
