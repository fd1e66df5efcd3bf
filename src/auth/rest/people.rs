//! Members and invitations, for owners.

use crate::{
    auth::{
        Invitation, Member, MemberChange, NewInvitation,
        gate::{Api, Need},
        operations,
    },
    error::Failure,
    server::{
        extract::{Body, Id},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, InvitationId, Page, UserId},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new()
        .add(Need::Manage, routes!(list_members))
        .add(Need::Manage, routes!(find_member))
        .add(Need::Manage, routes!(change_member))
        .add(Need::Manage, routes!(remove_member))
        .add(Need::Manage, routes!(list_invitations))
        .add(Need::Manage, routes!(invite))
        .add(Need::Manage, routes!(withdraw))
}

/// An invitation that was just made.
#[derive(Serialize, ToSchema)]
struct MadeInvitation {
    #[serde(flatten)]
    invitation: Invitation,
    /// The link to hand over. It cannot be shown again.
    link: String,
    /// Whether the server has mailed it to the invited person, too.
    was_mailed: bool,
}

/// List the members
#[utoipa::path(get, path = "/members", operation_id = "list_members", tag = "people",
    responses((status = 200, body = Page<Member>), (status = "default", body = Problem)))]
async fn list_members(State(services): State<Services>, actor: Actor) -> Result<Json<Page<Member>>, Failure> {
    Ok(Json(Page::whole(operations::list_members(&services.database, &actor).await?)))
}

/// Read one member
#[utoipa::path(get, path = "/members/{id}", operation_id = "find_member", tag = "people", params(("id" = UserId, Path)),
    responses((status = 200, body = Member), (status = "default", body = Problem)))]
async fn find_member(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<UserId>,
) -> Result<Json<Member>, Failure> {
    Ok(Json(operations::find_member(&services.database, &actor, id).await?))
}

/// Change what a member may do
#[utoipa::path(patch, path = "/members/{id}", operation_id = "change_member", tag = "people", params(("id" = UserId, Path)), request_body = MemberChange,
    responses((status = 200, body = Member), (status = 403, description = "`own_role`", body = Problem),
        (status = 409, description = "`last_owner`", body = Problem), (status = "default", body = Problem)))]
async fn change_member(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<UserId>,
    Body(change): Body<MemberChange>,
) -> Result<Json<Member>, Failure> {
    Ok(Json(operations::change_member(&services.database, &actor, id, &change).await?))
}

/// Remove a member; what the member made stays
#[utoipa::path(delete, path = "/members/{id}", operation_id = "remove_member", tag = "people", params(("id" = UserId, Path)),
    responses((status = 204), (status = 403, description = "`own_role`", body = Problem),
        (status = 409, description = "`last_owner`", body = Problem), (status = "default", body = Problem)))]
async fn remove_member(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<UserId>,
) -> Result<StatusCode, Failure> {
    operations::remove(&services.database, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the open invitations
#[utoipa::path(get, path = "/invitations", operation_id = "list_invitations", tag = "people",
    responses((status = 200, body = Page<Invitation>), (status = "default", body = Problem)))]
async fn list_invitations(State(services): State<Services>, actor: Actor) -> Result<Json<Page<Invitation>>, Failure> {
    Ok(Json(Page::whole(operations::list_invitations(&services.database, &actor).await?)))
}

/// Invite somebody
#[utoipa::path(post, path = "/invitations", operation_id = "invite", tag = "people", request_body = NewInvitation,
    responses((status = 201, body = MadeInvitation), (status = 409, description = "`already_member`", body = Problem),
        (status = 422, description = "`invalid_email`, `out_of_range`", body = Problem), (status = "default", body = Problem)))]
async fn invite(
    State(services): State<Services>,
    actor: Actor,
    Body(new): Body<NewInvitation>,
) -> Result<(StatusCode, Json<MadeInvitation>), Failure> {
    let (invitation, key) = operations::invite(&services.database, &actor, &new).await?;
    let (link, was_mailed) = operations::deliver(&services, &invitation, &key).await;
    Ok((StatusCode::CREATED, Json(MadeInvitation { invitation, link, was_mailed })))
}

/// Withdraw an invitation
#[utoipa::path(delete, path = "/invitations/{id}", operation_id = "withdraw_invitation", tag = "people", params(("id" = InvitationId, Path)),
    responses((status = 204), (status = "default", body = Problem)))]
async fn withdraw(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<InvitationId>,
) -> Result<StatusCode, Failure> {
    operations::withdraw(&services.database, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
