//! What carries the product: start-up, router, middleware, shutdown. It knows every slice; no slice knows it, but for the doors.

pub mod api;
pub mod api_docs;
pub mod assets;
mod client_address;
pub mod connections;
pub mod door;
pub mod extract;
mod head;
mod hosts;
mod load;
pub mod panics;
pub mod problem;
mod repeated_keys;
mod request_id;
mod slow_bodies;
pub mod start;

use crate::{app, compat, services::Services};
use axum::{
    Router,
    extract::{Request, State},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use hosts::Hosts;
use load::Load;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tower_http::{
    classify::ServerErrorsFailureClass,
    compression::{
        CompressionLayer,
        predicate::{Predicate, SizeAbove},
    },
    csrf::CsrfLayer,
    trace::TraceLayer,
};

/// Everything that the server answers, for whatever host.
pub fn router(services: Services) -> Router {
    around(routes(services.clone()), services)
}

/// Everything that the server answers where it listens, for its own hosts alone.
pub fn router_at(listening: SocketAddr, services: Services) -> Router {
    let hosts = Arc::new(Hosts::new(&services.settings, listening));
    around(routes(services.clone()).layer(from_fn_with_state(hosts, hosts::refuse_others)), services)
}

fn routes(services: Services) -> Router {
    Router::new()
        .route("/live", get(StatusCode::NO_CONTENT))
        .route("/ready", get(ready))
        .with_state(services.clone())
        .merge(api::router(services.clone()))
        .merge(compat::picsellia::router(services.clone()))
        .merge(app::router(services.clone()))
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(1_024).and(is_text_of_ours)))
        .layer(from_fn_with_state(Load::new(&services.settings.limits), load::take_turn))
        .layer(from_fn_with_state(services, slow_bodies::end))
        .layer(from_fn(public_files))
        .layer(CsrfLayer::new())
}

/// What every request and every answer goes through, whatever is asked for.
pub fn around(inner: Router, services: Services) -> Router {
    inner
        .layer(from_fn_with_state(services.clone(), client_address::find))
        .layer(from_fn(head::check))
        .layer(from_fn(panics::catch))
        .layer(from_fn_with_state(services, safe_headers))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(|request: &Request| {
                    let id = request_id::of(request);
                    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
                })
                .on_failure(log_failure),
        )
        .layer(from_fn(request_id::name))
}

/// What is not part of the product is no failure of it.
fn log_failure(failure: ServerErrorsFailureClass, _: Duration, _: &tracing::Span) {
    if !matches!(failure, ServerErrorsFailureClass::StatusCode(StatusCode::NOT_IMPLEMENTED)) {
        tracing::error!(%failure, "a request failed");
    }
}

/// Pages and answers of the API shrink to a tenth. Files of users, which have ranges and tags of their bytes, go out as they are.
///
/// What a page holds beside the data of its reader is random for each request, so that its length tells nothing (BREACH).
fn is_text_of_ours(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_text = ["text/html", "application/json", "application/problem+json", "text/csv"];
    is_text.iter().any(|kind| content_type.starts_with(kind)) && !headers.contains_key(header::ETAG)
}

async fn ready(State(services): State<Services>) -> StatusCode {
    if services.database.is_ready().await { StatusCode::NO_CONTENT } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// Files of the site come before everything else: they are the same for everybody.
async fn public_files(request: Request, next: Next) -> Response {
    match assets::find(request.method(), request.uri().path(), request.headers()) {
        Some(file) => file,
        None => next.run(request).await,
    }
}

/// No cookie leaves the browser without TLS, whoever has set it.
fn secure_cookies(headers: &mut HeaderMap) {
    if let header::Entry::Occupied(mut cookies) = headers.entry(header::SET_COOKIE) {
        for cookie in cookies.iter_mut() {
            let text = cookie.to_str().unwrap_or_default();
            if !text.ends_with("; Secure")
                && let Ok(secure) = HeaderValue::from_str(&format!("{text}; Secure"))
            {
                *cookie = secure;
            }
        }
    }
}

/// Pages need none of a browser's devices.
const NO_DEVICES: &str =
    "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()";

async fn safe_headers(State(services): State<Services>, request: Request, next: Next) -> impl IntoResponse {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("permissions-policy"), HeaderValue::from_static(NO_DEVICES));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    if services.settings.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        secure_cookies(headers);
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}
