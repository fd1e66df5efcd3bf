//! Changing experiments.

use super::{create::accepted_word, load, touch};
use crate::{
    audit::{self, Change},
    database::{Database, tags, unless_taken},
    error::Failure,
    experiment::{
        Experiment, ExperimentChange, ExperimentError, ExperimentSummary, Status,
        store::{
            experiments::{self, Changed},
            parts,
        },
    },
    vocabulary::{Actor, ExperimentId, Parameters, TagTarget, Timestamp, current::require_current, name::name_key},
};
use serde_json::json;

/// Changes text, status, image or words. Start and end are kept from the status unless they are given.
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
    let now = Timestamp::now();
    let edited_at = change.is_edit().then_some(now);
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    experiments::lock(&mut transaction, organization, id).await?;
    let before = load(&mut transaction, actor, id).await?;
    require_current("experiment", change.based_on, before.edited_at)?;
    let kept = |field, word: Option<String>, before: &Option<String>| match word {
        Some(word) => accepted_word(field, Some(word)),
        None => Ok(before.clone()),
    };
    let inference_type = kept("inference_type", change.inference_type, &before.summary.inference_type)?;
    let framework = kept("framework", change.framework, &before.summary.framework)?;
    let status = before.summary.status.change_to(change.status.unwrap_or(before.summary.status))?;
    let (started_at, finished_at) = times(&before.summary, status, (change.started_at, change.finished_at), now)?;
    let name = change.name.as_ref().map_or(before.summary.name.as_str(), |name| name.as_str());
    let changed = Changed {
        name,
        name_key: &name_key(name),
        description: change.description.as_ref().map_or(before.summary.description.as_str(), |text| text.as_str()),
        status,
        inference_type: inference_type.as_deref(),
        framework: framework.as_deref(),
        docker_image: change.docker_image.as_ref().or(before.docker_image.as_ref()),
        started_at,
        finished_at,
        notes: change.notes.as_ref().map_or(before.notes.as_str(), |notes| notes.as_str()),
        edited_at: edited_at.unwrap_or(before.edited_at),
        updated_at: now,
    };
    experiments::update(&mut transaction, organization, id, &changed).await.map_err(|error| {
        unless_taken(error, || Failure::from(ExperimentError::NameTaken(name.to_owned())).into_shown())
    })?;
    if let Some(tags) = &change.tags {
        tags::replace(&mut transaction, organization, TagTarget::Experiment, id, tags).await?;
    }
    let after = load(&mut transaction, actor, id).await?;
    let change = Change::updated("experiment", &id, before.facts(), after.facts());
    let change = change.with("name", after.summary.name.as_str());
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Start and end of the training: what is given, what is known, or now.
fn times(
    before: &ExperimentSummary,
    status: Status,
    (started, finished): (Option<Timestamp>, Option<Timestamp>),
    now: Timestamp,
) -> Result<(Option<Timestamp>, Option<Timestamp>), ExperimentError> {
    let has_begun = status != Status::Pending;
    if (started.is_some() && !has_begun) || (finished.is_some() && !status.is_final()) {
        return Err(ExperimentError::Times);
    }
    let started_at = started.or(before.started_at).or(has_begun.then_some(now));
    let finished_at = status.is_final().then(|| finished.or(before.finished_at).unwrap_or(now));
    match finished_at.is_some_and(|finished| started_at.is_some_and(|started| finished < started)) {
        true => Err(ExperimentError::Times),
        false => Ok((started_at, finished_at)),
    }
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
    set_parameters(database, actor, id, |parameters| parameters.merge(new)).await
}

/// Sets all parameters; the ones before are gone.
pub async fn replace_parameters(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    new: Parameters,
) -> Result<Parameters, Failure> {
    set_parameters(database, actor, id, |parameters| *parameters = new).await
}

async fn set_parameters(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    change: impl FnOnce(&mut Parameters),
) -> Result<Parameters, Failure> {
    actor.require_write("changing parameters")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, id, now).await?;
    let organization = actor.organization_id;
    let experiment = experiments::find(&mut transaction, organization, id).await?.ok_or(ExperimentError::NotFound)?;
    let before = parts::list_parameters(&mut transaction, organization, id).await?;
    let mut after = before.clone();
    change(&mut after);
    after.validate().map_err(ExperimentError::Parameters)?;
    parts::replace_parameters(&mut transaction, organization, id, &after).await?;
    let change = Change::updated("parameters", &id, json!(before), json!(after)).with("name", experiment.name);
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(after)
}
