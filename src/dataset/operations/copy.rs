//! A new version made from another one.

use super::{held_version, shown};
use crate::{
    audit::{self, Change},
    database::{Connection, Database, tags, unless_taken},
    dataset::{DatasetError, DatasetVersion, NewCopy, NewDatasetVersion, groups::in_order, store},
    error::Failure,
    vocabulary::{Actor, DatasetVersionId, LabelGroupId, LabelId, OrganizationId, TagTarget, Timestamp},
};
use std::collections::HashMap;

/// Makes a new version from another one, in the same dataset or in another; also from a locked one.
pub async fn copy_version(
    database: &Database,
    actor: &Actor,
    from: DatasetVersionId,
    new: NewCopy,
) -> Result<DatasetVersion, Failure> {
    actor.require_write("copying a dataset version")?;
    let id = DatasetVersionId::generate();
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    store::lock(&mut transaction, organization, new.dataset_id).await?;
    let source = held_version(&mut transaction, actor, from).await?;
    store::find(&mut transaction, organization, new.dataset_id).await?.ok_or(DatasetError::NotFound)?;
    let inserted = NewDatasetVersion {
        name: new.name,
        description: new.description,
        kind: new.kind.unwrap_or(source.kind),
        item_count: source.item_count,
        size_bytes: source.size_bytes,
        labels: Vec::new(),
        label_counts: Default::default(),
    };
    store::insert_version(&mut transaction, actor, new.dataset_id, id, &inserted, now)
        .await
        .map_err(|error| unless_taken(error, || shown(DatasetError::VersionNameTaken(inserted.name.to_string()))))?;
    if new.with_labels {
        copy_labels(&mut transaction, organization, from, id).await?;
    }
    if new.with_tags {
        tags::replace(&mut transaction, organization, TagTarget::DatasetVersion, id, &source.tags).await?;
    }
    let created = store::find_version(&mut transaction, organization, id).await?;
    let created = created.ok_or(DatasetError::VersionNotFound)?;
    let change = created.identify(Change::created("dataset_version", &id, created.facts()));
    audit::record(&mut transaction, actor, now, change.with("copied_from", from.to_string())).await?;
    transaction.commit().await?;
    Ok(created)
}

/// Labels and groups under ids of their own.
async fn copy_labels(
    connection: &mut Connection,
    organization: OrganizationId,
    from: DatasetVersionId,
    to: DatasetVersionId,
) -> Result<(), sqlx::Error> {
    let mut groups = in_order(store::list_groups(connection, organization, from).await?);
    let ids: HashMap<LabelGroupId, LabelGroupId> =
        groups.iter().map(|group| (group.id, LabelGroupId::generate())).collect();
    let renewed = |id: Option<LabelGroupId>| id.and_then(|id| ids.get(&id).copied());
    for group in &mut groups {
        group.parent_id = renewed(group.parent_id);
        group.id = ids.get(&group.id).copied().unwrap_or(group.id);
    }
    store::insert_groups(connection, organization, to, &groups).await?;
    let mut labels = store::list_labels(connection, organization, from).await?;
    for label in &mut labels {
        label.id = LabelId::generate();
        label.group_id = renewed(label.group_id);
    }
    store::insert_labels(connection, organization, to, 0, &labels).await
}
