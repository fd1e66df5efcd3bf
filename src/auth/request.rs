//! Who is asking: turns a cookie or a bearer token into an [`Actor`], or refuses.

use super::{
    operations::{self, Visitor},
    secret::{Secret, fingerprint},
};
use crate::{
    error::{AppError, ErrorKind, Failure},
    services::Services,
    vocabulary::Actor,
};
use axum::{
    body::to_bytes,
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use std::{convert::Infallible, net::IpAddr};

/// Where a request came from, behind trusted proxies too. The connection layer puts it into every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// The name of the session cookie. `__Host-` binds it to this host and to TLS (RFC 6265bis, section 4.1.3.2).
pub fn cookie_name(is_https: bool) -> &'static str {
    if is_https { "__Host-sid" } else { "sid" }
}

/// The secret in the session cookie, if there is one.
pub fn session_secret(headers: &HeaderMap, services: &Services) -> Option<Secret> {
    cookie(headers, cookie_name(services.settings.is_https())).map(|value| value.to_owned().into())
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs =
        headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Who is signed in, on pages that everybody may open.
pub async fn actor_of_session(services: &Services, headers: &HeaderMap) -> Result<Option<Actor>, Failure> {
    match session_secret(headers, services) {
        Some(secret) => operations::find_by_session(&services.database, &secret).await,
        None => Ok(None),
    }
}

fn let_in(request: &mut Request, services: Services, mut actor: Actor) {
    actor.address = request.extensions().get::<ClientAddress>().map(|address| address.0);
    request.extensions_mut().insert(services);
    request.extensions_mut().insert(actor);
}

/// The largest form that outlives its session, in bytes.
const MAX_KEPT_BYTES: usize = 512 << 10;

/// Lets signed-in people through, sends the others to sign in and back. Guards every page and server function.
pub async fn require_session(State(services): State<Services>, mut request: Request, next: Next) -> Response {
    match actor_of_session(&services, request.headers()).await {
        Ok(Some(actor)) => {
            let_in(&mut request, services, actor);
            next.run(request).await
        }
        Ok(None) if request.uri().path().starts_with("/fn/") => {
            let detail =
                "Your session has ended. Sign in again in another tab, then try again: nothing you typed is lost.";
            let error = AppError::new(ErrorKind::Unauthenticated, "session_ended", detail);
            Failure::from(error).into_response()
        }
        Ok(None) if request.method() == Method::POST => ended_session(request).await,
        Ok(None) => {
            let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
            let query: String = form_urlencoded(wanted);
            Redirect::to(&format!("/sign-in?next={query}")).into_response()
        }
        Err(failure) => failure.into_response(),
    }
}

/// A form that was sent after the session had ended. It is an extension of the answer: what was typed goes through the sign-in form.
#[derive(Clone, Debug, Default)]
pub struct EndedSession {
    /// Where the form was going.
    pub path: String,
    /// The form as it was sent, urlencoded; none if it held files, or more than is kept.
    pub form: Option<String>,
}

async fn ended_session(request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    let form = match is_form {
        true => to_bytes(request.into_body(), MAX_KEPT_BYTES).await.ok(),
        false => None,
    };
    let form = form.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    response.extensions_mut().insert(EndedSession { path, form });
    response
}

/// Lets valid tokens through. Guards the whole REST API.
pub async fn require_token(State(services): State<Services>, mut request: Request, next: Next) -> Response {
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let found = match token {
        Some(token) => operations::find_by_token(&services.database, &token.to_owned().into()).await,
        None => Ok(None),
    };
    match found {
        Ok(Some(actor)) => {
            let_in(&mut request, services, actor);
            next.run(request).await
        }
        Ok(None) => {
            let detail = "Send a valid API token: 'Authorization: Bearer hlm_...'. 'heirloom token create' makes one.";
            let error = AppError::new(ErrorKind::Unauthenticated, "invalid_token", detail);
            ([(header::WWW_AUTHENTICATE, "Bearer")], Failure::from(error)).into_response()
        }
        Err(failure) => failure.into_response(),
    }
}

/// Keeps a path harmless inside a query.
fn form_urlencoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    text.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

impl FromRequestParts<Services> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Infallible> {
        let browser = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let address = parts.extensions.get::<ClientAddress>().map(|address| address.0);
        let session = session_secret(&parts.headers, services).map(|secret| fingerprint(&secret));
        Ok(Self { address, browser: browser.to_owned(), session })
    }
}

impl<S: Sync> FromRequestParts<S> for Actor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts
            .extensions
            .get::<Actor>()
            .cloned()
            .ok_or_else(|| Failure::Broken("a route has no gate in front of it".to_owned()))
    }
}
