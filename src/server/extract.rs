//! What handlers of the API take from a request; whatever cannot be read is refused as a problem.

use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::paging::{DEFAULT_LIMIT, MAX_LIMIT},
};
use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::JsonRejection},
    http::request::Parts,
};
use serde::{Deserialize, de::DeserializeOwned};
use std::str::FromStr;
use utoipa::IntoParams;

/// A JSON body. Syntax errors answer 400; unknown, missing or wrong fields 422.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(refused_body(rejection).into()),
        }
    }
}

fn refused_body(rejection: JsonRejection) -> AppError {
    let malformed = |detail: String| AppError::new(ErrorKind::Malformed, "malformed", detail);
    match rejection {
        JsonRejection::JsonDataError(error) => {
            let text = error.body_text();
            let (_, reason) = text.split_once(": ").unwrap_or(("", &text));
            let field =
                reason.split_once(": ").map(|(field, _)| field).filter(|field| !field.contains(' ')).unwrap_or("body");
            AppError::invalid_field(field, reason)
        }
        JsonRejection::JsonSyntaxError(error) => malformed(format!("The body is not JSON: {}.", error.body_text())),
        JsonRejection::MissingJsonContentType(_) => {
            malformed("Send the body as JSON, with Content-Type: application/json.".to_owned())
        }
        other if other.status().as_u16() == 413 => {
            AppError::new(ErrorKind::TooLarge, "too_large", "The body is larger than the stated limit.")
        }
        other => malformed(format!("The body could not be read: {}.", other.body_text())),
    }
}

/// An id in the path. One that cannot be read names nothing that exists.
pub struct Id<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| AppError::not_found("object"))?;
        text.parse().map(Self).map_err(|_| AppError::not_found("object").into())
    }
}

/// An id and the name below it in the path; the name is decoded exactly once.
pub struct IdAndName<T>(pub T, pub String);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for IdAndName<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((id, name)) =
            path.map_err(|_| AppError::new(ErrorKind::Malformed, "invalid_name", "A name in the path must be UTF-8."))?;
        let id = id.parse().map_err(|_| AppError::not_found("object"))?;
        Ok(Self(id, name))
    }
}

/// The query. Unknown parameters are refused.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(value)| Self(value)).map_err(|error| invalid_query(error.body_text()).into())
    }
}

fn invalid_query(detail: impl Into<String>) -> AppError {
    AppError::new(ErrorKind::Malformed, "invalid_query", detail)
}

/// Which part of a list to answer.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Part of the name.
    #[serde(default)]
    pub search: String,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// How many items: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
}

/// The number of items to answer.
pub fn limit(asked: Option<u32>) -> Result<u32, AppError> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        other => Err(invalid_query(format!("limit must be 1 to {MAX_LIMIT}, not {other}."))),
    }
}
