//! SQL for everything that was made with a dataset version, however far.

use super::edges::all_links;
use super::nodes::{MODEL_VERSIONS, NodeRow, experiments_within};
use crate::{
    database::Connection,
    lineage::{Node, Use},
    vocabulary::{Actor, DatasetVersionId},
};
use sqlx::AssertSqlSafe;

#[derive(sqlx::FromRow)]
struct UseRow {
    #[sqlx(flatten)]
    node: NodeRow,
    alias: Option<String>,
}

/// The experiments that used a dataset version, themselves or through their base; newest first.
pub async fn list_using_experiments(
    connection: &mut Connection,
    actor: &Actor,
    id: DatasetVersionId,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Use>, sqlx::Error> {
    let alias = "SELECT string_agg(alias, ', ' ORDER BY position) FROM experiment_dataset_versions
                 WHERE organization_id = $1 AND experiment_id = users.id AND dataset_version_id = $2";
    list_users(connection, actor, id, &experiments_within(&actor.reach), alias, before, limit).await
}

/// The model versions that were made with a dataset version, themselves or through their base; newest first.
pub async fn list_using_model_versions(
    connection: &mut Connection,
    actor: &Actor,
    id: DatasetVersionId,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Use>, sqlx::Error> {
    let alias = "SELECT string_agg(alias, ', ' ORDER BY position) FROM model_version_dataset_versions
                 WHERE organization_id = $1 AND model_version_id = users.id AND dataset_version_id = $2";
    list_users(connection, actor, id, MODEL_VERSIONS, alias, before, limit).await
}

/// `UNION` keeps each id once, so the recursion would end even if the links ran in a circle.
async fn list_users(
    connection: &mut Connection,
    actor: &Actor,
    id: DatasetVersionId,
    users: &str,
    alias: &'static str,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Use>, sqlx::Error> {
    let text = format!(
        "WITH RECURSIVE links AS ({}),
         reached (id) AS (
             SELECT id FROM dataset_versions WHERE organization_id = $1 AND id = $2
             UNION SELECT links.to_id FROM reached JOIN links ON links.from_id = reached.id
         )
         SELECT users.*, ({alias}) AS alias
         FROM ({users} IN (SELECT reached.id FROM reached)) users
         WHERE CAST($3 AS TEXT) = '' OR users.id < $3
         ORDER BY users.id DESC
         LIMIT $4",
        all_links(),
    );
    let rows: Vec<UseRow> = sqlx::query_as(AssertSqlSafe(text))
        .bind(actor.organization_id.to_string())
        .bind(id.to_string())
        .bind(before.unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(|row| Ok(Use { node: Node::try_from(row.node)?, alias: row.alias })).collect()
}
