//! The way to the identity provider and back.

use super::{begin, sign_in};
use crate::{
    auth::{
        AuthError,
        operations::{self, Visitor},
        provider::{Luggage, Provider},
        request,
    },
    error::{AppError, Failure},
    services::Services,
    ui::address::{decoded_segment, encoded_segment},
};
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::sync::Arc;

/// How long somebody may take at the provider, in seconds.
const LUGGAGE_SECONDS: u32 = 600;

/// Where somebody wanted to go.
#[derive(Default, Deserialize)]
pub struct LeaveQuery {
    #[serde(default)]
    next: String,
}

/// What the provider sends back.
#[derive(Deserialize)]
pub struct ArriveQuery {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

fn cookie_name(services: &Services) -> &'static str {
    if services.settings.is_https() { "__Host-provider" } else { "provider" }
}

fn set_luggage(response: &mut Response, services: &Services, value: &str, age_seconds: u32) {
    let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_seconds}", cookie_name(services));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

fn provider_of(services: &Services) -> Result<Arc<Provider>, AppError> {
    services.provider.clone().ok_or_else(|| AppError::not_found("identity provider"))
}

/// Goes to the provider.
pub async fn leave(
    State(services): State<Services>,
    visitor: Visitor,
    Query(query): Query<LeaveQuery>,
) -> Result<Response, Failure> {
    let provider = provider_of(&services)?;
    // Each way there and back asks the provider, and waits for it.
    visitor.count_provider(&services)?;
    let departure = provider.departure().await?;
    let mut response = Redirect::to(&departure.address).into_response();
    let luggage = format!("{}|{}", departure.luggage.to_cookie(), encoded_segment(&query.next));
    set_luggage(&mut response, &services, &luggage, LUGGAGE_SECONDS);
    Ok(response)
}

/// Comes back. Only the browser that went can: it has the luggage.
pub async fn arrive(
    State(services): State<Services>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(ArriveQuery { code, state }): Query<ArriveQuery>,
) -> Result<Response, Failure> {
    let provider = provider_of(&services)?;
    let cookie = request::cookie(&headers, cookie_name(&services)).and_then(|cookie| cookie.split_once('|'));
    let (luggage, next) = cookie.ok_or(AuthError::Provider)?;
    let luggage = Luggage::from_cookie(luggage).filter(|luggage| luggage.state == state).ok_or(AuthError::Provider)?;
    let next = decoded_segment(next).unwrap_or_default();
    visitor.count_provider(&services)?;
    let identity = provider.arrival(code, luggage).await?;
    let signed_in = operations::sign_in_with_identity(&services, &provider.settings, &visitor, &identity).await?;
    let mut response = Redirect::to(sign_in::same_origin_path(&next)).into_response();
    set_luggage(&mut response, &services, "", 0);
    begin(response, &services, &signed_in)
}
