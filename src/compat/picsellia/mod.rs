//! The calls of the Python SDK of Picsellia, so that scripts that were written for that platform run here as they are.
//!
//! Each call parses, calls the operation that every other door calls, and answers in the protocol's shape. The protocol was read from
//! `picsellia` 6.37.0 as published on PyPI; `docs/picsellia.md` lists its calls.

mod answer;
mod artifacts;
mod ask;
mod client;
mod datasets;
mod docker;
mod errors;
mod experiments;
mod export;
mod files;
pub mod import;
mod labels;
mod logs;
mod models;
mod objects;
mod outside;
mod projects;
mod retries;
mod storage;
mod tags;
mod telemetry;
mod versions;
mod words;

use crate::{
    auth::{gate::Calls, request::require_token},
    services::Services,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::any,
};

/// The largest body, logs excepted, in bytes.
const MAX_BODY_BYTES: usize = 2 << 20;

/// Every call, with what it demands.
pub fn calls() -> Calls {
    Calls::new()
        .merge(client::calls())
        .merge(datasets::calls())
        .merge(labels::calls())
        .merge(projects::calls())
        .merge(experiments::calls())
        .merge(logs::calls())
        .merge(telemetry::calls())
        .merge(storage::calls())
        .merge(artifacts::calls())
        .merge(export::calls())
        .merge(models::calls())
        .merge(versions::calls())
        .merge(files::calls())
        .merge(tags::calls())
}

/// The calls behind their doors.
pub fn router(services: Services) -> Router {
    let (for_tokens, signed) = calls().into_routers();
    let for_tokens = for_tokens
        .route("/api/{*nowhere}", any(outside::refuse))
        .method_not_allowed_fallback(outside::refuse_method)
        .layer(from_fn_with_state(retries::Unreceived::default(), retries::answer_once))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn(client::require_own_organization))
        .layer(from_fn_with_state(services.clone(), require_token));
    for_tokens.merge(signed).layer(from_fn(errors::reshape)).with_state(services)
}
