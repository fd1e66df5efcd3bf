//! The curves, images and tables that a training logged.

use super::{
    chart_files::downloads,
    header::{ExperimentTab, tab_page},
    logs::Logs,
    open,
};
use crate::{
    error::Failure,
    experiment::{
        Experiment,
        operations::{self, Curve, CurveOptions, MetricOverview},
    },
    services::Services,
    ui::{
        chart::{ChartForm, ChartHelp, ChartOptions, LineChart, Series, grouped_by_last_part},
        chart_reader::ChartReader,
        metrics::MetricTiles,
        page::Page,
        parts::{CodeBlock, EmptyState, Notice, TableBox},
        sections::Card,
    },
    vocabulary::{
        Actor, ExperimentId, MetricSummary, MetricValue,
        quantity::{self, counted},
    },
};
use axum::extract::{Path, Query, State};
use leptos::prelude::*;

const MAX_CURVES: usize = 24;
const MAX_POINTS: usize = 500;
/// The table has all.
const MAX_VALUES: usize = 24;

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
    let overview = overview(&services, &actor, id, options).await?;
    let charts = grouped(overview.curves, options);
    let logs = operations::list_logs(&services.database, &actor, id).await?;
    let public_url = services.settings.public_url.clone();
    Ok(tab_page(experiment, modal, ExperimentTab::Metrics, move |experiment| {
        let id = experiment.summary.id;
        let is_bare = experiment.metrics.is_empty() && logs.is_empty();
        let nothing = is_bare.then(|| view! { <NoMetrics experiment=experiment.clone() public_url /> });
        view! {
            <div class="live-part" data-live="metrics">
                {nothing}
                <Charts id options charts total=overview.series_count />
                <Values values=overview.values />
                <AllMetrics metrics=experiment.metrics />
                <Logs experiment=id logs pairs />
            </div>
            <ChartReader />
        }
    }))
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

/// The curves that are drawn, and what has none.
pub(super) async fn overview(
    services: &Services,
    actor: &Actor,
    id: ExperimentId,
    options: ChartOptions,
) -> Result<MetricOverview, Failure> {
    let drawn = CurveOptions { max_points: MAX_POINTS, steps: options.steps() };
    operations::metric_overview(&services.database, actor, id, MAX_CURVES, drawn).await
}

/// The curves in groups under their titles.
pub(super) fn grouped(curves: Vec<Curve>, options: ChartOptions) -> Vec<(String, Vec<Series>)> {
    let began = curves.iter().flat_map(|curve| curve.points.iter().map(|point| point.time)).min();
    let series = |curve: Curve| {
        let gaps = curve.special + if options.is_logarithmic { curve.not_positive } else { 0 };
        let (name, last) = (curve.summary.key, curve.summary.last.value.to_string());
        Series { name, last, gaps, points: options.points(&curve.points, began) }
    };
    grouped_by_last_part(curves.into_iter().map(series).collect())
}

/// What is one value, and no curve.
#[component]
fn Values(values: Vec<MetricSummary>) -> impl IntoView {
    (!values.is_empty()).then(|| {
        view! {
            <section class="stack" aria-labelledby="values">
                <h2 id="values">"Values"</h2>
                <MetricTiles metrics=values limit=MAX_VALUES are_single=true />
            </section>
        }
    })
}

#[component]
fn Charts(id: ExperimentId, options: ChartOptions, charts: Vec<(String, Vec<Series>)>, total: usize) -> impl IntoView {
    if charts.is_empty() {
        return ().into_any();
    }
    let drawn: usize = charts.iter().map(|(_, series)| series.len()).sum();
    let more = (drawn < total).then(|| {
        let text =
            format!("The first {drawn} of {} are drawn. The table below has all of them.", counted(total, "metric"));
        view! { <Notice kind="info"><p>{text}</p></Notice> }
    });
    let charts: Vec<_> = charts
        .into_iter()
        .enumerate()
        .map(|(index, (title, series))| {
            let chart = format!("chart-{}", index + 1);
            let downloads = downloads(id, options, &series);
            view! { <LineChart id=chart title series unit=options.unit is_logarithmic=options.is_logarithmic downloads /> }
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
    let number = |value: Option<MetricValue>| {
        let title = value.and_then(MetricValue::title);
        view! { <td class="num" title=title>{value.map_or_else(|| "–".to_owned(), |value| value.to_string())}</td> }
    };
    view! {
        <tr>
            <th scope="row"><code>{metric.key}</code></th>
            {number(Some(metric.last.value))}
            {number(metric.min.map(MetricValue))}
            {number(metric.max.map(MetricValue))}
            <td class="num">{quantity::grouped(metric.last.step)}</td>
            <td class="num">{quantity::grouped(metric.count)}</td>
        </tr>
    }
}
