//! The named logs of experiments.

use super::{
    answer,
    artifacts::is_large,
    ask::{Asked, Body},
    objects::{self, Object, ObjectName},
    words::unknown,
};
use crate::{
    artifact,
    auth::gate::{Calls, Need},
    error::{AppError, Failure},
    experiment::{ExperimentError, IfThere, LogChange, LogKind, NamedLog, NewNamedLog, operations},
    server::extract::Id,
    services::Services,
    vocabulary::{Actor, ExperimentId, LogId, Name},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// The largest log in one call, in bytes: 8 MiB hold 100,000 numbers as Python writes them several times.
const MAX_LOG_BYTES: usize = 8 << 20;

pub fn calls() -> Calls {
    Calls::new()
        .post("/api/experiment/{experiment}/logs", Need::Write, log)
        .delete("/api/experiment/{experiment}/logs", Need::Write, delete_all)
        .get("/api/experiment/{experiment}/logs/find", find)
        .get("/api/experiment/{experiment}/logs/extended", list)
        .get("/api/experiment/{experiment}/logs/ids", ids)
        .get("/api/log/{log}", sync)
        .patch("/api/log/{log}", Need::Write, change)
        .delete("/api/log/{log}", Need::Write, delete)
        .post("/api/log/{log}/append", Need::Write, append)
        .with_bodies_of(MAX_LOG_BYTES)
}

const KINDS: [(&str, LogKind); 8] = [
    ("VALUE", LogKind::Value),
    ("LINE", LogKind::Line),
    ("BAR", LogKind::Bar),
    ("TABLE", LogKind::Table),
    ("HEATMAP", LogKind::Heatmap),
    ("LABELMAP", LogKind::LabelMap),
    ("IMAGE", LogKind::Image),
    ("EVALUATION", LogKind::Evaluation),
];

/// What a log of this type shows.
pub fn kind(word: &str) -> Result<LogKind, AppError> {
    let found = KINDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind);
    found.ok_or_else(|| unknown("type", word, KINDS.iter().map(|(known, _)| *known)))
}

fn shown(log: NamedLog) -> Value {
    let kind = KINDS.iter().find(|(_, kind)| *kind == log.kind).map(|(word, _)| *word);
    let data = match log.image {
        Some(image) => {
            let file_name = image.file_name.unwrap_or_else(|| log.name.clone());
            json!({
                "object_name": ObjectName(Object::LogImage(log.id), &file_name).to_string(),
                "filename": file_name,
                "name": file_name,
                "large": is_large(image.size_bytes),
            })
        }
        None => log.data,
    };
    json!({ "id": log.id, "name": log.name, "type": kind, "data": data })
}

#[derive(Deserialize)]
struct New {
    name: Name,
    data: Value,
    #[serde(rename = "type")]
    kind: String,
}

async fn log(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    asked: Asked,
    Body(new): Body<New>,
) -> Result<Json<Value>, Failure> {
    let if_there = if asked.is_true("raise_on_conflict", false)? { IfThere::Refuse } else { IfThere::ReplaceOrAppend };
    let logged = match kind(&new.kind)? {
        LogKind::Image => log_image(&services, &actor, experiment, new, if_there).await?,
        kind => {
            let new = NewNamedLog { name: new.name, kind, data: new.data };
            operations::log_named(&services.database, &actor, experiment, new, if_there).await?
        }
    };
    Ok(Json(shown(logged)))
}

#[derive(Deserialize)]
struct Image {
    object_name: String,
    filename: String,
}

/// The bytes of the picture were uploaded before; the log says which ones.
async fn log_image(
    services: &Services,
    actor: &Actor,
    experiment: ExperimentId,
    new: New,
    if_there: IfThere,
) -> Result<NamedLog, Failure> {
    let unreadable = |_| AppError::invalid_field("data", "of an image has object_name and filename");
    let image: Image = serde_json::from_value(new.data).map_err(unreadable)?;
    let database = &services.database;
    let is_there = operations::find_named_log(database, actor, experiment, new.name.as_str()).await?.is_some();
    if is_there && if_there == IfThere::Refuse {
        return Err(ExperimentError::LogExists(new.name.to_string()).into());
    }
    let upload = objects::upload(&image.object_name)?;
    let (_, blob) = artifact::operations::uploads::find_content(database, actor, upload).await?;
    operations::put_uploaded_image(services, actor, experiment, new.name, blob, &image.filename).await
}

async fn find(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let (_, name) = asked.one_of(&["name"])?;
    let found = operations::find_named_log(&services.database, &actor, experiment, name).await?;
    Ok(Json(shown(found.ok_or_else(|| AppError::not_found("log"))?)))
}

async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let logs = operations::list_named_logs(&services.database, &actor, experiment).await?;
    answer::list(logs.into_iter().map(shown).collect(), &asked)
}

async fn ids(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
) -> Result<Json<Vec<LogId>>, Failure> {
    let logs = operations::list_named_logs(&services.database, &actor, experiment).await?;
    Ok(Json(logs.iter().map(|log| log.id).collect()))
}

async fn sync(State(services): State<Services>, actor: Actor, Id(log): Id<LogId>) -> Result<Json<Value>, Failure> {
    Ok(Json(shown(operations::find_log(&services.database, &actor, log).await?)))
}

#[derive(Deserialize)]
struct Changed {
    name: Option<Name>,
    data: Option<Value>,
}

async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(log): Id<LogId>,
    Body(changed): Body<Changed>,
) -> Result<Json<Value>, Failure> {
    let change = LogChange { name: changed.name, data: changed.data };
    Ok(Json(shown(operations::change_log(&services.database, &actor, log, change).await?)))
}

#[derive(Deserialize)]
struct Appended {
    data: Value,
}

async fn append(
    State(services): State<Services>,
    actor: Actor,
    Id(log): Id<LogId>,
    Body(Appended { data }): Body<Appended>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(shown(operations::append_to_log(&services.database, &actor, log, data).await?)))
}

async fn delete(State(services): State<Services>, actor: Actor, Id(log): Id<LogId>) -> Result<StatusCode, Failure> {
    operations::delete_log(&services.database, &actor, log).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Ids {
    ids: Vec<LogId>,
}

async fn delete_all(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    Body(Ids { ids }): Body<Ids>,
) -> Result<StatusCode, Failure> {
    operations::delete_logs(&services.database, &actor, experiment, &ids).await?;
    Ok(StatusCode::NO_CONTENT)
}
