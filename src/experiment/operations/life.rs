//! Archiving and deleting experiments.

use super::{load, touch};
use crate::{
    artifact,
    audit::{self, Change},
    database::{Connection, Database},
    error::Failure,
    experiment::{
        Experiment, ExperimentError,
        store::{experiments, parts},
    },
    vocabulary::{Actor, ExperimentId, Timestamp},
};
use serde_json::{Value, json};

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
    record(&mut transaction, actor, now, if is_archived { "archive" } else { "restore" }, id, json!({})).await?;
    let after = load(&mut transaction, actor, id).await?;
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
    let before =
        experiments::find(&mut transaction, actor.organization_id, id).await?.ok_or(ExperimentError::NotFound)?;
    artifact::store::delete_all(&mut transaction, actor.organization_id, id).await?;
    parts::delete_parts(&mut transaction, actor.organization_id, id).await?;
    experiments::delete(&mut transaction, actor.organization_id, id, now).await?;
    record(&mut transaction, actor, now, "delete", id, json!({ "name": before.name })).await?;
    Ok(transaction.commit().await?)
}

async fn record(
    connection: &mut Connection,
    actor: &Actor,
    now: Timestamp,
    action: &'static str,
    id: ExperimentId,
    details: Value,
) -> Result<(), sqlx::Error> {
    audit::record(connection, actor, now, Change { action, object_kind: "experiment", object_id: &id, details }).await
}
