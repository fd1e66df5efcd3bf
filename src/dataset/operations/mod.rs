//! Creating, finding and changing datasets and their versions.

mod change;
mod copy;
mod groups;
mod labels;
mod life;

pub use change::{change, change_version};
pub use copy::copy_version;
pub use groups::{add_label_group, change_label_group, delete_label_group, find_label_group, list_label_groups};
pub use labels::{add_label, change_label, delete_label, find_label, list_labels};
pub use life::{delete, delete_version, lock_version, unlock_version, uses, version_uses};

use crate::dataset::{
    Dataset, DatasetError, DatasetVersion, DatasetWithVersions, NewDataset, NewDatasetVersion, VersionChoice,
    labels as rules, store,
};
use crate::{
    audit::{self, Change},
    database::{Connection, Database, unless_taken},
    error::Failure,
    vocabulary::{Actor, DatasetId, DatasetVersionId, LabelMap, Page, Timestamp, paging::checked_cursor},
};

/// The datasets of the organization, newest first.
pub async fn list(
    database: &Database,
    actor: &Actor,
    search: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Dataset>, Failure> {
    let cursor = checked_cursor(cursor)?;
    let items = store::list(&mut *database.read().await?, actor.organization_id, search, cursor, limit + 1).await?;
    Ok(Page::cut(items, limit, |dataset| dataset.id.to_string()))
}

/// One dataset with its versions.
pub async fn find(database: &Database, actor: &Actor, id: DatasetId) -> Result<DatasetWithVersions, Failure> {
    let mut connection = database.read().await?;
    let dataset = store::find(&mut connection, actor.organization_id, id).await?.ok_or(DatasetError::NotFound)?;
    let versions = store::list_versions(&mut connection, actor.organization_id, id).await?;
    Ok(DatasetWithVersions { dataset, versions })
}

/// One dataset version.
pub async fn find_version(database: &Database, actor: &Actor, id: DatasetVersionId) -> Result<DatasetVersion, Failure> {
    let found = store::find_version(&mut *database.read().await?, actor.organization_id, id).await?;
    found.ok_or_else(|| DatasetError::VersionNotFound.into())
}

/// A version by its name inside its dataset, as addresses name it.
pub async fn find_version_by_name(
    database: &Database,
    actor: &Actor,
    dataset: DatasetId,
    name: &str,
) -> Result<DatasetVersion, Failure> {
    let found = store::find_version_by_name(&mut *database.read().await?, actor.organization_id, dataset, name).await?;
    found.ok_or_else(|| DatasetError::VersionNotFound.into())
}

/// The newest versions of all datasets, for a form; at most 500.
pub async fn choices(database: &Database, actor: &Actor) -> Result<Vec<VersionChoice>, Failure> {
    Ok(store::list_choices(&mut *database.read().await?, actor.organization_id, 500).await?)
}

/// The version that a person named as `dataset › version`, or by its id.
pub async fn find_by_whole_name(
    database: &Database,
    actor: &Actor,
    text: &str,
) -> Result<Option<DatasetVersion>, Failure> {
    let mut connection = database.read().await?;
    match store::find_by_whole_name(&mut connection, actor.organization_id, text).await? {
        Some(id) => Ok(store::find_version(&mut connection, actor.organization_id, id).await?),
        None => Ok(None),
    }
}

/// Creates a dataset without versions.
pub async fn create(database: &Database, actor: &Actor, new: NewDataset) -> Result<Dataset, Failure> {
    create_with_id(database, actor, DatasetId::generate(), new).await
}

/// Creates a dataset whose id was made before.
pub async fn create_with_id(
    database: &Database,
    actor: &Actor,
    id: DatasetId,
    new: NewDataset,
) -> Result<Dataset, Failure> {
    actor.require_write("creating a dataset")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    store::insert(&mut transaction, actor, id, &new, now)
        .await
        .map_err(|error| unless_taken(error, || shown(DatasetError::NameTaken(new.name.to_string()))))?;
    let created = store::find(&mut transaction, actor.organization_id, id).await?.ok_or(DatasetError::NotFound)?;
    let change = Change::created("dataset", &id, created.facts()).with("name", created.name.as_str());
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(created)
}

/// Creates a version with its labels.
pub async fn create_version(
    database: &Database,
    actor: &Actor,
    dataset: DatasetId,
    new: NewDatasetVersion,
) -> Result<DatasetVersion, Failure> {
    create_version_with_id(database, actor, dataset, DatasetVersionId::generate(), new).await
}

/// Creates a version whose id was made before.
pub async fn create_version_with_id(
    database: &Database,
    actor: &Actor,
    dataset: DatasetId,
    id: DatasetVersionId,
    new: NewDatasetVersion,
) -> Result<DatasetVersion, Failure> {
    actor.require_write("creating a dataset version")?;
    let names = LabelMap::parse(&new.labels).map_err(DatasetError::Labels)?;
    let mut labels = rules::renamed(Vec::new(), &names);
    rules::counted(&mut labels, &names, &new.label_counts).map_err(DatasetError::Counts)?;
    if new.item_count.is_some_and(i64::is_negative) || new.size_bytes.is_some_and(i64::is_negative) {
        return Err(DatasetError::NegativeCount.into());
    }
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    store::lock(&mut transaction, actor.organization_id, dataset).await?;
    store::find(&mut transaction, actor.organization_id, dataset).await?.ok_or(DatasetError::NotFound)?;
    store::insert_version(&mut transaction, actor, dataset, id, &new, now)
        .await
        .map_err(|error| unless_taken(error, || shown(DatasetError::VersionNameTaken(new.name.to_string()))))?;
    store::insert_labels(&mut transaction, actor.organization_id, id, 0, &labels).await?;
    let created =
        store::find_version(&mut transaction, actor.organization_id, id).await?.ok_or(DatasetError::VersionNotFound)?;
    let change = created.identify(Change::created("dataset_version", &id, created.facts()));
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(created)
}

/// A version that nobody else changes until the transaction ends, and that is not locked.
async fn open_version(
    connection: &mut Connection,
    actor: &Actor,
    id: DatasetVersionId,
) -> Result<DatasetVersion, Failure> {
    let version = held_version(connection, actor, id).await?;
    match version.locked_at {
        Some(_) => Err(DatasetError::Locked(version.name).into()),
        None => Ok(version),
    }
}

/// A version that nobody else changes until the transaction ends.
async fn held_version(
    connection: &mut Connection,
    actor: &Actor,
    id: DatasetVersionId,
) -> Result<DatasetVersion, Failure> {
    store::lock_version(connection, actor.organization_id, id).await?;
    let version = store::find_version(connection, actor.organization_id, id).await?;
    version.ok_or_else(|| DatasetError::VersionNotFound.into())
}

fn shown(error: DatasetError) -> crate::error::AppError {
    Failure::from(error).into_shown()
}
