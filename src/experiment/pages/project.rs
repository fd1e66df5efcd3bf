//! One project: its experiments, side by side.

use super::{StatusMark, address, read_project_id};
use crate::{
    error::Failure,
    experiment::{ExperimentFilter, ExperimentSummary, Order, Project, Sort, Status, operations},
    services::Services,
    ui::{
        address::with_query,
        icon::Icon,
        listing::{Pager, SearchBar, shown},
        metrics::{Direction, direction_of, importance},
        page::Page,
        parts::{Breadcrumb, CodeBlock, Crumb, EmptyState, NewAction, TableBox, When},
        sections::Fact,
    },
    vocabulary::{Actor, MetricValue, paging::DEFAULT_LIMIT, quantity::counted},
};
use axum::extract::{Path, Query, State};
use leptos::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

const MAX_COLUMNS: usize = 4;

/// The state of the list, as the address holds it. What cannot be read counts as absent.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ProjectQuery {
    #[serde(default)]
    search: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    order: String,
    #[serde(default)]
    cursor: Option<String>,
}

impl ProjectQuery {
    fn filter(&self) -> ExperimentFilter {
        ExperimentFilter {
            project: None,
            status: self.status.parse().ok(),
            search: self.search.trim().to_owned(),
            sort: self.sort(),
            order: if self.order == "asc" { Order::Asc } else { Order::Desc },
            cursor: self.cursor.clone(),
            limit: DEFAULT_LIMIT,
        }
    }

    fn sort(&self) -> Sort {
        match self.sort.as_str() {
            "name" => Sort::Name,
            "status" => Sort::Status,
            _ => Sort::CreatedAt,
        }
    }

    fn is_filtered(&self) -> bool {
        !self.search.trim().is_empty() || self.status.parse::<Status>().is_ok()
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let pairs = [("search", &self.search), ("status", &self.status), ("sort", &self.sort), ("order", &self.order)];
        pairs.map(|(key, value)| (key, value.clone())).to_vec()
    }
}

/// The last values of the metrics that are worth a column.
struct Columns {
    keys: Vec<String>,
    /// By experiment and key.
    values: HashMap<(String, String), MetricValue>,
}

impl Columns {
    /// Prefers the important ones, then those that most experiments have.
    fn of(values: Vec<(String, String, MetricValue)>) -> Self {
        let mut counts = BTreeMap::<String, usize>::new();
        for (_, key, _) in &values {
            *counts.entry(key.clone()).or_default() += 1;
        }
        let mut keys: Vec<(String, usize)> = counts.into_iter().collect();
        keys.sort_by_key(|(key, count)| (importance(key), usize::MAX - count));
        Self {
            keys: keys.into_iter().map(|(key, _)| key).take(MAX_COLUMNS).collect(),
            values: values.into_iter().map(|(id, key, value)| ((id, key), value)).collect(),
        }
    }

    fn value(&self, id: &str, key: &str) -> Option<MetricValue> {
        self.values.get(&(id.to_owned(), key.to_owned())).copied()
    }

    /// The best finite value of a column, when its name says which end is good and there is something to compare.
    fn best(&self, key: &str) -> Option<f64> {
        let direction = direction_of(key)?;
        let values = self.values.iter().filter(|((_, known), value)| known == key && value.is_finite());
        let values: Vec<f64> = values.map(|(_, value)| value.0).collect();
        let best = values.iter().copied().reduce(|one, other| match direction {
            Direction::LowerIsBetter => one.min(other),
            Direction::HigherIsBetter => one.max(other),
        });
        best.filter(|_| values.len() > 1)
    }
}

/// The experiments of a project as a table.
pub async fn project(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(query): Query<ProjectQuery>,
) -> Result<Page, Failure> {
    let id = read_project_id(&id)?;
    let project = operations::find_project(&services.database, &actor, id).await?;
    let filter = ExperimentFilter { project: Some(id), ..query.filter() };
    let experiments = operations::list(&services.database, &actor, &filter).await?;
    let ids: Vec<_> = experiments.items.iter().map(|experiment| experiment.id).collect();
    let columns = Columns::of(operations::last_values(&services.database, &actor, &ids).await?);
    let public_url = services.settings.public_url.clone();
    let may_write = actor.may_write();
    Ok(Page::new("/", project.name.clone(), move || {
        let path = format!("/projects/{}", project.id);
        let (is_first, pairs) = (query.cursor.is_none(), query.pairs());
        let search = query.search.clone();
        let shown = shown(experiments.items.len(), "experiment", is_first && experiments.next_cursor.is_none());
        let content = match (experiments.items.is_empty(), query.is_filtered() || query.cursor.is_some()) {
            (false, _) => {
                view! { <Experiments experiments=experiments.items columns query=query.clone() path=path.clone() /> }
                    .into_any()
            }
            (true, true) => view! { <NoMatch path=path.clone() /> }.into_any(),
            (true, false) => view! { <NoExperiments project=project.clone() public_url /> }.into_any(),
        };
        view! {
            <ProjectHeader project may_write />
            <SearchBar action=path.clone() label="Search experiments" search shown>
                <FilterFields query />
            </SearchBar>
            {content}
            <Pager path query=pairs is_first next_cursor=experiments.next_cursor />
        }
    }))
}

