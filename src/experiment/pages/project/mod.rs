//! One project: its experiments, side by side.

mod filters;
mod query;
mod table;

pub use table::text_of;

use super::read_project_id;
use crate::{
    dataset::{DatasetVersion, pages::DatasetVersionLink},
    error::{AppError, ErrorKind, Failure},
    experiment::{Column, ExperimentFilter, Project, operations},
    services::Services,
    ui::{
        csv::CsvFile,
        icon::Icon,
        listing::{Pager, SearchBar, shown},
        page::Page,
        parts::{Breadcrumb, CodeBlock, Crumb, EmptyState, NewAction, When},
        sections::Fact,
    },
    vocabulary::{Actor, direction::importance, quantity::counted},
};
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use filters::{ColumnChoice, ConditionChips, ConditionFields, FilterFields};
use leptos::prelude::*;
use query::ProjectQuery;
use table::Experiments;

/// How many metrics are columns when nobody has chosen.
const CHOSEN_COLUMNS: usize = 4;
/// The most rows of a file.
const MAX_ROWS: u32 = 20_000;

/// The experiments of a project as a table.
pub async fn project(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Page, Failure> {
    let query = ProjectQuery::of(&pairs);
    let database = &services.database;
    let project = operations::find_project(database, &actor, read_project_id(&id)?).await?;
    let experiments = operations::list(database, &actor, &query.filter(project.id)).await?;
    let available = operations::list_columns(database, &actor, project.id).await?;
    let columns = columns(&query, &available);
    let ids: Vec<_> = experiments.items.iter().map(|experiment| experiment.id).collect();
    let cells = operations::list_cells(database, &actor, &ids, &columns).await?;
    let datasets = operations::list_project_dataset_versions(database, &actor, project.id).await?;
    let public_url = services.settings.public_url.clone();
    let may_write = actor.may_write();
    Ok(Page::new("/", project.name.clone(), move || {
        let path = format!("/projects/{}", project.id);
        let (is_first, pairs) = (query.cursor.is_none(), query.pairs());
        let shown = shown(experiments.items.len(), "experiment", is_first && experiments.next_cursor.is_none());
        let content = match (experiments.items.is_empty(), query.is_filtered() || query.cursor.is_some()) {
            (false, _) => view! {
                <Experiments experiments=experiments.items columns=columns.clone() cells query=query.clone() path=path.clone() />
            }
            .into_any(),
            (true, true) => view! { <NoMatch path=path.clone() /> }.into_any(),
            (true, false) => view! { <NoExperiments project=project.clone() public_url /> }.into_any(),
        };
        view! {
            <ProjectHeader project may_write datasets />
            <Toolbar query=query.clone() shown path=path.clone() available columns />
            {content}
            <Pager path query=pairs is_first next_cursor=experiments.next_cursor />
        }
    }))
}

/// The whole list as a file, with the columns and in the order of the page.
pub async fn project_csv(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let query = ProjectQuery::of(&pairs);
    let database = &services.database;
    let project = operations::find_project(database, &actor, read_project_id(&id)?).await?;
    let available = operations::list_columns(database, &actor, project.id).await?;
    let columns = columns(&query, &available);
    let filter = ExperimentFilter { limit: MAX_ROWS, cursor: None, ..query.filter(project.id) };
    let found = operations::list(database, &actor, &filter).await?;
    if found.next_cursor.is_some() {
        let detail = format!("A file holds at most {MAX_ROWS} experiments. Search or filter first.");
        return Err(AppError::new(ErrorKind::Invalid, "too_many", detail).into());
    }
    let ids: Vec<_> = found.items.iter().map(|experiment| experiment.id).collect();
    let cells = operations::list_cells(database, &actor, &ids, &columns).await?;
    let mut head: Vec<String> = ["id", "name", "status", "created_at", "created_by"].map(str::to_owned).to_vec();
    head.extend(columns.iter().map(Column::to_string));
    let rows = found.items.into_iter().map(|experiment| {
        let shown = columns.iter().map(|column| cells.get(&(experiment.id, column.clone())).map(text_of));
        let mut row = vec![
            experiment.id.to_string(),
            experiment.name,
            experiment.status.as_str().to_owned(),
            experiment.created_at.to_string(),
            experiment.created_by,
        ];
        row.extend(shown.map(Option::unwrap_or_default));
        row
    });
    CsvFile { name: project.name, head, rows: rows.collect() }.into_answer()
}

/// The chosen columns; otherwise the metrics that people look at first.
fn columns(query: &ProjectQuery, available: &[Column]) -> Vec<Column> {
    if !query.columns.is_empty() {
        return query.columns.clone();
    }
    let mut metrics: Vec<_> = available.iter().filter(|column| matches!(column, Column::Metric(_))).collect();
    metrics.sort_by_key(|column| importance(column.key()));
    metrics.into_iter().take(CHOSEN_COLUMNS).cloned().collect()
}

#[component]
fn ProjectHeader(project: Project, may_write: bool, datasets: Vec<DatasetVersion>) -> impl IntoView {
    let manage = may_write.then(|| format!("/projects/{}/manage", project.id));
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
            <ProjectDatasets datasets manage />
        </header>
    }
}

/// The dataset versions that its experiments usually begin with, and the way to change them.
#[component]
fn ProjectDatasets(datasets: Vec<DatasetVersion>, manage: Option<String>) -> impl IntoView {
    let links: Vec<_> = datasets
        .into_iter()
        .map(|version| {
            view! {
                <li><DatasetVersionLink dataset=version.dataset_id dataset_name=version.dataset_name version_name=version.name /></li>
            }
        })
        .collect();
    let is_empty = links.is_empty();
    let list = (!is_empty).then(|| view! { <ul class="meta" aria-labelledby="project-datasets">{links}</ul> });
    let manage = manage.map(|href| view! { <a class="button small" href=href><Icon name="settings" />"Manage"</a> });
    (!is_empty || manage.is_some()).then(|| {
        let words = if is_empty { "No dataset versions of its own" } else { "Dataset versions" };
        view! {
            <section class="row" aria-labelledby="project-datasets">
                <h2 id="project-datasets" class="small muted">{words}</h2>
                {list}
                {manage}
            </section>
        }
    })
}

#[component]
fn Toolbar(
    query: ProjectQuery,
    shown: String,
    path: String,
    available: Vec<Column>,
    columns: Vec<Column>,
) -> impl IntoView {
    let (of_filters, of_conditions) = (query.clone(), query.clone());
    let csv = query.address(&format!("{path}/experiments.csv"));
    view! {
        <SearchBar action=path.clone() label="Search experiments" search=query.search.clone() shown>
            <FilterFields query=of_filters />
            <ConditionFields query=of_conditions available=available.clone() />
            <ColumnChoice available columns />
        </SearchBar>
        <div class="row">
            <ConditionChips query path />
            <p class="end"><a class="button small" href=csv download><Icon name="table" />"CSV"</a></p>
        </div>
    }
}

#[component]
fn NoMatch(path: String) -> impl IntoView {
    view! {
        <EmptyState icon="search" title="No experiment matches">
            <p>"No experiment of this project has this name, status and tags, and fulfils the conditions. Change the search, or show all."</p>
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
