//! The types of projects and experiments, and what it takes to make or change them.

use super::{ExperimentError, LogKind};
use crate::{
    model::VersionLink,
    vocabulary::{
        DatasetId, DatasetVersionId, Description, DockerImage, ExperimentId, LabelMap, LogId, MetricSummary,
        MetricValue, ModelVersionId, Name, Parameters, ProjectId, SeriesPoint, Timestamp, tags::Tags,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A group of experiments.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Project {
    pub id: ProjectId,
    pub name: String,
    pub description: String,
    pub experiment_count: i64,
    pub created_at: Timestamp,
    pub created_by: String,
    pub updated_at: Timestamp,
}

/// A change of a project; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProjectChange {
    pub name: Option<Name>,
    pub description: Option<Description>,
    /// The `updated_at` that the change is based on: refused with `changed_meanwhile` if it is another one now.
    pub based_on: Option<Timestamp>,
}

/// What it takes to create a project.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    pub name: Name,
    #[serde(default)]
    pub description: Description,
}

/// How a training stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not begun.
    Pending,
    /// Going on.
    Running,
    /// Ended well.
    Succeeded,
    /// Ended by an error.
    Failed,
    /// Ended by somebody.
    Aborted,
    /// Ended from outside, by what ran it.
    Terminated,
}

impl Status {
    /// All of them, in the order of a training's life.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Running, Self::Succeeded, Self::Failed, Self::Aborted, Self::Terminated];

    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
            Self::Terminated => "terminated",
        }
    }

    /// Whether the training has ended.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Aborted | Self::Terminated)
    }

    /// The status after a change to `next`. An ended training may be resumed, but nothing that began becomes pending again.
    pub fn change_to(self, next: Self) -> Result<Self, ExperimentError> {
        if next == Self::Pending && self != Self::Pending {
            return Err(ExperimentError::Transition(self.as_str(), next.as_str()));
        }
        Ok(next)
    }
}

impl std::str::FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| format!("status is one of {}", known()))
    }
}

/// An experiment in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExperimentSummary {
    pub id: ExperimentId,
    pub project_id: ProjectId,
    pub project_name: String,
    pub name: String,
    pub description: String,
    pub status: Status,
    pub inference_type: Option<String>,
    pub framework: Option<String>,
    /// Into how many model versions it was exported.
    pub export_count: i64,
    pub created_at: Timestamp,
    pub created_by: String,
    pub updated_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// Since when it is hidden from lists; null while it is not.
    pub archived_at: Option<Timestamp>,
}

impl ExperimentSummary {
    /// Another text after every change: each of them moves `updated_at`, but for an export.
    pub fn revision(&self) -> String {
        format!("{}-{}", self.updated_at.as_micros(), self.export_count)
    }
}

/// A dataset version that an experiment uses, under its alias.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttachedDatasetVersion {
    pub alias: String,
    pub dataset_id: DatasetId,
    pub dataset_name: String,
    pub dataset_version_id: DatasetVersionId,
    pub dataset_version_name: String,
    pub label_count: i64,
}

/// An experiment with everything but its points and its artifacts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Experiment {
    #[serde(flatten)]
    pub summary: ExperimentSummary,
    /// In alphabetical order.
    pub tags: Tags,
    /// Markdown.
    pub notes: String,
    /// When name, description, notes, tags, type or framework were last changed; what a change may be `based_on`.
    pub edited_at: Timestamp,
    pub docker_image: Option<DockerImage>,
    pub base_model_version: Option<VersionLink>,
    /// The experiment of the same project that it goes on from.
    pub base_experiment: Option<ExperimentLink>,
    pub labels: LabelMap,
    /// Where the labels came from: `dataset_versions`, `union`, `base`, `none` or the id of a dataset version.
    pub labels_from: String,
    pub parameters: Parameters,
    pub dataset_versions: Vec<AttachedDatasetVersion>,
    pub metrics: Vec<MetricSummary>,
    pub artifact_count: i64,
    /// The model versions that it gave birth to, newest first.
    pub exported_as: Vec<VersionLink>,
}

/// An experiment that another one refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExperimentLink {
    pub id: ExperimentId,
    pub name: String,
    pub is_deleted: bool,
}

/// What becomes of what an experiment has, when a base has it, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The base's is taken if the experiment has none at all.
    #[default]
    IfNone,
    /// The base's is taken, and replaces what has the same name.
    Replace,
    /// What the experiment has stays as it is.
    Leave,
}

/// A base architecture for an experiment that exists. Labels, docker image, type and framework are taken where the experiment has none.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BaseModelVersion {
    pub model_version_id: ModelVersionId,
    #[serde(default)]
    pub parameters: Take,
    #[serde(default)]
    pub files: Take,
}

/// A dataset version to attach.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAttachment {
    pub dataset_version_id: DatasetVersionId,
    /// Such as `train`, `test` or `validation`; unique in the experiment.
    pub alias: Name,
}

