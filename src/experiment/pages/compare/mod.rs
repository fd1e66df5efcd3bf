//! Experiments side by side (R4): what is different, which is best, and the way to its export.

mod charts;

pub use charts::chart_svg;
use charts::{Charts, charts};

use super::{StatusMark, address, project::text_of, read_project_id};
use crate::{
    error::{AppError, ErrorKind, Failure},
    experiment::{
        Cell, ComparedLabels, ComparedMetric, ComparedValue, Experiment, ExperimentComparison, Project,
        operations::{self, MAX_COMPARED},
    },
    services::Services,
    ui::{
        address::with_query,
        chart::ChartOptions,
        chart_reader::ChartReader,
        csv::CsvFile,
        icon::Icon,
        label_comparison::VerdictChip,
        page::Page,
        parts::{Breadcrumb, Crumb, EmptyState, Notice, TableBox},
        sections::Card,
    },
    vocabulary::{
        Actor, ExperimentId, MetricValue, direction::Direction, label_map::comparison::Verdict, quantity::counted,
    },
};
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde_json::Value;

/// The state of a comparison, as the address holds it.
#[derive(Clone, Debug, Default)]
struct CompareQuery {
    ids: Vec<String>,
    /// Whether rows in which all are the same are shown, too.
    is_whole: bool,
    /// Metrics whose good end somebody has chosen.
    directions: Vec<(String, Direction)>,
    /// The steps that are drawn.
    steps: ChartOptions,
}

impl CompareQuery {
    fn of(pairs: &[(String, String)]) -> Self {
        let mut query = Self { steps: ChartOptions::of(pairs), ..Self::default() };
        for (name, value) in pairs {
            match name.as_str() {
                "experiment" if !query.ids.contains(value) => query.ids.push(value.clone()),
                "all" => query.is_whole = value == "yes",
                "higher" => query.directions.push((value.clone(), Direction::HigherIsBetter)),
                "lower" => query.directions.push((value.clone(), Direction::LowerIsBetter)),
                _ => {}
            }
        }
        query
    }

    fn address(&self, path: &str) -> String {
        let mut pairs: Vec<(&str, &str)> = self.ids.iter().map(|id| ("experiment", id.as_str())).collect();
        if self.is_whole {
            pairs.push(("all", "yes"));
        }
        for (key, direction) in &self.directions {
            pairs.push((if *direction == Direction::HigherIsBetter { "higher" } else { "lower" }, key));
        }
        let [from, to] = [self.steps.from, self.steps.to].map(|step| step.map(|step| step.to_string()));
        pairs.extend([("from", from.as_deref().unwrap_or_default()), ("to", to.as_deref().unwrap_or_default())]);
        with_query(path, &pairs)
    }

    fn with_all_steps(&self) -> Self {
        Self { steps: ChartOptions::default(), ..self.clone() }
    }

    fn without(&self, id: &str) -> Self {
        Self { ids: self.ids.iter().filter(|known| *known != id).cloned().collect(), ..self.clone() }
    }

    fn with_base(&self, id: &str) -> Self {
        let others = self.ids.iter().filter(|known| *known != id).cloned();
        Self { ids: std::iter::once(id.to_owned()).chain(others).collect(), ..self.clone() }
    }

    fn with_direction(&self, key: &str, direction: Direction) -> Self {
        let mut directions: Vec<_> = self.directions.iter().filter(|(known, _)| known != key).cloned().collect();
        directions.push((key.to_owned(), direction));
        Self { directions, ..self.clone() }
    }

    async fn compare(&self, services: &Services, actor: &Actor) -> Result<ExperimentComparison, Failure> {
        let ids = self.ids.iter().map(|id| id.parse().map_err(|_| AppError::not_found("experiment")));
        let ids = ids.collect::<Result<Vec<ExperimentId>, _>>()?;
        let mut comparison = operations::compare(&services.database, actor, &ids).await?;
        for (key, direction) in &self.directions {
            comparison.set_direction(key, Some(*direction));
        }
        Ok(comparison)
    }
}

