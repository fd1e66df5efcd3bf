//! What was looked at last, as the browser remembers it.

use super::Recent;
use crate::auth::request::cookie;
use axum::{extract::FromRequestParts, http::request::Parts};
use std::convert::Infallible;

impl<S: Sync> FromRequestParts<S> for Recent {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_cookie(cookie(&parts.headers, Self::COOKIE)))
    }
}
