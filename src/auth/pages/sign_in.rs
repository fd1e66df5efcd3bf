//! Signing in and out: plain forms, which need no JavaScript.

use super::{begin, forget};
use crate::{
    auth::{
        operations::{self, Visitor},
        request::{self, EndedSession},
        secret::Secret,
    },
    error::Failure,
    services::Services,
    ui::{
        address::{decoded_segment, with_query},
        form::shown_on_form,
        page::Page,
        parts::Notice,
    },
};
use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
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
    password: Secret,
    #[serde(default)]
    next: String,
    /// A form that was sent after the session had ended, urlencoded.
    #[serde(default)]
    unsent: String,
}

/// The form.
pub async fn sign_in_form(State(services): State<Services>, Query(query): Query<SignInQuery>) -> Page {
    form_page(&services, SignIn { next: query.next, ..SignIn::default() })
}

/// Begins a session and goes where somebody wanted to go; a wrong password shows the form again.
pub async fn sign_in(
    State(services): State<Services>,
    visitor: Visitor,
    Form(credentials): Form<Credentials>,
) -> Result<Response, Failure> {
    let Credentials { email, password, next, unsent } = credentials;
    match operations::sign_in(&services, &visitor, &email, password).await {
        Ok(signed_in) => {
            let response = match unsent.is_empty() {
                true => Redirect::to(same_origin_path(&next)).into_response(),
                false => unsent_page(same_origin_path(&next).to_owned(), &unsent).into_response(),
            };
            begin(response, &services, &signed_in)
        }
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let mut response = form_page(&services, SignIn { email, next, unsent, error: Some(error.detail) })
                .with_status(status)
                .into_response();
            if let Some(seconds) = error.retry_after_seconds {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            Ok(response)
        }
    }
}

/// Ends the session.
pub async fn sign_out(State(services): State<Services>, headers: HeaderMap) -> Result<Response, Failure> {
    if let Some(secret) = request::session_secret(&headers, &services) {
        operations::sign_out(&services.database, &secret).await?;
    }
    forget(Redirect::to("/sign-in").into_response(), &services)
}

/// The path to go to, if it is one of ours: nothing that a browser could read as another host.
pub(super) fn same_origin_path(wanted: &str) -> &str {
    let is_ours = wanted.starts_with('/')
        && !wanted[1..].starts_with(['/', '\\'])
        && wanted.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_ours { wanted } else { "/" }
}

/// Asks somebody whose session has ended to sign in again, and keeps what they had typed.
pub fn sign_in_again(services: &Services, ended: EndedSession) -> Page {
    let detail = match ended.form {
        Some(_) => "Your session has ended. Sign in, and what you typed is still there.",
        None => {
            "Your session has ended. Sign in in another tab, then come back here with your browser's back button and send the form again."
        }
    };
    let sign_in = SignIn {
        next: ended.path,
        unsent: ended.form.unwrap_or_default(),
        error: Some(detail.to_owned()),
        ..SignIn::default()
    };
    form_page(services, sign_in).with_status(StatusCode::UNAUTHORIZED)
}

/// Shows what was typed before the session ended, and sends it when asked to.
fn unsent_page(path: String, form: &str) -> Page {
    let fields: Vec<(String, String)> =
        form.split('&').filter(|pair| !pair.is_empty()).filter_map(decoded_pair).collect();
    Page::new("", "Send what you typed", move || {
        let hidden =
            fields.iter().map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> });
        let hidden = hidden.collect_view();
        let shown = fields.into_iter().filter(|(_, value)| !value.trim().is_empty());
        let shown = shown.map(|(name, value)| {
            view! { <div><dt>{name.replace(['_', '.'], " ")}</dt><dd dir="auto">{value}</dd></div> }
        });
        let shown = shown.collect_view();
        view! {
            <form class="sign-in" method="post" action=path>
                <div class="sign-in-head"><h1>"You are signed in again"</h1><p>"This is what you had typed when your session ended."</p></div>
                <dl class="details">{shown}</dl>
                {hidden}
                <button class="button primary wide" type="submit">"Send it now"</button>
            </form>
        }
    })
}

/// A name and a value of a urlencoded form (WHATWG URL, section 5.1).
fn decoded_pair(pair: &str) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    Some((decoded_segment(&name.replace('+', " "))?, decoded_segment(&value.replace('+', " "))?))
}

/// What the sign-in form begins with.
#[derive(Default)]
struct SignIn {
    email: String,
    next: String,
    unsent: String,
    error: Option<String>,
}

fn form_page(services: &Services, sign_in: SignIn) -> Page {
    let SignIn { email, next, unsent, error } = sign_in;
    let provider = services.provider.as_ref().map(|provider| {
        (
            with_query("/sign-in/provider", &[("next", next.as_str())]),
            format!("Sign in with {}", provider.settings.name),
        )
    });
    let sends_mail = services.mailer.is_some();
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
                <input type="hidden" name="unsent" value=unsent />
                <button class="button primary wide" type="submit">"Sign in"</button>
                {provider.map(|(href, words)| view! { <a class="button wide" href=href>{words}</a> })}
                {sends_mail.then(|| view! { <p><a href="/forgot-password">"Forgotten your password?"</a></p> })}
            </form>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{decoded_pair, same_origin_path};

    #[test]
    fn a_pair_of_a_form_is_read_as_it_was_typed() {
        let pair = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(decoded_pair("name=a+b%26c%3D%C3%A4"), pair("name", "a b&c=ä"));
        assert_eq!(decoded_pair("tags"), pair("tags", ""));
        assert_eq!(decoded_pair("x=%FF"), None);
    }

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
