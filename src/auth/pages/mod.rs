//! The pages of people: getting in, one's own account, and everybody in the organization.

mod account;
mod forgot;
mod invitation;
mod member;
mod people;
mod provider;
mod reset;
mod service_account;
mod set_up;
mod sign_in;
mod tokens;

pub use sign_in::sign_in_again;

use super::{
    SESSION_SECONDS, SignedIn,
    gate::{Need, Pages},
    provider::Provider,
    request,
};
use crate::{
    error::{AppError, Failure},
    services::Services,
    ui::{
        page::Page,
        parts::{Breadcrumb, Crumb, Notice},
        settings::SettingsTabs,
    },
    vocabulary::Actor,
};
use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use leptos::prelude::*;
use serde::Deserialize;

/// All pages of this slice.
pub fn routes() -> Pages {
    Pages::new()
        .open_get("/set-up", set_up::form)
        .open_post("/set-up", set_up::set_up)
        .open_get("/sign-in", sign_in::sign_in_form)
        .open_post("/sign-in", sign_in::sign_in)
        .open_post("/sign-out", sign_in::sign_out)
        .open_get("/sign-in/provider", provider::leave)
        .open_get(Provider::CALLBACK, provider::arrive)
        .open_get("/forgot-password", forgot::form)
        .open_post("/forgot-password", forgot::send)
        .open_get("/invitation", invitation::show)
        .open_post("/invitation", invitation::join)
        .open_get("/reset-password", reset::form)
        .open_post("/reset-password", reset::reset)
        .get("/settings", Need::Account, account::account)
        .post("/settings/profile", Need::Account, account::save_profile)
        .post("/settings/password", Need::Account, account::save_password)
        .post("/settings/sessions", Need::Account, account::end_sessions)
        .post("/settings/organization", Need::Account, account::change_organization)
        .get("/settings/tokens", Need::Account, tokens::own)
        .post("/settings/tokens", Need::Account, tokens::act_on_own)
        .get("/settings/people", Need::Manage, people::people)
        .post("/settings/people/invite", Need::Manage, people::invite)
        .post("/settings/people/withdraw", Need::Manage, people::withdraw)
        .post("/settings/people/service-accounts", Need::Manage, people::create_service_account)
        .get("/settings/people/{user}", Need::Manage, member::member)
        .post("/settings/people/{user}", Need::Manage, member::act)
        .post("/settings/people/{user}/projects", Need::Manage, member::narrow)
        .get("/settings/people/{user}/tokens", Need::Manage, service_account::tokens)
        .post("/settings/people/{user}/tokens", Need::Manage, service_account::act)
}

/// The key of a link that works once.
#[derive(Deserialize)]
struct KeyQuery {
    #[serde(default)]
    key: super::secret::Secret,
}

/// Gives the browser the cookie of a new session.
fn begin(mut response: Response, services: &Services, signed_in: &SignedIn) -> Result<Response, Failure> {
    set_cookie(&mut response, services, signed_in.secret.expose(), SESSION_SECONDS)?;
    Ok(response)
}

/// Takes the cookie away.
fn forget(mut response: Response, services: &Services) -> Result<Response, Failure> {
    set_cookie(&mut response, services, "", 0)?;
    Ok(response)
}

fn set_cookie(response: &mut Response, services: &Services, secret: &str, age_seconds: i64) -> Result<(), Failure> {
    let name = request::cookie_name(services.settings.is_https());
    let cookie = format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_seconds}");
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Failure::Broken(error.to_string()))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(())
}

/// A form in front of the door: nothing but itself on the page.
fn door_page<V: IntoView + 'static>(
    title: &'static str,
    words: String,
    error: Option<AppError>,
    action: &'static str,
    content: impl FnOnce() -> V + Send + 'static,
) -> Page {
    Page::new("", title, move || {
        let notice = error
            .filter(|error| error.errors.is_empty())
            .map(|error| view! { <Notice kind="error"><p>{error.detail}</p></Notice> });
        view! {
            <form class="sign-in" method="post" action=action>
                <div class="sign-in-head">
                    <img src="/favicon.svg" alt="" width="48" height="48" />
                    <h1>{title}</h1>
                    <p>{words}</p>
                </div>
                {notice}
                {content()}
            </form>
        }
    })
}

/// A page of the settings, below their tabs.
fn settings_page<V: IntoView + 'static>(
    actor: &Actor,
    open: &'static str,
    content: impl FnOnce() -> V + Send + 'static,
) -> Page {
    let is_owner = actor.is_owner();
    Page::new("", "Settings", move || {
        view! {
            <header class="page-header"><div class="page-title"><h1>"Settings"</h1></div></header>
            <SettingsTabs is_owner open />
            <div class="stack">{content()}</div>
        }
    })
}

/// A page about one member, below the way back.
fn member_page<V: IntoView + 'static>(
    title: String,
    above: Vec<Crumb>,
    content: impl FnOnce() -> V + Send + 'static,
) -> Page {
    Page::new("", title.clone(), move || {
        let above = [vec![Crumb::new("People", "/settings/people")], above].concat();
        view! {
            <header class="page-header">
                <Breadcrumb above here=title.clone() />
                <div class="page-title"><h1><bdi>{title}</bdi></h1></div>
            </header>
            <div class="stack">{content()}</div>
        }
    })
}
