//! Errors as the SDK reads them: always an object, whose `message` is a sentence.

use crate::error::AppError;
use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Here, what a body names and does not exist is not found, just as what an address names.
const NAMES_NOTHING: [&str; 2] = ["unknown_dataset_version", "unknown_base"];

/// Gives every refusal, also of the doors in front, the shape of this protocol.
pub async fn reshape(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<AppError>() {
        Some(error) => {
            if NAMES_NOTHING.contains(&error.code.as_str()) {
                *response.status_mut() = StatusCode::NOT_FOUND;
            }
            reshaped(response, error)
        }
        None => response,
    }
}

fn reshaped(mut response: Response, error: AppError) -> Response {
    let detail: Vec<String> = error
        .errors
        .iter()
        .map(|part| match (&part.field, part.index) {
            (Some(field), Some(index)) => format!("{field}[{index}]: {}", part.message),
            (Some(field), None) => format!("{field}: {}", part.message),
            (None, _) => part.message.clone(),
        })
        .collect();
    // One part says what the sentence says.
    let detail = if detail.len() > 1 { json!(detail) } else { json!(null) };
    let body = Json(json!({ "message": error.detail, "detail": detail, "code": error.code })).into_response();
    let (parts, body) = body.into_parts();
    *response.body_mut() = body;
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, parts.headers.get(header::CONTENT_TYPE).cloned().unwrap_or(json));
    response
}
