//! SQL for what a version inherits: parameters, dataset versions, metrics.

use crate::{
    database::{Binding, Connection, insert_rows, stored, stored_json, stored_time},
    model::SourceDatasetVersion,
    vocabulary::{MetricSummary, MetricValue, ModelVersionId, OrganizationId, Parameters, SeriesPoint},
};
use serde_json::json;

pub async fn insert_parameters(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
    parameters: &Parameters,
) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = (0_i64..).zip(parameters.iter()).collect();
    insert_rows(
        connection,
        "INSERT INTO model_version_parameters (organization_id, model_version_id, position, key, value) VALUES",
        5,
        &rows,
        |statement, (position, (key, value))| {
            statement
                .bind(organization.to_string())
                .bind(id.to_string())
                .bind(position)
                .bind(*key)
                .bind(value.to_string())
        },
    )
    .await
}

/// Replaces all parameters.
pub async fn replace_parameters(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
    parameters: &Parameters,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM model_version_parameters WHERE organization_id = $1 AND model_version_id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(&mut *connection)
        .await?;
    insert_parameters(connection, organization, id, parameters).await
}

pub async fn insert_dataset_versions(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
    sources: &[SourceDatasetVersion],
) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = (0_i64..).zip(sources).collect();
    insert_rows(
        connection,
        "INSERT INTO model_version_dataset_versions
         (organization_id, model_version_id, position, alias, dataset_version_id, dataset_name, dataset_version_name, label_counts) VALUES",
        8,
        &rows,
        |statement, (position, source)| {
            statement
                .bind(organization.to_string())
                .bind(id.to_string())
                .bind(position)
                .bind(&source.alias)
                .bind(source.dataset_version_id.to_string())
                .bind(&source.dataset_name)
                .bind(&source.dataset_version_name)
                .bind(json!(source.label_counts).to_string())
        },
    )
    .await
}

pub async fn insert_metrics(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
    metrics: &[MetricSummary],
) -> Result<(), sqlx::Error> {
    // A missing decimal must not be bound: see the series of experiments.
    let (measured, special): (Vec<_>, Vec<_>) = metrics.iter().partition(|metric| metric.min.zip(metric.max).is_some());
    insert_rows(
        connection,
        "INSERT INTO model_version_metrics
         (organization_id, model_version_id, key, count, last_step, last_time, last_value, last_kind, min_value, max_value) VALUES",
        10,
        &measured,
        |statement, metric| bind_metric(statement, organization, id, metric).bind(metric.min).bind(metric.max),
    )
    .await?;
    insert_rows(
        connection,
        "INSERT INTO model_version_metrics
         (organization_id, model_version_id, key, count, last_step, last_time, last_value, last_kind) VALUES",
        8,
        &special,
        |statement, metric| bind_metric(statement, organization, id, metric),
    )
    .await
}

/// Binds everything of a metric but its extremes.
fn bind_metric<'q>(
    statement: Binding<'q>,
    organization: OrganizationId,
    id: ModelVersionId,
    metric: &MetricSummary,
) -> Binding<'q> {
    let (last_value, last_kind) = metric.last.value.to_stored();
    statement
        .bind(organization.to_string())
        .bind(id.to_string())
        .bind(metric.key.clone())
        .bind(metric.count)
        .bind(metric.last.step)
        .bind(metric.last.time.as_micros())
        .bind(last_value)
        .bind(last_kind)
}

pub async fn list_parameters(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<Parameters, sqlx::Error> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT key, value FROM model_version_parameters WHERE organization_id = $1 AND model_version_id = $2 ORDER BY position")
            .bind(organization.to_string())
            .bind(id.to_string())
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(|(key, value)| Ok((key, stored_json(&value)?))).collect()
}

/// Series as both experiments and versions keep them.
#[derive(sqlx::FromRow)]
pub(crate) struct SummaryMetricRow {
    key: String,
    count: i64,
    last_step: i64,
    last_time: i64,
    last_value: f64,
    last_kind: i64,
    min_value: Option<f64>,
    max_value: Option<f64>,
}

impl TryFrom<SummaryMetricRow> for MetricSummary {
    type Error = sqlx::Error;

    fn try_from(row: SummaryMetricRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            key: row.key,
            count: row.count,
            last: SeriesPoint {
                step: row.last_step,
                time: stored_time(row.last_time)?,
                value: MetricValue::from_stored(row.last_value, row.last_kind),
            },
            min: row.min_value,
            max: row.max_value,
        })
    }
}

pub async fn list_metrics(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<Vec<MetricSummary>, sqlx::Error> {
    let rows: Vec<SummaryMetricRow> = sqlx::query_as(
        "SELECT key, count, last_step, last_time, last_value, last_kind, min_value, max_value
         FROM model_version_metrics
         WHERE organization_id = $1 AND model_version_id = $2
         ORDER BY key",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(MetricSummary::try_from).collect()
}

pub async fn list_dataset_versions(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<Vec<SourceDatasetVersion>, sqlx::Error> {
    let rows: Vec<SourceRow> = sqlx::query_as(
        "SELECT model_version_dataset_versions.alias,
                dataset_versions.dataset_id,
                model_version_dataset_versions.dataset_version_id,
                model_version_dataset_versions.dataset_name,
                model_version_dataset_versions.dataset_version_name,
                model_version_dataset_versions.label_counts
         FROM model_version_dataset_versions
         JOIN dataset_versions ON dataset_versions.id = model_version_dataset_versions.dataset_version_id
         WHERE model_version_dataset_versions.organization_id = $1 AND model_version_dataset_versions.model_version_id = $2
         ORDER BY model_version_dataset_versions.position",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(SourceDatasetVersion::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct SourceRow {
    alias: String,
    dataset_id: String,
    dataset_version_id: String,
    dataset_name: String,
    dataset_version_name: String,
    label_counts: String,
}

impl TryFrom<SourceRow> for SourceDatasetVersion {
    type Error = sqlx::Error;

    fn try_from(row: SourceRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            alias: row.alias,
            dataset_id: stored(&row.dataset_id)?,
            dataset_version_id: stored(&row.dataset_version_id)?,
            dataset_name: row.dataset_name,
            dataset_version_name: row.dataset_version_name,
            label_counts: stored_json(&row.label_counts)?,
        })
    }
}
