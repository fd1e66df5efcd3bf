//! A new password by a link.

use super::{KeyQuery, door_page};
use crate::{
    auth::{
        operations::{self, Visitor},
        secret::Secret,
    },
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::{Field, shown_on_form},
        page::{Done, Page},
    },
};
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// What the form holds.
#[derive(Deserialize)]
pub struct ResetForm {
    key: Secret,
    #[serde(default)]
    password: Secret,
}

/// The form, for whoever has a link that is not used up.
pub async fn form(
    State(services): State<Services>,
    visitor: Visitor,
    Query(KeyQuery { key }): Query<KeyQuery>,
) -> Result<Page, Failure> {
    let email = operations::find_reset(&services, &visitor, &key).await?;
    Ok(page(key, email, None))
}

/// Sets the password; whoever was signed in as this person is no longer.
pub async fn reset(
    State(services): State<Services>,
    visitor: Visitor,
    Form(form): Form<ResetForm>,
) -> Result<Response, Failure> {
    let email = operations::find_reset(&services, &visitor, &form.key).await?;
    match operations::reset_password(&services, &visitor, &form.key, form.password).await {
        Ok(()) => Ok(Done::at("/sign-in", "Your new password is set. Sign in with it.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(page(form.key, email, Some(error)).with_status(status).into_response())
        }
    }
}

fn page(key: Secret, email: String, error: Option<AppError>) -> Page {
    let message = error.as_ref().and_then(|error| error.message_for("password")).map(str::to_owned);
    door_page(
        "New password",
        format!("For {email}. Every browser that is signed in will be signed out."),
        error,
        "/reset-password",
        move || {
            view! {
                <input type="hidden" name="key" value=key.expose().to_owned() />
                <input type="hidden" name="email" autocomplete="username" value=email />
                <Field name="password" label="New password" value="" error=message is_required=true kind="password" autocomplete="new-password"
                    hint="At least 8 characters that nobody would guess." />
                <button class="button primary wide" type="submit">"Set the password"</button>
            }
        },
    )
}
