//! Moving over: reads another server through the calls of the SDK, and makes here what is not here yet.
//!
//! What was brought over before is known again by where it came from. It is given what it lacks, and what has changed there since, unless
//! somebody has changed it here; so an import that broke off is finished by the next one, and people can go on working there until the last.
//! Datasets, projects and models that exist here by their names are added to.

mod answers;
mod artifacts;
mod bases;
mod datasets;
mod experiments;
mod files;
mod logs;
mod models;
mod place;
mod report;
mod source;
mod tags;

pub use report::{Became, Count, Counted, Missed, Report};
pub use source::{Source, SourceError};

use crate::{
    error::{AppError, ErrorKind, Failure},
    services::Services,
    vocabulary::{Actor, DatasetVersionId, Description, ExperimentId, ModelVersionId, Name},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Why an import came to an end before everything was read.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The other server.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// This one.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<AppError> for ImportError {
    fn from(error: AppError) -> Self {
        Self::Failure(error.into())
    }
}

/// Brings datasets, projects, experiments, models and versions over, into the organization of `actor`.
///
/// The report is whole as far as the import came; the error says why it went no further.
pub async fn import(services: &Services, actor: &Actor, source: &Source) -> (Report, Result<(), ImportError>) {
    let mut import = Import {
        services,
        actor,
        source,
        report: Report::default(),
        dataset_versions: HashMap::new(),
        experiments: HashMap::new(),
        model_versions: HashMap::new(),
        bases: Vec::new(),
    };
    let outcome = import.everything().await;
    (import.report, outcome)
}

struct Import<'a> {
    services: &'a Services,
    actor: &'a Actor,
    source: &'a Source,
    report: Report,
    /// Ids there, and here.
    dataset_versions: HashMap<Uuid, DatasetVersionId>,
    experiments: HashMap<Uuid, ExperimentId>,
    model_versions: HashMap<Uuid, ModelVersionId>,
    /// What experiments are based on: may come later than they, so the links are made at the end.
    bases: Vec<bases::Bases>,
}

impl Import<'_> {
    async fn everything(&mut self) -> Result<(), ImportError> {
        self.actor.require_write("moving over")?;
        self.actor.require_export("moving over")?;
        // What is out of reach would look as if it were not here.
        if !self.actor.reach.is_everywhere() {
            let detail = "Whoever moves over must have one role in all projects. Choose somebody else with --email.";
            return Err(AppError::new(ErrorKind::Refused, "role_too_low", detail).into());
        }
        self.datasets().await?;
        self.projects().await?;
        self.models().await?;
        self.link_bases().await
    }

    /// Goes on after what went wrong with one object only.
    fn went<T>(&mut self, what: &str, outcome: Result<T, ImportError>) -> Result<Option<T>, ImportError> {
        match outcome {
            Ok(value) => return Ok(Some(value)),
            Err(ImportError::Source(error)) if !error.ends_everything() => self.report.miss(what, error.to_string()),
            Err(ImportError::Failure(Failure::App(shown))) => self.report.miss(what, shown.detail),
            Err(error) => return Err(error),
        }
        Ok(None)
    }

    /// A part of an object that is left out when it cannot be kept here.
    fn or_nothing<T: Default>(&mut self, what: &str, outcome: Result<T, Failure>) -> Result<T, ImportError> {
        Ok(self.went(what, outcome.map_err(ImportError::from))?.unwrap_or_default())
    }

    fn read<T: DeserializeOwned>(&mut self, what: &str, item: Value) -> Option<T> {
        match serde_json::from_value(item) {
            Ok(read) => Some(read),
            Err(error) => {
                self.report.miss(what, format!("the answer cannot be read: {error}"));
                None
            }
        }
    }

    fn description(&mut self, what: &str, text: Option<&str>) -> Result<Description, ImportError> {
        let parsed = Description::parse(text.unwrap_or_default());
        self.or_nothing(what, parsed.map_err(|error| AppError::invalid_field("description", error.to_string()).into()))
    }

    /// The items of a list that has the newest one first; those made first come first.
    async fn oldest_first(&self, path: &str) -> Result<Vec<Value>, SourceError> {
        let mut items = self.source.list(path).await?;
        items.reverse();
        Ok(items)
    }
}

fn name(text: &str) -> Result<Name, AppError> {
    Name::parse(text).map_err(|error| AppError::invalid_field("name", error.to_string()))
}

/// Text as a name is kept: what the other server tells may be written another way.
fn kept_name(text: &str) -> String {
    Name::parse(text).map_or_else(|_| text.to_owned(), |name| name.to_string())
}

/// What was looked for, if it is there.
fn if_there<T>(found: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Failure::App(error)) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// What has changed on both servers stays as it is here.
fn changed_here() -> ImportError {
    let detail = "is other there now, but what it belongs to was changed here since; it is left as it is here";
    AppError::new(ErrorKind::Conflict, "changed_here", detail).into()
}
