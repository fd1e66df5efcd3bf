//! Finding models and their versions.

pub mod aliases;
pub mod bundle;
pub mod create;
pub mod files;
pub mod label_map;
pub mod life;
pub mod models;

use crate::model::{
    Model, ModelChoice, ModelError, ModelFacets, ModelFilter, ModelVersion, VersionLink, VersionSummary, store,
};
use crate::{
    artifact,
    database::{Connection, Database, tags},
    error::Failure,
    vocabulary::{
        Actor, ExperimentId, ModelId, ModelVersionId, Name, Page, TagTarget, name::name_key, paging::checked_number,
    },
};
use std::collections::HashSet;

/// The models of the private registry that `filter` lets through.
pub async fn list(database: &Database, actor: &Actor, filter: &ModelFilter) -> Result<Page<Model>, Failure> {
    let skipped = checked_number(filter.cursor.as_deref())?.unwrap_or(0).max(0);
    let mut connection = database.read().await?;
    let items = store::list(&mut connection, actor.organization_id, filter, skipped, filter.limit + 1).await?;
    Ok(Page::cut(items, filter.limit, |_| (skipped + i64::from(filter.limit)).to_string()))
}

/// What the filters of the registry offer.
pub async fn list_facets(database: &Database, actor: &Actor) -> Result<ModelFacets, Failure> {
    Ok(store::list_facets(&mut *database.read().await?, actor.organization_id).await?)
}

/// A few models for a picker.
pub async fn choices(database: &Database, actor: &Actor, search: &str) -> Result<Vec<ModelChoice>, Failure> {
    let filter = ModelFilter { search: search.to_owned(), ..ModelFilter::default() };
    let models = store::list(&mut *database.read().await?, actor.organization_id, &filter, 0, 20).await?;
    Ok(models.into_iter().map(ModelChoice::from).collect())
}

/// One model.
pub async fn find(database: &Database, actor: &Actor, id: ModelId) -> Result<Model, Failure> {
    let found = store::find(&mut *database.read().await?, actor.organization_id, id).await?;
    found.ok_or_else(|| ModelError::NotFound.into())
}

/// The model of this name.
pub async fn find_by_name(database: &Database, actor: &Actor, name: &Name) -> Result<Option<ModelId>, Failure> {
    Ok(store::find_by_name(&mut *database.read().await?, actor.organization_id, &name.key()).await?)
}

