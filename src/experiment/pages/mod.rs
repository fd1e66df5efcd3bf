//! The pages of projects and experiments.

mod artifacts;
mod chart_files;
mod compare;
mod console;
mod edit;
mod edit_project;
mod events;
mod exports;
mod header;
mod inputs;
mod logged_table;
mod logs;
mod manage;
mod metrics;
mod new;
mod new_project;
mod overview;
mod project;
mod projects;

use super::{Experiment, Status, operations};
use crate::{
    error::{AppError, Failure},
    export::pages::{ExportModal, export_modal},
    services::Services,
    ui::icon::Icon,
    vocabulary::{Actor, ExperimentId, ProjectId},
};
use axum::{Router, extract::DefaultBodyLimit, routing::get};
use leptos::prelude::*;

/// All pages of this slice; for members only.
pub fn routes() -> Router<Services> {
    Router::new()
        .route("/", get(projects::projects))
        .route("/projects/new", get(new_project::new_project).post(new_project::create_project))
        .route("/projects/{project}", get(project::project))
        .route("/projects/{project}/experiments.csv", get(project::project_csv))
        .route("/projects/{project}/compare", get(compare::compare))
        .route("/projects/{project}/compare.csv", get(compare::compare_csv))
        .route("/projects/{project}/compare/chart.svg", get(compare::chart_svg))
        .route("/projects/{project}/edit", get(edit_project::edit_project).post(edit_project::save_project))
        .route(
            "/projects/{project}/experiments/new",
            get(new::new_experiment).post(new::create_experiment).layer(DefaultBodyLimit::max(new::MAX_FORM_BYTES)),
        )
        .route("/experiments/new", get(new::choose_project))
        .route("/experiments/{id}", get(overview::overview))
        .route("/experiments/{id}/edit", get(edit::edit_experiment).post(edit::save_experiment))
        .route("/experiments/{id}/manage", get(manage::manage).post(manage::act))
        .route("/experiments/{id}/events", get(events::events))
        .route("/experiments/{id}/metrics", get(metrics::metrics))
        .route("/experiments/{id}/metrics.csv", get(chart_files::metrics_csv))
        .route("/experiments/{id}/metrics/chart.svg", get(chart_files::chart_svg))
        .route("/experiments/{id}/console", get(console::console))
        .route("/experiments/{id}/artifacts", get(artifacts::artifacts))
        .route("/experiments/{id}/artifacts/{*name}", get(artifacts::download_artifact))
        .route("/experiments/{id}/images/{*key}", get(logs::image))
        .route("/experiments/{id}/parameters", get(inputs::parameters))
        .route("/experiments/{id}/label-map", get(inputs::label_map))
        .route("/experiments/{id}/datasets", get(inputs::datasets))
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
    };
    view! { <span class="status" data-status=status.as_str()><Icon name=status.as_str() />{label}</span> }
}
