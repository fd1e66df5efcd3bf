//! Bytes.

use super::{Import, ImportError, answers::File};
use crate::{
    artifact::{ArtifactError, NewUploadedFile, UploadOwner, UploadPurpose, operations::uploads},
    error::Failure,
    storage::{Expected, NewBlob, UploadError},
    vocabulary::{FileName, UploadId},
};

/// How often a download that broke off is begun.
const TRIES: usize = 3;

impl Import<'_> {
    /// Fetches the bytes of a file, so that it can be named here.
    pub(super) async fn file(
        &self,
        purpose: UploadPurpose,
        owner: UploadOwner,
        file: &File,
    ) -> Result<NewUploadedFile, ImportError> {
        let name = FileName::parse(&file.name).map_err(ArtifactError::InvalidName).map_err(Failure::from)?;
        let upload = self.fetch(purpose, owner, file).await?;
        Ok(NewUploadedFile { name, file_name: None, upload })
    }

    /// Fetches bytes into an upload.
    pub(super) async fn fetch(
        &self,
        purpose: UploadPurpose,
        owner: UploadOwner,
        file: &File,
    ) -> Result<UploadId, ImportError> {
        let upload = uploads::begin(&self.services.database, self.actor, purpose, owner, &file.filename).await?;
        let blob = self.download(file).await?;
        uploads::receive(self.services, self.actor, upload.id, blob).await?;
        Ok(upload.id)
    }

    /// Stores the bytes; they must be as many as was said, and have the digest that was said.
    async fn download(&self, file: &File) -> Result<NewBlob, ImportError> {
        let mut tries = 1..=TRIES;
        loop {
            let (length, bytes) = self.source.download(&file.object_name).await?;
            let expected = Expected {
                sha256: file.sha256,
                size_bytes: file.size.or(length),
                limit_bytes: self.services.settings.upload_limit_bytes,
            };
            match self.services.blobs.write(bytes, expected).await {
                Err(UploadError::BrokenOff(_)) if tries.next().is_some() => {}
                outcome => return Ok(outcome.map_err(Failure::from)?),
            }
        }
    }
}