/// The versions of a model, the newest first.
pub async fn list_versions(
    database: &Database,
    actor: &Actor,
    id: ModelId,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<VersionSummary>, Failure> {
    let before = checked_number(cursor)?.unwrap_or(i64::MAX);
    let mut connection = database.read().await?;
    store::find(&mut connection, actor.organization_id, id).await?.ok_or(ModelError::NotFound)?;
    let versions = store::list_versions(&mut connection, actor.organization_id, id, before, limit + 1).await?;
    Ok(Page::cut(versions, limit, |version| version.number.to_string()))
}

/// The version of the same model that came before this one and is still there.
pub async fn find_previous(
    database: &Database,
    actor: &Actor,
    model: ModelId,
    number: i64,
) -> Result<Option<ModelVersion>, Failure> {
    let mut connection = database.read().await?;
    let found = store::list_versions(&mut connection, actor.organization_id, model, number, 1).await?;
    match found.first() {
        Some(previous) => Ok(Some(load_version(&mut connection, actor, previous.id).await?)),
        None => Ok(None),
    }
}

/// One version with everything that it holds.
pub async fn find_version(database: &Database, actor: &Actor, id: ModelVersionId) -> Result<ModelVersion, Failure> {
    load_version(&mut *database.read().await?, actor, id).await
}

/// One version by its number, as addresses name it.
pub async fn find_version_by_number(
    database: &Database,
    actor: &Actor,
    model: ModelId,
    number: i64,
) -> Result<ModelVersion, Failure> {
    let id = find_version_id(database, actor, model, number).await?;
    find_version(database, actor, id).await
}

/// The id of a version, from its number.
pub async fn find_version_id(
    database: &Database,
    actor: &Actor,
    model: ModelId,
    number: i64,
) -> Result<ModelVersionId, Failure> {
    let found = store::find_version_id(&mut *database.read().await?, actor.organization_id, model, number).await?;
    found.ok_or_else(|| ModelError::VersionNotFound.into())
}

/// The version of this name in a model.
pub async fn find_version_by_name(
    database: &Database,
    actor: &Actor,
    model: ModelId,
    name: &str,
) -> Result<Option<ModelVersionId>, Failure> {
    let mut connection = database.read().await?;
    Ok(store::find_version_by_name(&mut connection, actor.organization_id, model, &name_key(name)).await?)
}

/// The artifacts that the source experiment has now and the version has not: added or replaced after the export (D8).
pub async fn news_of_source(database: &Database, actor: &Actor, version: &ModelVersion) -> Result<usize, Failure> {
    let Some(source) = version.source_experiment.as_ref().filter(|source| !source.is_deleted) else {
        return Ok(0);
    };
    let mut connection = database.read().await?;
    let artifacts = artifact::store::list(&mut connection, actor.organization_id, source.id).await?;
    let known: HashSet<_> = version.files.iter().map(|file| (&file.name, file.sha256)).collect();
    Ok(artifacts.iter().filter(|artifact| !known.contains(&(&artifact.name, artifact.sha256))).count())
}

/// The newest versions of all models, for a form; at most 500.
pub async fn newest_versions(database: &Database, actor: &Actor) -> Result<Vec<VersionLink>, Failure> {
    Ok(store::list_newest(&mut *database.read().await?, actor.organization_id, 500).await?)
}

/// The version that a person named as `model › version`, or by its id.
pub async fn find_version_by_whole_name(
    database: &Database,
    actor: &Actor,
    text: &str,
) -> Result<Option<ModelVersion>, Failure> {
    let mut connection = database.read().await?;
    match store::find_by_whole_name(&mut connection, actor.organization_id, text).await? {
        Some(id) => Ok(Some(load_version(&mut connection, actor, id).await?)),
        None => Ok(None),
    }
}

/// The versions that an experiment gave birth to (R39), newest first.
pub async fn list_exported_from(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
) -> Result<Vec<VersionLink>, Failure> {
    Ok(store::list_exported_from(&mut *database.read().await?, actor.organization_id, experiment).await?)
}

/// One version with everything that it holds, also inside a transaction.
pub async fn load_version(
    connection: &mut Connection,
    actor: &Actor,
    id: ModelVersionId,
) -> Result<ModelVersion, Failure> {
    let organization = actor.organization_id;
    let row = store::find_version(connection, organization, id).await?.ok_or(ModelError::VersionNotFound)?;
    let label_map = label_map::load(connection, actor, id).await?;
    let base_model_version = match row.base_model_version_id {
        Some(base) => store::find_link(connection, organization, base).await?,
        None => None,
    };
    Ok(ModelVersion {
        files: artifact::store::list_model_files(connection, organization, id).await?,
        label_map_revision: label_map.current.revision,
        label_map_edited: label_map.last_edit(),
        labels: label_map.current.labels,
        parameters: store::list_parameters(connection, organization, id).await?,
        metrics: store::list_metrics(connection, organization, id).await?,
        dataset_versions: store::list_dataset_versions(connection, organization, id).await?,
        base_model_version,
        id,
        model_id: row.model_id,
        model_name: row.model_name,
        number: row.number,
        name: row.name,
        description: row.description,
        inference_type: row.inference_type,
        framework: row.framework,
        docker_image: row.docker_image,
        notebook_url: row.notebook_url,
        source_experiment: row.source_experiment,
        created_at: row.created_at,
        created_by: row.created_by,
        notes: row.notes,
        tags: tags::list(connection, organization, TagTarget::ModelVersion, id).await?,
        aliases: store::list_aliases_of_version(connection, organization, id).await?,
        updated_at: row.updated_at,
        sealed_at: row.sealed_at,
        archived_at: row.archived_at,
    })
}
