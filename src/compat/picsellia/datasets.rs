//! Datasets and their versions.

use super::{
    answer::{self, EVERYTHING},
    ask::{Asked, Body, Own, id},
    tags, words,
};
use crate::{
    auth::gate::{Calls, Need},
    dataset::{
        Dataset, DatasetChange, DatasetError, DatasetVersion, DatasetVersionChange, NewCopy, NewDataset,
        NewDatasetVersion, operations,
    },
    error::{AppError, ErrorKind, Failure},
    server::extract::Id,
    services::Services,
    vocabulary::{Actor, DatasetId, DatasetVersionId, Description, Name, TagTarget, name::name_key},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub fn calls() -> Calls {
    Calls::new()
        .get("/api/organization/{organization}/datasets", list)
        .post("/api/organization/{organization}/datasets", Need::Write, create)
        .get("/api/organization/{organization}/datasets/find", find)
        .get("/api/dataset/{dataset}", sync)
        .patch("/api/dataset/{dataset}", Need::Write, change)
        .delete("/api/dataset/{dataset}", Need::Manage, delete)
        .get("/api/dataset/{dataset}/versions", list_versions)
        .post("/api/dataset/{dataset}/versions", Need::Write, create_version)
        .get("/api/dataset/{dataset}/versions/find", find_version)
        .post("/api/dataset/{dataset}/fork", Need::Write, copy_version)
        .get("/api/organization/{organization}/datasetversions/find", find_version_by_id)
        .get("/api/dataset/version/{version}", sync_version)
        .patch("/api/dataset/version/{version}", Need::Write, change_version)
        .delete("/api/dataset/version/{version}", Need::Manage, delete_version)
        .get("/api/dataset/version/{version}/stats", stats)
        .post("/api/dataset/version/{version}/lock", Need::Write, lock)
        .post("/api/dataset/version/{version}/unlock", Need::Write, unlock)
        .get("/api/job/{job}", job)
}

fn shown(dataset: &Dataset) -> Value {
    json!({
        "id": dataset.id,
        "name": dataset.name,
        "description": dataset.description,
        "private": true,
        "created_at": dataset.created_at,
        "updated_at": dataset.updated_at,
    })
}

/// A version in a list, and inside of other answers.
pub fn version_shown(version: &DatasetVersion) -> Value {
    json!({
        "id": version.id,
        "origin_id": version.dataset_id,
        "origin_name": version.dataset_name,
        "version": version.name,
        "description": version.description,
        "type": words::of_dataset_kind(version.kind),
        "annotation_campaign_id": null,
        "size": version.item_count,
        "locked": version.locked_at.is_some(),
        "created_at": version.created_at,
        "updated_at": version.updated_at,
    })
}

async fn list(State(services): State<Services>, actor: Actor, _: Own, asked: Asked) -> Result<Json<Value>, Failure> {
    let datasets = operations::list(&services.database, &actor, "", None, EVERYTHING).await?;
    answer::list(datasets.items.iter().map(shown).collect(), &asked)
}

#[derive(Deserialize)]
struct New {
    name: Name,
    description: Option<Description>,
}

async fn create(
    State(services): State<Services>,
    actor: Actor,
    _: Own,
    Body(new): Body<New>,
) -> Result<Json<Value>, Failure> {
    let new = NewDataset { name: new.name, description: new.description.unwrap_or_default() };
    Ok(Json(shown(&operations::create(&services.database, &actor, new).await?)))
}

async fn find(State(services): State<Services>, actor: Actor, _: Own, asked: Asked) -> Result<Json<Value>, Failure> {
    let dataset = match asked.one_of(&["id", "name"])? {
        ("id", text) => operations::find(&services.database, &actor, id(text, "dataset")?).await?.dataset,
        (_, name) => {
            let alike = operations::list(&services.database, &actor, name, None, EVERYTHING).await?;
            let is_wanted = |dataset: &Dataset| name_key(&dataset.name) == name_key(name);
            alike.items.into_iter().find(is_wanted).ok_or(DatasetError::NotFound)?
        }
    };
    with_tags(&services, &actor, &dataset).await
}

async fn with_tags(services: &Services, actor: &Actor, dataset: &Dataset) -> Result<Json<Value>, Failure> {
    let mut shown = shown(dataset);
    shown["tags"] = tags::of(services, actor, TagTarget::Dataset, dataset.id.as_uuid()).await?;
    Ok(Json(shown))
}

async fn version_with_tags(
    services: &Services,
    actor: &Actor,
    version: &DatasetVersion,
) -> Result<Json<Value>, Failure> {
    let mut shown = version_shown(version);
    shown["tags"] = tags::of(services, actor, TagTarget::DatasetVersion, version.id.as_uuid()).await?;
    Ok(Json(shown))
}

async fn sync(
    State(services): State<Services>,
    actor: Actor,
    Id(dataset): Id<DatasetId>,
) -> Result<Json<Value>, Failure> {
    let found = operations::find(&services.database, &actor, dataset).await?;
    with_tags(&services, &actor, &found.dataset).await
}

#[derive(Deserialize)]
struct NewWords {
    name: Option<Name>,
    description: Option<Description>,
}

async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(dataset): Id<DatasetId>,
    Body(words): Body<NewWords>,
) -> Result<Json<Value>, Failure> {
    let change = DatasetChange { name: words.name, description: words.description, ..DatasetChange::default() };
    Ok(Json(shown(&operations::change(&services.database, &actor, dataset, change).await?)))
}

