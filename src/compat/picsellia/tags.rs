//! Tags of models, versions and datasets.

use super::{
    answer,
    ask::{Asked, Body, Items, Own},
    words::unknown,
};
use crate::{
    auth::gate::{Calls, Need},
    error::{AppError, ErrorKind, Failure},
    server::extract::Id,
    services::Services,
    tag::{Tag, operations},
    vocabulary::{Actor, TagId, TagTarget},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

pub fn calls() -> Calls {
    Calls::new()
        .get("/api/organization/{organization}/tags", list)
        .post("/api/organization/{organization}/tags", Need::Write, create)
        .get("/api/organization/{organization}/tags/find", find)
        .get("/api/tag/{tag}", sync)
        .patch("/api/tag/{tag}", Need::Write, rename)
        .delete("/api/tag/{tag}", Need::Write, delete)
        .post("/api/tag/{tag}/attach", Need::Write, attach)
        .post("/api/tag/{tag}/detach", Need::Write, detach)
}

const TARGETS: [(&str, TagTarget); 4] = [
    ("MODEL", TagTarget::Model),
    ("MODEL_VERSION", TagTarget::ModelVersion),
    ("DATASET", TagTarget::Dataset),
    ("DATASET_VERSION", TagTarget::DatasetVersion),
];
/// What belongs to the parts of that product that are not here.
const OUTSIDE: [&str; 4] = ["DATA", "ASSET", "DEPLOYMENT", "PREDICTED_ASSET"];

fn target(word: &str) -> Result<TagTarget, AppError> {
    if OUTSIDE.contains(&word) {
        let detail = format!("Tags of the type {word} are not kept here: see docs/picsellia.md.");
        return Err(AppError::new(ErrorKind::NotImplemented, "not_implemented", detail));
    }
    let found = TARGETS.iter().find(|(known, _)| *known == word).map(|(_, target)| *target);
    found.ok_or_else(|| unknown("target_type", word, TARGETS.iter().map(|(word, _)| *word)))
}

/// The word for what a tag is for; experiments have tags here, but not there.
fn word(target: TagTarget) -> Option<&'static str> {
    TARGETS.iter().find(|(_, known)| *known == target).map(|(word, _)| *word)
}

fn shown(tag: &Tag) -> Option<Value> {
    Some(json!({ "id": tag.id, "name": tag.name, "target_type": word(tag.target)? }))
}

fn answered(tag: &Tag) -> Result<Json<Value>, Failure> {
    Ok(Json(shown(tag).ok_or_else(|| AppError::not_found("tag"))?))
}

/// The tags of one thing.
pub async fn of(services: &Services, actor: &Actor, target: TagTarget, id: Uuid) -> Result<Value, Failure> {
    let tags = operations::list_of(&services.database, actor, target, id).await?;
    Ok(tags.iter().filter_map(shown).collect())
}

async fn list(State(services): State<Services>, actor: Actor, _: Own, asked: Asked) -> Result<Json<Value>, Failure> {
    let target = asked.text("target_type").map(target).transpose()?;
    let tags = operations::list(&services.database, &actor, target).await?;
    answer::list(tags.iter().filter_map(shown).collect(), &asked)
}

#[derive(Deserialize)]
struct New {
    name: String,
    target_type: String,
}

async fn create(
    State(services): State<Services>,
    actor: Actor,
    _: Own,
    Body(new): Body<New>,
) -> Result<Json<Value>, Failure> {
    answered(&operations::create(&services.database, &actor, target(&new.target_type)?, &new.name).await?)
}

async fn find(State(services): State<Services>, actor: Actor, _: Own, asked: Asked) -> Result<Json<Value>, Failure> {
    let (_, name) = asked.one_of(&["name"])?;
    let (_, target_type) = asked.one_of(&["target_type"])?;
    let found = operations::find_by_name(&services.database, &actor, target(target_type)?, name).await?;
    answered(&found.ok_or_else(|| AppError::not_found("tag"))?)
}

async fn sync(State(services): State<Services>, actor: Actor, Id(tag): Id<TagId>) -> Result<Json<Value>, Failure> {
    answered(&operations::find(&services.database, &actor, tag).await?)
}

#[derive(Deserialize)]
struct NewName {
    name: String,
}

async fn rename(
    State(services): State<Services>,
    actor: Actor,
    Id(tag): Id<TagId>,
    Body(NewName { name }): Body<NewName>,
) -> Result<Json<Value>, Failure> {
    answered(&operations::rename(&services.database, &actor, tag, &name).await?)
}

async fn delete(State(services): State<Services>, actor: Actor, Id(tag): Id<TagId>) -> Result<StatusCode, Failure> {
    operations::delete(&services.database, &actor, tag).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn attach(
    State(services): State<Services>,
    actor: Actor,
    Id(tag): Id<TagId>,
    Items(targets): Items<Uuid>,
) -> Result<Json<Value>, Failure> {
    let count = operations::attach(&services.database, &actor, tag, &targets).await?;
    counted(&services, &actor, tag, count).await
}

async fn detach(
    State(services): State<Services>,
    actor: Actor,
    Id(tag): Id<TagId>,
    Items(targets): Items<Uuid>,
) -> Result<Json<Value>, Failure> {
    let count = operations::detach(&services.database, &actor, tag, &targets).await?;
    counted(&services, &actor, tag, count).await
}

async fn counted(services: &Services, actor: &Actor, tag: TagId, count: usize) -> Result<Json<Value>, Failure> {
    let tag = operations::find(&services.database, actor, tag).await?;
    Ok(Json(json!({ "tag": shown(&tag), "count": count })))
}
