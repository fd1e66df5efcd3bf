//! Files that are sent before they have a name, as a whole or in parts.

use crate::vocabulary::{Digest, ExperimentId, FileName, ModelVersionId, PartsId, Timestamp, UploadId};

/// How long an upload that nothing refers to is kept after its last byte, in seconds: a day.
pub const UNUSED_UPLOAD_SECONDS: i64 = 86_400;
/// The highest number of a part; S3 has the same limit.
pub const MAX_PARTS: i64 = 10_000;

/// What the file is going to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadPurpose {
    /// An artifact of an experiment.
    Artifact,
    /// An image that an experiment logs.
    LogImage,
    /// What a training printed.
    LogFile,
    /// A file of a model version.
    ModelFile,
    /// The picture of a model version.
    Thumbnail,
}

impl UploadPurpose {
    const ALL: [Self; 5] = [Self::Artifact, Self::LogImage, Self::LogFile, Self::ModelFile, Self::Thumbnail];

    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Artifact => "artifact",
            Self::LogImage => "log_image",
            Self::LogFile => "log_file",
            Self::ModelFile => "model_file",
            Self::Thumbnail => "thumbnail",
        }
    }
}

impl std::str::FromStr for UploadPurpose {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
            .ok_or_else(|| format!("unknown purpose {text:?}"))
    }
}

/// To whom the file will belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadOwner {
    /// An experiment.
    Experiment(ExperimentId),
    /// A model version.
    ModelVersion(ModelVersionId),
}

/// A file that is being sent, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub id: UploadId,
    pub purpose: UploadPurpose,
    pub owner: UploadOwner,
    /// The name that the file has where it comes from.
    pub file_name: FileName,
    /// Its bytes, once they have arrived.
    pub content: Option<UploadedContent>,
    /// The attempt to send it in parts that counts.
    pub parts_id: Option<PartsId>,
    /// The attempt that its bytes came from.
    pub completed_id: Option<PartsId>,
    pub created_at: Timestamp,
}

/// Durable bytes of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadedContent {
    pub sha256: Digest,
    pub size_bytes: i64,
}

/// A part that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadPart {
    /// From 1 on.
    pub number: i64,
    pub sha256: Digest,
    pub size_bytes: i64,
    /// Where its bytes are, relative to the blob store.
    pub path: String,
}
