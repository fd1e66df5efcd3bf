//! One's own tokens.

use crate::{
    auth::{
        NewToken, Token, TokenOwner,
        gate::{Api, Need},
        operations,
    },
    error::Failure,
    server::{
        extract::{Body, Id},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, Page, TokenId},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Api {
    Api::new().add(Need::Account, routes!(list)).add(Need::Account, routes!(create)).add(Need::Account, routes!(revoke))
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeToken {
    #[serde(flatten)]
    token: Token,
    /// The token itself. It cannot be shown again.
    #[schema(example = "hlm_...")]
    secret: String,
}

/// List your tokens
#[utoipa::path(get, path = "/tokens", operation_id = "list_tokens", tag = "account",
    responses((status = 200, body = Page<Token>), (status = "default", body = Problem)))]
async fn list(State(services): State<Services>, actor: Actor) -> Result<Json<Page<Token>>, Failure> {
    let tokens = operations::list_tokens(&services.database, &actor, TokenOwner::Own).await?;
    Ok(Json(Page::whole(tokens)))
}

/// Make a token
///
/// It can do no more than the token that makes it.
#[utoipa::path(post, path = "/tokens", operation_id = "create_token", tag = "account", request_body = NewToken,
    responses((status = 201, body = MadeToken), (status = 403, description = "`wider_token`", body = Problem),
        (status = 422, description = "`invalid_name`, `out_of_range`", body = Problem), (status = "default", body = Problem)))]
async fn create(
    State(services): State<Services>,
    actor: Actor,
    Body(new): Body<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), Failure> {
    let (token, secret) = operations::create_token(&services.database, &actor, TokenOwner::Own, &new).await?;
    Ok((StatusCode::CREATED, Json(MadeToken { token, secret: secret.expose().to_owned() })))
}

/// Revoke a token
#[utoipa::path(delete, path = "/tokens/{id}", operation_id = "revoke_token", tag = "account", params(("id" = TokenId, Path)),
    responses((status = 204), (status = "default", body = Problem)))]
async fn revoke(State(services): State<Services>, actor: Actor, Id(id): Id<TokenId>) -> Result<StatusCode, Failure> {
    operations::revoke_token(&services.database, &actor, TokenOwner::Own, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
