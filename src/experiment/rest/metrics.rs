//! Metrics.

use crate::{
    auth::gate::{Api, Need},
    error::{AppError, ErrorKind, Failure},
    experiment::{
        MAX_POINTS, MAX_STEP, NewPoint, StoredPoint,
        operations::{self, CurveOptions},
    },
    server::{
        extract::{Body, Id, Params},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, ExperimentId, MetricSummary, Page, SeriesPoint},
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// Enough for [`MAX_POINTS`] points with long keys.
const MAX_BODY_BYTES: usize = 8 << 20;

pub(super) fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(list))
        .add(Need::Write, routes!(log))
        .add(Need::Read, routes!(history))
        .add(Need::Read, routes!(curve))
        .with_bodies_of(MAX_BODY_BYTES)
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

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CurveParams {
    /// The series, such as `val/accuracy`.
    key: String,
    /// How many numbers are enough: 3 to 10,000, 500 unless given.
    #[param(minimum = 3, maximum = 10_000)]
    max_points: Option<usize>,
    /// Only points from this step on.
    from_step: Option<i64>,
    /// Only points up to this step.
    to_step: Option<i64>,
}

#[derive(Default, Serialize, ToSchema)]
struct Curve {
    /// In the order of arrival.
    points: Vec<SeriesPoint>,
    /// How many points these stand for.
    count: i64,
    /// How many of them are NaN or infinite.
    special: i64,
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

/// Read a series thinned out for a chart
///
/// Of a series that has more than `max_points` points, successive ones are put together, and of each such part the lowest, the highest
/// and the lowest above zero remain, so that no extreme is lost on either scale. The first NaN, `Infinity` and `-Infinity` of each part and the last point of the series come on top.
#[utoipa::path(get, path = "/experiments/{id}/metrics/curve", operation_id = "read_metric_curve", tag = "metrics", params(("id" = ExperimentId, Path), CurveParams),
    responses((status = 200, body = Curve), (status = "default", body = Problem)))]
async fn curve(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ExperimentId>,
    Params(query): Params<CurveParams>,
) -> Result<Json<Curve>, Failure> {
    let max_points = query.max_points.unwrap_or(500);
    if !(3..=MAX_POINTS).contains(&max_points) {
        let detail = format!("max_points must be 3 to {MAX_POINTS}, not {max_points}.");
        return Err(AppError::new(ErrorKind::Malformed, "invalid_query", detail).into());
    }
    let steps = (query.from_step.unwrap_or(0), query.to_step.unwrap_or(MAX_STEP));
    let options = CurveOptions { max_points, steps: Some(steps) };
    let curves = operations::curves(&services.database, &actor, id, &[&query.key], options).await?;
    let curve = curves.into_iter().next();
    Ok(Json(curve.map_or_else(Curve::default, |curve| Curve {
        points: curve.points,
        count: curve.count,
        special: curve.special,
    })))
}
