//! The door of the server functions: who is asking, and how a failure is answered.

use crate::{
    error::{AppError, ErrorKind, Failure},
    services::Services,
    vocabulary::Actor,
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use leptos::prelude::{expect_context, provide_context, use_context};
use leptos_axum::ResponseOptions;

/// The services, and the signed-in member whom the gate in front of every server function has let through.
pub async fn session() -> Result<(Services, Actor), AppError> {
    let services = expect_context::<Services>();
    let actor = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Actor>().cloned());
    match actor {
        Some(actor) => Ok((services, actor)),
        None => answer(Err(Failure::Broken("a server function has no gate in front of it".to_owned()))),
    }
}

/// Sets the status that belongs to a failure; Leptos would answer 500 to all of them.
pub fn answer<T>(outcome: Result<T, Failure>) -> Result<T, AppError> {
    outcome.map_err(|failure| {
        let error = failure.into_shown();
        if let (Some(options), Ok(status)) =
            (use_context::<ResponseOptions>(), StatusCode::from_u16(error.kind.status()))
        {
            options.set_status(status);
        }
        error
    })
}

/// The largest answer that tells of an error, in bytes.
const MAX_ERROR_BYTES: usize = 64 << 10;

/// Runs the server function that has the address of the request.
///
/// Leptos sends browsers that accept HTML back to the `Referer`, which anybody may have chosen, with the error in its query. Pages have
/// forms of their own for browsers without our code, so that server functions never need to: they are not told what is accepted.
pub async fn server_function(State(services): State<Services>, mut request: Request) -> Response {
    if !is_form_or_json(request.headers()) {
        let detail = "Send application/x-www-form-urlencoded or application/json.";
        return Failure::from(AppError::new(ErrorKind::UnsupportedMediaType, "unsupported_media_type", detail))
            .into_response();
    }
    request.headers_mut().remove(header::ACCEPT);
    let provide = move || provide_context(services.clone());
    let response = leptos_axum::handle_server_fns_with_context(provide, request).await.into_response();
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR { with_status_of_error(response).await } else { response }
}

/// Other sites can send plain text without asking first (Fetch standard, CORS-safelisted request headers).
fn is_form_or_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    ["application/x-www-form-urlencoded", "application/json"].iter().any(|known| kind.eq_ignore_ascii_case(known))
}

/// Leptos answers 500 to requests that it cannot read; the error in the body knows better.
async fn with_status_of_error(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_ERROR_BYTES).await else {
        return super::problem::answer(AppError::internal());
    };
    let error: Option<AppError> = serde_json::from_slice(&bytes).ok();
    if let Some(status) = error.and_then(|error| StatusCode::from_u16(error.kind.status()).ok()) {
        parts.status = status;
    }
    Response::from_parts(parts, Body::from(bytes))
}
