//! What the calls take from a request. The SDK sends more than it says and spells booleans as Python does, so much is overlooked that
//! `/api/v1` refuses.

use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::Actor,
};
use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{StatusCode, request::Parts},
};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// A JSON object as the body; keys that nobody knows are overlooked.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        read(request, state, b'{', "an object").await.map(Self)
    }
}

/// A JSON list as the body.
pub struct Items<T>(pub Vec<T>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Items<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        read(request, state, b'[', "a list").await.map(Self)
    }
}

/// Reads a body that begins with `first`: serde would take a list for the fields of a struct in their order.
async fn read<T: DeserializeOwned, S: Send + Sync>(
    request: Request,
    state: &S,
    first: u8,
    what: &str,
) -> Result<T, Failure> {
    let bytes = Bytes::from_request(request, state).await.map_err(|error| {
        let is_too_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
        let kind = if is_too_large { ErrorKind::TooLarge } else { ErrorKind::Malformed };
        AppError::new(kind, "unreadable_body", format!("The body could not be read: {}.", error.body_text()))
    })?;
    match serde_json::from_slice(&bytes) {
        Ok(_) if bytes.trim_ascii_start().first() != Some(&first) => {
            Err(AppError::new(ErrorKind::Invalid, "invalid_field", format!("The body must be {what}.")).into())
        }
        Ok(value) => Ok(value),
        Err(error) if error.is_data() => {
            Err(AppError::new(ErrorKind::Invalid, "invalid_field", format!("The body cannot be used: {error}.")).into())
        }
        Err(error) => {
            Err(AppError::new(ErrorKind::Malformed, "malformed", format!("The body is not JSON: {error}.")).into())
        }
    }
}

/// The query, in its order; what nobody asks for is overlooked.
pub struct Asked(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let query = Query::from_request_parts(parts, state).await;
        query.map(|Query(pairs)| Self(pairs)).map_err(|error| invalid_query(error.body_text()).into())
    }
}

impl Asked {
    /// The first value of a key.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.all(key).next()
    }

    /// All values of a key that may be given several times.
    pub fn all<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// A value that must be readable when it is there.
    pub fn parsed<T: FromStr>(&self, key: &str) -> Result<Option<T>, AppError> {
        let read = |text: &str| text.parse().map_err(|_| invalid_query(format!("{key} cannot be read.")));
        self.text(key).map(read).transpose()
    }

    /// A boolean, as Python spells it.
    pub fn is_true(&self, key: &str, otherwise: bool) -> Result<bool, AppError> {
        match self.text(key).map(str::to_ascii_lowercase).as_deref() {
            None => Ok(otherwise),
            Some("true" | "1") => Ok(true),
            Some("false" | "0") => Ok(false),
            Some(_) => Err(invalid_query(format!("{key} must be True or False."))),
        }
    }

    /// The one key by which something is to be found.
    pub fn one_of<'a>(&'a self, keys: &[&'static str]) -> Result<(&'static str, &'a str), AppError> {
        let found = keys.iter().find_map(|key| self.text(key).map(|value| (*key, value)));
        found.ok_or_else(|| invalid_query(format!("Say what to find, with one of {}.", keys.join(", "))))
    }
}

fn invalid_query(detail: impl Into<String>) -> AppError {
    AppError::new(ErrorKind::Malformed, "invalid_query", detail)
}

/// Text that names an object. What cannot be read names nothing.
pub fn id<T: FromStr>(text: &str, noun: &str) -> Result<T, AppError> {
    text.parse().map_err(|_| AppError::not_found(noun))
}

/// The organization that the address names, if it is the one of the token.
pub struct Own;

impl<S: Send + Sync> FromRequestParts<S> for Own {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let nothing = || AppError::not_found("organization");
        let actor = Actor::from_request_parts(parts, state).await?;
        let Path(named) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| nothing())?;
        match named.parse() {
            Ok(id) if actor.organization_id == id => Ok(Self),
            _ => Err(nothing().into()),
        }
    }
}
