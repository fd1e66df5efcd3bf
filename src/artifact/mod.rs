//! The named files of experiments and of model versions.

mod facts;
pub mod operations;
pub mod rest;
pub mod store;

use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::{ArtifactId, Digest, ModelFileId, Timestamp, name::TextError},
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
    pub size_bytes: i64,
    pub sha256: Digest,
    pub content_type: String,
    pub created_at: Timestamp,
    pub created_by: String,
}

/// A named file of a model version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ModelFile {
    pub id: ModelFileId,
    pub name: String,
    pub size_bytes: i64,
    pub sha256: Digest,
    pub content_type: String,
    /// Whether it came with the export, or was added later.
    pub is_inherited: bool,
    pub created_at: Timestamp,
    /// Who added it; empty for an inherited one.
    pub created_by: String,
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
}

impl From<ArtifactError> for Failure {
    fn from(error: ArtifactError) -> Self {
        let (kind, code) = match error {
            ArtifactError::ExperimentNotFound | ArtifactError::VersionNotFound | ArtifactError::NotFound => {
                (ErrorKind::NotFound, "not_found")
            }
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
