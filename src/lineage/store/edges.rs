//! SQL for the links between neighbours.

use super::{node_id, placeholders};
use crate::{
    database::Connection,
    lineage::{Direction, Edge, NodeId},
    vocabulary::{Actor, Reach},
};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// All links of the organization `$1`, one statement for each table that holds some; `{near}` is replaced by a condition.
///
/// A model version's own links to dataset versions and to its base are those of its source experiment, frozen: they count where the
/// experiment does not have them any more, and where there is no experiment.
const LINKS: [Links; 6] = [
    Links {
        kinds: ("dataset_version", "experiment"),
        ends: ("link.dataset_version_id", "link.experiment_id"),
        alias: "string_agg(link.alias, ', ' ORDER BY link.position)",
        rows: "FROM experiment_dataset_versions link WHERE link.organization_id = $1",
        group: "GROUP BY link.dataset_version_id, link.experiment_id",
    },
    Links {
        kinds: ("dataset_version", "model_version"),
        ends: ("link.dataset_version_id", "link.model_version_id"),
        alias: "string_agg(link.alias, ', ' ORDER BY link.position)",
        rows: "FROM model_version_dataset_versions link
               WHERE link.organization_id = $1
                 AND NOT EXISTS (SELECT 1 FROM model_versions
                                 JOIN experiment_dataset_versions attached ON attached.experiment_id = model_versions.source_experiment_id
                                 WHERE model_versions.organization_id = $1 AND model_versions.id = link.model_version_id
                                   AND attached.dataset_version_id = link.dataset_version_id)",
        group: "GROUP BY link.dataset_version_id, link.model_version_id",
    },
    Links {
        kinds: ("experiment", "model_version"),
        ends: ("model_versions.source_experiment_id", "model_versions.id"),
        alias: "CAST(NULL AS TEXT)",
        rows: "FROM model_versions WHERE model_versions.organization_id = $1 AND model_versions.source_experiment_id IS NOT NULL",
        group: "",
    },
    Links {
        kinds: ("model_version", "experiment"),
        ends: ("experiment_bases.model_version_id", "experiment_bases.experiment_id"),
        alias: "CAST(NULL AS TEXT)",
        rows: "FROM experiment_bases WHERE experiment_bases.organization_id = $1",
        group: "",
    },
    Links {
        kinds: ("experiment", "experiment"),
        ends: ("base.base_experiment_id", "base.experiment_id"),
        alias: "CAST(NULL AS TEXT)",
        rows: "FROM experiment_base_experiments base WHERE base.organization_id = $1",
        group: "",
    },
    Links {
        kinds: ("model_version", "model_version"),
        ends: ("version.base_model_version_id", "version.id"),
        alias: "CAST(NULL AS TEXT)",
        rows: "FROM model_versions version
               WHERE version.organization_id = $1 AND version.base_model_version_id IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM experiment_bases base
                                 WHERE base.organization_id = $1 AND base.experiment_id = version.source_experiment_id
                                   AND base.model_version_id = version.base_model_version_id)",
        group: "",
    },
];

struct Links {
    kinds: (&'static str, &'static str),
    ends: (&'static str, &'static str),
    alias: &'static str,
    rows: &'static str,
    group: &'static str,
}

impl Links {
    fn statement(&self, condition: &str) -> String {
        let Self { kinds: (from_kind, to_kind), ends: (from, to), alias, rows, group } = self;
        format!(
            "SELECT '{from_kind}' AS from_kind, {from} AS from_id, '{to_kind}' AS to_kind, {to} AS to_id, {alias} AS alias {rows} {condition} {group}"
        )
    }
}

/// All links of the organization `$1` as one query: `from_kind`, `from_id`, `to_kind`, `to_id`, `alias`.
pub(super) fn all_links() -> String {
    LINKS.map(|links| links.statement("")).join(" UNION ALL ")
}

/// The links that leave any of `$2, $3, ...` in a direction.
fn links_from(direction: Direction, count: usize) -> String {
    let placeholders = placeholders(count);
    LINKS
        .map(|links| {
            let near = match direction {
                Direction::Up => links.ends.1,
                Direction::Down => links.ends.0,
            };
            links.statement(&format!("AND {near} IN ({placeholders})"))
        })
        .join(" UNION ALL ")
}

fn columns(direction: Direction) -> (&'static str, &'static str) {
    match direction {
        Direction::Up => ("to_id", "from_id"),
        Direction::Down => ("from_id", "to_id"),
    }
}

#[derive(sqlx::FromRow)]
struct EdgeRow {
    from_kind: String,
    from_id: String,
    to_kind: String,
    to_id: String,
    alias: Option<String>,
}

impl TryFrom<EdgeRow> for Edge {
    type Error = sqlx::Error;

    fn try_from(row: EdgeRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            from: node_id(&row.from_kind, &row.from_id)?,
            to: node_id(&row.to_kind, &row.to_id)?,
            alias: row.alias,
        })
    }
}

/// Leaves out the links of experiments in projects that somebody may not enter.
fn within(reach: &Reach) -> String {
    if reach.is_everywhere() {
        return String::new();
    }
    let seen = reach.condition("project_id");
    let hidden =
        format!("(SELECT id FROM experiments WHERE organization_id = $1 AND NOT (organization_id = $1{seen}))");
    format!(" WHERE from_id NOT IN {hidden} AND to_id NOT IN {hidden}")
}

/// The links that leave `nodes` in a direction: of each node those to its newest neighbours, up to `limit`.
pub async fn list_edges(
    connection: &mut Connection,
    actor: &Actor,
    direction: Direction,
    nodes: &[NodeId],
    limit: u32,
) -> Result<Vec<Edge>, sqlx::Error> {
    if nodes.is_empty() {
        return Ok(Vec::new());
    }
    let (near, far) = columns(direction);
    let text = format!(
        "SELECT from_kind, from_id, to_kind, to_id, alias
         FROM (SELECT links.*, ROW_NUMBER() OVER (PARTITION BY {near} ORDER BY {far} DESC) AS place FROM ({}) links{}) ranked
         WHERE place <= {limit}
         ORDER BY {near}, {far} DESC",
        links_from(direction, nodes.len()),
        within(&actor.reach),
    );
    let query = sqlx::query_as(AssertSqlSafe(text)).bind(actor.organization_id.to_string());
    let query = nodes.iter().fold(query, |query, node| query.bind(node.to_string()));
    let rows: Vec<EdgeRow> = query.fetch_all(connection).await?;
    rows.into_iter().map(Edge::try_from).collect()
}

/// How many neighbours each of `nodes` has in a direction; those without any are left out.
pub async fn count_neighbours(
    connection: &mut Connection,
    actor: &Actor,
    direction: Direction,
    nodes: &[NodeId],
) -> Result<BTreeMap<String, usize>, sqlx::Error> {
    if nodes.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (near, _) = columns(direction);
    let links = links_from(direction, nodes.len());
    let text = format!("SELECT {near}, COUNT(*) FROM ({links}) links{} GROUP BY {near}", within(&actor.reach));
    let query = sqlx::query_as(AssertSqlSafe(text)).bind(actor.organization_id.to_string());
    let query = nodes.iter().fold(query, |query, node| query.bind(node.to_string()));
    let rows: Vec<(String, i64)> = query.fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(id, count)| (id, usize::try_from(count).unwrap_or_default())).collect())
}
