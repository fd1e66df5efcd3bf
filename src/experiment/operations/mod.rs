//! What projects and experiments do: who may, under which rules, in which order, in one transaction each.

mod change_logs;
mod console;
mod console_file;
mod create;
mod curves;
mod find;
mod given;
mod life;
mod list;
mod live;
mod log;
mod metrics;
mod named_logs;
mod project_datasets;
mod projects;
mod update;

pub use change_logs::{append_to_log, change_log, delete_log, delete_logs, log_named};
pub use console::{console, log_console};
pub use console_file::{delete_console_file, find_console_file, find_console_file_by_id, put_console_file};
pub use create::{create, create_with_id};
pub use curves::{Curve, CurveOptions, MetricOverview, curves, metric_overview};
pub use find::{find, find_by_name, load};
pub use given::{
    attach_dataset_version, detach_dataset_version, link_bases, set_base_experiment, set_base_model_version,
};
pub use life::{delete, set_archived};
pub use list::{Cells, MAX_COMPARED, compare, list, list_cells, list_columns};
pub use live::revision;
pub use log::{find_image, image_type, list_logs, put_image, put_table, put_uploaded_image, require_log};
pub use metrics::{history, list_metrics, log_metrics};
pub use named_logs::{find_log, find_named_log, list_named_logs};
pub use project_datasets::{
    attach_to_project, delete_project, detach_from_project, find_project_by_name, list_project_dataset_versions,
};
pub use projects::{change_project, create_project, create_project_with_id, find_project, list_projects};
pub use update::{change, merge_parameters, parameters, replace_parameters};

use super::ExperimentError;
use crate::{
    artifact,
    database::Connection,
    error::Failure,
    vocabulary::{Actor, ExperimentId, Timestamp},
};

/// Takes the experiment for this transaction, or says that there is none.
async fn touch(connection: &mut Connection, actor: &Actor, id: ExperimentId, now: Timestamp) -> Result<(), Failure> {
    match artifact::store::touch_experiment(connection, actor.organization_id, id, now).await? {
        true => Ok(()),
        false => Err(ExperimentError::NotFound.into()),
    }
}
