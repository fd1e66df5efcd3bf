//! What happens to a version after it exists: changed, sealed, archived, deleted (D12, R13).

use super::load_version;
use crate::{
    audit::{self, Change, Entry},
    database::{Connection, Database, tags, unless_taken},
    error::Failure,
    model::{
        ModelError, ModelVersion, ModelVersionChange, VersionDependents,
        store::{self, ChangedModelVersion},
    },
    vocabulary::{
        Actor, ModelVersionId, Name, Page, TagTarget, Timestamp, current::require_current, paging::checked_cursor,
        web_address,
    },
};

/// Changes text, type, framework or tags; parameters and docker image while the version is open (D12).
pub async fn change(
    database: &Database,
    actor: &Actor,
    id: ModelVersionId,
    change: ModelVersionChange,
) -> Result<ModelVersion, Failure> {
    actor.require_write("changing a model version")?;
    let inference_type = change.inference_type.map(|word| checked_word("inference_type", &word)).transpose()?;
    let framework = change.framework.map(|word| checked_word("framework", &word)).transpose()?;
    let notebook_url = change.notebook_url.as_deref().map(checked_notebook).transpose()?;
    if let Some(parameters) = &change.parameters {
        parameters.validate().map_err(ModelError::Parameters)?;
    }
    if let Some(image) = &change.docker_image {
        image.validate().map_err(ModelError::DockerImage)?;
    }
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    lock(&mut transaction, actor, id).await?;
    let before = load_version(&mut transaction, actor, id).await?;
    if before.sealed_at.is_some() && (change.parameters.is_some() || change.docker_image.is_some()) {
        return Err(ModelError::Frozen.into());
    }
    require_current("version", change.based_on, before.updated_at)?;
    let inference_type = inference_type.unwrap_or_else(|| before.inference_type.clone());
    let framework = framework.unwrap_or_else(|| before.framework.clone());
    let notebook_url = notebook_url.unwrap_or_else(|| before.notebook_url.clone());
    let name = change.name.as_ref().map_or(before.name.as_str(), |name| name.as_str());
    let changed = ChangedModelVersion {
        name,
        description: change.description.as_ref().map_or(before.description.as_str(), |text| text.as_str()),
        notes: change.notes.as_ref().map_or(before.notes.as_str(), |text| text.as_str()),
        inference_type: inference_type.as_deref(),
        framework: framework.as_deref(),
        docker_image: change.docker_image.as_ref().or(before.docker_image.as_ref()),
        notebook_url: notebook_url.as_deref(),
    };
    store::update_version(&mut transaction, organization, id, &changed).await.map_err(|error| {
        unless_taken(error, || Failure::from(ModelError::VersionNameTaken(name.to_owned())).into_shown())
    })?;
    if let Some(parameters) = &change.parameters {
        store::replace_parameters(&mut transaction, organization, id, parameters).await?;
    }
    if let Some(new) = &change.tags {
        tags::replace(&mut transaction, organization, TagTarget::ModelVersion, id, new).await?;
    }
    store::touch_version(&mut transaction, organization, id, now).await?;
    let after = load_version(&mut transaction, actor, id).await?;
    record_change(&mut transaction, actor, now, "change", (&before, &after)).await?;
    transaction.commit().await?;
    Ok(after)
}

/// A word that follows the rule for names; nothing when it is empty.
pub(super) fn checked_word(field: &'static str, word: &str) -> Result<Option<String>, ModelError> {
    if word.trim().is_empty() {
        return Ok(None);
    }
    Name::parse(word).map(|name| Some(name.to_string())).map_err(|error| ModelError::Text(field, error))
}

/// An address that a page may link to; nothing when it is empty.
pub(super) fn checked_notebook(text: &str) -> Result<Option<String>, ModelError> {
    match text.trim() {
        "" => Ok(None),
        text => Ok(Some(web_address::checked(text)?)),
    }
}

