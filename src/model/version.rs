//! Model versions, as the server knows them.

use crate::{
    artifact::ModelFile,
    error::{AppError, ErrorKind, Failure},
    model::VersionDependents,
    vocabulary::{
        DatasetId, DatasetVersionId, DockerImage, ExperimentId, LabelCounts, LabelMap, MetricSummary, ModelId,
        ModelVersionId, Parameters, ProjectId, Timestamp,
        docker_image::InvalidDockerImage,
        label_map::{InvalidLabelMap, comparison::Verdict},
        name::TextError,
        parameters::InvalidParameters,
        quantity::counted,
        tags::Tags,
        web_address::InvalidWebAddress,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A model has at most so many versions, deleted ones included.
pub const MAX_VERSIONS: i64 = 1_000_000;

/// What the source experiment was at the moment of the export, kept for good (R38).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SourceFacts {
    pub experiment_name: String,
    pub experiment_description: String,
    pub project_id: ProjectId,
    pub project_name: String,
    /// The experiment's status at the export; `running` means that the version is a snapshot of a training that went on (D3).
    pub status: String,
    pub created_by: String,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
}

/// The experiment that a version came from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceExperiment {
    pub id: ExperimentId,
    /// The name that it has now; the one at the export when it is deleted.
    pub name: String,
    pub is_deleted: bool,
    /// What it was at the export.
    pub at_export: SourceFacts,
}

/// A dataset version that the training used, under its alias.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceDatasetVersion {
    pub alias: String,
    pub dataset_id: DatasetId,
    pub dataset_version_id: DatasetVersionId,
    /// The names at the export.
    pub dataset_name: String,
    pub dataset_version_name: String,
    /// How many objects or items of each class it had at the export, where that was known.
    pub label_counts: LabelCounts,
}

/// A version that another thing refers to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionLink {
    pub id: ModelVersionId,
    pub model_id: ModelId,
    pub model_name: String,
    pub number: i64,
    pub name: String,
}

/// A version in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionSummary {
    pub id: ModelVersionId,
    pub model_id: ModelId,
    pub number: i64,
    pub name: String,
    pub description: String,
    pub inference_type: Option<String>,
    pub framework: Option<String>,
    pub file_count: i64,
    pub size_bytes: i64,
    pub source_experiment_id: Option<ExperimentId>,
    /// The name at the export.
    pub source_experiment_name: Option<String>,
    pub source_is_deleted: bool,
    /// Whether the label map differs from the inherited one.
    pub is_label_map_edited: bool,
    pub is_archived: bool,
    pub created_at: Timestamp,
    pub created_by: String,
}

/// The newest edit of a label map that differs from the inherited one (R31).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LabelMapEdited {
    pub by: String,
    pub at: Timestamp,
    pub reason: String,
    /// How the map relates to the inherited one.
    pub verdict: Verdict,
}

/// A version with everything that it inherited. What the experiment lacked is empty or null (R23).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ModelVersion {
    pub id: ModelVersionId,
    pub model_id: ModelId,
    pub model_name: String,
    /// 1 for the first version; never used again after a deletion.
    pub number: i64,
    pub name: String,
    pub description: String,
    /// Markdown.
    pub notes: String,
    #[schema(value_type = Vec<String>)]
    pub tags: Tags,
    /// Names of the model that point to this version, such as `production`.
    pub aliases: Vec<String>,
    pub inference_type: Option<String>,
    pub framework: Option<String>,
    pub files: Vec<ModelFile>,
    /// The label map as it is now.
    pub labels: LabelMap,
    /// How often the label map was edited after the export.
    pub label_map_revision: i64,
    /// Who edited the label map last; null while it equals the inherited one.
    pub label_map_edited: Option<LabelMapEdited>,
    pub parameters: Parameters,
    pub docker_image: Option<DockerImage>,
    /// Where the notebook of the training is.
    pub notebook_url: Option<String>,
    /// The metrics of the source experiment at the export (D5).
    pub metrics: Vec<MetricSummary>,
    pub dataset_versions: Vec<SourceDatasetVersion>,
    /// Null for a version that was created without an experiment (R24).
    pub source_experiment: Option<SourceExperiment>,
    /// The base architecture of the source experiment.
    pub base_model_version: Option<VersionLink>,
    pub created_at: Timestamp,
    pub created_by: String,
    pub updated_at: Timestamp,
    /// Since when files, parameters, docker image and lineage are frozen for good (D12); null while it is open.
    pub sealed_at: Option<Timestamp>,
    /// Since when it is hidden from lists and pickers; null while it is not.
    pub archived_at: Option<Timestamp>,
}

