//! Files of model versions.

use super::{
    answer,
    artifacts::{NewFile, is_large},
    ask::{Asked, Body, id},
    objects::{Addresses, Deed, Object, ObjectName},
};
use crate::{
    artifact::{self, ArtifactError, ModelFile, UploadOwner, UploadPurpose},
    auth::gate::{Calls, Need},
    error::Failure,
    model::operations::files,
    server::extract::Id,
    services::Services,
    vocabulary::{Actor, ModelFileId, ModelVersionId},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde_json::{Value, json};

pub fn calls() -> Calls {
    Calls::new()
        .get("/api/model/version/{version}/modelfiles", list)
        .post("/api/model/version/{version}/modelfiles", Need::Write, create)
        .get("/api/model/version/{version}/modelfiles/find", find)
        .get("/api/model/file/{file}", sync)
        .delete("/api/model/file/{file}", Need::Write, delete)
}

fn shown(file: &ModelFile, addresses: &Addresses<'_>) -> Result<Value, Failure> {
    let object = file.upload_id.map_or(Object::ModelFile(file.id), Object::Upload);
    Ok(json!({
        "id": file.id,
        "name": file.name,
        "filename": file.file_name,
        "object_name": ObjectName(object, &file.file_name).to_string(),
        "large": is_large(file.size_bytes),
        "size": file.size_bytes,
        "sha256": file.sha256,
        "created_at": file.created_at,
        "presigned_url": addresses.sign(Deed::Get(Object::ModelFile(file.id)))?,
    }))
}

async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<ModelVersionId>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Json<Value>, Failure> {
    let found = artifact::operations::list_model_files(&services.database, &actor, version).await?;
    let addresses = Addresses::new(&services, &actor, &headers);
    answer::list(found.iter().map(|file| shown(file, &addresses)).collect::<Result<_, Failure>>()?, &asked)
}

async fn create(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<ModelVersionId>,
    headers: HeaderMap,
    Body(new): Body<NewFile>,
) -> Result<Json<Value>, Failure> {
    let new = new.accepted(&services, &actor, (UploadPurpose::ModelFile, UploadOwner::ModelVersion(version))).await?;
    let created = files::put_upload(&services.database, &actor, version, &new).await?;
    Ok(Json(shown(&created, &Addresses::new(&services, &actor, &headers))?))
}

async fn find(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<ModelVersionId>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Json<Value>, Failure> {
    let file = match asked.one_of(&["name", "id"])? {
        ("id", text) => {
            let (owner, file, _) = files::find_by_id(&services.database, &actor, id(text, "model file")?).await?;
            Some(file).filter(|_| owner == version).ok_or(ArtifactError::NotFound)?
        }
        (_, name) => artifact::operations::find_model_file(&services.database, &actor, version, name).await?.0,
    };
    Ok(Json(shown(&file, &Addresses::new(&services, &actor, &headers))?))
}

async fn sync(
    State(services): State<Services>,
    actor: Actor,
    Id(file): Id<ModelFileId>,
    headers: HeaderMap,
) -> Result<Json<Value>, Failure> {
    let (_, file, _) = files::find_by_id(&services.database, &actor, file).await?;
    Ok(Json(shown(&file, &Addresses::new(&services, &actor, &headers))?))
}

async fn delete(
    State(services): State<Services>,
    actor: Actor,
    Id(file): Id<ModelFileId>,
) -> Result<StatusCode, Failure> {
    let (version, file, _) = files::find_by_id(&services.database, &actor, file).await?;
    files::remove(&services.database, &actor, version, &file.name).await?;
    Ok(StatusCode::NO_CONTENT)
}
