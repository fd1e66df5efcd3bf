//! Seeing that something about an experiment changed, without reading all of it.

use crate::{
    database::Database,
    error::Failure,
    experiment::{ExperimentError, store::experiments},
    vocabulary::{Actor, ExperimentId},
};

/// A text that is another one after every change of the experiment, of what it logged or of where it was exported to.
pub async fn revision(database: &Database, actor: &Actor, id: ExperimentId) -> Result<String, Failure> {
    let found = experiments::find(&mut *database.read().await?, actor.organization_id, id).await?;
    Ok(found.ok_or(ExperimentError::NotFound)?.revision())
}
