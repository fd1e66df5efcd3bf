//! The pages of projects and experiments.

mod artifacts;
mod chart_files;
mod compare;
mod console;
mod data_log;
mod edit;
mod edit_project;
mod events;
mod exports;
mod header;
mod inputs;
mod logged_table;
mod logs;
mod manage;
mod manage_project;
mod metrics;
mod new;
mod new_project;
mod overview;
mod project;
mod projects;

use super::{Experiment, Status, operations};
use crate::{
    auth::gate::{Need, Pages},
    error::{AppError, Failure},
    export::pages::{ExportModal, export_modal},
    services::Services,
    ui::icon::Icon,
    vocabulary::{Actor, ExperimentId, ProjectId},
};
use leptos::prelude::*;

/// All pages of this slice; for members only.
pub fn routes() -> Pages {
    Pages::new()
        .get("/", Need::Read, projects::projects)
        .get("/projects/new", Need::Write, new_project::new_project)
        .post("/projects/new", Need::Write, new_project::create_project)
        .get("/projects/{project}", Need::Read, project::project)
        .get("/projects/{project}/experiments.csv", Need::Read, project::project_csv)
        .get("/projects/{project}/compare", Need::Read, compare::compare)
        .get("/projects/{project}/compare.csv", Need::Read, compare::compare_csv)
        .get("/projects/{project}/compare/chart.svg", Need::Read, compare::chart_svg)
        .get("/projects/{project}/edit", Need::Write, edit_project::edit_project)
        .post("/projects/{project}/edit", Need::Write, edit_project::save_project)
        .get("/projects/{project}/manage", Need::Write, manage_project::manage_project)
        .post("/projects/{project}/manage", Need::Write, manage_project::act_on_project)
        .get("/projects/{project}/experiments/new", Need::Write, new::new_experiment)
        .post_at_most("/projects/{project}/experiments/new", Need::Write, new::MAX_FORM_BYTES, new::create_experiment)
        .get("/experiments/new", Need::Write, new::choose_project)
        .get("/experiments/{id}", Need::Read, overview::overview)
        .get("/experiments/{id}/edit", Need::Write, edit::edit_experiment)
        .post("/experiments/{id}/edit", Need::Write, edit::save_experiment)
        .get("/experiments/{id}/manage", Need::Write, manage::manage)
        .post("/experiments/{id}/manage", Need::Write, manage::act)
        .get("/experiments/{id}/events", Need::Read, events::events)
        .get("/experiments/{id}/metrics", Need::Read, metrics::metrics)
        .get("/experiments/{id}/metrics.csv", Need::Read, chart_files::metrics_csv)
        .get("/experiments/{id}/metrics/chart.svg", Need::Read, chart_files::chart_svg)
        .get("/experiments/{id}/console", Need::Read, console::console)
        .get("/experiments/{id}/artifacts", Need::Read, artifacts::artifacts)
        .get("/experiments/{id}/artifacts/{*name}", Need::Read, artifacts::download_artifact)
        .get("/experiments/{id}/images/{*key}", Need::Read, logs::image)
        .get("/experiments/{id}/parameters", Need::Read, inputs::parameters)
        .get("/experiments/{id}/label-map", Need::Read, inputs::label_map)
        .get("/experiments/{id}/datasets", Need::Read, inputs::datasets)
}

/// The address of an experiment's page.
pub fn address(id: ExperimentId) -> String {
    format!("/experiments/{id}")
}

fn read_id(text: &str) -> Result<ExperimentId, AppError> {
    text.parse().map_err(|_| AppError::not_found("experiment"))
}

fn read_project_id(text: &str) -> Result<ProjectId, AppError> {
    text.parse().map_err(|_| AppError::not_found("project"))
}

/// The experiment, and what its export modal shows.
async fn open(services: &Services, actor: &Actor, id: &str) -> Result<(Experiment, ExportModal), Failure> {
    let experiment = operations::find(&services.database, actor, read_id(id)?).await?;
    let modal = export_modal(services, actor, &experiment).await?;
    Ok((experiment, modal))
}

/// How a training stands: always the word, never only a colour.
#[component]
pub fn StatusMark(
    /// The status.
    status: Status,
) -> impl IntoView {
    let label = match status {
        Status::Pending => "Pending",
        Status::Running => "Running",
        Status::Succeeded => "Succeeded",
        Status::Failed => "Failed",
        Status::Aborted => "Aborted",
        Status::Terminated => "Terminated",
    };
    view! { <span class="status" data-status=status.as_str()><Icon name=status.as_str() />{label}</span> }
}
