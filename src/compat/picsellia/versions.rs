//! Versions of models, and the context that an exported one came from.

use super::{
    answer::{self, EVERYTHING},
    ask::{Asked, Body, Own, id},
    docker, tags, words,
};
use crate::{
    auth::gate::{Calls, Need},
    error::{AppError, Failure},
    model::{
        LabelMapEdit, ModelError, ModelVersion, ModelVersionChange, NewImportedVersion, VersionSummary, operations,
    },
    server::extract::Id,
    services::Services,
    vocabulary::{
        Actor, Description, LabelMap, ModelId, ModelVersionId, Name, Parameters, TagTarget,
        label_map::indices::{from_index_object, to_index_object},
    },
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn calls() -> Calls {
    Calls::new()
        .get("/api/model/{model}/versions", list)
        .post("/api/model/{model}/versions", Need::Write, create)
        .get("/api/model/{model}/versions/find", find_in_model)
        .get("/api/organization/{organization}/modelversions/find", find)
        .get("/api/model/version/{version}", sync)
        .patch("/api/model/version/{version}", Need::Write, change)
        .delete("/api/model/version/{version}", Need::Manage, delete)
        .get("/api/model/version/{version}/context", context)
        .get("/api/model/version/{version}/public/context", context)
        .get("/api/model/context/{context}", context)
}

/// The whole version.
pub async fn shown(services: &Services, actor: &Actor, version: &ModelVersion) -> Result<Value, Failure> {
    let mut shown = json!({
        "id": version.id,
        "version": version.number,
        "name": version.name,
        "description": version.description,
        "origin": { "id": version.model_id, "name": version.model_name, "private": true },
        "type": words::of_inference_type(version.inference_type.as_deref()),
        "framework": words::of_framework(version.framework.as_deref()),
        "labels": (!version.labels.is_empty()).then(|| to_index_object(&version.labels)),
        "tags": tags::of(services, actor, TagTarget::ModelVersion, version.id.as_uuid()).await?,
        "parameters": version.parameters,
        "base_parameters": version.parameters,
        "notebook_link": version.notebook_url,
        "thumbnail_object_name": null,
        "created_at": version.created_at,
        "updated_at": version.updated_at,
    });
    docker::show(version.docker_image.as_ref(), &mut shown);
    Ok(shown)
}

async fn load(services: &Services, actor: &Actor, version: ModelVersionId) -> Result<Json<Value>, Failure> {
    let version = operations::find_version(&services.database, actor, version).await?;
    Ok(Json(shown(services, actor, &version).await?))
}

async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(model): Id<ModelId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let versions = operations::list_versions(&services.database, &actor, model, None, EVERYTHING).await?;
    let mut items = Vec::new();
    for VersionSummary { id, .. } in versions.items {
        let version = operations::find_version(&services.database, &actor, id).await?;
        items.push(shown(&services, &actor, &version).await?);
    }
    answer::list(items, &asked)
}

async fn find_in_model(
    State(services): State<Services>,
    actor: Actor,
    Id(model): Id<ModelId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let found = match asked.one_of(&["version", "name", "id"])? {
        ("version", text) => numbered(&services, &actor, model, id(text, "model version")?).await?,
        ("id", text) => id(text, "model version")?,
        (_, name) => {
            operations::find(&services.database, &actor, model).await?;
            let found = operations::find_version_by_name(&services.database, &actor, model, name).await?;
            found.ok_or(ModelError::VersionNotFound)?
        }
    };
    let version = operations::find_version(&services.database, &actor, found).await?;
    match version.model_id == model {
        true => Ok(Json(shown(&services, &actor, &version).await?)),
        false => Err(ModelError::VersionNotFound.into()),
    }
}

async fn numbered(services: &Services, actor: &Actor, model: ModelId, number: i64) -> Result<ModelVersionId, Failure> {
    if number == 0 {
        let detail = "Versions are numbered from 1 on, behind every door: the first one is version 1.";
        return Err(AppError { detail: detail.to_owned(), ..AppError::not_found("model version") }.into());
    }
    operations::find_version_id(&services.database, actor, model, number).await
}

