//! Joining an organization by a link.

use super::{KeyQuery, begin, door_page};
use crate::{
    auth::{
        Invitation,
        operations::{self, Visitor},
        request,
        secret::Secret,
    },
    error::{AppError, Failure},
    services::Services,
    ui::{
        address::with_query,
        form::{Field, shown_on_form},
        page::{Done, Page},
    },
    vocabulary::{Actor, name::name_key},
};
use axum::{
    Form,
    extract::{Query, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// What the form holds: for somebody new name and password, for others nothing.
#[derive(Deserialize)]
pub struct JoinForm {
    key: Secret,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: Secret,
}

/// What the invited person has to do.
enum Way {
    /// Press a button: signed in as the invited person.
    Accept,
    /// Sign in first: the account exists.
    SignIn,
    /// Choose a password: the account is new.
    Join,
}

impl Way {
    fn of(invitation: &Invitation, is_known: bool, actor: Option<&Actor>) -> Self {
        match actor {
            Some(actor) if name_key(&actor.email) == name_key(&invitation.email) => Self::Accept,
            _ if is_known => Self::SignIn,
            _ => Self::Join,
        }
    }
}

/// What is offered, and how to take it.
pub async fn show(
    State(services): State<Services>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(KeyQuery { key }): Query<KeyQuery>,
) -> Result<Page, Failure> {
    let (invitation, is_known) = operations::find_invitation(&services, &visitor, &key).await?;
    let actor = request::actor_of_session(&services, &headers).await?;
    let way = Way::of(&invitation, is_known, actor.as_ref());
    Ok(page(invitation, way, key, String::new(), None))
}

/// Takes what is offered.
pub async fn join(
    State(services): State<Services>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(JoinForm { key, name, password }): Form<JoinForm>,
) -> Result<Response, Failure> {
    let (invitation, is_known) = operations::find_invitation(&services, &visitor, &key).await?;
    let actor = request::actor_of_session(&services, &headers).await?;
    let welcome = format!("Welcome to {}.", invitation.organization_name);
    let joined = match (Way::of(&invitation, is_known, actor.as_ref()), actor) {
        (Way::Accept, Some(actor)) => {
            let actor = Actor { address: visitor.address, ..actor };
            operations::accept(&services.database, &actor, &key).await?;
            return Ok(Done::at("/", welcome).into_response());
        }
        (Way::Join, _) => operations::invite_newcomer(&services, &visitor, &key, &name, password).await,
        (way, _) => return Ok(page(invitation, way, key, name, None).into_response()),
    };
    match joined {
        Ok(signed_in) => begin(Redirect::to("/").into_response(), &services, &signed_in),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(page(invitation, Way::Join, key, name, Some(error)).with_status(status).into_response())
        }
    }
}

fn page(invitation: Invitation, way: Way, key: Secret, name: String, error: Option<AppError>) -> Page {
    let Invitation { organization_name, email, role, invited_by, .. } = invitation;
    let words = format!("{invited_by} invites {email} to {organization_name} as {role}.");
    let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
    let [name_error, password_error] = ["name", "password"].map(message);
    door_page("You are invited", words, error, "/invitation", move || {
        let content = match way {
            Way::Accept => view! { <button class="button primary wide" type="submit">"Join"</button> }.into_any(),
            Way::SignIn => {
                let here = with_query("/invitation", &[("key", key.expose())]);
                let sign_in = with_query("/sign-in", &[("next", here.as_str())]);
                view! {
                    <p>"This person has an account here. Sign in with it, then join."</p>
                    <a class="button primary wide" href=sign_in>"Sign in to join"</a>
                }
                .into_any()
            }
            Way::Join => view! {
                <input type="hidden" name="email" autocomplete="username" value=email />
                <Field name="name" label="Your name" value=name error=name_error autocomplete="name" />
                <Field name="password" label="Password" value="" error=password_error is_required=true kind="password" autocomplete="new-password"
                    hint="At least 8 characters that nobody would guess." />
                <button class="button primary wide" type="submit">"Join"</button>
            }
            .into_any(),
        };
        view! { <input type="hidden" name="key" value=key.expose().to_owned() />{content} }
    })
}
