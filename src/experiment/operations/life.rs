//! Archiving and deleting experiments.

use super::{load, touch};
use crate::{
    artifact,
    audit::{self, Change},
    database::Database,
    error::Failure,
    experiment::{
        Experiment,
        store::{experiments, parts},
    },
    vocabulary::{Actor, ExperimentId, Timestamp},
};
use serde_json::Value;

/// Hides an experiment from lists, or shows it again. Its page, its parts and its place in the lineage stay.
pub async fn set_archived(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    is_archived: bool,
) -> Result<Experiment, Failure> {
    actor.require_write(if is_archived { "archiving an experiment" } else { "restoring an experiment" })?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, id, now).await?;
    let before = load(&mut transaction, actor, id).await?;
    if before.summary.archived_at.is_some() == is_archived {
        return Ok(before);
    }
    experiments::set_archived(&mut transaction, actor.organization_id, id, is_archived.then_some(now)).await?;
    let after = load(&mut transaction, actor, id).await?;
    let change = Change::updated("experiment", &id, before.facts(), after.facts())
        .named(if is_archived { "archive" } else { "restore" })
        .with("name", after.summary.name.as_str());
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Deletes the experiment and everything that hangs on it. Model versions that came from it keep their files, their frozen
/// facts and the experiment's id (R26, R38).
pub async fn delete(database: &Database, actor: &Actor, id: ExperimentId) -> Result<(), Failure> {
    actor.require_owner("deleting an experiment")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, id, now).await?;
    let before = load(&mut transaction, actor, id).await?;
    let artifacts = artifact::store::list(&mut transaction, actor.organization_id, id).await?;
    artifact::store::delete_all(&mut transaction, actor.organization_id, id).await?;
    parts::delete_parts(&mut transaction, actor.organization_id, id).await?;
    experiments::delete(&mut transaction, actor.organization_id, id, now).await?;
    let files: Vec<Value> = artifacts.iter().map(|artifact| artifact.facts()).collect();
    let mut facts = before.facts();
    facts["artifacts"] = files.into();
    let change = Change::deleted("experiment", &id, facts).with("name", before.summary.name);
    audit::record(&mut transaction, actor, now, change).await?;
    Ok(transaction.commit().await?)
}
