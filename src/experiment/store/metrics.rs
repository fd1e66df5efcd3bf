//! SQL for series and their points.

use crate::{
    database::{Connection, insert_rows, places, stored, stored_time},
    experiment::StoredPoint,
    model::store::SummaryMetricRow,
    vocabulary::{ExperimentId, LogId, MetricSummary, MetricValue, OrganizationId, SeriesPoint},
};
use futures::TryStreamExt;
use sqlx::AssertSqlSafe;

/// Adds the summary of new points to that of the series, which is created when it is new, and is a line of any numbers from now on. Returns
/// its number and how many points it has now.
pub async fn upsert_series(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    added: &MetricSummary,
) -> Result<(i64, i64), sqlx::Error> {
    let (last_value, last_kind) = added.last.value.to_stored();
    // A missing decimal must not be bound: sqlx 0.9 prepares the statement as if it were a 32-bit one, and PostgreSQL then refuses the next
    // 64-bit one on the same connection.
    let extremes = added.min.zip(added.max);
    let statement = sqlx::query_as(AssertSqlSafe(format!(
        "INSERT INTO metric_series
         (organization_id, experiment_id, key, count, last_step, last_time, last_value, last_kind, log_id, min_value, max_value)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, {})
         ON CONFLICT (experiment_id, key) DO UPDATE SET
             count = metric_series.count + excluded.count,
             is_single = 0,
             are_integers = 0,
             last_step = excluded.last_step,
             last_time = excluded.last_time,
             last_value = excluded.last_value,
             last_kind = excluded.last_kind,
             min_value = CASE WHEN metric_series.min_value IS NULL OR excluded.min_value < metric_series.min_value
                              THEN excluded.min_value ELSE metric_series.min_value END,
             max_value = CASE WHEN metric_series.max_value IS NULL OR excluded.max_value > metric_series.max_value
                              THEN excluded.max_value ELSE metric_series.max_value END
         RETURNING id, count",
        if extremes.is_some() { "$10, $11" } else { "NULL, NULL" }
    )))
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .bind(&added.key)
    .bind(added.count)
    .bind(added.last.step)
    .bind(added.last.time.as_micros())
    .bind(last_value)
    .bind(last_kind)
    .bind(LogId::generate().to_string());
    let statement = match extremes {
        Some((min, max)) => statement.bind(min).bind(max),
        None => statement,
    };
    statement.fetch_one(connection).await
}

pub async fn insert_points(
    connection: &mut Connection,
    series: i64,
    first_seq: i64,
    points: &[SeriesPoint],
) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = (first_seq..).zip(points).collect();
    insert_rows(
        connection,
        "INSERT INTO metric_points (series_id, seq, step, time, value, kind) VALUES",
        6,
        &rows,
        |statement, (seq, point)| {
            let (value, kind) = point.value.to_stored();
            statement.bind(series).bind(seq).bind(point.step).bind(point.time.as_micros()).bind(value).bind(kind)
        },
    )
    .await
}

pub async fn count_series(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM metric_series WHERE organization_id = $1 AND experiment_id = $2")
        .bind(organization.to_string())
        .bind(experiment.to_string())
        .fetch_one(connection)
        .await
}

pub async fn list_series(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<Vec<MetricSummary>, sqlx::Error> {
    let rows: Vec<SummaryMetricRow> = sqlx::query_as(
        "SELECT key, count, last_step, last_time, last_value, last_kind, min_value, max_value
         FROM metric_series
         WHERE organization_id = $1 AND experiment_id = $2
         ORDER BY key",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(MetricSummary::try_from).collect()
}

/// The last values of some metrics of some experiments, as `(experiment, key, value)`.
pub async fn list_last_values(
    connection: &mut Connection,
    organization: OrganizationId,
    experiments: &[ExperimentId],
    keys: &[&str],
) -> Result<Vec<(ExperimentId, String, MetricValue)>, sqlx::Error> {
    if experiments.is_empty() || keys.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT experiment_id, key, last_value, last_kind FROM metric_series
         WHERE organization_id = $1 AND experiment_id IN ({}) AND key IN ({})",
        places(2, experiments.len()),
        places(2 + experiments.len(), keys.len())
    );
    let statement = sqlx::query_as(AssertSqlSafe(text)).bind(organization.to_string());
    let statement = experiments.iter().fold(statement, |statement, id| statement.bind(id.to_string()));
    let statement = keys.iter().fold(statement, |statement, key| statement.bind((*key).to_owned()));
    let rows: Vec<(String, String, f64, i64)> = statement.fetch_all(connection).await?;
    rows.into_iter()
        .map(|(id, key, value, kind)| Ok((stored(&id)?, key, MetricValue::from_stored(value, kind))))
        .collect()
}

/// The id and the number of points of a series.
pub async fn find_series(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
    key: &str,
) -> Result<Option<(i64, i64)>, sqlx::Error> {
    sqlx::query_as("SELECT id, count FROM metric_series WHERE organization_id = $1 AND experiment_id = $2 AND key = $3")
        .bind(organization.to_string())
        .bind(experiment.to_string())
        .bind(key)
        .fetch_optional(connection)
        .await
}

/// Points in the order of arrival, beginning after `after`.
pub async fn list_points(
    connection: &mut Connection,
    series: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<StoredPoint>, sqlx::Error> {
    let mut points = Vec::new();
    for_each_point(connection, series, after, limit, |point| points.push(point)).await?;
    Ok(points)
}

/// Hands points to `visit` one by one, so that a long series never stands in memory as a whole.
pub async fn for_each_point(
    connection: &mut Connection,
    series: i64,
    after: i64,
    limit: i64,
    mut visit: impl FnMut(StoredPoint),
) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query_as::<_, (i64, i64, i64, f64, i64)>(
        "SELECT seq, step, time, value, kind FROM metric_points WHERE series_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    )
    .bind(series)
    .bind(after)
    .bind(limit)
    .fetch(connection);
    while let Some((seq, step, time, value, kind)) = rows.try_next().await? {
        let point = SeriesPoint { step, time: stored_time(time)?, value: MetricValue::from_stored(value, kind) };
        visit(StoredPoint { seq, point });
    }
    Ok(())
}
