//! The scripts' door to the search.

use super::{Hit, operations};
use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    server::{extract::Params, problem::Problem},
    services::Services,
    vocabulary::{Actor, Page},
};
use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

/// All routes of this slice.
pub fn routes() -> Api {
    Api::new().add(Need::Read, routes!(search))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchParams {
    /// Part of a name, tag, alias or label; or a whole id. Nothing finds nothing.
    #[serde(default)]
    q: String,
}

/// Find projects, experiments, datasets, models and their versions by a word
///
/// Up to 20 of each kind, newest first.
#[utoipa::path(get, path = "/search", operation_id = "search", tag = "search", params(SearchParams),
    responses((status = 200, body = Page<Hit>), (status = "default", body = Problem)))]
async fn search(
    State(services): State<Services>,
    actor: Actor,
    Params(query): Params<SearchParams>,
) -> Result<Json<Page<Hit>>, Failure> {
    Ok(Json(Page::whole(operations::search(&services.database, &actor, &query.q).await?)))
}
