//! Failures as HTTP answers: `application/problem+json` after RFC 9457.

use super::request_id;
use crate::error::{AppError, Failure, FieldError};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every error answer of the API.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` tells what it is.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    pub kind: &'static str,
    /// The phrase of the status.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// A stable name for programs.
    #[schema(example = "model_name_taken")]
    pub code: String,
    /// A sentence that says what is wrong and what to do.
    pub detail: String,
    /// The parts of the request that are wrong, when they can be told apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        answer(self.into_shown())
    }
}

/// The answer to an error. Pages find the error beside it and show it as a page instead.
pub fn answer(error: AppError) -> Response {
    let error = request_id::named(error);
    let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let problem = Problem {
        kind: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        code: error.code.clone(),
        detail: error.detail.clone(),
        errors: error.errors.clone(),
    };
    let mut response = (status, axum::Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let wait = error.retry_after_seconds.or((status == StatusCode::SERVICE_UNAVAILABLE).then_some(5));
    if let Some(seconds) = wait {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.extensions_mut().insert(error);
    response
}
