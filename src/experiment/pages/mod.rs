//! The pages of projects and experiments.

mod artifacts;
mod exports;
mod header;
mod inputs;
mod logs;
mod metrics;
pub mod new;
pub mod new_project;
mod overview;
mod project;
mod projects;

pub use artifacts::{artifacts, download_artifact};
pub use inputs::{datasets, label_map, parameters};
pub use logs::image;
pub use metrics::metrics;
pub use overview::overview;
pub use project::project;
pub use projects::projects;

use super::{Experiment, Status, operations};
use crate::{
    error::{AppError, Failure},
    export::pages::{ExportModal, export_modal},
    services::Services,
    ui::icon::Icon,
    vocabulary::{Actor, ExperimentId},
};
use leptos::prelude::*;

/// The address of an experiment's page.
pub fn address(id: ExperimentId) -> String {
    format!("/experiments/{id}")
}

fn read_id(text: &str) -> Result<ExperimentId, AppError> {
    text.parse().map_err(|_| AppError::not_found("experiment"))
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
