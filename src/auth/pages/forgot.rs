//! Asking for a link with which one sets a new password, by mail.

use super::door_page;
use crate::{
    auth::operations::{self, Visitor},
    error::{AppError, Failure},
    mail::Mailer,
    services::Services,
    ui::{
        form::Field,
        page::{Done, Page},
    },
    vocabulary::name::name_key,
};
use axum::{Form, extract::State};
use leptos::prelude::*;
use serde::Deserialize;

/// Whose password is forgotten.
#[derive(Deserialize)]
pub struct ForgotForm {
    #[serde(default)]
    email: String,
}

fn mailer_of(services: &Services) -> Result<Mailer, AppError> {
    services.mailer.clone().ok_or_else(|| {
        AppError::not_found("page: this server sends no mail. Ask an owner of the organization for a link")
    })
}

/// The form.
pub async fn form(State(services): State<Services>) -> Result<Page, Failure> {
    mailer_of(&services)?;
    Ok(door_page(
        "New password",
        "We send a link to your address. It works once, for an hour.".to_owned(),
        None,
        "/forgot-password",
        || {
            view! {
                <Field name="email" label="E-mail" value="" error=None is_required=true kind="email" autocomplete="username" />
                <button class="button primary wide" type="submit">"Send the link"</button>
                <p><a href="/sign-in">"Back to the sign-in"</a></p>
            }
        },
    ))
}

/// Sends the link, if somebody has the address. Everybody gets the same answer at once: the work is done afterwards.
pub async fn send(
    State(services): State<Services>,
    visitor: Visitor,
    Form(form): Form<ForgotForm>,
) -> Result<Done, Failure> {
    let mailer = mailer_of(&services)?;
    // Every link counts as a failure, so that nobody's mailbox is filled.
    let mailbox = format!("reset:{}", name_key(&form.email));
    let _counted = visitor.attempt(&services, Some(&mailbox))?;
    tokio::spawn(async move {
        if let Err(failure) = mail_link(&services, &mailer, &form.email).await {
            tracing::error!(%failure, "a link for a new password was not sent");
        }
    });
    Ok(Done::at("/sign-in", "If somebody has this address, a link is on its way."))
}

async fn mail_link(services: &Services, mailer: &Mailer, email: &str) -> Result<(), Failure> {
    let Some((email, key)) = operations::reset_link_by_operator(&services.database, email).await? else {
        return Ok(());
    };
    let link = format!("{}/reset-password?key={}", services.settings.public_url, key.expose());
    let text = format!(
        "Somebody, probably you, asked for a new password for Heirloom.\n\nSet it here, within an hour:\n{link}\n\n\
         If it was not you, do nothing: your password stays as it is.\n"
    );
    let sent = mailer.send(&email, "A new password for Heirloom", text).await;
    sent.map_err(|error| Failure::Broken(error.to_string()))
}
