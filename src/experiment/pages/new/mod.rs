//! A new experiment, from nothing or from a base architecture (R1, R29, R34, R37, R43).

mod fields;
mod form;

use crate::{
    dataset::{self, DatasetVersion, VersionChoice},
    error::{AppError, Failure},
    experiment::{Project, operations},
    model::{self, ModelVersion, VersionLink},
    services::Services,
    ui::{
        form::shown_on_form,
        page::{Done, Page},
        parts::{Breadcrumb, Crumb},
    },
    vocabulary::{Actor, DatasetVersionId, ModelVersionId, ProjectId},
};
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use fields::Fields;
use form::{Action, ExperimentForm};
use leptos::prelude::*;
use serde::Deserialize;
use std::collections::HashSet;

/// The largest form, in bytes: 2,000 parameters of 64 KiB are not typed by hand.
pub const MAX_FORM_BYTES: usize = 8 << 20;

/// Where the form begins.
#[derive(Debug, Default, Deserialize)]
pub struct NewExperimentQuery {
    /// The id of the base architecture.
    #[serde(default)]
    base: String,
}

/// What the form offers, and what its texts were found to be.
#[derive(Clone)]
struct Opened {
    project: Project,
    dataset_choices: Vec<VersionChoice>,
    base_choices: Vec<VersionLink>,
    /// Of each row of the form.
    datasets: Vec<Option<DatasetVersion>>,
    base: Option<ModelVersion>,
}

async fn open(services: &Services, actor: &Actor, project: &str, form: &ExperimentForm) -> Result<Opened, Failure> {
    let database = &services.database;
    let id = project.parse().map_err(|_| AppError::not_found("project"))?;
    let mut datasets = Vec::new();
    for row in &form.datasets {
        datasets.push(dataset::operations::find_by_whole_name(database, actor, &row.version).await?);
    }
    Ok(Opened {
        project: operations::find_project(database, actor, id).await?,
        dataset_choices: dataset_choices(services, actor, id).await?,
        base_choices: model::operations::newest_versions(database, actor).await?,
        datasets,
        base: model::operations::find_version_by_whole_name(database, actor, &form.base).await?,
    })
}

/// The dataset versions to choose from, those of the project first.
async fn dataset_choices(
    services: &Services,
    actor: &Actor,
    project: ProjectId,
) -> Result<Vec<VersionChoice>, Failure> {
    let database = &services.database;
    let preferred = operations::list_project_dataset_versions(database, actor, project).await?;
    let others = dataset::operations::choices(database, actor).await?;
    let mut choices: Vec<VersionChoice> = preferred
        .into_iter()
        .map(|version| VersionChoice {
            id: version.id,
            whole_name: dataset::whole_name(&version.dataset_name, &version.name),
            label_count: i64::try_from(version.labels.len()).unwrap_or(i64::MAX),
        })
        .collect();
    let known: HashSet<DatasetVersionId> = choices.iter().map(|choice| choice.id).collect();
    choices.extend(others.into_iter().filter(|other| !known.contains(&other.id)));
    Ok(choices)
}

/// The form; filled from the base architecture, if one is named.
pub async fn new_experiment(
    State(services): State<Services>,
    actor: Actor,
    Path(project): Path<String>,
    Query(query): Query<NewExperimentQuery>,
) -> Result<Page, Failure> {
    actor.require_write("creating an experiment")?;
    let mut form = ExperimentForm { base: query.base, ..ExperimentForm::default() };
    let opened = open(&services, &actor, &project, &form).await?;
    if let Some(base) = &opened.base {
        form.take_base(base);
    }
    form.apply(&Action::AddDataset);
    Ok(form_page(opened, form, None))
}

/// Does what a button of the form asks for; creates the experiment and opens it.
pub async fn create_experiment(
    State(services): State<Services>,
    actor: Actor,
    Path(project): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    actor.require_write("creating an experiment")?;
    let (mut form, action) = form::read(pairs);
    form.apply(&action);
    let opened = open(&services, &actor, &project, &form).await?;
    if let (Action::TakeBase, Some(base)) = (&action, &opened.base) {
        form.take_base(base);
    }
    if action != Action::Create {
        return Ok(form_page(opened, form, None).into_response());
    }
    let datasets: Vec<_> = opened.datasets.iter().map(|found| found.as_ref().map(|version| version.id)).collect();
    let created = match form.checked(opened.project.id, &datasets, opened.base.as_ref().map(|base| base.id)) {
        Ok(new) => operations::create(&services.database, &actor, new).await,
        Err(error) => Err(error.into()),
    };
    match created {
        Ok(created) => Ok(Done::at(super::address(created.summary.id), "The experiment is created.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(form_page(opened, form, Some(error)).with_status(status).into_response())
        }
    }
}

fn form_page(opened: Opened, form: ExperimentForm, error: Option<AppError>) -> Page {
    let project = opened.project.clone();
    Page::new("/", format!("New experiment · {}", project.name), move || {
        let above =
            vec![Crumb::new("Projects", "/"), Crumb::new(project.name.clone(), format!("/projects/{}", project.id))];
        view! {
            <header class="page-header">
                <Breadcrumb above here="New experiment".to_owned() />
                <div class="page-title"><h1>"New experiment"</h1></div>
                <p class="page-lead">"Only the name is required. A training script fills the rest while it runs."</p>
            </header>
            <Fields opened form error />
        }
    })
}

/// What a version page links to: asks for the project, then opens its form with the base.
pub async fn choose_project(
    State(services): State<Services>,
    actor: Actor,
    Query(query): Query<NewExperimentQuery>,
) -> Result<Response, Failure> {
    actor.require_write("creating an experiment")?;
    let base: ModelVersionId = query.base.parse().map_err(|_| AppError::not_found("model version"))?;
    let version = model::operations::find_version(&services.database, &actor, base).await?;
    let projects = operations::list_projects(&services.database, &actor, "", None, 200).await?.items;
    let address = move |project: &Project| format!("/projects/{}/experiments/new?base={base}", project.id);
    if let [only] = &projects[..] {
        return Ok(Redirect::to(&address(only)).into_response());
    }
    Ok(Page::new("/", "New experiment", move || {
        let items: Vec<_> = projects
            .iter()
            .map(|project| view! { <li class="link-card"><h2><a href=address(project)><bdi>{project.name.clone()}</bdi></a></h2></li> })
            .collect();
        let above = vec![Crumb::new("Projects", "/")];
        view! {
            <header class="page-header">
                <Breadcrumb above here="New experiment".to_owned() />
                <div class="page-title"><h1>"New experiment"</h1></div>
                <p class="page-lead">"In which project shall "<bdi>{format!("{} › {}", version.model_name, version.name)}</bdi>" be the base architecture?"</p>
            </header>
            <ul class="card-grid">{items}</ul>
        }
    })
    .into_response())
}