#[component]
fn ProjectHeader(project: Project, may_write: bool) -> impl IntoView {
    let description =
        (!project.description.is_empty()).then(|| view! { <p class="page-lead" dir="auto">{project.description}</p> });
    view! {
        <header class="page-header">
            <Breadcrumb above=vec![Crumb::new("Projects", "/")] here=project.name.clone() />
            <div class="page-title"><h1><bdi>{project.name}</bdi></h1></div>
            <NewAction may_write href=format!("/projects/{}/experiments/new", project.id) label="New experiment" edit=format!("/projects/{}/edit", project.id) />
            {description}
            <ul class="meta">
                <Fact icon="experiment">{counted(project.experiment_count as usize, "experiment")}</Fact>
                <Fact icon="person">"Created by "<bdi>{project.created_by}</bdi></Fact>
                <Fact icon="calendar"><When at=project.created_at /></Fact>
            </ul>
        </header>
    }
}

#[component]
fn FilterFields(query: ProjectQuery) -> impl IntoView {
    let options: Vec<_> = Status::ALL
        .into_iter()
        .map(|status| {
            let word = status.as_str();
            view! { <option value=word selected=query.status == word>{format!("{}{}", word[..1].to_uppercase(), &word[1..])}</option> }
        })
        .collect();
    view! {
        <select class="input" name="status" aria-label="Status">
            <option value="">"Any status"</option>
            {options}
        </select>
        <input type="hidden" name="sort" value=query.sort />
        <input type="hidden" name="order" value=query.order />
    }
}

#[component]
fn Experiments(
    experiments: Vec<ExperimentSummary>,
    columns: Columns,
    query: ProjectQuery,
    path: String,
) -> impl IntoView {
    let metric_heads: Vec<_> =
        columns.keys.iter().map(|key| view! { <th scope="col" class="num"><bdi>{key.clone()}</bdi></th> }).collect();
    let rows: Vec<_> = experiments.into_iter().map(|experiment| experiment_row(experiment, &columns)).collect();
    let head = move |label: &'static str, sort: Sort, word: &'static str| {
        view! { <SortHead label sort word query=query.clone() path=path.clone() /> }
    };
    view! {
        <div class="card">
            <TableBox label="Experiments table".to_owned()>
                <table class="table">
                    <thead>
                        <tr>
                            {head("Experiment", Sort::Name, "name")}
                            {head("Status", Sort::Status, "status")}
                            {metric_heads}
                            <th scope="col">"Exported"</th>
                            {head("Created", Sort::CreatedAt, "created_at")}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        </div>
    }
}

/// A heading that sorts; once more turns the order around.
#[component]
fn SortHead(label: &'static str, sort: Sort, word: &'static str, query: ProjectQuery, path: String) -> impl IntoView {
    let filter = query.filter();
    let is_sorted = filter.sort == sort;
    // Text is read from A to Z, times from the newest.
    let first_order = if sort == Sort::CreatedAt { Order::Desc } else { Order::Asc };
    let next = match (is_sorted, filter.order) {
        (true, Order::Asc) => "desc",
        (true, Order::Desc) => "asc",
        (false, _) if first_order == Order::Asc => "asc",
        (false, _) => "desc",
    };
    let href =
        with_query(&path, &[("search", &query.search), ("status", &query.status), ("sort", word), ("order", next)]);
    let (icon, state) = match filter.order {
        Order::Asc => ("up", "ascending"),
        Order::Desc => ("down", "descending"),
    };
    view! {
        <th scope="col" aria-sort=is_sorted.then_some(state)>
            <a href=href>{label}{is_sorted.then(|| view! { <Icon name=icon /> })}</a>
        </th>
    }
}

fn experiment_row(experiment: ExperimentSummary, columns: &Columns) -> impl IntoView + use<> {
    let id = experiment.id.to_string();
    let cells: Vec<_> = columns
        .keys
        .iter()
        .map(|key| {
            let value = columns.value(&id, key);
            let is_best = value.is_some_and(|value| columns.best(key) == Some(value.0));
            let text = value.map_or_else(|| "–".to_owned(), |value| value.to_string());
            view! { <td class=if is_best { "num best" } else { "num" }>{text}</td> }
        })
        .collect();
    let first_line = experiment.description.lines().next().unwrap_or_default().to_owned();
    let sub = (!first_line.is_empty()).then(|| view! { <span class="sub" dir="auto">{first_line}</span> });
    let exported = match experiment.export_count {
        0 => None,
        1 => Some("Exported".to_owned()),
        count => Some(format!("Exported {count} times")),
    };
    let exported = exported.map(|text| view! { <span class="chip accent"><Icon name="version" />{text}</span> });
    view! {
        <tr>
            <th scope="row" class="name"><a href=address(experiment.id)><bdi>{experiment.name}</bdi></a>{sub}</th>
            <td><StatusMark status=experiment.status /></td>
            {cells}
            <td>{exported}</td>
            <td class="nowrap"><When at=experiment.created_at /></td>
        </tr>
    }
}

#[component]
fn NoMatch(path: String) -> impl IntoView {
    view! {
        <EmptyState icon="search" title="No experiment matches">
            <p>"No experiment of this project has this name and status. Change the search, or show all."</p>
            <div class="row"><a class="button" href=path>"Show all experiments"</a></div>
        </EmptyState>
    }
}

#[component]
fn NoExperiments(project: Project, public_url: String) -> impl IntoView {
    let command = format!(
        "curl -X POST {public_url}/api/v1/experiments \\\n  -H \"Authorization: Bearer $HEIRLOOM_TOKEN\" \\\n  \
         -H \"Content-Type: application/json\" \\\n  -d '{{\"project_id\": \"{}\", \"name\": \"first try\"}}'",
        project.id
    );
    view! {
        <EmptyState icon="experiment" title="No experiment yet">
            <p>"This project is empty. A training script creates an experiment and logs to it while it runs:"</p>
            <CodeBlock text=command label="command that creates an experiment".to_owned() />
        </EmptyState>
    }
}
