//! The first page that anybody ever sees: the organization and its owner.

use super::{KeyQuery, begin, door_page};
use crate::{
    auth::{
        AuthError,
        operations::{self, Visitor},
        secret::Secret,
    },
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::{Field, shown_on_form},
        page::Page,
    },
};
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// What the form holds.
#[derive(Deserialize)]
pub struct SetUpForm {
    key: Secret,
    #[serde(default)]
    organization: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: Secret,
}

/// The form, for whoever has the link; 404 for everybody else and afterwards.
pub async fn form(State(services): State<Services>, Query(KeyQuery { key }): Query<KeyQuery>) -> Result<Page, Failure> {
    if !operations::is_set_up_open(&services.database, &key).await? {
        return Err(AuthError::DeadLink.into());
    }
    let empty = SetUpForm {
        key,
        organization: String::new(),
        email: String::new(),
        name: String::new(),
        password: Secret::default(),
    };
    Ok(page(empty, None))
}

/// Creates the organization and its owner, who is signed in at once.
pub async fn set_up(
    State(services): State<Services>,
    visitor: Visitor,
    Form(form): Form<SetUpForm>,
) -> Result<Response, Failure> {
    let SetUpForm { key, organization, email, name, password } = &form;
    match operations::set_up(&services, &visitor, key, organization, email, name, password.clone()).await {
        Ok(_) => {
            let signed_in = operations::sign_in(&services, &visitor, email, password.clone()).await?;
            begin(Redirect::to("/").into_response(), &services, &signed_in)
        }
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(page(form, Some(error)).with_status(status).into_response())
        }
    }
}

fn page(form: SetUpForm, error: Option<AppError>) -> Page {
    let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
    let [organization, email, password, name] = ["organization", "email", "password", "name"].map(message);
    let words = "Nobody has used this server yet. Create the organization, and your account as its owner.".to_owned();
    door_page("Set up Heirloom", words, error, "/set-up", move || {
        view! {
            <input type="hidden" name="key" value=form.key.expose().to_owned() />
            <Field name="organization" label="Organization" value=form.organization error=organization is_required=true hint="Your team or company." />
            <Field name="name" label="Your name" value=form.name error=name autocomplete="name" />
            <Field name="email" label="E-mail" value=form.email error=email is_required=true kind="email" autocomplete="username" />
            <Field name="password" label="Password" value="" error=password is_required=true kind="password" autocomplete="new-password"
                hint="At least 8 characters that nobody would guess." />
            <button class="button primary wide" type="submit">"Create"</button>
        }
    })
}
