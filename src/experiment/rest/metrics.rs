//! Metrics.

use crate::{
    error::{AppError, ErrorKind, Failure},
    experiment::{MAX_POINTS, NewPoint, StoredPoint, operations},
    server::{
        extract::{Body, Id, Params},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, ExperimentId, MetricSummary, Page},
};
use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Enough for [`MAX_POINTS`] points with long keys.
const MAX_BODY_BYTES: usize = 8 << 20;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(list, log))
        .routes(routes!(history))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

/// 1 to 10,000 points of any series.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Points {
    #[schema(value_type = Vec<NewPoint>, min_items = 1, max_items = 10_000)]
    points: Vec<Value>,
}

#[derive(Serialize, ToSchema)]
struct Accepted {
    /// How many points were kept: all of them.
    accepted: usize,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HistoryParams {
    /// The series, such as `val/accuracy`.
    key: String,
    /// Begin after the point with this `seq`.
    after: Option<i64>,
    /// How many points: 1 to 10,000, 1,000 unless given.
    #[param(minimum = 1, maximum = 10_000)]
    limit: Option<usize>,
}

#[derive(Serialize, ToSchema)]
struct History {
    /// In the order of arrival.
    points: Vec<StoredPoint>,
    /// Give it back as `after` to get the following points; null at the end.
    next_after: Option<i64>,
}

/// Log metric points: all of them, or none
///
/// NaN and the infinities are the texts `"NaN"`, `"Infinity"` and `"-Infinity"`. Steps may repeat and come in any order: every point is
/// kept, in the order of arrival. When points cannot be used, the answer names up to 100 of them by index and nothing is kept.
#[utoipa::path(post, path = "/experiments/{id}/metrics", operation_id = "log_metrics", tag = "metrics", params(("id" = ExperimentId, Path)), request_body = Points,
    responses((status = 200, body = Accepted), (status = 422, description = "`invalid_points`, with the indexes", body = Problem),
        (status = "default", body = Problem)))]
async fn log(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Body(body): Body<Points>,
) -> Result<Json<Accepted>, Failure> {
    Ok(Json(Accepted { accepted: operations::log_metrics(&services.database, &actor, id, body.points).await? }))
}

/// Read the summary of every series
#[utoipa::path(get, path = "/experiments/{id}/metrics", operation_id = "list_metrics", tag = "metrics", params(("id" = ExperimentId, Path)),
    responses((status = 200, body = Page<MetricSummary>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
) -> Result<Json<Page<MetricSummary>>, Failure> {
    Ok(Json(Page::whole(operations::list_metrics(&services.database, &actor, id).await?)))
}

/// Read the points of a series
#[utoipa::path(get, path = "/experiments/{id}/metrics/history", operation_id = "read_metric_history", tag = "metrics", params(("id" = ExperimentId, Path), HistoryParams),
    responses((status = 200, body = History), (status = "default", body = Problem)))]
async fn history(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Params(query): Params<HistoryParams>,
) -> Result<Json<History>, Failure> {
    let limit = query.limit.unwrap_or(1_000);
    if !(1..=MAX_POINTS).contains(&limit) {
        let detail = format!("limit must be 1 to {MAX_POINTS}, not {limit}.");
        return Err(AppError::new(ErrorKind::Malformed, "invalid_query", detail).into());
    }
    let points = operations::history(&services.database, &actor, id, &query.key, query.after, limit as i64).await?;
    let next_after = (points.len() == limit).then(|| points.last().map(|point| point.seq)).flatten();
    Ok(Json(History { points, next_after }))
}
