//! The scripts' door to the trail.

use super::{AuditQuery, TrailEntry, operations};
use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    server::{
        extract::{Params, limit},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, Page},
};
use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

/// All routes of this slice.
pub fn routes() -> Api {
    Api::new().add(Need::Manage, routes!(list))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditParams {
    /// Part of an e-mail address or of a token's name, or the whole id of a person or token.
    #[serde(default)]
    who: String,
    /// The verb, such as `export`.
    #[serde(default)]
    action: String,
    /// The noun, such as `model_version`.
    #[serde(default)]
    kind: String,
    /// The whole id of an object.
    #[serde(default)]
    object: String,
    /// A day (UTC) such as `2026-11-23`, or an RFC 3339 time.
    #[serde(default)]
    from: String,
    /// A day (UTC), which is included, or an RFC 3339 time, which is not.
    #[serde(default)]
    to: String,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many items: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Read the trail of changes: who did what to which object, when, from where, and what it was before and after
///
/// Newest first; for owners. Every entry carries the hash of the one before it: `heirloom audit verify` checks them.
#[utoipa::path(get, path = "/audit", operation_id = "list_audit_entries", tag = "audit", params(AuditParams),
    responses((status = 200, body = Page<TrailEntry>), (status = 403, description = "`role_too_low`", body = Problem), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Params(params): Params<AuditParams>,
) -> Result<Json<Page<TrailEntry>>, Failure> {
    let AuditParams { who, action, kind, object, from, to, cursor, limit: asked } = params;
    let query = AuditQuery { who, action, kind, object, from, to, ..AuditQuery::default() };
    let entries =
        operations::list(&services.database, &actor, &query.checked()?, cursor.as_deref(), limit(asked)?).await?;
    Ok(Json(entries))
}
