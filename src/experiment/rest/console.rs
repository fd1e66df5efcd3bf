//! What a training prints.

use crate::{
    auth::gate::{Api, Need},
    error::{AppError, ErrorKind, Failure},
    experiment::{ConsoleLine, ConsoleQuery, MAX_CONSOLE_BATCH, NewConsoleLine, operations},
    server::{
        extract::{Body, Id, Params},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, ExperimentId, Page},
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// Enough for [`MAX_CONSOLE_BATCH`] of the longest lines.
const MAX_BODY_BYTES: usize = 20 << 20;

pub(super) fn routes() -> Api {
    Api::new().add(Need::Read, routes!(read)).add(Need::Write, routes!(log)).with_bodies_of(MAX_BODY_BYTES)
}

/// 1 to 1,000 lines.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConsoleLines {
    #[schema(min_items = 1, max_items = 1_000)]
    lines: Vec<NewConsoleLine>,
}

#[derive(Serialize, ToSchema)]
struct ConsoleLength {
    /// How many lines the experiment has now.
    count: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReadConsole {
    /// Part of the line; upper and lower case are the same.
    #[serde(default)]
    search: String,
    /// Lines after the one with this `seq`, from there on. Without it, the newest.
    after: Option<i64>,
    /// How many lines: 1 to 1,000, 200 unless given.
    #[param(minimum = 1, maximum = 1_000)]
    limit: Option<usize>,
}

/// Log printed lines, after those that are there
#[utoipa::path(post, path = "/experiments/{id}/console", operation_id = "log_console", tag = "console", params(("id" = ExperimentId, Path)), request_body = ConsoleLines,
    responses((status = 200, body = ConsoleLength), (status = 409, description = "`too_many_lines`", body = Problem),
        (status = 422, description = "`invalid_lines`", body = Problem), (status = "default", body = Problem)))]
async fn log(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Body(body): Body<ConsoleLines>,
) -> Result<Json<ConsoleLength>, Failure> {
    let count = operations::log_console(&services.database, &actor, id, body.lines).await?;
    Ok(Json(ConsoleLength { count }))
}

/// Read printed lines in the order of arrival
#[utoipa::path(get, path = "/experiments/{id}/console", operation_id = "read_console", tag = "console", params(("id" = ExperimentId, Path), ReadConsole),
    responses((status = 200, body = Page<ConsoleLine>), (status = "default", body = Problem)))]
async fn read(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Params(query): Params<ReadConsole>,
) -> Result<Json<Page<ConsoleLine>>, Failure> {
    let limit = query.limit.unwrap_or(200);
    if !(1..=MAX_CONSOLE_BATCH).contains(&limit) {
        let detail = format!("limit must be 1 to {MAX_CONSOLE_BATCH}, not {limit}.");
        return Err(AppError::new(ErrorKind::Malformed, "invalid_query", detail).into());
    }
    let query = ConsoleQuery { search: query.search, after: query.after, limit };
    Ok(Json(Page::whole(operations::console(&services.database, &actor, id, &query).await?)))
}
