//! Changing datasets and their versions.

use super::{open_version, shown};
use crate::{
    audit::{self, Change},
    database::{Connection, Database, tags, unless_taken},
    dataset::{
        Dataset, DatasetChange, DatasetError, DatasetLabel, DatasetVersion, DatasetVersionChange, labels,
        store::{self, ChangedVersion},
    },
    error::Failure,
    vocabulary::{Actor, DatasetId, DatasetVersionId, LabelMap, TagTarget, Timestamp, current::require_current},
};

/// Changes name, description or tags of a dataset.
pub async fn change(
    database: &Database,
    actor: &Actor,
    id: DatasetId,
    change: DatasetChange,
) -> Result<Dataset, Failure> {
    actor.require_write("changing a dataset")?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    store::lock(&mut transaction, organization, id).await?;
    let before = store::find(&mut transaction, organization, id).await?.ok_or(DatasetError::NotFound)?;
    require_current("dataset", change.based_on, before.updated_at)?;
    let name = change.name.as_ref().map_or(before.name.as_str(), |name| name.as_str());
    let description = change.description.as_ref().map_or(before.description.as_str(), |text| text.as_str());
    store::update(&mut transaction, organization, id, (name, description), now)
        .await
        .map_err(|error| unless_taken(error, || shown(DatasetError::NameTaken(name.to_owned()))))?;
    if let Some(tags) = &change.tags {
        tags::replace(&mut transaction, organization, TagTarget::Dataset, id, tags).await?;
    }
    let after = store::find(&mut transaction, organization, id).await?.ok_or(DatasetError::NotFound)?;
    let change = Change::updated("dataset", &id, before.facts(), after.facts()).with("name", after.name.as_str());
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Changes a dataset version that is not locked; its labels only while nothing uses them.
pub async fn change_version(
    database: &Database,
    actor: &Actor,
    id: DatasetVersionId,
    change: DatasetVersionChange,
) -> Result<DatasetVersion, Failure> {
    actor.require_write("changing a dataset version")?;
    let names = change.labels.as_ref().map(LabelMap::parse).transpose().map_err(DatasetError::Labels)?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    let before = open_version(&mut transaction, actor, id).await?;
    require_current("dataset version", change.based_on, before.updated_at)?;
    let changed = ChangedVersion {
        name: change.name.as_ref().map_or(before.name.as_str(), |name| name.as_str()),
        description: change.description.as_ref().map_or(before.description.as_str(), |text| text.as_str()),
        kind: change.kind.unwrap_or(before.kind),
        item_count: change.item_count.unwrap_or(before.item_count),
        size_bytes: change.size_bytes.unwrap_or(before.size_bytes),
    };
    if changed.item_count.is_some_and(i64::is_negative) || changed.size_bytes.is_some_and(i64::is_negative) {
        return Err(DatasetError::NegativeCount.into());
    }
    store::update_version(&mut transaction, organization, id, &changed, now)
        .await
        .map_err(|error| unless_taken(error, || shown(DatasetError::VersionNameTaken(changed.name.to_owned()))))?;
    let had = store::list_labels(&mut transaction, organization, id).await?;
    let mut has = had.clone();
    let names = names.unwrap_or_else(|| before.labels.clone());
    if names != before.labels {
        require_unused(&mut transaction, actor, id).await?;
        has = labels::renamed(has, &names);
    }
    if let Some(counts) = &change.label_counts {
        labels::counted(&mut has, &names, counts).map_err(DatasetError::Counts)?;
    }
    let groups = store::list_groups(&mut transaction, organization, id).await?;
    if let Some(chosen) = &change.label_groups {
        labels::grouped(&mut has, chosen, &groups)?;
    }
    if has != had {
        store::replace_labels(&mut transaction, organization, id, &has).await?;
    }
    if let Some(tags) = &change.tags {
        tags::replace(&mut transaction, organization, TagTarget::DatasetVersion, id, tags).await?;
    }
    let after = store::find_version(&mut transaction, organization, id).await?.ok_or(DatasetError::VersionNotFound)?;
    let facts = |version: &DatasetVersion, labels: &[DatasetLabel]| {
        let mut facts = version.facts();
        facts["label_groups"] = labels::group_names(labels, &groups);
        facts
    };
    let change = Change::updated("dataset_version", &id, facts(&before, &had), facts(&after, &has));
    let change = after.identify(change);
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Refuses a change of the classes themselves when something was trained on them.
pub(super) async fn require_unused(
    connection: &mut Connection,
    actor: &Actor,
    id: DatasetVersionId,
) -> Result<(), Failure> {
    match store::find_version_uses(connection, actor.organization_id, id).await?.is_empty() {
        true => Ok(()),
        false => Err(DatasetError::LabelsInUse.into()),
    }
}
