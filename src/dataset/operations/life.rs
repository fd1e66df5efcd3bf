//! Locking and deleting datasets and their versions.

use super::{held_version, open_version};
use crate::{
    audit::{self, Change},
    database::Database,
    dataset::{DatasetError, DatasetUses, DatasetVersion, store},
    error::Failure,
    vocabulary::{Actor, DatasetId, DatasetVersionId, Timestamp},
};

/// What uses a version: its labels are fixed then, and it is not deleted.
pub async fn version_uses(database: &Database, actor: &Actor, id: DatasetVersionId) -> Result<DatasetUses, Failure> {
    Ok(store::find_version_uses(&mut *database.read().await?, actor.organization_id, id).await?)
}

/// What uses any version of a dataset.
pub async fn uses(database: &Database, actor: &Actor, id: DatasetId) -> Result<DatasetUses, Failure> {
    Ok(store::find_uses(&mut *database.read().await?, actor.organization_id, id).await?)
}

/// Locks a version: nothing about it changes and nobody deletes it until it is unlocked. Experiments may still attach it.
pub async fn lock_version(database: &Database, actor: &Actor, id: DatasetVersionId) -> Result<DatasetVersion, Failure> {
    actor.require_write("locking a dataset version")?;
    set_locked(database, actor, id, true).await
}

/// Opens a locked version again.
pub async fn unlock_version(
    database: &Database,
    actor: &Actor,
    id: DatasetVersionId,
) -> Result<DatasetVersion, Failure> {
    actor.require_write("unlocking a dataset version")?;
    set_locked(database, actor, id, false).await
}

async fn set_locked(
    database: &Database,
    actor: &Actor,
    id: DatasetVersionId,
    is_locked: bool,
) -> Result<DatasetVersion, Failure> {
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    let before = held_version(&mut transaction, actor, id).await?;
    if before.locked_at.is_some() == is_locked {
        return Ok(before);
    }
    store::set_locked(&mut transaction, organization, id, is_locked.then_some(now), now).await?;
    let after = store::find_version(&mut transaction, organization, id).await?.ok_or(DatasetError::VersionNotFound)?;
    let change = Change::updated("dataset_version", &id, before.facts(), after.facts());
    let change = after.identify(change.named(if is_locked { "lock" } else { "unlock" }));
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Deletes a version that nothing uses.
pub async fn delete_version(database: &Database, actor: &Actor, id: DatasetVersionId) -> Result<(), Failure> {
    actor.require_owner("deleting a dataset version")?;
    let mut transaction = database.begin().await?;
    let version = open_version(&mut transaction, actor, id).await?;
    let uses = store::find_version_uses(&mut transaction, actor.organization_id, id).await?;
    if !uses.is_empty() {
        return Err(DatasetError::VersionInUse(uses).into());
    }
    store::delete_version(&mut transaction, actor.organization_id, id).await?;
    let deleted = version.identify(Change::deleted("dataset_version", &id, version.facts()));
    audit::record(&mut transaction, actor, Timestamp::now(), deleted).await?;
    Ok(transaction.commit().await?)
}

/// Deletes a dataset with all its versions, if nothing uses any of them and none is locked.
pub async fn delete(database: &Database, actor: &Actor, id: DatasetId) -> Result<(), Failure> {
    actor.require_owner("deleting a dataset")?;
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    store::lock(&mut transaction, organization, id).await?;
    let dataset = store::find(&mut transaction, organization, id).await?.ok_or(DatasetError::NotFound)?;
    store::lock_versions(&mut transaction, organization, id).await?;
    let versions = store::list_versions(&mut transaction, organization, id).await?;
    let uses = store::find_uses(&mut transaction, organization, id).await?;
    if !uses.is_empty() {
        return Err(DatasetError::InUse(uses).into());
    }
    if let Some(locked) = versions.iter().find(|version| version.locked_at.is_some()) {
        return Err(DatasetError::Locked(locked.name.clone()).into());
    }
    for version in &versions {
        store::delete_version(&mut transaction, organization, version.id).await?;
    }
    store::delete(&mut transaction, organization, id).await?;
    let mut facts = dataset.facts();
    facts["versions"] = versions.iter().map(DatasetVersion::facts).collect();
    let deleted = Change::deleted("dataset", &id, facts).with("name", dataset.name);
    audit::record(&mut transaction, actor, Timestamp::now(), deleted).await?;
    Ok(transaction.commit().await?)
}