/// The comparison of the chosen experiments.
pub async fn compare(
    State(services): State<Services>,
    actor: Actor,
    Path(project): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let query = CompareQuery::of(&pairs);
    let project = operations::find_project(&services.database, &actor, read_project_id(&project)?).await?;
    if !(2..=MAX_COMPARED).contains(&query.ids.len()) {
        return Ok(wrong_number(project, query.ids.len())
            .with_status(StatusCode::UNPROCESSABLE_ENTITY)
            .into_response());
    }
    let comparison = query.compare(&services, &actor).await?;
    let charts = charts(&services, &actor, &comparison, query.steps).await?;
    let may_write = actor.may_write();
    let page = Page::new("/", format!("Compare · {}", project.name), move || {
        let path = format!("/projects/{}", project.id);
        let above = vec![Crumb::new("Projects", "/"), Crumb::new(project.name.clone(), path.clone())];
        let here = format!("{path}/compare");
        let csv = query.address(&format!("{path}/compare.csv"));
        let other = CompareQuery { is_whole: !query.is_whole, ..query.clone() }.address(&here);
        let switch = if query.is_whole { "Show only differences" } else { "Show everything" };
        view! {
            <header class="page-header">
                <Breadcrumb above here="Compare".to_owned() />
                <div class="page-title"><h1>"Compare experiments"</h1></div>
                <div class="page-actions">
                    <a class="button" href=other>{switch}</a>
                    <a class="button" href=csv download><Icon name="table" />"CSV"</a>
                </div>
                <p class="page-lead">{format!("{}; the first is what the others are compared with.", counted(query.ids.len(), "experiment"))}</p>
            </header>
            <Table comparison=comparison.clone() query=query.clone() path=here may_write />
            <LabelMaps experiments=comparison.experiments label_maps=comparison.label_maps />
            <Charts project=project.id charts query />
            <ChartReader />
        }
    });
    Ok(page.into_response())
}

/// Everything as a file.
pub async fn compare_csv(
    State(services): State<Services>,
    actor: Actor,
    Path(project): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let query = CompareQuery::of(&pairs);
    let project = operations::find_project(&services.database, &actor, read_project_id(&project)?).await?;
    let comparison = query.compare(&services, &actor).await?;
    if comparison.experiments.is_empty() {
        return Err(AppError::new(ErrorKind::Malformed, "invalid_query", "Choose experiments first.").into());
    }
    let mut head = vec!["kind".to_owned(), "name".to_owned()];
    head.extend(comparison.experiments.iter().map(|experiment| experiment.summary.name.clone()));
    let row = |kind: &str, row: &ComparedValue| {
        let mut cells = vec![kind.to_owned(), row.name.clone()];
        cells.extend(row.values.iter().map(|value| value.as_ref().map(shown_value).unwrap_or_default()));
        cells
    };
    let facts = comparison.facts.iter().map(|fact| row("fact", fact));
    let metrics = comparison.metrics.iter().map(|metric| {
        let mut cells = vec!["metric".to_owned(), metric.key.clone()];
        cells.extend(metric.values.iter().map(|value| value.map(MetricValue::exact).unwrap_or_default()));
        cells
    });
    let parameters = comparison.parameters.iter().map(|parameter| row("parameter", parameter));
    let rows = facts.chain(metrics).chain(parameters).collect();
    CsvFile { name: format!("{} comparison", project.name), head, rows }.into_answer()
}

fn shown_value(value: &Value) -> String {
    text_of(&Cell::Parameter(value.clone()))
}

fn wrong_number(project: Project, chosen: usize) -> Page {
    Page::new("/", format!("Compare · {}", project.name), move || {
        let path = format!("/projects/{}", project.id);
        let above = vec![Crumb::new("Projects", "/"), Crumb::new(project.name.clone(), path.clone())];
        let words = format!("{} chosen. Choose 2 to {MAX_COMPARED} in the list.", counted(chosen, "experiment"));
        view! {
            <header class="page-header">
                <Breadcrumb above here="Compare".to_owned() />
                <div class="page-title"><h1>"Compare experiments"</h1></div>
            </header>
            <EmptyState icon="compare" title="Choose what to compare">
                <p>{words}</p>
                <div class="row"><a class="button primary" href=path>"Back to the list"</a></div>
            </EmptyState>
        }
    })
}

#[component]
fn Table(comparison: ExperimentComparison, query: CompareQuery, path: String, may_write: bool) -> impl IntoView {
    let is_whole = query.is_whole;
    let width = comparison.experiments.len() + 1;
    let heads: Vec<_> = comparison
        .experiments
        .iter()
        .enumerate()
        .map(|(place, experiment)| {
            view! { <Head experiment=experiment.clone() is_base=place == 0 query=query.clone() path=path.clone() may_write /> }
        })
        .collect();
    let all = comparison.metrics.len() + comparison.parameters.len() + comparison.facts.len();
    let metrics: Vec<_> = comparison
        .metrics
        .into_iter()
        .filter(|row| is_whole || row.is_different)
        .map(|metric| view! { <MetricRow metric query=query.clone() path=path.clone() /> })
        .collect();
    let rows = |rows: Vec<ComparedValue>| -> Vec<_> {
        rows.into_iter().filter(|row| is_whole || row.is_different).map(|row| view! { <ValueRow row /> }).collect()
    };
    let (parameters, facts) = (rows(comparison.parameters), rows(comparison.facts));
    let hidden = all - metrics.len() - parameters.len() - facts.len();
    let hidden = (hidden > 0).then(|| {
        let words = format!("{} in which all are the same: not shown.", counted(hidden, "row"));
        view! { <p class="muted small table-actions">{words}</p> }
    });
    view! {
        <div class="card">
            <TableBox label="Comparison table".to_owned()>
                <table class="table comparison">
                    <thead><tr><th scope="col"><span class="visually-hidden">"What"</span></th>{heads}</tr></thead>
                    <RowGroup title="Metrics" width rows=metrics />
                    <RowGroup title="Parameters" width rows=parameters />
                    <RowGroup title="Facts" width rows=facts />
                </table>
            </TableBox>
            {hidden}
        </div>
    }
}

