//! Curves as files: a chart as a picture, and points as a table.

use super::{
    metrics::{grouped, overview},
    read_id,
};
use crate::{
    error::{AppError, Failure},
    experiment::operations,
    services::Services,
    ui::{
        chart::{ChartFile, ChartOptions, Downloads, Series},
        csv::harmless,
    },
    vocabulary::{Actor, ExperimentId},
};
use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};

/// Where a chart of these series is saved, as it is drawn. The first series names the chart.
pub fn downloads(id: ExperimentId, options: ChartOptions, series: &[Series]) -> Downloads {
    let keys: Vec<(&str, &str)> = series.iter().map(|series| ("key", series.name.as_str())).collect();
    let steps = ChartOptions { from: options.from, to: options.to, ..ChartOptions::default() };
    Downloads {
        svg: options.address_with(&format!("/experiments/{id}/metrics/chart.svg"), &keys[..keys.len().min(1)]),
        csv: Some(steps.address_with(&format!("/experiments/{id}/metrics.csv"), &keys)),
    }
}

fn keys(pairs: &[(String, String)]) -> impl Iterator<Item = &str> {
    pairs.iter().filter(|(name, _)| name == "key").map(|(_, value)| value.as_str())
}

/// The chart that has the series `key`, as a picture of its own.
pub async fn chart_svg(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let options = ChartOptions::of(&pairs);
    let key = keys(&pairs).next().unwrap_or_default();
    let overview = overview(&services, &actor, read_id(&id)?, options).await?;
    let charts = grouped(overview.curves, options);
    let chart = charts.into_iter().find(|(_, series)| series.iter().any(|series| series.name == key));
    let (title, series) = chart.ok_or_else(|| AppError::not_found("chart"))?;
    ChartFile::new(title, series, &pairs).into_answer()
}

/// How many points of a file are read at once.
const CSV_POINTS: i64 = 10_000;

/// Every point as a file, read from the database while it is sent; of all series, or of those that the address names as `key`.
pub async fn metrics_csv(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let experiment = operations::find(&services.database, &actor, read_id(&id)?).await?;
    let id = experiment.summary.id;
    let options = ChartOptions::of(&pairs);
    let wanted: Vec<&str> = keys(&pairs).collect();
    let known = experiment.metrics.into_iter().map(|metric| metric.key);
    let keys: Vec<String> = known.filter(|key| wanted.is_empty() || wanted.contains(&key.as_str())).collect();
    let rows = stream::iter(keys).then(move |key| {
        let (services, actor) = (services.clone(), actor.clone());
        async move { Ok::<_, std::io::Error>(rows_of(services, actor, id, key, options)) }
    });
    let head = stream::once(async { Ok(Bytes::from_static(b"metric,step,time,value\r\n")) });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"metrics.csv\""),
    ];
    Ok((headers, Body::from_stream(head.chain(rows.try_flatten()))).into_response())
}

/// The rows of one series, part by part.
fn rows_of(
    services: Services,
    actor: Actor,
    id: ExperimentId,
    key: String,
    options: ChartOptions,
) -> impl futures::Stream<Item = Result<Bytes, std::io::Error>> {
    stream::try_unfold(Some(None), move |state: Option<Option<i64>>| {
        let (services, actor, key) = (services.clone(), actor.clone(), key.clone());
        async move {
            let Some(after) = state else { return Ok(None) };
            let part = operations::history(&services.database, &actor, id, &key, after, CSV_POINTS).await;
            let part = part.map_err(|failure| std::io::Error::other(failure.into_shown().to_string()))?;
            let name = format!("\"{}\"", harmless(&key).replace('"', "\"\""));
            let points = part.iter().map(|stored| stored.point).filter(|point| options.has_step(point.step));
            let rows: String = points
                .map(|point| format!("{name},{},{},{}\r\n", point.step, point.time, point.value.exact()))
                .collect();
            let is_full = part.len() as i64 == CSV_POINTS;
            let next = part.last().filter(|_| is_full).map(|last| Some(last.seq));
            Ok(Some((Bytes::from(rows), next)))
        }
    })
}
