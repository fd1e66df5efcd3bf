//! SQL for metric series as logs: by number, by name, replaced and removed.

use crate::{
    database::{Connection, stored, stored_time},
    vocabulary::{ExperimentId, Name, OrganizationId, Timestamp},
};

/// A series without its points.
#[derive(Clone, Debug)]
pub struct Series {
    pub id: i64,
    pub key: String,
    pub count: i64,
    pub last_step: i64,
    pub last_time: Timestamp,
    /// Whether it is one value that is replaced, and not a line that grows.
    pub is_single: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    key: String,
    count: i64,
    last_step: i64,
    last_time: i64,
    is_single: i64,
}

impl TryFrom<Row> for Series {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row { id, key, count, last_step, last_time, is_single } = row;
        Ok(Self { id, key, count, last_step, last_time: stored_time(last_time)?, is_single: is_single != 0 })
    }
}

/// The series of an experiment, by name.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<Vec<Series>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, key, count, last_step, last_time, is_single FROM metric_series
         WHERE organization_id = $1 AND experiment_id = $2 ORDER BY key",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Series::try_from).collect()
}

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    key: &str,
) -> Result<Option<Series>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, key, count, last_step, last_time, is_single FROM metric_series
         WHERE organization_id = $1 AND experiment_id = $2 AND key = $3",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .bind(key)
    .fetch_optional(connection)
    .await?;
    row.map(Series::try_from).transpose()
}

/// The experiment that a series belongs to, and its name.
pub async fn find_place(
    connection: &mut Connection,
    organization: OrganizationId,
    id: i64,
) -> Result<Option<(ExperimentId, String)>, sqlx::Error> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT experiment_id, key FROM metric_series WHERE organization_id = $1 AND id = $2")
            .bind(organization.to_string())
            .bind(id)
            .fetch_optional(connection)
            .await?;
    row.map(|(experiment, key)| Ok((stored(&experiment)?, key))).transpose()
}

/// Takes all points from a series, which stays with its number and its name.
pub async fn clear(connection: &mut Connection, organization: OrganizationId, id: i64) -> Result<(), sqlx::Error> {
    for text in ["DELETE FROM metric_points WHERE series_id = $1", "DELETE FROM metric_blocks WHERE series_id = $1"] {
        sqlx::query(text).bind(id).execute(&mut *connection).await?;
    }
    sqlx::query(
        "UPDATE metric_series SET count = 0, min_value = NULL, max_value = NULL WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn set_single(connection: &mut Connection, organization: OrganizationId, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE metric_series SET is_single = 1 WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn rename(
    connection: &mut Connection,
    organization: OrganizationId,
    id: i64,
    key: &Name,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE metric_series SET key = $1 WHERE organization_id = $2 AND id = $3")
        .bind(key.as_str())
        .bind(organization.to_string())
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a series with its points.
pub async fn delete(connection: &mut Connection, organization: OrganizationId, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM metric_series WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}
