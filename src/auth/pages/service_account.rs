//! The tokens of a service account.

use super::{
    member_page,
    tokens::{TokenForm, TokenList, TokenOutcome, Tokens, act as act_on},
};
use crate::{
    auth::{TokenOwner, operations},
    error::{AppError, Failure},
    services::Services,
    ui::{
        page::{Done, Page},
        parts::Crumb,
    },
    vocabulary::{Actor, UserId},
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

fn read_id(text: &str) -> Result<UserId, AppError> {
    text.parse().map_err(|_| AppError::not_found("service account"))
}

fn address(user: UserId) -> String {
    format!("/settings/people/{user}/tokens")
}

/// Its tokens.
pub async fn tokens(State(services): State<Services>, actor: Actor, Path(user): Path<String>) -> Result<Page, Failure> {
    page(&services, &actor, read_id(&user)?, TokenOutcome::Asked).await
}

/// Makes or revokes one.
pub async fn act(
    State(services): State<Services>,
    actor: Actor,
    Path(user): Path<String>,
    Form(form): Form<TokenForm>,
) -> Result<Response, Failure> {
    let user = read_id(&user)?;
    match act_on(&services, &actor, TokenOwner::Service(user), form).await? {
        None => Ok(Done::at(address(user), "Revoked.").into_response()),
        Some((outcome, status)) => {
            Ok(page(&services, &actor, user, outcome).await?.with_status(status).into_response())
        }
    }
}

async fn page(services: &Services, actor: &Actor, user: UserId, outcome: TokenOutcome) -> Result<Page, Failure> {
    let list = TokenList::find(services, actor, TokenOwner::Service(user), address(user)).await?;
    let member = operations::find_member(&services.database, actor, user).await?;
    let above = vec![Crumb::new(member.email, format!("/settings/people/{user}"))];
    Ok(member_page("Tokens".to_owned(), above, move || view! { <Tokens list outcome /> }))
}
