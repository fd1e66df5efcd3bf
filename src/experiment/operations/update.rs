//! Changing and deleting experiments.

use super::{create::accepted_word, load, touch};
use crate::{
    artifact,
    audit::{self, Change},
    database::{Connection, Database, unless_taken},
    error::Failure,
    experiment::{
        Experiment, ExperimentChange, ExperimentError, Status,
        store::{
            experiments::{self, Changed},
            parts,
        },
    },
    vocabulary::{Actor, ExperimentId, Parameters, Timestamp, name::name_key},
};
use serde_json::json;

/// Changes name, description, status, image or words. Start and end are kept from the status.
pub async fn change(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    change: ExperimentChange,
) -> Result<Experiment, Failure> {
    actor.require_write("changing an experiment")?;
    if let Some(image) = &change.docker_image {
        image.validate().map_err(ExperimentError::DockerImage)?;
    }
    let inference_type = accepted_word("inference_type", change.inference_type)?;
    let framework = accepted_word("framework", change.framework)?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, id, now).await?;
    let before = load(&mut transaction, actor, id).await?;
    let status = before.summary.status.change_to(change.status.unwrap_or(before.summary.status))?;
    let name = change.name.as_ref().map_or(before.summary.name.as_str(), |name| name.as_str());
    let description = change.description.as_ref().map_or(before.summary.description.as_str(), |text| text.as_str());
    let finished_at = if status.is_final() { before.summary.finished_at.or(Some(now)) } else { None };
    let changed = Changed {
        name,
        name_key: &name_key(name),
        description,
        status,
        inference_type: inference_type.as_deref().or(before.summary.inference_type.as_deref()),
        framework: framework.as_deref().or(before.summary.framework.as_deref()),
        docker_image: change.docker_image.as_ref().or(before.docker_image.as_ref()),
        started_at: before.summary.started_at.or((status != Status::Pending).then_some(now)),
        finished_at,
    };
    experiments::update(&mut transaction, actor.organization_id, id, &changed).await.map_err(|error| {
        unless_taken(error, || Failure::from(ExperimentError::NameTaken(name.to_owned())).into_shown())
    })?;
    let after = load(&mut transaction, actor, id).await?;
    let details = json!({
        "before": { "name": before.summary.name, "status": before.summary.status, "docker_image": before.docker_image },
        "after": { "name": after.summary.name, "status": after.summary.status, "docker_image": after.docker_image },
    });
    audit::record(
        &mut transaction,
        actor,
        now,
        Change { action: "change", object_kind: "experiment", object_id: &id, details },
    )
    .await?;
    transaction.commit().await?;
    Ok(after)
}

/// The parameters of an experiment.
pub async fn parameters(database: &Database, actor: &Actor, id: ExperimentId) -> Result<Parameters, Failure> {
    let mut connection = database.read().await?;
    experiments::find(&mut connection, actor.organization_id, id).await?.ok_or(ExperimentError::NotFound)?;
    Ok(parts::list_parameters(&mut connection, actor.organization_id, id).await?)
}

/// Sets some parameters and leaves the others.
pub async fn merge_parameters(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    new: Parameters,
) -> Result<Parameters, Failure> {
    let mut transaction = begin_on_parameters(database, actor, id).await?;
    let mut parameters = parts::list_parameters(&mut transaction, actor.organization_id, id).await?;
    parameters.merge(new);
    keep_parameters(&mut transaction, actor, id, &parameters, "merge").await?;
    transaction.commit().await?;
    Ok(parameters)
}

/// Sets all parameters; the ones before are gone.
pub async fn replace_parameters(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    new: Parameters,
) -> Result<Parameters, Failure> {
    let mut transaction = begin_on_parameters(database, actor, id).await?;
    keep_parameters(&mut transaction, actor, id, &new, "replace").await?;
    transaction.commit().await?;
    Ok(new)
}

async fn begin_on_parameters(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
) -> Result<crate::database::Transaction, Failure> {
    actor.require_write("changing parameters")?;
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, id, Timestamp::now()).await?;
    Ok(transaction)
}

async fn keep_parameters(
    connection: &mut Connection,
    actor: &Actor,
    id: ExperimentId,
    parameters: &Parameters,
    action: &'static str,
) -> Result<(), Failure> {
    parameters.validate().map_err(ExperimentError::Parameters)?;
    parts::replace_parameters(connection, actor.organization_id, id, parameters).await?;
    let change =
        Change { action, object_kind: "parameters", object_id: &id, details: json!({ "count": parameters.len() }) };
    Ok(audit::record(connection, actor, Timestamp::now(), change).await?)
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
    let change =
        Change { action: "delete", object_kind: "experiment", object_id: &id, details: json!({ "name": before.name }) };
    audit::record(&mut transaction, actor, now, change).await?;
    Ok(transaction.commit().await?)
}