/// What can go wrong with models.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Not in this organization.
    #[error("There is no such model.")]
    NotFound,
    /// Not in this organization.
    #[error("There is no such model version.")]
    VersionNotFound,
    /// The label map has fewer revisions.
    #[error("The label map has no such revision.")]
    RevisionNotFound,
    /// Somebody else has edited the label map meanwhile; the number is that of the newest revision.
    #[error("The label map was edited meanwhile: its newest revision is {0}. Look at it, then decide again.")]
    LabelMapChanged(i64),
    /// An edit needs a reason.
    #[error("The reason {0}.")]
    Reason(TextError),
    /// The labels break a rule.
    #[error("The labels cannot be used: {0}.")]
    Labels(#[from] InvalidLabelMap),
    /// Another model has this name.
    #[error("A model named {0} exists. Add a version to it instead, or choose another name.")]
    NameTaken(String),
    /// Another version of this model has this name.
    #[error("This model has a version named {0}. Choose another name.")]
    VersionNameTaken(String),
    /// A free word breaks the rule for names.
    #[error("{0} {1}.")]
    Text(&'static str, TextError),
    /// A parameter breaks a limit.
    #[error("The parameters cannot be kept: {0}.")]
    Parameters(#[from] InvalidParameters),
    /// The image breaks a rule.
    #[error("The docker image cannot be kept: {0}.")]
    DockerImage(#[from] InvalidDockerImage),
    /// Not the address of a page.
    #[error("The address of the notebook {0}.")]
    Notebook(#[from] InvalidWebAddress),
    /// Parameters and docker image of a sealed version are frozen (D12).
    #[error("This version is sealed: its parameters and its docker image stay as they are.")]
    Frozen,
    /// The files of a sealed version are frozen (D12).
    #[error("This version is sealed: its files stay as they are. Export or create another version instead.")]
    Sealed,
    /// More than [`MAX_ARTIFACTS`](crate::artifact::MAX_ARTIFACTS) files.
    #[error("A version has at most {} files. Pack small files together.", crate::artifact::MAX_ARTIFACTS)]
    TooManyFiles,
    /// The number of the next version would be beyond [`MAX_VERSIONS`].
    #[error("A model has at most {MAX_VERSIONS} versions. Create another model.")]
    TooManyVersions,
    /// A model is deleted after its versions.
    #[error("This model has {0} versions. Delete these first, or archive the model instead.")]
    HasVersions(i64),
    /// The model has no such alias.
    #[error("The model has no such alias.")]
    AliasNotFound,
    /// A name that means something else in an address.
    #[error(
        "An alias has at most 60 characters and no slash, is not a number, and is not one of latest, compare, edit and manage."
    )]
    Alias,
    /// Something would lose what it depends on.
    #[error("This version is in use: {}. Archive it instead, or remove these first.", told(.0))]
    InUse(VersionDependents),
}

fn told(dependents: &VersionDependents) -> String {
    let count = |count: i64, noun: &str| (count > 0).then(|| counted(usize::try_from(count).unwrap_or_default(), noun));
    let aliases = (!dependents.aliases.is_empty()).then(|| format!("the alias {}", dependents.aliases.join(", ")));
    let parts =
        [count(dependents.experiments, "experiment"), count(dependents.model_versions, "later version"), aliases];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        let (kind, code, field) = match &error {
            ModelError::NotFound
            | ModelError::VersionNotFound
            | ModelError::RevisionNotFound
            | ModelError::AliasNotFound => (ErrorKind::NotFound, "not_found", None),
            ModelError::LabelMapChanged(_) => (ErrorKind::Conflict, "label_map_changed", Some("expected_revision")),
            ModelError::Reason(_) => (ErrorKind::Invalid, "invalid_field", Some("reason")),
            ModelError::Labels(_) => (ErrorKind::Invalid, "invalid_labels", Some("labels")),
            ModelError::NameTaken(_) => (ErrorKind::Conflict, "model_name_taken", Some("name")),
            ModelError::VersionNameTaken(_) => (ErrorKind::Conflict, "version_name_taken", Some("name")),
            ModelError::Text(field, _) => (ErrorKind::Invalid, "invalid_field", Some(*field)),
            ModelError::Parameters(_) => (ErrorKind::Invalid, "invalid_parameters", Some("parameters")),
            ModelError::DockerImage(_) => (ErrorKind::Invalid, "invalid_docker_image", Some("docker_image")),
            ModelError::Notebook(_) => (ErrorKind::Invalid, "invalid_field", Some("notebook_url")),
            ModelError::Sealed | ModelError::Frozen => (ErrorKind::Conflict, "sealed", None),
            ModelError::TooManyFiles => (ErrorKind::Conflict, "too_many_files", None),
            ModelError::TooManyVersions => (ErrorKind::Conflict, "too_many_versions", None),
            ModelError::HasVersions(_) => (ErrorKind::Conflict, "in_use", None),
            ModelError::Alias => (ErrorKind::Invalid, "invalid_field", Some("alias")),
            ModelError::InUse(_) => (ErrorKind::Conflict, "in_use", None),
        };
        let shown = AppError::new(kind, code, error.to_string());
        match field {
            Some(field) => shown.on_field(field, error.to_string()).into(),
            None => shown.into(),
        }
    }
}
