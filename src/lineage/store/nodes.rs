//! SQL for what stands at the ends of the links.

use super::{DATASET_VERSION, EXPERIMENT, node_id, placeholders};
use crate::{
    database::Connection,
    lineage::{Node, NodeId},
    vocabulary::{Actor, Reach},
};
use sqlx::AssertSqlSafe;

const DATASET_VERSIONS: &str = "
SELECT 'dataset_version' AS kind, dataset_versions.id, dataset_versions.name, datasets.name AS within, CAST(NULL AS TEXT) AS parent_id,
       CAST(0 AS BIGINT) AS number, CAST(NULL AS BIGINT) AS archived_at, CAST(NULL AS BIGINT) AS deleted_at
FROM dataset_versions
JOIN datasets ON datasets.id = dataset_versions.dataset_id
WHERE dataset_versions.organization_id = $1 AND dataset_versions.id";

const EXPERIMENTS: &str = "
SELECT 'experiment' AS kind, experiments.id, experiments.name, projects.name AS within, CAST(NULL AS TEXT) AS parent_id,
       CAST(0 AS BIGINT) AS number, experiments.archived_at, experiments.deleted_at
FROM experiments
JOIN projects ON projects.id = experiments.project_id
WHERE experiments.organization_id = $1{reach} AND experiments.id";

/// The experiments in the projects that somebody may enter.
pub(super) fn experiments_within(reach: &Reach) -> String {
    EXPERIMENTS.replace("{reach}", &reach.condition("experiments.project_id"))
}

pub(super) const MODEL_VERSIONS: &str = "
SELECT 'model_version' AS kind, model_versions.id, model_versions.name, models.name AS within, models.id AS parent_id,
       model_versions.number, model_versions.archived_at, CAST(NULL AS BIGINT) AS deleted_at
FROM model_versions
JOIN models ON models.id = model_versions.model_id
WHERE model_versions.organization_id = $1 AND model_versions.id";

#[derive(sqlx::FromRow)]
pub(super) struct NodeRow {
    kind: String,
    id: String,
    name: String,
    within: String,
    parent_id: Option<String>,
    number: i64,
    archived_at: Option<i64>,
    deleted_at: Option<i64>,
}

impl TryFrom<NodeRow> for Node {
    type Error = sqlx::Error;

    fn try_from(row: NodeRow) -> Result<Self, sqlx::Error> {
        let address = match row.kind.as_str() {
            DATASET_VERSION => format!("/dataset-versions/{}", row.id),
            EXPERIMENT => format!("/experiments/{}", row.id),
            _ => format!("/registry/{}/{}", row.parent_id.unwrap_or_default(), row.number),
        };
        Ok(Self {
            id: node_id(&row.kind, &row.id)?,
            name: row.name,
            within: row.within,
            address: row.deleted_at.is_none().then_some(address),
            is_archived: row.archived_at.is_some(),
            is_deleted: row.deleted_at.is_some(),
        })
    }
}

/// Those of `nodes` that exist in the organization, deleted experiments included; older ones first.
pub async fn list_nodes(
    connection: &mut Connection,
    actor: &Actor,
    nodes: &[NodeId],
) -> Result<Vec<Node>, sqlx::Error> {
    if nodes.is_empty() {
        return Ok(Vec::new());
    }
    let placeholders = placeholders(nodes.len());
    let [dataset_versions, experiments, model_versions] =
        [DATASET_VERSIONS.to_owned(), experiments_within(&actor.reach), MODEL_VERSIONS.to_owned()]
            .map(|select| format!("{select} IN ({placeholders})"));
    let text = format!("{dataset_versions} UNION ALL {experiments} UNION ALL {model_versions} ORDER BY 2");
    let query = sqlx::query_as(AssertSqlSafe(text)).bind(actor.organization_id.to_string());
    let query = nodes.iter().fold(query, |query, node| query.bind(node.to_string()));
    let rows: Vec<NodeRow> = query.fetch_all(connection).await?;
    rows.into_iter().map(Node::try_from).collect()
}
