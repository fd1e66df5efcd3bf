//! Creating, finding and changing datasets and their versions.

mod change;

pub use change::{change, change_version};

use crate::dataset::{
    Dataset, DatasetError, DatasetVersion, DatasetWithVersions, NewDataset, NewDatasetVersion, VersionChoice, store,
};
use crate::{
    audit::{self, Change},
    database::{Database, unless_taken},
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

/// Whether the labels of a dataset version are fixed, because something uses them.
pub async fn is_used(database: &Database, actor: &Actor, id: DatasetVersionId) -> Result<bool, Failure> {
    Ok(store::is_used(&mut *database.read().await?, actor.organization_id, id).await?)
}

/// Creates a dataset without versions.
pub async fn create(database: &Database, actor: &Actor, new: NewDataset) -> Result<Dataset, Failure> {
    actor.require_write("creating a dataset")?;
    let id = DatasetId::generate();
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
    actor.require_write("creating a dataset version")?;
    let labels = LabelMap::parse(&new.labels).map_err(DatasetError::Labels)?;
    if new.item_count.is_some_and(i64::is_negative) || new.size_bytes.is_some_and(i64::is_negative) {
        return Err(DatasetError::NegativeCount.into());
    }
    let id = DatasetVersionId::generate();
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    store::find(&mut transaction, actor.organization_id, dataset).await?.ok_or(DatasetError::NotFound)?;
    store::insert_version(&mut transaction, actor, dataset, id, &new, now)
        .await
        .map_err(|error| unless_taken(error, || shown(DatasetError::VersionNameTaken(new.name.to_string()))))?;
    store::insert_labels(&mut transaction, actor.organization_id, id, &labels).await?;
    let created =
        store::find_version(&mut transaction, actor.organization_id, id).await?.ok_or(DatasetError::VersionNotFound)?;
    let change = Change::created("dataset_version", &id, created.facts()).with("name", created.name.as_str());
    audit::record(&mut transaction, actor, now, change.with("dataset_name", created.dataset_name.as_str())).await?;
    transaction.commit().await?;
    Ok(created)
}

fn shown(error: DatasetError) -> crate::error::AppError {
    Failure::from(error).into_shown()
}
