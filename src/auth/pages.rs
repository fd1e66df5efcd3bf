//! Signing in and out: plain forms, which need no JavaScript.

use super::{SESSION_SECONDS, operations, request};
use crate::{
    error::{ErrorKind, Failure},
    services::Services,
    ui::{page::Page, parts::Notice},
};
use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// Where somebody wanted to go.
#[derive(Debug, Default, Deserialize)]
pub struct SignInQuery {
    #[serde(default)]
    next: String,
}

/// What the form holds.
#[derive(Deserialize)]
pub struct Credentials {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// The form.
pub async fn sign_in_form(Query(query): Query<SignInQuery>) -> Page {
    form_page(String::new(), query.next, None)
}

/// Begins a session and goes where somebody wanted to go; a wrong password shows the form again.
pub async fn sign_in(
    State(services): State<Services>,
    Form(credentials): Form<Credentials>,
) -> Result<Response, Failure> {
    let Credentials { email, password, next } = credentials;
    match operations::sign_in(&services.database, &services.passwords, &email, password).await {
        Ok(secret) => {
            let mut response = Redirect::to(same_origin_path(&next)).into_response();
            set_cookie(&mut response, &services, &secret, SESSION_SECONDS)?;
            Ok(response)
        }
        Err(Failure::App(error)) if error.kind == ErrorKind::Unauthenticated => {
            Ok(form_page(email, next, Some(error.detail)).with_status(StatusCode::UNAUTHORIZED).into_response())
        }
        Err(failure) => Err(failure),
    }
}

/// Ends the session.
pub async fn sign_out(State(services): State<Services>, headers: HeaderMap) -> Result<Response, Failure> {
    if let Some(secret) = request::session_secret(&headers, &services) {
        operations::sign_out(&services.database, secret).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    set_cookie(&mut response, &services, "", 0)?;
    Ok(response)
}

fn set_cookie(response: &mut Response, services: &Services, secret: &str, age_seconds: i64) -> Result<(), Failure> {
    let is_https = services.settings.is_https();
    let secure = if is_https { "; Secure" } else { "" };
    let name = request::cookie_name(is_https);
    let cookie = format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_seconds}{secure}");
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Failure::Broken(error.to_string()))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(())
}

/// The path to go to, if it is one of ours: nothing that a browser could read as another host.
fn same_origin_path(wanted: &str) -> &str {
    let is_ours = wanted.starts_with('/')
        && !wanted[1..].starts_with(['/', '\\'])
        && wanted.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_ours { wanted } else { "/" }
}

fn form_page(email: String, next: String, error: Option<String>) -> Page {
    Page::new("", "Sign in", move || {
        let notice = error.map(|error| view! { <Notice kind="error"><p>{error}</p></Notice> });
        view! {
            <form class="sign-in" method="post" action="/sign-in">
                <div class="sign-in-head">
                    <img src="/favicon.svg" alt="" width="48" height="48" />
                    <h1>"Heirloom"</h1>
                    <p>"Sign in to your organization's registry."</p>
                </div>
                {notice}
                <div class="field">
                    <div class="field-head"><label for="email">"E-mail"</label></div>
                    <input class="input" id="email" name="email" type="email" autocomplete="username" value=email required />
                </div>
                <div class="field">
                    <div class="field-head"><label for="password">"Password"</label></div>
                    <input class="input" id="password" name="password" type="password" autocomplete="current-password" required />
                </div>
                <input type="hidden" name="next" value=next />
                <button class="button primary wide" type="submit">"Sign in"</button>
            </form>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::same_origin_path;

    #[test]
    fn only_a_path_of_ours_is_followed_after_signing_in() {
        for wanted in ["/", "/experiments/1?tab=a", "/registry/a/1#files"] {
            assert_eq!(same_origin_path(wanted), wanted);
        }
        let foreign =
            ["", "//evil.example", "/\\evil", "https:evil", "javascript:alert(1)", "/\t/evil", "/a\\b", "evil", "/é"];
        for wanted in foreign {
            assert_eq!(same_origin_path(wanted), "/", "{wanted}");
        }
    }
}
