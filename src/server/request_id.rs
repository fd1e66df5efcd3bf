//! A name for every request: it is in each line of the log, in the answer's headers, and in the body of a failure that is ours.

use crate::error::{AppError, ErrorKind};
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use uuid::Uuid;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// The longest name that a client, or a proxy, may give.
const MAX_LENGTH: usize = 64;

tokio::task_local! {
    static CURRENT: String;
}

/// Names the request, by the name it came with if that one is harmless.
pub async fn name(mut request: Request, next: Next) -> Response {
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).filter(|id| is_harmless(id));
    let id = given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
    let value = HeaderValue::from_str(&id).ok();
    if let Some(value) = &value {
        request.headers_mut().insert(HEADER, value.clone());
    }
    let mut response = CURRENT.scope(id, next.run(request)).await;
    if let Some(value) = value {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

fn is_harmless(id: &str) -> bool {
    (1..=MAX_LENGTH).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// The name of a request, for its log.
pub fn of(request: &Request) -> &str {
    request.headers().get(HEADER).and_then(|id| id.to_str().ok()).unwrap_or_default()
}

/// An error that is our fault says by which name the operator finds its cause; others stay as they are.
pub fn named(mut error: AppError) -> AppError {
    if error.kind == ErrorKind::Internal {
        // Outside of a request there is nobody to tell.
        _ = CURRENT.try_with(|id| error.detail = format!("{} The request id is {id}.", error.detail));
    }
    error
}
