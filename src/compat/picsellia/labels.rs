//! Labels of dataset versions, and the groups that they are in.

use super::{
    answer,
    ask::{Asked, Body},
};
use crate::{
    auth::gate::{Calls, Need},
    dataset::{DatasetLabel, DatasetLabelChange, LabelGroup, LabelGroupChange, NewLabelGroup, operations},
    error::{AppError, Failure},
    server::extract::Id,
    services::Services,
    vocabulary::{Actor, DatasetVersionId, LabelGroupId, LabelId, Name},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn calls() -> Calls {
    Calls::new()
        .get("/api/dataset/version/{version}/labels", list)
        .post("/api/dataset/version/{version}/labels", Need::Write, create)
        .get("/api/dataset/version/{version}/labels/find", find)
        .get("/api/label/{label}", sync)
        .patch("/api/label/{label}", Need::Write, change)
        .delete("/api/label/{label}", Need::Write, delete)
        .get("/api/dataset/version/{version}/labelgroups", list_groups)
        .post("/api/dataset/version/{version}/labelgroups", Need::Write, create_group)
        .get("/api/label/group/{group}", sync_group)
        .patch("/api/label/group/{group}", Need::Write, change_group)
        .delete("/api/label/group/{group}", Need::Write, delete_group)
}

fn shown(label: &DatasetLabel) -> Value {
    json!({ "id": label.id, "name": label.name, "group_id": label.group_id })
}

fn group_shown(group: &LabelGroup) -> Value {
    json!({ "id": group.id, "name": group.name, "parent_id": group.parent_id })
}

async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<DatasetVersionId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let labels = operations::list_labels(&services.database, &actor, version).await?;
    answer::list(labels.iter().map(shown).collect(), &asked)
}

#[derive(Deserialize)]
struct New {
    name: Name,
}

async fn create(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<DatasetVersionId>,
    Body(New { name }): Body<New>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(shown(&operations::add_label(&services.database, &actor, version, &name).await?)))
}

async fn find(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<DatasetVersionId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let (_, name) = asked.one_of(&["name"])?;
    let labels = operations::list_labels(&services.database, &actor, version).await?;
    let name = Name::parse(name).map_err(|_| AppError::not_found("label"))?;
    let found = labels.iter().find(|label| label.name == name.as_str());
    Ok(Json(shown(found.ok_or_else(|| AppError::not_found("label"))?)))
}

async fn sync(State(services): State<Services>, actor: Actor, Id(label): Id<LabelId>) -> Result<Json<Value>, Failure> {
    let (_, label) = operations::find_label(&services.database, &actor, label).await?;
    Ok(Json(shown(&label)))
}

#[derive(Deserialize)]
struct Changed {
    name: Option<Name>,
    group_id: Option<LabelGroupId>,
}

async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(label): Id<LabelId>,
    Body(changed): Body<Changed>,
) -> Result<Json<Value>, Failure> {
    let change = DatasetLabelChange {
        name: changed.name,
        group_id: changed.group_id.map(Some),
        ..DatasetLabelChange::default()
    };
    Ok(Json(shown(&operations::change_label(&services.database, &actor, label, change).await?)))
}

async fn delete(State(services): State<Services>, actor: Actor, Id(label): Id<LabelId>) -> Result<StatusCode, Failure> {
    operations::delete_label(&services.database, &actor, label).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list_groups(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<DatasetVersionId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let groups = operations::list_label_groups(&services.database, &actor, version).await?;
    answer::list(groups.iter().map(group_shown).collect(), &asked)
}

#[derive(Deserialize)]
struct Grouped {
    name: Name,
    parent_id: Option<LabelGroupId>,
}

async fn create_group(
    State(services): State<Services>,
    actor: Actor,
    Id(version): Id<DatasetVersionId>,
    Body(new): Body<Grouped>,
) -> Result<Json<Value>, Failure> {
    let new = NewLabelGroup { name: new.name, parent_id: new.parent_id };
    let created = operations::add_label_group(&services.database, &actor, version, new).await?;
    Ok(Json(group_shown(&created)))
}

async fn sync_group(
    State(services): State<Services>,
    actor: Actor,
    Id(group): Id<LabelGroupId>,
) -> Result<Json<Value>, Failure> {
    let (_, group) = operations::find_label_group(&services.database, &actor, group).await?;
    Ok(Json(group_shown(&group)))
}

#[derive(Deserialize)]
struct ChangedGroup {
    name: Option<Name>,
    parent_id: Option<LabelGroupId>,
}

async fn change_group(
    State(services): State<Services>,
    actor: Actor,
    Id(group): Id<LabelGroupId>,
    Body(changed): Body<ChangedGroup>,
) -> Result<Json<Value>, Failure> {
    let change = LabelGroupChange { name: changed.name, parent_id: changed.parent_id.map(Some) };
    Ok(Json(group_shown(&operations::change_label_group(&services.database, &actor, group, change).await?)))
}

async fn delete_group(
    State(services): State<Services>,
    actor: Actor,
    Id(group): Id<LabelGroupId>,
) -> Result<StatusCode, Failure> {
    operations::delete_label_group(&services.database, &actor, group).await?;
    Ok(StatusCode::NO_CONTENT)
}
