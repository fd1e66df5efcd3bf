//! What carries the product: start-up, router, middleware, shutdown. It knows every slice; no slice knows it, but for the doors.

pub mod api;
pub mod api_docs;
pub mod assets;
pub mod door;
pub mod extract;
pub mod problem;
mod repeated_keys;
pub mod start;

use crate::{app, services::Services};
use axum::{
    Router,
    extract::{Request, State},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{Predicate, SizeAbove},
    },
    csrf::CsrfLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Everything that the server answers.
pub fn router(services: Services) -> Router {
    Router::new()
        .route("/live", get(StatusCode::NO_CONTENT))
        .route("/ready", get(ready))
        .with_state(services.clone())
        .merge(api::router(services.clone()))
        .merge(app::router(services.clone()))
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(1_024).and(is_text_of_ours)))
        .layer(from_fn(public_files))
        .layer(from_fn_with_state(services, safe_headers))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::custom(|_| problem::answer(crate::error::AppError::internal())))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request| {
            let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
            tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
        }))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
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

async fn safe_headers(State(services): State<Services>, request: Request, next: Next) -> impl IntoResponse {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    if services.settings.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}
