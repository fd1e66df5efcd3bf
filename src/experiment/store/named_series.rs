//! SQL for metric series as logs: by id, by name, replaced and removed.

use crate::{
    database::{Connection, stored, stored_time},
    vocabulary::{ExperimentId, LogId, Name, OrganizationId, Timestamp},
};

/// A series without its points.
#[derive(Clone, Debug)]
pub struct Series {
    pub id: i64,
    /// The id that it has as a log.
    pub log_id: LogId,
    pub key: String,
    pub count: i64,
    pub last_step: i64,
    pub last_time: Timestamp,
    /// Whether it is one value that is replaced, and not a line that grows.
    pub is_single: bool,
    /// Whether all values were written as integers.
    pub are_integers: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    log_id: String,
    key: String,
    count: i64,
    last_step: i64,
    last_time: i64,
    is_single: i64,
    are_integers: i64,
}

impl TryFrom<Row> for Series {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.id,
            log_id: stored(&row.log_id)?,
            key: row.key,
            count: row.count,
            last_step: row.last_step,
            last_time: stored_time(row.last_time)?,
            is_single: row.is_single != 0,
            are_integers: row.are_integers != 0,
        })
    }
}

/// The series of an experiment, by name.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<Vec<Series>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, log_id, key, count, last_step, last_time, is_single, are_integers FROM metric_series
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
        "SELECT id, log_id, key, count, last_step, last_time, is_single, are_integers FROM metric_series
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
    id: LogId,
) -> Result<Option<(ExperimentId, String)>, sqlx::Error> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT experiment_id, key FROM metric_series WHERE organization_id = $1 AND log_id = $2")
            .bind(organization.to_string())
            .bind(id.to_string())
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

/// What a series is as a log.
#[derive(Clone, Copy, Debug)]
pub struct SeriesLog {
    pub id: LogId,
    /// Whether it is one value that is replaced, and not a line that grows.
    pub is_single: bool,
    /// Whether all values were written as integers.
    pub are_integers: bool,
}

/// Says what a series is as a log.
pub async fn describe(
    connection: &mut Connection,
    organization: OrganizationId,
    id: i64,
    log: SeriesLog,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE metric_series SET log_id = $1, is_single = $2, are_integers = $3 WHERE organization_id = $4 AND id = $5",
    )
    .bind(log.id.to_string())
    .bind(i64::from(log.is_single))
    .bind(i64::from(log.are_integers))
    .bind(organization.to_string())
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives the series of a log another name, if the log is one.
pub async fn rename(
    connection: &mut Connection,
    organization: OrganizationId,
    id: LogId,
    key: &Name,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE metric_series SET key = $1 WHERE organization_id = $2 AND log_id = $3")
        .bind(key.as_str())
        .bind(organization.to_string())
        .bind(id.to_string())
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