async fn delete(
    State(services): State<Services>,
    actor: Actor,
    Id(dataset): Id<DatasetId>,
) -> Result<StatusCode, Failure> {
    operations::delete(&services.database, &actor, dataset).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list_versions(
    State(services): State<Services>,
    actor: Actor,
    Id(dataset): Id<DatasetId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let found = operations::find(&services.database, &actor, dataset).await?;
    answer::list(found.versions.iter().map(version_shown).collect(), &asked)
}

/// What can be said of a version, when it is created and afterwards.
#[derive(Deserialize)]
struct Said {
    version: Option<Name>,
    description: Option<Description>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

async fn create_version(
    State(services): State<Services>,
    actor: Actor,
    Id(dataset): Id<DatasetId>,
    Body(said): Body<Said>,
) -> Result<Json<Value>, Failure> {
    let new = NewDatasetVersion {
        name: said.version.ok_or_else(|| AppError::invalid_field("version", "is missing"))?,
        description: said.description.unwrap_or_default(),
        kind: said.kind.as_deref().map(words::dataset_kind).transpose()?.unwrap_or_default(),
        item_count: None,
        size_bytes: None,
        labels: Vec::new(),
        label_counts: BTreeMap::new(),
    };
    let created = operations::create_version(&services.database, &actor, dataset, new).await?;
    version_with_tags(&services, &actor, &created).await
}

async fn find_version(
    State(services): State<Services>,
    actor: Actor,
    Id(dataset): Id<DatasetId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let version = match asked.one_of(&["id", "version"])? {
        ("id", text) => {
            let version = operations::find_version(&services.database, &actor, id(text, "dataset version")?).await?;
            Some(version).filter(|version| version.dataset_id == dataset).ok_or(DatasetError::VersionNotFound)?
        }
        (_, name) => operations::find_version_by_name(&services.database, &actor, dataset, name).await?,
    };
    version_with_tags(&services, &actor, &version).await
}

async fn find_version_by_id(
    State(services): State<Services>,
    actor: Actor,
    _: Own,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let (_, text) = asked.one_of(&["id"])?;
    let version = operations::find_version(&services.database, &actor, id(text, "dataset version")?).await?;
    version_with_tags(&services, &actor, &version).await
}

async fn sync_version(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<DatasetVersionId>,
) -> Result<Json<Value>, Failure> {
    let version = operations::find_version(&services.database, &actor, version).await?;
    version_with_tags(&services, &actor, &version).await
}

async fn change_version(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<DatasetVersionId>,
    Body(said): Body<Said>,
) -> Result<Json<Value>, Failure> {
    let change = DatasetVersionChange {
        name: said.version,
        description: said.description,
        kind: said.kind.as_deref().map(words::dataset_kind).transpose()?,
        ..DatasetVersionChange::default()
    };
    let changed = operations::change_version(&services.database, &actor, version, change).await?;
    version_with_tags(&services, &actor, &changed).await
}

async fn delete_version(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<DatasetVersionId>,
) -> Result<StatusCode, Failure> {
    operations::delete_version(&services.database, &actor, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn stats(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<DatasetVersionId>,
) -> Result<Json<Value>, Failure> {
    let version = operations::find_version(&services.database, &actor, version).await?;
    let objects: i64 = version.label_counts.iter().map(|(_, count)| count).sum();
    Ok(Json(json!({
        "label_repartition": version.label_counts,
        "nb_objects": objects,
        "nb_annotations": version.item_count.unwrap_or(0),
    })))
}

async fn lock(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<DatasetVersionId>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(version_shown(&operations::lock_version(&services.database, &actor, version).await?)))
}

async fn unlock(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<DatasetVersionId>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(version_shown(&operations::unlock_version(&services.database, &actor, version).await?)))
}

#[derive(Deserialize)]
struct Fork {
    parent_id: DatasetVersionId,
    version: Name,
    description: Option<Description>,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    with_tags: bool,
    #[serde(default)]
    with_labels: bool,
    /// Annotations have labels.
    #[serde(default)]
    with_annotations: bool,
    asset_ids: Option<Value>,
}

/// There are no assets to copy, so the job that would do it has ended when it begins.
async fn copy_version(
    State(services): State<Services>,
    actor: Actor,
    Id(dataset_id): Id<DatasetId>,
    Body(fork): Body<Fork>,
) -> Result<Json<Value>, Failure> {
    if fork.asset_ids.is_some_and(|ids| !ids.is_null()) {
        let detail = "Assets are not kept here, so none can be chosen for a fork: see docs/picsellia.md.";
        return Err(AppError::new(ErrorKind::NotImplemented, "not_implemented", detail).into());
    }
    let copy = NewCopy {
        dataset_id,
        name: fork.version,
        description: fork.description.unwrap_or_default(),
        kind: fork.kind.as_deref().map(words::dataset_kind).transpose()?,
        with_labels: fork.with_labels || fork.with_annotations,
        with_tags: fork.with_tags,
    };
    let version = operations::copy_version(&services.database, &actor, fork.parent_id, copy).await?;
    Ok(Json(json!({ "dataset_version": version_shown(&version), "job": ended_job(version.id) })))
}

fn ended_job(id: DatasetVersionId) -> Value {
    json!({ "id": id, "status": "SUCCESS" })
}

/// The only jobs there are: those that made a dataset version, which has their id.
async fn job(
    State(services): State<Services>,
    actor: Actor,
    Id(job): Id<DatasetVersionId>,
) -> Result<Json<Value>, Failure> {
    let version = operations::find_version(&services.database, &actor, job).await;
    version.map(|version| Json(ended_job(version.id))).map_err(|_| AppError::not_found("job").into())
}
