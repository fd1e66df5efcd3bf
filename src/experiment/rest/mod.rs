//! The scripts' door to projects and experiments.

mod console;
mod experiments;
mod inputs;
mod logs;
mod metrics;
mod parameters;
mod project_datasets;
mod projects;

use crate::auth::gate::Api;

/// All routes of this slice.
pub fn routes() -> Api {
    projects::routes()
        .merge(project_datasets::routes())
        .merge(experiments::routes())
        .merge(inputs::routes())
        .merge(parameters::routes())
        .merge(metrics::routes())
        .merge(logs::routes())
        .merge(console::routes())
}