#[component]
fn RowGroup<V: IntoView + 'static>(title: &'static str, width: usize, rows: Vec<V>) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        view! {
            <tbody>
                <tr class="group"><th scope="rowgroup" colspan=width>{title}</th></tr>
                {rows}
            </tbody>
        }
    })
}

#[component]
fn Head(experiment: Experiment, is_base: bool, query: CompareQuery, path: String, may_write: bool) -> impl IntoView {
    let id = experiment.summary.id.to_string();
    let base = query.with_base(&id).address(&path);
    let without = query.without(&id).address(&path);
    let name = experiment.summary.name.clone();
    let base = match is_base {
        true => view! { <span class="chip accent">"Base"</span> }.into_any(),
        false => view! { <a class="small" href=base>"Make it the base"</a> }.into_any(),
    };
    let export = may_write.then(|| {
        view! { <a class="button small primary" href=format!("/experiments/{id}/export")>"Export as a Model"<span class="visually-hidden">" "{name.clone()}</span></a> }
    });
    let remove = (query.ids.len() > 2).then(|| {
        view! { <a class="small" href=without>"Take out"<span class="visually-hidden">" "{experiment.summary.name.clone()}</span></a> }
    });
    view! {
        <th scope="col">
            <div class="stack tight">
                <a href=address(experiment.summary.id)><bdi>{experiment.summary.name.clone()}</bdi></a>
                <StatusMark status=experiment.summary.status />
                {base}
                {remove}
                {export}
            </div>
        </th>
    }
}

#[component]
fn MetricRow(metric: ComparedMetric, query: CompareQuery, path: String) -> impl IntoView {
    let cells: Vec<_> = metric
        .values
        .iter()
        .enumerate()
        .map(|(place, value)| {
            let is_best = metric.best.contains(&place);
            let text = value.map_or_else(|| "–".to_owned(), |value| value.to_string());
            let title = value.and_then(MetricValue::title);
            let mark = is_best.then(|| view! { <span class="visually-hidden">" (best)"</span> });
            view! { <td class=if is_best { "num best" } else { "num" } title=title>{text}{mark}</td> }
        })
        .collect();
    let turned = match metric.direction {
        Some(Direction::HigherIsBetter) => Direction::LowerIsBetter,
        _ => Direction::HigherIsBetter,
    };
    let words = metric.direction.map_or("which end is good?", Direction::for_people);
    let href = query.with_direction(&metric.key, turned).address(&path);
    view! {
        <tr>
            <th scope="row"><bdi>{metric.key}</bdi><a class="sub" href=href title=format!("Say instead: {}", turned.for_people())>{words}</a></th>
            {cells}
        </tr>
    }
}

#[component]
fn ValueRow(row: ComparedValue) -> impl IntoView {
    let base = row.values.first().cloned().flatten();
    let cells: Vec<_> = row
        .values
        .into_iter()
        .map(|value| {
            let differs = value != base;
            let text = value.as_ref().map_or_else(|| "–".to_owned(), shown_value);
            view! { <td class=differs.then_some("differs") dir="auto">{text}</td> }
        })
        .collect();
    view! { <tr><th scope="row"><bdi>{row.name}</bdi></th>{cells}</tr> }
}

#[component]
fn LabelMaps(experiments: Vec<Experiment>, label_maps: Vec<ComparedLabels>) -> impl IntoView {
    let are_same = label_maps.iter().all(|labels| labels.comparison.verdict == Verdict::Identical);
    let rows: Vec<_> = experiments
        .into_iter()
        .zip(label_maps)
        .map(|(experiment, labels)| {
            let listed: Vec<_> = labels.labels.classes().take(12).map(|(_, label)| label.to_owned()).collect();
            let more = labels.labels.len().saturating_sub(listed.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let meaning = labels.comparison.meaning();
            view! {
                <tr>
                    <th scope="row"><bdi>{experiment.summary.name}</bdi></th>
                    <td class="num">{labels.labels.len()}</td>
                    <td dir="auto">{listed.join(", ")}{more}</td>
                    <td><VerdictChip verdict=labels.comparison.verdict /><span class="sub">{meaning}</span></td>
                </tr>
            }
        })
        .collect();
    if are_same {
        return view! { <Notice kind="info"><p>"All have the same label map."</p></Notice> }.into_any();
    }
    view! {
        <Card id="label-maps" title="Label maps">
            <TableBox label="Label maps table".to_owned()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Experiment"</th>
                            <th scope="col" class="num">"Labels"</th>
                            <th scope="col">"Which"</th>
                            <th scope="col">"Compared with the base"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        </Card>
    }
    .into_any()
}
