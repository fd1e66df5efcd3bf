//! Models of the private registry. There is no public one here: its lists are empty.

use super::{
    answer::{self, EVERYTHING},
    ask::{Asked, Body, Own, id},
    tags,
};
use crate::{
    auth::gate::{Calls, Need},
    error::{AppError, Failure},
    model::{Model, ModelChange, ModelError, ModelFilter, NewEmptyModel, operations},
    server::extract::Id,
    services::Services,
    vocabulary::{Actor, Description, ModelId, Name, TagTarget},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn calls() -> Calls {
    Calls::new()
        .get("/api/organization/{organization}/models", list)
        .post("/api/organization/{organization}/models", Need::Write, create)
        .get("/api/organization/{organization}/models/find", find)
        .get("/api/models", list_public)
        .get("/api/models/find", find_public)
        .get("/api/model/{model}", sync)
        .patch("/api/model/{model}", Need::Write, change)
        .delete("/api/model/{model}", Need::Manage, delete)
}

fn shown(model: &Model) -> Value {
    json!({
        "id": model.id,
        "name": model.name,
        "description": model.description,
        "private": true,
        "created_at": model.created_at,
        "updated_at": model.updated_at,
    })
}

async fn with_tags(services: &Services, actor: &Actor, model: &Model) -> Result<Json<Value>, Failure> {
    let mut shown = shown(model);
    shown["tags"] = tags::of(services, actor, TagTarget::Model, model.id.as_uuid()).await?;
    Ok(Json(shown))
}

async fn list(State(services): State<Services>, actor: Actor, _: Own, asked: Asked) -> Result<Json<Value>, Failure> {
    let mut models = Vec::new();
    for is_archived in [false, true] {
        let filter = ModelFilter { limit: EVERYTHING, is_archived, ..ModelFilter::default() };
        models.extend(operations::list(&services.database, &actor, &filter).await?.items);
    }
    answer::list(models.iter().map(shown).collect(), &asked)
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
    let new = NewEmptyModel { name: new.name, description: new.description.unwrap_or_default() };
    let created = operations::create::empty_model(&services.database, &actor, new).await?;
    with_tags(&services, &actor, &created).await
}

async fn find(State(services): State<Services>, actor: Actor, _: Own, asked: Asked) -> Result<Json<Value>, Failure> {
    let found: ModelId = match asked.one_of(&["id", "name"])? {
        ("id", text) => id(text, "model")?,
        (_, text) => {
            let name = Name::parse(text).map_err(|_| ModelError::NotFound)?;
            let found = operations::find_by_name(&services.database, &actor, &name).await?;
            found.ok_or(ModelError::NotFound)?
        }
    };
    let model = operations::find(&services.database, &actor, found).await?;
    with_tags(&services, &actor, &model).await
}

async fn list_public(_: Actor) -> Json<Value> {
    Json(json!({ "items": [] }))
}

async fn find_public(_: Actor) -> Result<Json<Value>, Failure> {
    Err(AppError::not_found("public model").into())
}

async fn sync(State(services): State<Services>, actor: Actor, Id(model): Id<ModelId>) -> Result<Json<Value>, Failure> {
    let model = operations::find(&services.database, &actor, model).await?;
    with_tags(&services, &actor, &model).await
}

#[derive(Deserialize)]
struct NewWords {
    name: Option<Name>,
    description: Option<Description>,
}

async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(model): Id<ModelId>,
    Body(words): Body<NewWords>,
) -> Result<Json<Value>, Failure> {
    let change = ModelChange { name: words.name, description: words.description, ..ModelChange::default() };
    let changed = operations::models::change(&services.database, &actor, model, change).await?;
    with_tags(&services, &actor, &changed).await
}

async fn delete(State(services): State<Services>, actor: Actor, Id(model): Id<ModelId>) -> Result<StatusCode, Failure> {
    operations::models::delete(&services.database, &actor, model).await?;
    Ok(StatusCode::NO_CONTENT)
}
