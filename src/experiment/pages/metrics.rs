//! The curves, images and tables that a training logged.

use super::{
    header::{ExperimentTab, tab_page},
    logs::Logs,
    open,
};
use crate::{
    error::Failure,
    experiment::{
        Experiment,
        operations::{self, Curve, CurveOptions},
    },
    services::Services,
    ui::{
        chart::{ChartForm, ChartHelp, ChartOptions, LineChart, Series, grouped_by_last_part},
        chart_reader::ChartReader,
        page::Page,
        parts::{CodeBlock, EmptyState, Notice, TableBox},
        sections::Card,
    },
    vocabulary::{
        Actor, ExperimentId, MetricSummary, MetricValue,
        quantity::{counted, grouped},
    },
};
use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use leptos::prelude::*;

const MAX_CURVES: usize = 24;
const MAX_POINTS: usize = 500;

/// Charts, all series in one table, and the logged images and tables.
pub async fn metrics(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Page, Failure> {
    let options = ChartOptions::of(&pairs);
    let (experiment, modal) = open(&services, &actor, &id).await?;
    let id = experiment.summary.id;
    let drawn = CurveOptions { max_points: MAX_POINTS, steps: options.steps() };
    let curves = operations::overview_curves(&services.database, &actor, id, MAX_CURVES, drawn).await?;
    let logs = operations::list_logs(&services.database, &actor, id).await?;
    let public_url = services.settings.public_url.clone();
    Ok(tab_page(experiment, modal, ExperimentTab::Metrics, move |experiment| {
        let id = experiment.summary.id;
        let is_bare = experiment.metrics.is_empty() && logs.is_empty();
        let nothing = is_bare.then(|| view! { <NoMetrics experiment=experiment.clone() public_url /> });
        view! {
            <div class="live-part" data-live="metrics">
                {nothing}
                <Charts id options curves total=experiment.metrics.len() />
                <AllMetrics metrics=experiment.metrics />
                <Logs experiment=id logs pairs />
            </div>
            <ChartReader />
        }
    }))
}

/// How many points of a file are read at once.
const CSV_POINTS: i64 = 10_000;

/// Every point of every series as a file, read from the database while it is sent.
pub async fn metrics_csv(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let experiment = operations::find(&services.database, &actor, super::read_id(&id)?).await?;
    let id = experiment.summary.id;
    let keys: Vec<String> = experiment.metrics.into_iter().map(|metric| metric.key).collect();
    let rows = stream::iter(keys).then(move |key| {
        let (services, actor) = (services.clone(), actor.clone());
        async move { Ok::<_, std::io::Error>(rows_of(services, actor, id, key)) }
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
) -> impl futures::Stream<Item = Result<Bytes, std::io::Error>> {
    stream::try_unfold(Some(None), move |state: Option<Option<i64>>| {
        let (services, actor, key) = (services.clone(), actor.clone(), key.clone());
        async move {
            let Some(after) = state else { return Ok(None) };
            let part = operations::history(&services.database, &actor, id, &key, after, CSV_POINTS).await;
            let part = part.map_err(|failure| std::io::Error::other(failure.into_shown().to_string()))?;
            let name = format!("\"{}\"", key.replace('"', "\"\""));
            let rows: String = part
                .iter()
                .map(|stored| format!("{name},{},{},{}\r\n", stored.point.step, stored.point.time, stored.point.value))
                .collect();
            let is_full = part.len() as i64 == CSV_POINTS;
            let next = part.last().filter(|_| is_full).map(|last| Some(last.seq));
            Ok(Some((Bytes::from(rows), next)))
        }
    })
}

#[component]
fn NoMetrics(experiment: Experiment, public_url: String) -> impl IntoView {
    let command = format!(
        "curl -X POST {public_url}/api/v1/experiments/{}/metrics \\\n  -H \"Authorization: Bearer $HEIRLOOM_TOKEN\" \\\n  \
         -H \"Content-Type: application/json\" \\\n  -d '{{\"points\": [{{\"key\": \"val/loss\", \"step\": 1, \"value\": 0.5}}]}}'",
        experiment.summary.id
    );
    view! {
        <EmptyState icon="chart" title="No metric yet">
            <p>"Nothing was logged so far. A training logs its metrics, images and tables while it runs, with nothing but a token:"</p>
            <CodeBlock text=command label="command that logs a metric".to_owned() />
        </EmptyState>
    }
}

#[component]
fn Charts(id: ExperimentId, options: ChartOptions, curves: Vec<Curve>, total: usize) -> impl IntoView {
    if curves.is_empty() {
        return ().into_any();
    }
    let drawn = curves.len();
    let more = (drawn < total).then(|| {
        let text =
            format!("The first {drawn} of {} are drawn. The table below has all of them.", counted(total, "metric"));
        view! { <Notice kind="info"><p>{text}</p></Notice> }
    });
    let began = curves.iter().flat_map(|curve| curve.points.iter().map(|point| point.time)).min();
    let series = |curve: Curve| {
        let gaps = curve.special + if options.is_logarithmic { curve.not_positive } else { 0 };
        let (name, last) = (curve.summary.key, curve.summary.last.value.to_string());
        Series { name, last, gaps, points: options.points(&curve.points, began) }
    };
    let charts: Vec<_> = grouped_by_last_part(curves.into_iter().map(series).collect())
        .into_iter()
        .enumerate()
        .map(|(index, (title, series))| {
            let id = format!("chart-{}", index + 1);
            view! { <LineChart id title series unit=options.unit is_logarithmic=options.is_logarithmic /> }
        })
        .collect();
    view! {
        <section class="stack" aria-labelledby="curves">
            <h2 class="visually-hidden" id="curves">"Curves"</h2>
            <ChartForm options action=format!("/experiments/{id}/metrics") csv=format!("/experiments/{id}/metrics.csv") />
            {more}
            <ChartHelp />
            <div class="chart-grid">{charts}</div>
        </section>
    }
    .into_any()
}

#[component]
fn AllMetrics(metrics: Vec<MetricSummary>) -> impl IntoView {
    if metrics.is_empty() {
        return ().into_any();
    }
    let count = metrics.len().to_string();
    let rows: Vec<_> = metrics.into_iter().map(|metric| view! { <MetricRow metric /> }).collect();
    view! {
        <Card id="all-metrics" title="All metrics" count>
            <TableBox label="All metrics table".to_owned()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Metric"</th>
                            <th scope="col" class="num">"Last"</th>
                            <th scope="col" class="num">"Lowest"</th>
                            <th scope="col" class="num">"Highest"</th>
                            <th scope="col" class="num">"Last step"</th>
                            <th scope="col" class="num">"Points"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        </Card>
    }
    .into_any()
}

#[component]
fn MetricRow(metric: MetricSummary) -> impl IntoView {
    let extreme = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| MetricValue(value).to_string());
    view! {
        <tr>
            <th scope="row"><code>{metric.key}</code></th>
            <td class="num">{metric.last.value.to_string()}</td>
            <td class="num">{extreme(metric.min)}</td>
            <td class="num">{extreme(metric.max)}</td>
            <td class="num">{grouped(metric.last.step)}</td>
            <td class="num">{grouped(metric.count)}</td>
        </tr>
    }
}
