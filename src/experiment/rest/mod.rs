//! The scripts' door to projects and experiments.

mod console;
mod experiments;
mod logs;
mod metrics;
mod parameters;
mod projects;

use crate::services::Services;
use utoipa_axum::router::OpenApiRouter;

/// All routes of this slice.
pub fn routes() -> OpenApiRouter<Services> {
    projects::routes()
        .merge(experiments::routes())
        .merge(parameters::routes())
        .merge(metrics::routes())
        .merge(logs::routes())
        .merge(console::routes())
}