/// What it takes to create an experiment. Only the project and a name are required.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExperiment {
    pub project_id: ProjectId,
    pub name: Name,
    #[serde(default)]
    pub description: Description,
    #[serde(default)]
    pub dataset_versions: Vec<NewAttachment>,
    /// The base architecture. Its files become artifacts, its parameters, docker image, type and framework fill what is absent here.
    #[serde(default)]
    pub base_model_version_id: Option<ModelVersionId>,
    /// An experiment of the same project to go on from: its labels and artifacts are taken, and its parameters if none are given. The base
    /// architecture then fills what this experiment lacks.
    #[serde(default)]
    pub base_experiment_id: Option<ExperimentId>,
    /// Whether the base's files become artifacts; no bytes are copied.
    #[serde(default = "yes")]
    pub take_base_files: bool,
    /// Whether the base's docker image is taken when none is given.
    #[serde(default = "yes")]
    pub take_base_image: bool,
    /// When absent, the base's.
    #[serde(default)]
    pub docker_image: Option<DockerImage>,
    /// When absent, the base's; `{}` for none.
    #[serde(default)]
    pub parameters: Option<Parameters>,
    /// Whose labels to take when there is a choice: `union`, `base` or the id of an attached dataset version.
    #[serde(default)]
    pub labels_from: Option<String>,
    /// Such as `classification`.
    #[serde(default)]
    pub inference_type: Option<String>,
    /// Such as `pytorch`.
    #[serde(default)]
    pub framework: Option<String>,
}

fn yes() -> bool {
    true
}

/// What to change; absent fields stay.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExperimentChange {
    pub name: Option<Name>,
    pub description: Option<Description>,
    /// Markdown.
    pub notes: Option<Description>,
    #[schema(value_type = Option<Vec<String>>)]
    pub tags: Option<Tags>,
    pub status: Option<Status>,
    /// When the training began, if that was not when its status said so.
    pub started_at: Option<Timestamp>,
    /// When the training ended, if that was not when its status said so; only together with, or after, a status that ends it.
    pub finished_at: Option<Timestamp>,
    pub docker_image: Option<DockerImage>,
    /// An empty text takes it away.
    pub inference_type: Option<String>,
    /// An empty text takes it away.
    pub framework: Option<String>,
    /// The `edited_at` that the change is based on: refused with `changed_meanwhile` if it is another one now.
    pub based_on: Option<Timestamp>,
}

impl ExperimentChange {
    /// Whether it changes what people write, and not only how the training stands.
    pub fn is_edit(&self) -> bool {
        self.name.is_some()
            || self.description.is_some()
            || self.notes.is_some()
            || self.tags.is_some()
            || self.inference_type.is_some()
            || self.framework.is_some()
    }
}

/// A measured point as a script sends it.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPoint {
    /// The series, such as `val/accuracy`: 1 to 200 printable characters.
    pub key: Name,
    /// 0 to 2^53 - 1. Steps may repeat and come in any order: every point is kept, in the order of arrival.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub step: i64,
    pub value: MetricValue,
    /// When it was measured; when absent, the time of arrival.
    #[serde(default)]
    pub time: Option<Timestamp>,
}

/// A point with its place in the series.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct StoredPoint {
    /// The order of arrival, from 0.
    pub seq: i64,
    #[serde(flatten)]
    pub point: SeriesPoint,
}

/// A rectangular table; every cell is a JSON value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    #[schema(min_items = 1, max_items = 200)]
    pub columns: Vec<String>,
    #[schema(value_type = Vec<Vec<serde_json::Value>>, max_items = 10_000)]
    pub rows: Vec<Vec<serde_json::Value>>,
}

/// What a log holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LogContent {
    /// A picture; its bytes have their own address.
    Image {
        content_type: String,
        size_bytes: i64,
        sha256: crate::vocabulary::Digest,
        /// The name that it had where it came from.
        file_name: Option<String>,
    },
    /// A table.
    Table { table: Table },
    /// What a script logged under a name and a type, as it came.
    Data {
        #[serde(rename = "type")]
        data_type: LogKind,
        #[schema(value_type = Object)]
        data: serde_json::Value,
    },
}

/// An image or a table that a training logged; logging the same key again replaces it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Log {
    pub id: LogId,
    pub key: String,
    #[serde(flatten)]
    pub content: LogContent,
    pub logged_at: Timestamp,
}

impl Log {
    /// Whether it is a picture, and not a table.
    pub fn is_image(&self) -> bool {
        matches!(self.content, LogContent::Image { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_training_that_began_never_becomes_pending_again() {
        for from in Status::ALL {
            for to in Status::ALL {
                assert_eq!(
                    from.change_to(to).is_err(),
                    to == Status::Pending && from != Status::Pending,
                    "{from:?} to {to:?}"
                );
            }
        }
    }

    #[test]
    fn an_unknown_field_of_a_point_is_refused() {
        let point = r#"{"key":"loss","step":1,"value":"NaN","Value":2}"#;
        assert!(serde_json::from_str::<NewPoint>(point).is_err());
    }
}
