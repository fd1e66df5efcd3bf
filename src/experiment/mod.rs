//! Projects and experiments: what a training was given, what it measured and what it made.

mod comparison;
mod condition;
mod console;
mod console_file;
mod facts;
pub mod labels;
mod listing;
mod log_ref;
mod named_log;
pub mod operations;
pub mod outline;
pub mod pages;
pub mod rest;
pub mod store;
mod types;

pub use comparison::*;
pub use condition::*;
pub use console::*;
pub use console_file::*;
pub use listing::*;
pub use log_ref::LogRef;
pub use named_log::*;
pub use types::*;

use crate::{
    error::{AppError, ErrorKind, Failure, FieldError},
    vocabulary::{docker_image::InvalidDockerImage, name::TextError, parameters::InvalidParameters},
};

/// The highest number of points in one call.
pub const MAX_POINTS: usize = 10_000;
/// The highest step: 2^53 - 1, so that every program can read it exactly (RFC 8259, section 6).
pub const MAX_STEP: i64 = (1 << 53) - 1;
/// The highest number of series of one experiment.
pub const MAX_SERIES: i64 = 2_000;
/// The highest number of logged images and tables of one experiment.
pub const MAX_LOGS: i64 = 1_000;
/// The largest image log, in bytes.
pub const MAX_IMAGE_BYTES: u64 = 20 << 20;
/// The largest table log: rows, columns and bytes of JSON.
pub const MAX_TABLE: (usize, usize, usize) = (10_000, 200, 1 << 20);
/// The highest number of dataset versions attached to one experiment.
pub const MAX_DATASET_VERSIONS: usize = 100;

/// What can go wrong with experiments.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExperimentError {
    /// Not in this organization.
    #[error("There is no such project.")]
    ProjectNotFound,
    /// Not in this organization, or deleted.
    #[error("There is no such experiment.")]
    NotFound,
    /// The experiment has none, or it is not in this organization.
    #[error("There is no such log file.")]
    ConsoleFileNotFound,
    /// Not in this organization.
    #[error("There is no such dataset version: {0}.")]
    DatasetVersionNotFound(String),
    /// Not in this organization.
    #[error("There is no such base model version.")]
    BaseNotFound,
    /// Not another experiment of the same project.
    #[error("The base experiment must be another experiment of the same project.")]
    BaseExperimentNotFound,
    /// Projects are deleted after their experiments.
    #[error("This project has {0} experiments. Delete these first.")]
    ProjectInUse(i64),
    /// Another project has this name.
    #[error("A project named {0} exists. Choose another name.")]
    ProjectNameTaken(String),
    /// Another experiment of the project has this name.
    #[error("This project has an experiment named {0}. Choose another name.")]
    NameTaken(String),
    /// Two dataset versions under one alias.
    #[error("The alias {0} is used twice. Give each dataset version its own, such as train and test.")]
    AliasTaken(String),
    /// More than [`MAX_DATASET_VERSIONS`].
    #[error("At most {MAX_DATASET_VERSIONS} dataset versions can be attached.")]
    TooManyDatasetVersions,
    /// The labels of the dataset versions differ, and nobody chose (D9).
    #[error(
        "The dataset versions have different labels. Say which to take with labels_from: \"union\", \"base\" or the id of one dataset version."
    )]
    LabelChoiceNeeded,
    /// A choice that names nothing that is there.
    #[error(
        "labels_from must be \"union\", \"base\" (with a base model version) or the id of an attached dataset version."
    )]
    UnknownLabelChoice,
    /// A parameter breaks a limit.
    #[error("The parameters cannot be kept: {0}.")]
    Parameters(#[from] InvalidParameters),
    /// The image breaks a rule.
    #[error("The docker image cannot be kept: {0}.")]
    DockerImage(#[from] InvalidDockerImage),
    /// A free word breaks the rule for names.
    #[error("{0} {1}.")]
    Text(&'static str, TextError),
    /// A training that has begun cannot become pending again.
    #[error("An experiment that was {0} cannot become {1}.")]
    Transition(&'static str, &'static str),
    /// An end before the beginning, or of a training that did not end.
    #[error("A training has times only once it began, and ends after it began.")]
    Times,
    /// No points, or more than [`MAX_POINTS`].
    #[error("Send 1 to {MAX_POINTS} points in one call; there were {0}.")]
    PointCount(usize),
    /// Some points break a rule; none was kept.
    #[error("No point was kept: {} of them cannot be used.", .0.len())]
    Points(Vec<FieldError>),
    /// More than [`MAX_SERIES`].
    #[error("An experiment has at most {MAX_SERIES} metric series. Put what varies into the step, not into the key.")]
    TooManySeries,
    /// More than [`MAX_LOGS`].
    #[error("An experiment has at most {MAX_LOGS} logged images and tables.")]
    TooManyLogs,
    /// Not an image that a browser can show safely.
    #[error("An image log is PNG, JPEG, GIF or WebP.")]
    UnknownImage,
    /// A table that is not one.
    #[error("A table has 1 to {columns} columns and at most {rows} rows of as many cells, at most {bytes} bytes in all: {0}.",
        columns = MAX_TABLE.1, rows = MAX_TABLE.0, bytes = MAX_TABLE.2)]
    Table(String),
    /// The type of a log does not allow its data.
    #[error("The data of the log cannot be kept: {0}.")]
    LogData(String),
    /// Another log of the experiment has this name.
    #[error("This experiment has a log named {0}. Choose another name, or replace it.")]
    LogExists(String),
    /// The experiment has none of that name, or it is not in this organization.
    #[error("There is no such log.")]
    LogNotFound,
    /// The logs that are parameters and label map keep their names.
    #[error("The logs parameters and labelmap keep their names.")]
    LogNameFixed,
    /// No lines, or more than [`MAX_CONSOLE_BATCH`].
    #[error("Send 1 to {MAX_CONSOLE_BATCH} lines in one call; there were {0}.")]
    LineCount(usize),
    /// More than [`MAX_CONSOLE_LINES`].
    #[error("The console of an experiment has at most {MAX_CONSOLE_LINES} lines. Upload the rest as a file.")]
    TooManyLines,
    /// Sorting or filtering by something unknown.
    #[error("{0}")]
    Query(String),
}

