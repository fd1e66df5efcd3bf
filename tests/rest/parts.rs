//! Uploads in parts: attempts that are over, repeated or too large, and what is left of them.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    artifact::{
        ArtifactError, NewUploadedFile, UploadOwner, UploadPurpose,
        operations::{self as artifacts, parts, uploads},
    },
    error::Failure,
    services::Settings,
    vocabulary::{Digest, FileName, PartsId, Timestamp, UploadId},
};
use std::sync::Arc;
use tokio::io::AsyncReadExt as _;

async fn begun(world: &World) -> UploadId {
    let owner = UploadOwner::Experiment(an_experiment().create(world).await);
    uploads::begin(world.database(), &world.editor, UploadPurpose::Artifact, owner, "m.pt").await.unwrap().id
}

async fn attempt(world: &World, upload: UploadId) -> Result<PartsId, Failure> {
    parts::begin(&world.services, &world.editor, upload).await
}

async fn send(world: &World, part: (UploadId, PartsId, i64), bytes: &[u8]) -> Result<Digest, Failure> {
    parts::receive(&world.services, &world.editor, part, world.blob(bytes).await).await
}

async fn complete(world: &World, upload: UploadId, attempt: PartsId, sent: &[Digest]) -> Result<Vec<u8>, Failure> {
    let named: Vec<parts::NamedPart> =
        (1..).zip(sent).map(|(number, sha256)| parts::NamedPart { number, sha256: *sha256 }).collect();
    parts::complete(&world.services, &world.editor, (upload, attempt), &named).await?;
    let (_, blob) = uploads::find_content(world.database(), &world.editor, upload).await?;
    let mut bytes = Vec::new();
    world.services.blobs.read(&blob.path).await.unwrap().read_to_end(&mut bytes).await.unwrap();
    Ok(bytes)
}

async fn name_it(world: &World, upload: UploadId) {
    let found = uploads::find(world.database(), &world.editor, upload).await.unwrap();
    let UploadOwner::Experiment(experiment) = found.owner else { panic!("{found:?}") };
    let new = NewUploadedFile { name: FileName::parse("model").unwrap(), file_name: None, upload };
    artifacts::put_upload(world.database(), &world.editor, experiment, &new).await.unwrap();
}

on_every_database! {
    async fn completing_again_is_the_same_and_an_attempt_that_is_over_completes_nothing(world) {
        let upload = begun(world).await;
        let first = attempt(world, upload).await.unwrap();
        let lost = send(world, (upload, first, 1), b"first attempt").await.unwrap();
        let second = attempt(world, upload).await.unwrap();
        assert_eq!(code(send(world, (upload, first, 2), b"late").await), "attempt_over");
        let sent = [send(world, (upload, second, 1), b"one ").await.unwrap(), send(world, (upload, second, 2), b"two").await.unwrap()];
        for _ in 0..2 {
            assert_eq!(complete(world, upload, second, &sent).await.unwrap(), b"one two");
        }
        assert_eq!(code(complete(world, upload, first, &[lost]).await), "attempt_over");
        let stored = world.stored_files();
        assert_eq!(stored.len(), 1, "the parts are gone: {stored:?}");
    }

    async fn an_attempt_that_begins_while_the_one_before_is_completed_stays_good(world) {
        let bytes = vec![7; 1 << 20];
        for round in 0..12 {
            let upload = begun(world).await;
            let first = attempt(world, upload).await.unwrap();
            let sent = [send(world, (upload, first, 1), &bytes).await.unwrap()];
            let later = async {
                // Further into the completion each time.
                for _ in 0..round {
                    tokio::task::yield_now().await;
                }
                attempt(world, upload).await.unwrap()
            };
            let (completed, second) = tokio::join!(complete(world, upload, first, &sent), later);
            if let Err(failure) = completed {
                // The parts may be gone before, while or after they are read.
                let code = failure.into_shown().code;
                assert!(["attempt_over", "parts_missing", "upload_broken_off"].contains(&code.as_str()), "{code}");
            }
            let again = send(world, (upload, second, 1), b"again").await.unwrap();
            assert_eq!(complete(world, upload, second, &[again]).await.unwrap(), b"again");
        }
        assert_eq!(world.stored_files().iter().filter(|file| file.metadata().unwrap().len() == 5).count(), 1);
    }

    async fn parts_go_when_the_bytes_come_in_another_way(world) {
        let upload = begun(world).await;
        let parts_id = attempt(world, upload).await.unwrap();
        send(world, (upload, parts_id, 1), b"a part").await.unwrap();
        uploads::receive(&world.services, &world.editor, upload, world.blob(b"as a whole").await).await.unwrap();
        assert_eq!(world.stored_files().len(), 1);
        name_it(world, upload).await;
        assert_eq!(code(attempt(world, upload).await), "upload_used");
        assert_eq!(code(send(world, (upload, parts_id, 1), b"late").await), "attempt_over");
        assert_eq!(world.stored_files().len(), 1);
    }

    async fn all_parts_together_keep_to_the_limit(world) {
        let upload = begun(world).await;
        let mut services = world.services.clone();
        services.settings = Arc::new(Settings { upload_limit_bytes: 10, ..(*services.settings).clone() });
        let parts_id = attempt(world, upload).await.unwrap();
        let send = async |number, bytes: &[u8]| {
            parts::receive(&services, &world.editor, (upload, parts_id, number), world.blob(bytes).await).await
        };
        send(1, b"12345").await.unwrap();
        assert_eq!(code(send(2, b"123456").await), "too_large");
        // A part that replaces another one counts once.
        send(1, b"123456").await.unwrap();
        send(2, b"1234").await.unwrap();
        assert_eq!(world.stored_files().len(), 2);
    }

    async fn uploads_that_nothing_came_from_are_swept_away_after_a_day(world) {
        let (used, unused, unfinished) = (begun(world).await, begun(world).await, begun(world).await);
        for upload in [used, unused] {
            uploads::receive(&world.services, &world.editor, upload, world.blob(b"whole").await).await.unwrap();
        }
        name_it(world, used).await;
        let parts_id = attempt(world, unfinished).await.unwrap();
        send(world, (unfinished, parts_id, 1), b"a part").await.unwrap();
        let (stored, now) = (world.stored_files().len(), Timestamp::now());
        assert_eq!(uploads::sweep(&world.services, now.plus_seconds(86_000)).await.unwrap(), 0);
        assert_eq!(world.stored_files().len(), stored);
        assert_eq!(uploads::sweep(&world.services, now.plus_seconds(87_000)).await.unwrap(), 2);
        assert_eq!(world.stored_files().len(), stored - 1, "the part is gone, the artifact is not");
        for (upload, is_there) in [(used, true), (unused, false), (unfinished, false)] {
            assert_eq!(uploads::find(world.database(), &world.editor, upload).await.is_ok(), is_there);
        }
    }

    async fn what_changed_in_between_is_not_named(world) {
        let upload = begun(world).await;
        uploads::receive(&world.services, &world.editor, upload, world.blob(b"old").await).await.unwrap();
        let (found, _) = uploads::find_content(world.database(), &world.editor, upload).await.unwrap();
        uploads::receive(&world.services, &world.editor, upload, world.blob(b"new").await).await.unwrap();
        let mut transaction = world.database().begin().await.unwrap();
        let refused = uploads::hold_content(&mut transaction, &world.editor, &found).await;
        assert_eq!(code(refused), code::<()>(Err(ArtifactError::NothingUploaded.into())));
    }
}