async fn find(State(services): State<Services>, actor: Actor, _: Own, asked: Asked) -> Result<Json<Value>, Failure> {
    let (_, text) = asked.one_of(&["id"])?;
    load(&services, &actor, id(text, "model version")?).await
}

async fn sync(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<ModelVersionId>,
) -> Result<Json<Value>, Failure> {
    load(&services, &actor, version).await
}

/// What can be said of a version, when it is created and afterwards.
#[derive(Deserialize)]
struct Said {
    name: Option<Name>,
    description: Option<Description>,
    #[serde(rename = "type")]
    kind: Option<String>,
    framework: Option<String>,
    labels: Option<Value>,
    parameters: Option<Parameters>,
    notebook_link: Option<String>,
    #[serde(flatten)]
    docker: docker::Said,
}

impl Said {
    fn labels(&self) -> Result<Option<LabelMap>, Failure> {
        let read = |labels: &Value| {
            from_index_object(labels).map_err(|error| AppError::invalid_field("labels", error.to_string()).into())
        };
        self.labels.as_ref().filter(|labels| !labels.is_null()).map(read).transpose()
    }
}

async fn create(
    State(services): State<Services>,
    actor: Actor,
    Id(model): Id<ModelId>,
    Body(said): Body<Said>,
) -> Result<Json<Value>, Failure> {
    let labels = said.labels()?.unwrap_or_default();
    let docker_image = said.docker.onto(None)?;
    let wanted = NewImportedVersion {
        name: match said.name {
            Some(name) => name,
            None => operations::create::next_name(&services.database, &actor, model).await?,
        },
        description: said.description.unwrap_or_default(),
        inference_type: said.kind.as_deref().map(words::inference_type).transpose()?.unwrap_or_default(),
        framework: said.framework.as_deref().map(words::framework).transpose()?.unwrap_or_default(),
        labels: labels.labels().to_vec(),
        parameters: said.parameters.unwrap_or_default(),
        docker_image,
        notebook_url: said.notebook_link,
    };
    let version = operations::create::version(&services.database, &actor, model, wanted).await?;
    Ok(Json(shown(&services, &actor, &version).await?))
}

async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<ModelVersionId>,
    Body(said): Body<Said>,
) -> Result<Json<Value>, Failure> {
    let labels = said.labels()?;
    let before = operations::find_version(&services.database, &actor, version).await?;
    let docker_image = match said.docker.is_silent() {
        true => None,
        false => said.docker.onto(before.docker_image.as_ref())?,
    };
    let change = ModelVersionChange {
        name: said.name,
        description: said.description,
        inference_type: said.kind.as_deref().map(words::inference_type).transpose()?,
        framework: said.framework.as_deref().map(words::framework).transpose()?,
        parameters: said.parameters,
        docker_image,
        notebook_url: said.notebook_link,
        ..ModelVersionChange::default()
    };
    operations::life::change(&services.database, &actor, version, change).await?;
    if let Some(labels) = labels {
        let edit = LabelMapEdit {
            labels: labels.labels().to_vec(),
            reason: "Set by a script".to_owned(),
            expected_revision: before.label_map_revision,
        };
        operations::label_map::edit(&services.database, &actor, version, &edit).await?;
    }
    load(&services, &actor, version).await
}

async fn delete(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<ModelVersionId>,
) -> Result<StatusCode, Failure> {
    operations::life::delete(&services.database, &actor, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where the version came from. The context has the id of the version.
async fn context(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<ModelVersionId>,
) -> Result<Json<Value>, Failure> {
    let version = operations::find_version(&services.database, &actor, version).await?;
    let datas: Vec<Value> = version
        .dataset_versions
        .iter()
        .map(|source| {
            json!({
                "id": source.dataset_version_id,
                "name": source.alias,
                "version_id": source.dataset_version_id,
                "repartition": source.label_counts,
            })
        })
        .collect();
    Ok(Json(json!({
        "id": version.id,
        "experiment_id": version.source_experiment.map(|source| source.id),
        "parameters": version.parameters,
        "datas": datas,
    })))
}
