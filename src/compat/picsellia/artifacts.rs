//! Artifacts of experiments.

use super::{
    answer,
    ask::{Asked, Body, id},
    objects::{self, Addresses, Deed, Object, ObjectName},
};
use crate::{
    artifact::{Artifact, ArtifactChange, ArtifactError, NewUploadedFile, UploadOwner, UploadPurpose, operations},
    auth::gate::{Calls, Need},
    error::Failure,
    server::extract::Id,
    services::Services,
    vocabulary::{Actor, ArtifactId, ExperimentId, FileName, UploadId},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn calls() -> Calls {
    Calls::new()
        .get("/api/experiment/{experiment}/artifacts", list)
        .post("/api/experiment/{experiment}/artifacts", Need::Write, create)
        .delete("/api/experiment/{experiment}/artifacts", Need::Write, delete_all)
        .get("/api/experiment/{experiment}/artifacts/find", find)
        .get("/api/experiment/{experiment}/artifacts/ids", ids)
        .get("/api/artifact/{artifact}", sync)
        .patch("/api/artifact/{artifact}", Need::Write, change)
        .delete("/api/artifact/{artifact}", Need::Write, delete)
}

/// From how many bytes on the SDK streams a download.
const LARGE_BYTES: i64 = 25 << 20;

/// Whether the SDK calls a file large.
pub fn is_large(size_bytes: i64) -> bool {
    size_bytes > LARGE_BYTES
}

fn shown(artifact: &Artifact, addresses: &Addresses<'_>) -> Result<Value, Failure> {
    let object = artifact.upload_id.map_or(Object::Artifact(artifact.id), Object::Upload);
    Ok(json!({
        "id": artifact.id,
        "name": artifact.name,
        "filename": artifact.file_name,
        "object_name": ObjectName(object, &artifact.file_name).to_string(),
        "large": is_large(artifact.size_bytes),
        "size": artifact.size_bytes,
        "sha256": artifact.sha256,
        "created_at": artifact.created_at,
        "presigned_url": addresses.sign(Deed::Get(Object::Artifact(artifact.id)))?,
    }))
}

async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Json<Value>, Failure> {
    let artifacts = operations::list(&services.database, &actor, experiment).await?;
    let addresses = Addresses::new(&services, &actor, &headers);
    let items = artifacts.iter().map(|artifact| shown(artifact, &addresses));
    answer::list(items.collect::<Result<_, Failure>>()?, &asked)
}

async fn ids(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
) -> Result<Json<Vec<ArtifactId>>, Failure> {
    let artifacts = operations::list(&services.database, &actor, experiment).await?;
    Ok(Json(artifacts.iter().map(|artifact| artifact.id).collect()))
}

async fn find(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Json<Value>, Failure> {
    let database = &services.database;
    let found = match asked.one_of(&["name", "id"])? {
        ("id", text) => {
            let (owner, artifact, _) = operations::find_by_id(database, &actor, id(text, "artifact")?).await?;
            Some(artifact).filter(|_| owner == experiment).ok_or(ArtifactError::NotFound)?
        }
        (_, name) => operations::find(database, &actor, experiment, name).await?.0,
    };
    Ok(Json(shown(&found, &Addresses::new(&services, &actor, &headers))?))
}

#[derive(Deserialize)]
pub struct NewFile {
    name: String,
    filename: Option<String>,
    object_name: String,
}

impl NewFile {
    /// What the file is going to be called, and the upload that it comes from.
    pub async fn accepted(
        self,
        services: &Services,
        actor: &Actor,
        what: (UploadPurpose, UploadOwner),
    ) -> Result<NewUploadedFile, Failure> {
        Ok(NewUploadedFile {
            name: file_name(&self.name)?,
            file_name: self.filename.as_deref().map(file_name).transpose()?,
            upload: objects::upload_of(services, actor, &self.object_name, what).await?,
        })
    }
}

fn file_name(text: &str) -> Result<FileName, ArtifactError> {
    FileName::parse(text).map_err(ArtifactError::InvalidName)
}

async fn create(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    headers: HeaderMap,
    Body(new): Body<NewFile>,
) -> Result<Json<Value>, Failure> {
    let what = (UploadPurpose::Artifact, UploadOwner::Experiment(experiment));
    let new = new.accepted(&services, &actor, what).await?;
    let created = operations::put_upload(&services.database, &actor, experiment, &new).await?;
    Ok(Json(shown(&created, &Addresses::new(&services, &actor, &headers))?))
}

async fn sync(
    State(services): State<Services>,
    actor: Actor,
    Id(artifact): Id<ArtifactId>,
    headers: HeaderMap,
) -> Result<Json<Value>, Failure> {
    let (_, found, _) = operations::find_by_id(&services.database, &actor, artifact).await?;
    Ok(Json(shown(&found, &Addresses::new(&services, &actor, &headers))?))
}

#[derive(Deserialize)]
struct FileChange {
    name: Option<String>,
    filename: Option<String>,
    object_name: Option<String>,
}

async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(artifact): Id<ArtifactId>,
    headers: HeaderMap,
    Body(change): Body<FileChange>,
) -> Result<Json<Value>, Failure> {
    let upload = match &change.object_name {
        Some(object_name) => changed_bytes(&services, &actor, artifact, object_name).await?,
        None => None,
    };
    let change = ArtifactChange {
        name: change.name.as_deref().map(file_name).transpose()?,
        file_name: change.filename.as_deref().map(file_name).transpose()?,
        upload,
    };
    let changed = operations::change(&services.database, &actor, artifact, change).await?;
    Ok(Json(shown(&changed, &Addresses::new(&services, &actor, &headers))?))
}

/// The upload with the bytes of an object. The name of the artifact's own object says that its bytes stay.
async fn changed_bytes(
    services: &Services,
    actor: &Actor,
    artifact: ArtifactId,
    object_name: &str,
) -> Result<Option<UploadId>, Failure> {
    if object_name.parse::<Object>()? == Object::Artifact(artifact) {
        return Ok(None);
    }
    let (experiment, ..) = operations::find_by_id(&services.database, actor, artifact).await?;
    let what = (UploadPurpose::Artifact, UploadOwner::Experiment(experiment));
    objects::upload_of(services, actor, object_name, what).await.map(Some)
}

async fn delete(
    State(services): State<Services>,
    actor: Actor,
    Id(artifact): Id<ArtifactId>,
) -> Result<StatusCode, Failure> {
    operations::delete_by_id(&services.database, &actor, artifact).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Ids {
    ids: Vec<ArtifactId>,
}

async fn delete_all(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    Body(Ids { ids }): Body<Ids>,
) -> Result<StatusCode, Failure> {
    operations::delete_all_of(&services.database, &actor, experiment, &ids).await?;
    Ok(StatusCode::NO_CONTENT)
}