impl From<ExperimentError> for Failure {
    fn from(error: ExperimentError) -> Self {
        use ExperimentError as E;
        let (kind, code, field) = match &error {
            E::ProjectNotFound | E::NotFound | E::ConsoleFileNotFound => (ErrorKind::NotFound, "not_found", None),
            E::DatasetVersionNotFound(_) => (ErrorKind::Invalid, "unknown_dataset_version", Some("dataset_versions")),
            E::BaseExperimentNotFound => (ErrorKind::Invalid, "unknown_base", Some("base_experiment_id")),
            E::ProjectInUse(_) => (ErrorKind::Conflict, "in_use", None),
            E::BaseNotFound => (ErrorKind::Invalid, "unknown_base", Some("base_model_version_id")),
            E::ProjectNameTaken(_) | E::NameTaken(_) => (ErrorKind::Conflict, "name_taken", Some("name")),
            E::AliasTaken(_) => (ErrorKind::Invalid, "alias_taken", Some("dataset_versions")),
            E::TooManyDatasetVersions => (ErrorKind::Invalid, "too_many", Some("dataset_versions")),
            E::LabelChoiceNeeded => (ErrorKind::Invalid, "label_choice_needed", Some("labels_from")),
            E::UnknownLabelChoice => (ErrorKind::Invalid, "unknown_label_choice", Some("labels_from")),
            E::Parameters(_) => (ErrorKind::Invalid, "invalid_parameters", Some("parameters")),
            E::DockerImage(_) => (ErrorKind::Invalid, "invalid_docker_image", Some("docker_image")),
            E::Text(field, _) => (ErrorKind::Invalid, "invalid_field", Some(*field)),
            E::Transition(..) => (ErrorKind::Conflict, "impossible_transition", Some("status")),
            E::Times => (ErrorKind::Invalid, "invalid_times", Some("finished_at")),
            E::PointCount(_) => (ErrorKind::Invalid, "invalid_points", Some("points")),
            E::Points(_) => (ErrorKind::Invalid, "invalid_points", None),
            E::TooManySeries => (ErrorKind::Conflict, "too_many_series", None),
            E::TooManyLogs => (ErrorKind::Conflict, "too_many_logs", None),
            E::UnknownImage => (ErrorKind::Invalid, "unknown_image", None),
            E::Table(_) => (ErrorKind::Invalid, "invalid_table", None),
            E::LogData(_) => (ErrorKind::Invalid, "invalid_log", Some("data")),
            E::LogExists(_) => (ErrorKind::Conflict, "log_exists", Some("name")),
            E::LogNotFound => (ErrorKind::NotFound, "not_found", None),
            E::LogNameFixed => (ErrorKind::Conflict, "log_name_fixed", Some("name")),
            E::LineCount(_) => (ErrorKind::Invalid, "invalid_lines", Some("lines")),
            E::TooManyLines => (ErrorKind::Conflict, "too_many_lines", None),
            E::Query(_) => (ErrorKind::Malformed, "invalid_query", None),
        };
        let shown = AppError::new(kind, code, error.to_string());
        match (error, field) {
            (E::Points(errors), _) => AppError { errors, ..shown }.into(),
            (error, Some(field)) => shown.on_field(field, error.to_string()).into(),
            (_, None) => shown.into(),
        }
    }
}
