//! The labels of a dataset version, one by one.

use super::{change::require_unused, open_version};
use crate::{
    audit::{self, Change},
    database::{Connection, Database},
    dataset::{DatasetError, DatasetLabel, DatasetLabelChange, DatasetVersion, store},
    error::Failure,
    vocabulary::{Actor, DatasetVersionId, LabelId, LabelMap, Name, Timestamp},
};

/// The labels of a version, in class order.
pub async fn list_labels(
    database: &Database,
    actor: &Actor,
    version: DatasetVersionId,
) -> Result<Vec<DatasetLabel>, Failure> {
    let mut connection = database.read().await?;
    let found = store::find_version(&mut connection, actor.organization_id, version).await?;
    found.ok_or(DatasetError::VersionNotFound)?;
    Ok(store::list_labels(&mut connection, actor.organization_id, version).await?)
}

/// A label, and the version that it belongs to.
pub async fn find_label(
    database: &Database,
    actor: &Actor,
    id: LabelId,
) -> Result<(DatasetVersionId, DatasetLabel), Failure> {
    find(&mut *database.read().await?, actor, id).await
}

async fn find(
    connection: &mut Connection,
    actor: &Actor,
    id: LabelId,
) -> Result<(DatasetVersionId, DatasetLabel), Failure> {
    let found = store::find_label(connection, actor.organization_id, id).await?;
    found.ok_or_else(|| DatasetError::LabelNotFound.into())
}

/// The label, and its version as one that may change.
async fn open(
    connection: &mut Connection,
    actor: &Actor,
    id: LabelId,
) -> Result<(DatasetVersion, DatasetLabel), Failure> {
    let (version, _) = find(connection, actor, id).await?;
    let version = open_version(connection, actor, version).await?;
    // Somebody may have changed it, or taken it away, before the version was held.
    let (_, label) = find(connection, actor, id).await?;
    Ok((version, label))
}

/// Adds a label behind the others, as long as nothing uses the version.
pub async fn add_label(
    database: &Database,
    actor: &Actor,
    version: DatasetVersionId,
    name: &Name,
) -> Result<DatasetLabel, Failure> {
    actor.require_write("adding a label")?;
    let mut transaction = database.begin().await?;
    let version = open_version(&mut transaction, actor, version).await?;
    require_free(&version, name)?;
    require_unused(&mut transaction, actor, version.id).await?;
    let added = DatasetLabel { id: LabelId::generate(), name: name.to_string(), object_count: None, group_id: None };
    LabelMap::parse(version.labels.labels().iter().chain([&added.name])).map_err(DatasetError::Labels)?;
    let (place, labels) = (version.labels.len(), std::slice::from_ref(&added));
    store::insert_labels(&mut transaction, actor.organization_id, version.id, place, labels).await?;
    record(&mut transaction, actor, &version, Change::created("label", &added.id, added.facts()), name.as_str())
        .await?;
    transaction.commit().await?;
    Ok(added)
}

/// Changes a label; its name only while nothing uses the version.
pub async fn change_label(
    database: &Database,
    actor: &Actor,
    id: LabelId,
    change: DatasetLabelChange,
) -> Result<DatasetLabel, Failure> {
    actor.require_write("changing a label")?;
    if change.object_count.flatten().is_some_and(i64::is_negative) {
        return Err(DatasetError::NegativeObjectCount.into());
    }
    let mut transaction = database.begin().await?;
    let (version, before) = open(&mut transaction, actor, id).await?;
    let mut after = before.clone();
    if let Some(name) = change.name.filter(|name| name.as_str() != before.name) {
        require_free(&version, &name)?;
        require_unused(&mut transaction, actor, version.id).await?;
        after.name = name.to_string();
    }
    if let Some(group) = change.group_id {
        let groups = store::list_groups(&mut transaction, actor.organization_id, version.id).await?;
        if group.is_some_and(|group| groups.iter().all(|known| known.id != group)) {
            return Err(DatasetError::UnknownGroup.into());
        }
        after.group_id = group;
    }
    after.object_count = change.object_count.unwrap_or(before.object_count);
    store::update_label(&mut transaction, actor.organization_id, &after).await?;
    let change = Change::updated("label", &id, before.facts(), after.facts());
    record(&mut transaction, actor, &version, change, &after.name).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Deletes a label, as long as nothing uses the version; those behind it move up.
pub async fn delete_label(database: &Database, actor: &Actor, id: LabelId) -> Result<(), Failure> {
    actor.require_write("deleting a label")?;
    let mut transaction = database.begin().await?;
    let (version, label) = open(&mut transaction, actor, id).await?;
    require_unused(&mut transaction, actor, version.id).await?;
    let mut left = store::list_labels(&mut transaction, actor.organization_id, version.id).await?;
    left.retain(|kept| kept.id != id);
    store::replace_labels(&mut transaction, actor.organization_id, version.id, &left).await?;
    record(&mut transaction, actor, &version, Change::deleted("label", &id, label.facts()), &label.name).await?;
    Ok(transaction.commit().await?)
}

fn require_free(version: &DatasetVersion, name: &Name) -> Result<(), DatasetError> {
    match version.labels.labels().iter().any(|label| label == name.as_str()) {
        true => Err(DatasetError::LabelNameTaken(name.to_string())),
        false => Ok(()),
    }
}

/// Writes the entry of a change of a part, and that the version is another one now.
pub(super) async fn record(
    connection: &mut Connection,
    actor: &Actor,
    version: &DatasetVersion,
    change: Change<'_>,
    name: &str,
) -> Result<(), sqlx::Error> {
    let now = Timestamp::now();
    store::touch_version(connection, actor.organization_id, version.id, now).await?;
    audit::record(connection, actor, now, version.identify_part(name, change)).await
}
