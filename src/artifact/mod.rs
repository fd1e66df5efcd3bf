//! The named files of experiments and of model versions.

mod facts;
pub mod operations;
pub mod rest;
pub mod store;
mod uploads;

pub use uploads::*;

use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::{ArtifactId, Digest, FileName, ModelFileId, Timestamp, UploadId, name::TextError},
};
use serde::Serialize;
use utoipa::ToSchema;

/// The highest number of artifacts of one experiment.
pub const MAX_ARTIFACTS: i64 = 10_000;

/// A named file of an experiment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Artifact {
    pub id: ArtifactId,
    pub name: String,
    /// The name under which it is saved: the one that it had where it came from, or the last part of `name`.
    pub file_name: String,
    pub size_bytes: i64,
    pub sha256: Digest,
    pub content_type: String,
    pub created_at: Timestamp,
    pub created_by: String,
    /// The upload that it came from, if it was sent before it had a name.
    #[serde(skip)]
    pub upload_id: Option<UploadId>,
}

/// A file that was sent before it had a name, and what it is to be called.
#[derive(Clone, Debug)]
pub struct NewUploadedFile {
    pub name: FileName,
    /// When absent, the name that the upload was announced with.
    pub file_name: Option<FileName>,
    pub upload: UploadId,
}

/// A change of an artifact, which keeps its id; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct ArtifactChange {
    pub name: Option<FileName>,
    pub file_name: Option<FileName>,
    pub upload: Option<UploadId>,
}

/// The name under which a file is saved: `file_name`, or else the last part of its whole name.
pub(crate) fn saved_as(file_name: Option<String>, name: &str) -> String {
    file_name.unwrap_or_else(|| name.rsplit('/').next().unwrap_or(name).to_owned())
}

/// A named file of a model version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ModelFile {
    pub id: ModelFileId,
    pub name: String,
    /// The name under which it is saved: the one that it had where it came from, or the last part of `name`.
    pub file_name: String,
    pub size_bytes: i64,
    pub sha256: Digest,
    pub content_type: String,
    /// Whether it came with the export, or was added later.
    pub is_inherited: bool,
    pub created_at: Timestamp,
    /// Who added it; empty for an inherited one.
    pub created_by: String,
    /// The upload that it came from, if it was sent before it had a name.
    #[serde(skip)]
    pub upload_id: Option<UploadId>,
}

/// What can go wrong with files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactError {
    /// The experiment is not in this organization.
    #[error("There is no such experiment.")]
    ExperimentNotFound,
    /// The model version is not in this organization.
    #[error("There is no such model version.")]
    VersionNotFound,
    /// No file has this name.
    #[error("There is no such file.")]
    NotFound,
    /// Not a relative path.
    #[error("A file name {0}.")]
    InvalidName(#[from] TextError),
    /// A file of this name is a folder of the new one, or the other way round: no file system could hold both.
    #[error("{0} is there already, and a name cannot be a file and a folder at once. Choose another name.")]
    Overlapping(String),
    /// [`MAX_ARTIFACTS`] are there.
    #[error("An experiment has at most {MAX_ARTIFACTS} artifacts. Pack small files together.")]
    TooMany,
    /// `Repr-Digest` or `X-Content-SHA256` cannot be read.
    #[error("{0} cannot be read. Send Repr-Digest: sha-256=:BASE64: or X-Content-SHA256: 64 hexadecimal digits.")]
    UnreadableDigest(&'static str),
    /// Another file of the version has this name.
    #[error("A file named {0} is there already. Replace it, or choose another name.")]
    NameTaken(String),
    /// Not in this organization, or swept away.
    #[error("There is no such upload. Send the file again.")]
    UploadNotFound,
    /// No bytes have arrived yet.
    #[error("Nothing was uploaded under this name yet. Send the file first.")]
    NothingUploaded,
    /// A file came from these bytes already.
    #[error("A file came from this upload already. Begin another upload for other bytes.")]
    UploadUsed,
    /// Parts of an attempt that was begun anew, or is complete.
    #[error("This attempt to upload in parts is over. Begin another one.")]
    NoSuchAttempt,
    /// Not from 1 to [`MAX_PARTS`].
    #[error("Parts are numbered from 1 to {MAX_PARTS}, not {0}.")]
    PartNumber(i64),
    /// What is to be put together is not what arrived.
    #[error(
        "The parts are not the ones that arrived: all of them, numbered from 1 without a gap, each with the ETag of its answer."
    )]
    PartsMissing,
}

impl From<ArtifactError> for Failure {
    fn from(error: ArtifactError) -> Self {
        let (kind, code) = match error {
            ArtifactError::ExperimentNotFound
            | ArtifactError::VersionNotFound
            | ArtifactError::NotFound
            | ArtifactError::UploadNotFound => (ErrorKind::NotFound, "not_found"),
            ArtifactError::NameTaken(_) => (ErrorKind::Conflict, "name_taken"),
            ArtifactError::NothingUploaded => (ErrorKind::Conflict, "nothing_uploaded"),
            ArtifactError::UploadUsed => (ErrorKind::Conflict, "upload_used"),
            ArtifactError::NoSuchAttempt => (ErrorKind::Conflict, "attempt_over"),
            ArtifactError::PartNumber(_) => (ErrorKind::Invalid, "invalid_part_number"),
            ArtifactError::PartsMissing => (ErrorKind::Invalid, "parts_missing"),
            ArtifactError::InvalidName(_) => (ErrorKind::Malformed, "invalid_name"),
            ArtifactError::Overlapping(_) => (ErrorKind::Conflict, "overlapping_name"),
            ArtifactError::TooMany => (ErrorKind::Conflict, "too_many_artifacts"),
            ArtifactError::UnreadableDigest(_) => (ErrorKind::Malformed, "unreadable_digest"),
        };
        AppError::new(kind, code, error.to_string()).into()
    }
}

/// The type that a file is served with. Never what the client declared: only types that cannot run in a browser
/// are named, everything else is plain bytes.
pub fn safe_content_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "txt" | "log" | "md" | "csv" | "yaml" | "yml" | "toml" => "text/plain; charset=utf-8",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::safe_content_type;

    #[test]
    fn types_that_could_run_in_a_browser_are_plain_bytes() {
        for name in ["x.html", "x.svg", "x.xml", "x.js", "x.pdf", "x.wasm", "html", "a.png/x.HTML"] {
            assert_eq!(safe_content_type(name), "application/octet-stream", "{name}");
        }
        assert_eq!(safe_content_type("plots/a.PNG"), "image/png");
    }
}
