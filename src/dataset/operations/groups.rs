//! Groups of labels.

use super::{labels::record, open_version, shown};
use crate::{
    audit::Change,
    database::{Connection, Database, unless_taken},
    dataset::{
        DatasetError, DatasetVersion, LabelGroup, LabelGroupChange, NewLabelGroup,
        groups::{MAX_GROUPS, is_inside},
        store,
    },
    error::Failure,
    vocabulary::{Actor, DatasetVersionId, LabelGroupId},
};

/// The groups of a version, by name.
pub async fn list_label_groups(
    database: &Database,
    actor: &Actor,
    version: DatasetVersionId,
) -> Result<Vec<LabelGroup>, Failure> {
    let mut connection = database.read().await?;
    let found = store::find_version(&mut connection, actor.organization_id, version).await?;
    found.ok_or(DatasetError::VersionNotFound)?;
    Ok(store::list_groups(&mut connection, actor.organization_id, version).await?)
}

/// A group, and the version that it belongs to.
pub async fn find_label_group(
    database: &Database,
    actor: &Actor,
    id: LabelGroupId,
) -> Result<(DatasetVersionId, LabelGroup), Failure> {
    find(&mut *database.read().await?, actor, id).await
}

async fn find(
    connection: &mut Connection,
    actor: &Actor,
    id: LabelGroupId,
) -> Result<(DatasetVersionId, LabelGroup), Failure> {
    let found = store::find_group(connection, actor.organization_id, id).await?;
    found.ok_or_else(|| DatasetError::GroupNotFound.into())
}

/// The group, and its version as one that may change.
async fn open(
    connection: &mut Connection,
    actor: &Actor,
    id: LabelGroupId,
) -> Result<(DatasetVersion, LabelGroup), Failure> {
    let (version, _) = find(connection, actor, id).await?;
    let version = open_version(connection, actor, version).await?;
    // Somebody may have changed it, or taken it away, before the version was held.
    let (_, group) = find(connection, actor, id).await?;
    Ok((version, group))
}

/// Adds a group to a version that is not locked.
pub async fn add_label_group(
    database: &Database,
    actor: &Actor,
    version: DatasetVersionId,
    new: NewLabelGroup,
) -> Result<LabelGroup, Failure> {
    actor.require_write("adding a group of labels")?;
    let mut transaction = database.begin().await?;
    let version = open_version(&mut transaction, actor, version).await?;
    let groups = store::list_groups(&mut transaction, actor.organization_id, version.id).await?;
    if groups.len() >= MAX_GROUPS {
        return Err(DatasetError::TooManyGroups.into());
    }
    require_known(new.parent_id, &groups)?;
    let added = LabelGroup { id: LabelGroupId::generate(), name: new.name.to_string(), parent_id: new.parent_id };
    store::insert_groups(&mut transaction, actor.organization_id, version.id, std::slice::from_ref(&added))
        .await
        .map_err(|error| unless_taken(error, || taken(&added)))?;
    let change = Change::created("label_group", &added.id, added.facts());
    record(&mut transaction, actor, &version, change, &added.name).await?;
    transaction.commit().await?;
    Ok(added)
}

/// Changes name or place of a group.
pub async fn change_label_group(
    database: &Database,
    actor: &Actor,
    id: LabelGroupId,
    change: LabelGroupChange,
) -> Result<LabelGroup, Failure> {
    actor.require_write("changing a group of labels")?;
    let mut transaction = database.begin().await?;
    let (version, before) = open(&mut transaction, actor, id).await?;
    let parent_id = change.parent_id.unwrap_or(before.parent_id);
    let groups = store::list_groups(&mut transaction, actor.organization_id, version.id).await?;
    require_known(parent_id, &groups)?;
    if parent_id.is_some_and(|parent| is_inside(parent, id, &groups)) {
        return Err(DatasetError::GroupInsideItself.into());
    }
    let name = change.name.map_or_else(|| before.name.clone(), |name| name.to_string());
    let after = LabelGroup { id, name, parent_id };
    store::update_group(&mut transaction, actor.organization_id, &after)
        .await
        .map_err(|error| unless_taken(error, || taken(&after)))?;
    let change = Change::updated("label_group", &id, before.facts(), after.facts());
    record(&mut transaction, actor, &version, change, &after.name).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Deletes a group: its labels have none then, and its groups are in the one above.
pub async fn delete_label_group(database: &Database, actor: &Actor, id: LabelGroupId) -> Result<(), Failure> {
    actor.require_write("deleting a group of labels")?;
    let mut transaction = database.begin().await?;
    let (version, group) = open(&mut transaction, actor, id).await?;
    store::delete_group(&mut transaction, actor.organization_id, id).await?;
    let change = Change::deleted("label_group", &id, group.facts());
    record(&mut transaction, actor, &version, change, &group.name).await?;
    Ok(transaction.commit().await?)
}

fn require_known(parent: Option<LabelGroupId>, groups: &[LabelGroup]) -> Result<(), DatasetError> {
    match parent.is_none_or(|parent| groups.iter().any(|group| group.id == parent)) {
        true => Ok(()),
        false => Err(DatasetError::UnknownParent),
    }
}

fn taken(group: &LabelGroup) -> crate::error::AppError {
    shown(DatasetError::GroupNameTaken(group.name.clone()))
}
