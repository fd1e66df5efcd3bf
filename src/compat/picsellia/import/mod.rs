//! Moving over: reads another server through the calls of the SDK, and makes here what is not here yet.
//!
//! What was brought over before is known again by where it came from. It is left as it is, and given what it lacks; so an import that broke
//! off is finished by the next one. Datasets, projects and models that exist here by their names are added to.

mod answers;
mod datasets;
mod experiments;
mod files;
mod models;
mod report;
mod source;
mod tags;

pub use report::{Count, Counted, Missed, Report};
pub use source::{Source, SourceError};

use crate::{
    compat::{
        operations,
        origin::{Origin, OriginKind},
    },
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
    bases: Vec<experiments::Bases>,
}

/// The id that an object has here, or is going to have.
struct Place {
    id: Uuid,
    is_free: bool,
}

impl Import<'_> {
    async fn everything(&mut self) -> Result<(), ImportError> {
        self.actor.require_write("moving over")?;
        self.actor.require_export("moving over")?;
        self.datasets().await?;
        self.projects().await?;
        self.models().await?;
        self.link_bases().await
    }

    /// Where an object goes: to where it was brought before, to the `namesake` that is here, or to a new id.
    async fn place(
        &self,
        kind: OriginKind,
        id: Uuid,
        namesake: Option<Uuid>,
        is_here: impl AsyncFn(Uuid) -> Result<bool, Failure>,
    ) -> Result<Place, Failure> {
        let database = &self.services.database;
        let origin = Origin { organization: self.source.organization, kind, id };
        let known = operations::find_brought(database, self.actor, &origin).await?;
        if let Some(id) = known
            && is_here(id).await?
        {
            return Ok(Place { id, is_free: false });
        }
        let id = namesake.or(known).unwrap_or_else(Uuid::now_v7);
        operations::remember_brought(database, self.actor, &origin, id).await?;
        Ok(Place { id, is_free: namesake.is_none() })
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

/// Whether what was looked for is there.
fn is_there<T>(found: Result<T, Failure>) -> Result<bool, Failure> {
    match found {
        Ok(_) => Ok(true),
        Err(Failure::App(error)) if error.kind == ErrorKind::NotFound => Ok(false),
        Err(failure) => Err(failure),
    }
}
