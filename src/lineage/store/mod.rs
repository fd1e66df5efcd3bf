//! SQL that follows the links of the graph.

mod edges;
mod nodes;
mod uses;

pub use edges::{count_neighbours, list_edges};
pub use nodes::list_nodes;
pub use uses::{list_using_experiments, list_using_model_versions};

use super::NodeId;
use crate::database::stored;

const DATASET_VERSION: &str = "dataset_version";
const EXPERIMENT: &str = "experiment";
const MODEL_VERSION: &str = "model_version";

fn node_id(kind: &str, id: &str) -> Result<NodeId, sqlx::Error> {
    match kind {
        DATASET_VERSION => stored(id).map(NodeId::DatasetVersion),
        EXPERIMENT => stored(id).map(NodeId::Experiment),
        MODEL_VERSION => stored(id).map(NodeId::ModelVersion),
        other => Err(sqlx::Error::Decode(format!("no kind of node: {other:?}").into())),
    }
}

/// `$2, $3, ...` for as many values, behind the organization.
fn placeholders(count: usize) -> String {
    (2..count + 2).map(|position| format!("${position}")).collect::<Vec<_>>().join(", ")
}
