//! The scripts' door to tags.

use super::{NewTag, Tag, TagChange, TagUse, TaggedThings, operations};
use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    server::{
        extract::{Body, Id, Params},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, Page, TagId, TagTarget},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

/// All routes of this slice.
pub fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(list))
        .add(Need::Write, routes!(create))
        .add(Need::Read, routes!(find))
        .add(Need::Write, routes!(rename))
        .add(Need::Write, routes!(delete))
        .add(Need::Write, routes!(attach))
        .add(Need::Write, routes!(detach))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct TagParams {
    /// Only tags of this kind of thing.
    #[param(nullable = false)]
    target: Option<TagTarget>,
}

/// List tags by target and name, all of them
#[utoipa::path(get, path = "/tags", operation_id = "list_tags", tag = "tags", params(TagParams),
    responses((status = 200, body = Page<Tag>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Params(query): Params<TagParams>,
) -> Result<Json<Page<Tag>>, Failure> {
    let items = operations::list(&services.database, &actor, query.target).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Define a tag for a kind of thing
#[utoipa::path(post, path = "/tags", operation_id = "create_tag", tag = "tags", request_body = NewTag,
    responses((status = 201, body = Tag), (status = 409, description = "`name_taken`", body = Problem), (status = "default", body = Problem)))]
async fn create(
    State(services): State<Services>,
    actor: Actor,
    Body(new): Body<NewTag>,
) -> Result<(StatusCode, Json<Tag>), Failure> {
    let tag = operations::create(&services.database, &actor, new.target, &new.name).await?;
    Ok((StatusCode::CREATED, Json(tag)))
}

/// Read a tag
#[utoipa::path(get, path = "/tags/{id}", operation_id = "find_tag", tag = "tags", params(("id" = TagId, Path)),
    responses((status = 200, body = Tag), (status = "default", body = Problem)))]
async fn find(State(services): State<Services>, actor: Actor, Id(id): Id<TagId>) -> Result<Json<Tag>, Failure> {
    Ok(Json(operations::find(&services.database, &actor, id).await?))
}

/// Rename a tag on everything that has it
#[utoipa::path(patch, path = "/tags/{id}", operation_id = "rename_tag", tag = "tags", params(("id" = TagId, Path)), request_body = TagChange,
    responses((status = 200, body = Tag), (status = 409, description = "`name_taken`", body = Problem), (status = "default", body = Problem)))]
async fn rename(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<TagId>,
    Body(change): Body<TagChange>,
) -> Result<Json<Tag>, Failure> {
    Ok(Json(operations::rename(&services.database, &actor, id, &change.name).await?))
}

/// Delete a tag, and take it off everything that has it
#[utoipa::path(delete, path = "/tags/{id}", operation_id = "delete_tag", tag = "tags", params(("id" = TagId, Path)),
    responses((status = 204), (status = "default", body = Problem)))]
async fn delete(State(services): State<Services>, actor: Actor, Id(id): Id<TagId>) -> Result<StatusCode, Failure> {
    operations::delete(&services.database, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a tag to things of its target
#[utoipa::path(post, path = "/tags/{id}/attach", operation_id = "attach_tag", tag = "tags", params(("id" = TagId, Path)), request_body = TaggedThings,
    responses((status = 200, body = TagUse), (status = 409, description = "`too_many_tags`", body = Problem), (status = "default", body = Problem)))]
async fn attach(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<TagId>,
    Body(things): Body<TaggedThings>,
) -> Result<Json<TagUse>, Failure> {
    let count = operations::attach(&services.database, &actor, id, &things.ids).await?;
    Ok(Json(TagUse { tag: operations::find(&services.database, &actor, id).await?, count }))
}

/// Take a tag off things of its target
#[utoipa::path(post, path = "/tags/{id}/detach", operation_id = "detach_tag", tag = "tags", params(("id" = TagId, Path)), request_body = TaggedThings,
    responses((status = 200, body = TagUse), (status = "default", body = Problem)))]
async fn detach(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<TagId>,
    Body(things): Body<TaggedThings>,
) -> Result<Json<TagUse>, Failure> {
    let count = operations::detach(&services.database, &actor, id, &things.ids).await?;
    Ok(Json(TagUse { tag: operations::find(&services.database, &actor, id).await?, count }))
}