/// Freezes files, parameters, docker image and lineage for good (D12). Sealing again changes nothing.
pub async fn seal(database: &Database, actor: &Actor, id: ModelVersionId) -> Result<ModelVersion, Failure> {
    actor.require_write("sealing a model version")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    lock(&mut transaction, actor, id).await?;
    let before = load_version(&mut transaction, actor, id).await?;
    if before.sealed_at.is_some() {
        return Ok(before);
    }
    store::seal(&mut transaction, actor.organization_id, id, now).await?;
    store::touch_version(&mut transaction, actor.organization_id, id, now).await?;
    let sealed = load_version(&mut transaction, actor, id).await?;
    record_change(&mut transaction, actor, now, "seal", (&before, &sealed)).await?;
    transaction.commit().await?;
    Ok(sealed)
}

/// Hides a version from lists and pickers, or shows it again. Its page, its files and its place in the lineage stay.
pub async fn set_archived(
    database: &Database,
    actor: &Actor,
    id: ModelVersionId,
    is_archived: bool,
) -> Result<ModelVersion, Failure> {
    actor.require_write(if is_archived { "archiving a model version" } else { "restoring a model version" })?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    lock(&mut transaction, actor, id).await?;
    let before = load_version(&mut transaction, actor, id).await?;
    if before.archived_at.is_some() == is_archived {
        return Ok(before);
    }
    store::set_archived(&mut transaction, actor.organization_id, id, is_archived.then_some(now)).await?;
    store::touch_version(&mut transaction, actor.organization_id, id, now).await?;
    let after = load_version(&mut transaction, actor, id).await?;
    let action = if is_archived { "archive" } else { "restore" };
    record_change(&mut transaction, actor, now, action, (&before, &after)).await?;
    transaction.commit().await?;
    Ok(after)
}

/// What stands against deleting a version.
pub async fn dependents(database: &Database, actor: &Actor, id: ModelVersionId) -> Result<VersionDependents, Failure> {
    let mut connection = database.read().await?;
    store::find_sealed_at(&mut connection, actor.organization_id, id).await?.ok_or(ModelError::VersionNotFound)?;
    Ok(store::find_dependents(&mut connection, actor.organization_id, id).await?)
}

/// Deletes a version that nothing depends on. Its number is never given again.
pub async fn delete(database: &Database, actor: &Actor, id: ModelVersionId) -> Result<(), Failure> {
    actor.require_owner("deleting a model version")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    lock(&mut transaction, actor, id).await?;
    let version = load_version(&mut transaction, actor, id).await?;
    let dependents = store::find_dependents(&mut transaction, actor.organization_id, id).await?;
    if !dependents.is_empty() {
        return Err(ModelError::InUse(dependents).into());
    }
    store::delete_version(&mut transaction, actor.organization_id, id).await?;
    let deleted = version.identify(Change::deleted("model_version", &id, version.facts()));
    audit::record(&mut transaction, actor, now, deleted).await?;
    Ok(transaction.commit().await?)
}

/// Everything that was done to a version, newest first (R13).
pub async fn history(
    database: &Database,
    actor: &Actor,
    id: ModelVersionId,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Entry>, Failure> {
    let cursor = checked_cursor(cursor)?;
    let mut connection = database.read().await?;
    store::find_sealed_at(&mut connection, actor.organization_id, id).await?.ok_or(ModelError::VersionNotFound)?;
    let entries = audit::history(&mut connection, actor.organization_id, &id, cursor, limit + 1).await?;
    Ok(Page::cut(entries, limit, |entry| entry.id.to_string()))
}

/// Holds the version until the transaction ends.
async fn lock(connection: &mut Connection, actor: &Actor, id: ModelVersionId) -> Result<(), Failure> {
    match store::lock_version(connection, actor.organization_id, id).await? {
        true => Ok(()),
        false => Err(ModelError::VersionNotFound.into()),
    }
}

async fn record_change(
    connection: &mut Connection,
    actor: &Actor,
    now: Timestamp,
    action: &'static str,
    (before, after): (&ModelVersion, &ModelVersion),
) -> Result<(), sqlx::Error> {
    let change = Change::updated("model_version", &after.id, before.facts(), after.facts()).named(action);
    audit::record(connection, actor, now, after.identify(change)).await
}
