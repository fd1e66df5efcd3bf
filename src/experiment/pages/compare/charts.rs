//! The curves of what is compared.

use super::{super::read_project_id, CompareQuery};
use crate::{
    error::{AppError, Failure},
    experiment::{
        ExperimentComparison,
        operations::{self, CurveOptions},
    },
    services::Services,
    ui::{
        address::encoded_segment,
        chart::{ChartFile, ChartHelp, ChartOptions, Downloads, LineChart, MAX_SERIES, Point, Series},
    },
    vocabulary::{Actor, ProjectId},
};
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use leptos::prelude::*;

/// The most metrics that are drawn.
const MAX_CHARTS: usize = 8;
const MAX_POINTS: usize = 250;

/// Each metric that several experiments have as one chart, the important ones first.
pub async fn charts(
    services: &Services,
    actor: &Actor,
    comparison: &ExperimentComparison,
    options: ChartOptions,
) -> Result<Vec<(String, Vec<Series>)>, Failure> {
    let shared = comparison.metrics.iter().filter(|metric| metric.values.iter().flatten().count() > 1);
    let keys: Vec<&str> = shared.take(MAX_CHARTS).map(|metric| metric.key.as_str()).collect();
    let mut charts: Vec<(String, Vec<Series>)> = keys.iter().map(|key| ((*key).to_owned(), Vec::new())).collect();
    for experiment in comparison.experiments.iter().take(MAX_SERIES) {
        let id = experiment.summary.id;
        let drawn = CurveOptions { max_points: MAX_POINTS, steps: options.steps() };
        let curves = operations::curves(&services.database, actor, id, &keys, drawn).await?;
        for curve in curves {
            if let Some((_, series)) = charts.iter_mut().find(|(key, _)| *key == curve.summary.key) {
                series.push(Series {
                    name: experiment.summary.name.clone(),
                    last: curve.summary.last.value.to_string(),
                    gaps: curve.special,
                    points: curve.points.iter().map(|point| Point::at(point.step, point.value.0)).collect(),
                });
            }
        }
    }
    // A single point is no curve.
    charts.retain(|(_, series)| series.iter().any(|series| series.points.len() > 1));
    Ok(charts)
}

/// The chart of the metric `key`, as a picture of its own.
pub async fn chart_svg(
    State(services): State<Services>,
    actor: Actor,
    Path(project): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    read_project_id(&project)?;
    let query = CompareQuery::of(&pairs);
    let key = pairs.iter().find(|(name, _)| name == "key").map_or("", |(_, key)| key.as_str());
    let comparison = query.compare(&services, &actor).await?;
    let charts = charts(&services, &actor, &comparison, query.steps).await?;
    let chart = charts.into_iter().find(|(title, _)| title == key);
    let (title, series) = chart.ok_or_else(|| AppError::not_found("chart"))?;
    ChartFile::new(title, series, &pairs).into_answer()
}

/// All charts.
#[component]
pub fn Charts(project: ProjectId, charts: Vec<(String, Vec<Series>)>, query: CompareQuery) -> impl IntoView {
    let path = format!("/projects/{project}/compare");
    let all_steps = query.steps.steps().map(|_| query.with_all_steps().address(&path));
    if charts.is_empty() && all_steps.is_none() {
        return ().into_any();
    }
    let files = query.address(&format!("{path}/chart.svg"));
    let charts: Vec<_> = charts
        .into_iter()
        .enumerate()
        .map(|(index, (title, series))| {
            let downloads = Downloads { svg: format!("{files}&key={}", encoded_segment(&title)), csv: None };
            view! { <LineChart id=format!("chart-{}", index + 1) title series downloads /> }
        })
        .collect();
    let all_steps = all_steps.map(|all| view! { <a class="button small" href=all>"All steps"</a> });
    view! {
        <section class="stack" aria-labelledby="curves">
            <div class="section-head"><h2 id="curves">"Curves"</h2>{all_steps}</div>
            <ChartHelp />
            <div class="chart-grid">{charts}</div>
        </section>
    }
    .into_any()
}
