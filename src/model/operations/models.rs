//! What happens to a model after it exists: changed, archived, deleted.

use crate::{
    audit::{self, Change},
    database::{Connection, Database, tags, unless_taken},
    error::Failure,
    model::{Model, ModelChange, ModelError, store},
    vocabulary::{Actor, ModelId, TagTarget, Timestamp, current::require_current},
};

/// Changes name, description, notes or tags.
pub async fn change(database: &Database, actor: &Actor, id: ModelId, change: ModelChange) -> Result<Model, Failure> {
    actor.require_write("changing a model")?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    let before = lock(&mut transaction, actor, id).await?;
    require_current("model", change.based_on, before.updated_at)?;
    let name = change.name.as_ref().map_or(before.name.as_str(), |name| name.as_str());
    let description = change.description.as_ref().map_or(before.description.as_str(), |text| text.as_str());
    let notes = change.notes.as_ref().map_or(before.notes.as_str(), |text| text.as_str());
    store::update_model(&mut transaction, organization, id, (name, description, notes), now)
        .await
        .map_err(|error| unless_taken(error, || Failure::from(ModelError::NameTaken(name.to_owned())).into_shown()))?;
    if let Some(new) = &change.tags {
        tags::replace(&mut transaction, organization, TagTarget::Model, id, new).await?;
    }
    let after = store::find(&mut transaction, organization, id).await?.ok_or(ModelError::NotFound)?;
    record_change(&mut transaction, actor, now, "change", (&before, &after)).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Hides a model from lists and pickers, or shows it again. Its versions stay where they are.
pub async fn set_archived(
    database: &Database,
    actor: &Actor,
    id: ModelId,
    is_archived: bool,
) -> Result<Model, Failure> {
    actor.require_write(if is_archived { "archiving a model" } else { "restoring a model" })?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let before = lock(&mut transaction, actor, id).await?;
    if before.archived_at.is_some() == is_archived {
        return Ok(before);
    }
    store::set_model_archived(&mut transaction, actor.organization_id, id, is_archived.then_some(now), now).await?;
    let after = store::find(&mut transaction, actor.organization_id, id).await?.ok_or(ModelError::NotFound)?;
    let action = if is_archived { "archive" } else { "restore" };
    record_change(&mut transaction, actor, now, action, (&before, &after)).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Deletes a model that has no versions any more.
pub async fn delete(database: &Database, actor: &Actor, id: ModelId) -> Result<(), Failure> {
    actor.require_owner("deleting a model")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let model = lock(&mut transaction, actor, id).await?;
    if model.version_count > 0 {
        return Err(ModelError::HasVersions(model.version_count).into());
    }
    store::delete_model(&mut transaction, actor.organization_id, id).await?;
    let deleted = Change::deleted("model", &id, model.facts()).with("name", model.name);
    audit::record(&mut transaction, actor, now, deleted).await?;
    Ok(transaction.commit().await?)
}

/// Holds the model until the transaction ends.
async fn lock(connection: &mut Connection, actor: &Actor, id: ModelId) -> Result<Model, Failure> {
    store::lock_model(connection, actor.organization_id, id).await?;
    Ok(store::find(connection, actor.organization_id, id).await?.ok_or(ModelError::NotFound)?)
}

async fn record_change(
    connection: &mut Connection,
    actor: &Actor,
    now: Timestamp,
    action: &'static str,
    (before, after): (&Model, &Model),
) -> Result<(), sqlx::Error> {
    let change = Change::updated("model", &after.id, before.facts(), after.facts()).named(action);
    audit::record(connection, actor, now, change.with("name", after.name.as_str())).await
}
