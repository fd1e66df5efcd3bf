//! What handlers of the API take from a request; whatever cannot be read is refused as a problem.

use super::repeated_keys;
use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::paging::{DEFAULT_LIMIT, MAX_LIMIT},
};
use axum::{
    extract::{
        FromRequest, FromRequestParts, Path, Query, Request,
        rejection::{BytesRejection, JsonRejection},
    },
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use bytes::Bytes;
use serde::{Deserialize, de::DeserializeOwned};
use std::str::FromStr;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
};

/// A JSON object as the body. Another content type answers 415, syntax errors and repeated keys 400; unknown, missing or wrong fields 422.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        require_plain(request.headers())?;
        if !is_json(request.headers()) {
            let detail = "Send the body as JSON, with Content-Type: application/json.";
            return Err(AppError::new(ErrorKind::UnsupportedMediaType, "unsupported_media_type", detail).into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|error| unreadable(&error))?;
        if let Some(reason) = repeated_keys::find(&bytes) {
            return Err(malformed(format!("The body cannot be used: {reason}.")).into());
        }
        match axum::Json::<T>::from_bytes(&bytes) {
            // serde takes a list for the fields of a struct in their order; the API does not.
            Ok(_) if bytes.trim_ascii_start().first() != Some(&b'{') => {
                Err(AppError::invalid_field("body", "must be an object").into())
            }
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::JsonDataError(error)) => Err(wrong_field(&error.body_text()).into()),
            Err(error) => Err(malformed(format!("The body is not JSON: {}.", error.body_text())).into()),
        }
    }
}

/// Refuses compressed bodies: nothing here unpacks them, and stored as they are they would come back as something else.
pub fn require_plain(headers: &HeaderMap) -> Result<(), AppError> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            let detail = "Send the body as it is, without Content-Encoding.";
            Err(AppError::new(ErrorKind::UnsupportedMediaType, "unsupported_encoding", detail))
        }
        _ => Ok(()),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn malformed(detail: String) -> AppError {
    AppError::new(ErrorKind::Malformed, "malformed", detail)
}

fn unreadable(error: &BytesRejection) -> AppError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return AppError::new(ErrorKind::TooLarge, "too_large", "The body is larger than the stated limit.");
    }
    malformed(format!("The body could not be read: {}.", error.body_text()))
}

/// Finds the field in what axum says about a body: `Failed to ...: version.name: must not be empty at line 1 column 40`.
fn wrong_field(text: &str) -> AppError {
    let (_, reason) = text.split_once("target type: ").unwrap_or(("", text));
    let reason = reason.rsplit_once(" at line ").map_or(reason, |(reason, _)| reason);
    let (path, message) = match reason.split_once(": ") {
        Some((path, message)) if !path.contains([' ', '`', '"']) => (path, message),
        _ => ("", reason),
    };
    let named = ["missing field `", "unknown field `"].iter().find_map(|start| {
        let (name, _) = message.strip_prefix(start)?.split_once('`')?;
        Some(name)
    });
    let field = match (path, named) {
        ("", None) => "body".to_owned(),
        ("", Some(name)) => name.to_owned(),
        (path, Some(name)) if path != name && !path.ends_with(&format!(".{name}")) => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    };
    AppError::invalid_field(&field, message)
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

/// Two ids in the path. One that cannot be read names nothing that exists.
pub struct TwoIds<T, U>(pub T, pub U);

impl<T: FromStr, U: FromStr, S: Send + Sync> FromRequestParts<S> for TwoIds<T, U> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let nothing = || AppError::not_found("object");
        let Path((first, second)) =
            Path::<(String, String)>::from_request_parts(parts, state).await.map_err(|_| nothing())?;
        Ok(Self(first.parse().map_err(|_| nothing())?, second.parse().map_err(|_| nothing())?))
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

/// Bytes as they are, for the description of bodies that are not JSON.
pub struct Binary;

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Binary {}

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

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CursorParams {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wrong_field_is_named() {
        let axum = "Failed to deserialize the JSON body into the target type: ";
        for (reason, field, message) in [
            ("version.name: must not be empty at line 1 column 40", "version.name", "must not be empty"),
            ("missing field `name` at line 1 column 2", "name", "missing field `name`"),
            ("version: missing field `name` at line 1 column 9", "version.name", "missing field `name`"),
            ("x: unknown field `x`, expected `name` at line 1 column 4", "x", "unknown field `x`, expected `name`"),
            (
                "invalid type: sequence, expected struct NewProject at line 1 column 0",
                "body",
                "invalid type: sequence, expected struct NewProject",
            ),
        ] {
            let error = wrong_field(&format!("{axum}{reason}"));
            assert_eq!((error.errors[0].field.as_deref(), error.errors[0].message.as_str()), (Some(field), message));
        }
    }
}
