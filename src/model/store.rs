//! SQL for models and their versions.

use super::{Model, SourceDatasetVersion, SourceExperiment, SourceFacts, VersionLink, VersionSummary};
use crate::{
    database::{Binding, Connection, contains_pattern, insert_rows, stored, stored_json, stored_time},
    vocabulary::{
        Actor, Description, DockerImage, ExperimentId, LabelMap, MetricSummary, MetricValue, ModelId, ModelVersionId,
        Name, OrganizationId, Parameters, SeriesPoint, Timestamp,
    },
};

#[derive(sqlx::FromRow)]
struct ModelRow {
    id: String,
    name: String,
    description: String,
    version_count: i64,
    last_version: i64,
    created_at: i64,
    created_by: String,
    updated_at: i64,
}

impl TryFrom<ModelRow> for Model {
    type Error = sqlx::Error;

    fn try_from(row: ModelRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            name: row.name,
            description: row.description,
            version_count: row.version_count,
            last_version: row.last_version,
            created_at: stored_time(row.created_at)?,
            created_by: row.created_by,
            updated_at: stored_time(row.updated_at)?,
        })
    }
}

pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    search: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<Model>, sqlx::Error> {
    let rows: Vec<ModelRow> = sqlx::query_as(
        r"SELECT id, name, description, last_version, created_at, created_by, updated_at,
                 (SELECT COUNT(*) FROM model_versions WHERE model_versions.model_id = models.id) AS version_count
          FROM models
          WHERE organization_id = $1
            AND name_key LIKE $2 ESCAPE '\'
            AND id < $3
          ORDER BY id DESC
          LIMIT $4",
    )
    .bind(organization.to_string())
    .bind(contains_pattern(search))
    .bind(cursor.unwrap_or("g"))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Model::try_from).collect()
}

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelId,
) -> Result<Option<Model>, sqlx::Error> {
    let row: Option<ModelRow> = sqlx::query_as(
        "SELECT id, name, description, last_version, created_at, created_by, updated_at,
                (SELECT COUNT(*) FROM model_versions WHERE model_versions.model_id = models.id) AS version_count
         FROM models
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(Model::try_from).transpose()
}

pub async fn find_by_name(
    connection: &mut Connection,
    organization: OrganizationId,
    name_key: &str,
) -> Result<Option<ModelId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar("SELECT id FROM models WHERE organization_id = $1 AND name_key = $2")
        .bind(organization.to_string())
        .bind(name_key)
        .fetch_optional(connection)
        .await?;
    id.as_deref().map(stored).transpose()
}

pub async fn insert(
    connection: &mut Connection,
    actor: &Actor,
    id: ModelId,
    name: &Name,
    description: &Description,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO models (id, organization_id, name, name_key, description, last_version, created_at, created_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $6)",
    )
    .bind(id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(name.as_str())
    .bind(name.key())
    .bind(description.as_str())
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the next version number of a model; it is given once, whatever happens to the version. None: no such model.
pub async fn take_number(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelId,
    now: Timestamp,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE models SET last_version = last_version + 1, updated_at = $1
         WHERE organization_id = $2 AND id = $3
         RETURNING last_version",
    )
    .bind(now.as_micros())
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await
}

/// The row of a version that is about to exist.
pub struct NewVersion<'a> {
    pub id: ModelVersionId,
    pub model: ModelId,
    pub number: i64,
    pub name: &'a Name,
    pub description: &'a Description,
    pub inference_type: Option<&'a str>,
    pub framework: Option<&'a str>,
    pub docker_image: Option<&'a DockerImage>,
    pub source_experiment: ExperimentId,
    pub source_facts: &'a SourceFacts,
    pub base_model_version: Option<ModelVersionId>,
}

fn to_json(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

pub async fn insert_version(
    connection: &mut Connection,
    actor: &Actor,
    new: &NewVersion<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO model_versions
         (id, organization_id, model_id, number, name, name_key, description, inference_type, framework, docker_image,
          source_experiment_id, source_facts, base_model_version_id, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(new.id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(new.model.to_string())
    .bind(new.number)
    .bind(new.name.as_str())
    .bind(new.name.key())
    .bind(new.description.as_str())
    .bind(new.inference_type)
    .bind(new.framework)
    .bind(new.docker_image.map(to_json).transpose()?)
    .bind(new.source_experiment.to_string())
    .bind(to_json(new.source_facts)?)
    .bind(new.base_model_version.map(|id| id.to_string()))
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn insert_label_map(
    connection: &mut Connection,
    actor: &Actor,
    id: ModelVersionId,
    labels: &LabelMap,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO label_map_revisions (organization_id, model_version_id, revision, labels, reason, created_at, created_by)
         VALUES ($1, $2, 0, $3, 'inherited', $4, $5)",
    )
    .bind(actor.organization_id.to_string())
    .bind(id.to_string())
    .bind(labels.to_json())
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

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
         (organization_id, model_version_id, position, alias, dataset_version_id, dataset_name, dataset_version_name) VALUES",
        7,
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

#[derive(sqlx::FromRow)]
struct SummaryRow {
    id: String,
    model_id: String,
    number: i64,
    name: String,
    description: String,
    inference_type: Option<String>,
    framework: Option<String>,
    file_count: i64,
    size_bytes: i64,
    source_experiment_id: Option<String>,
    source_facts: Option<String>,
    source_deleted_at: Option<i64>,
    created_at: i64,
    created_by: String,
}

pub async fn list_versions(
    connection: &mut Connection,
    organization: OrganizationId,
    model: ModelId,
) -> Result<Vec<VersionSummary>, sqlx::Error> {
    let rows: Vec<SummaryRow> = sqlx::query_as(
        "SELECT id, model_id, number, name, description, inference_type, framework, source_experiment_id, source_facts, created_at, created_by,
                (SELECT deleted_at FROM experiments WHERE experiments.id = model_versions.source_experiment_id) AS source_deleted_at,
                (SELECT COUNT(*) FROM model_files WHERE model_files.model_version_id = model_versions.id) AS file_count,
                (SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM model_files WHERE model_files.model_version_id = model_versions.id) AS size_bytes
         FROM model_versions
         WHERE organization_id = $1 AND model_id = $2
         ORDER BY number",
    )
    .bind(organization.to_string())
    .bind(model.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let facts: Option<SourceFacts> = row.source_facts.as_deref().map(stored_json).transpose()?;
            Ok(VersionSummary {
                id: stored(&row.id)?,
                model_id: stored(&row.model_id)?,
                number: row.number,
                name: row.name,
                description: row.description,
                inference_type: row.inference_type,
                framework: row.framework,
                file_count: row.file_count,
                size_bytes: row.size_bytes,
                source_experiment_id: row.source_experiment_id.as_deref().map(stored).transpose()?,
                source_experiment_name: facts.map(|facts| facts.experiment_name),
                source_is_deleted: row.source_deleted_at.is_some(),
                created_at: stored_time(row.created_at)?,
                created_by: row.created_by,
            })
        })
        .collect()
}

pub async fn find_version_id(
    connection: &mut Connection,
    organization: OrganizationId,
    model: ModelId,
    number: i64,
) -> Result<Option<ModelVersionId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT id FROM model_versions WHERE organization_id = $1 AND model_id = $2 AND number = $3",
    )
    .bind(organization.to_string())
    .bind(model.to_string())
    .bind(number)
    .fetch_optional(connection)
    .await?;
    id.as_deref().map(stored).transpose()
}

/// Whether the model has a version with this name.
pub async fn has_version_named(
    connection: &mut Connection,
    organization: OrganizationId,
    model: ModelId,
    name_key: &str,
) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM model_versions WHERE organization_id = $1 AND model_id = $2 AND name_key = $3",
    )
    .bind(organization.to_string())
    .bind(model.to_string())
    .bind(name_key)
    .fetch_one(connection)
    .await?;
    Ok(count > 0)
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    model_id: String,
    model_name: String,
    number: i64,
    name: String,
    description: String,
    inference_type: Option<String>,
    framework: Option<String>,
    docker_image: Option<String>,
    source_experiment_id: Option<String>,
    source_facts: Option<String>,
    source_name: Option<String>,
    source_deleted_at: Option<i64>,
    base_model_version_id: Option<String>,
    created_at: i64,
    created_by: String,
}

/// The row of a version and of its source, without the lists that hang on it.
pub struct FoundVersion {
    pub model_id: ModelId,
    pub model_name: String,
    pub number: i64,
    pub name: String,
    pub description: String,
    pub inference_type: Option<String>,
    pub framework: Option<String>,
    pub docker_image: Option<DockerImage>,
    pub source_experiment: Option<SourceExperiment>,
    pub base_model_version_id: Option<ModelVersionId>,
    pub created_at: Timestamp,
    pub created_by: String,
}

pub async fn find_version(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<Option<FoundVersion>, sqlx::Error> {
    let row: Option<VersionRow> = sqlx::query_as(
        "SELECT model_versions.model_id,
                models.name AS model_name,
                model_versions.number,
                model_versions.name,
                model_versions.description,
                model_versions.inference_type,
                model_versions.framework,
                model_versions.docker_image,
                model_versions.source_experiment_id,
                model_versions.source_facts,
                experiments.name AS source_name,
                experiments.deleted_at AS source_deleted_at,
                model_versions.base_model_version_id,
                model_versions.created_at,
                model_versions.created_by
         FROM model_versions
         JOIN models ON models.id = model_versions.model_id
         LEFT JOIN experiments ON experiments.id = model_versions.source_experiment_id
         WHERE model_versions.organization_id = $1 AND model_versions.id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let facts: Option<SourceFacts> = row.source_facts.as_deref().map(stored_json).transpose()?;
    let source_experiment = match (row.source_experiment_id, facts) {
        (Some(id), Some(at_export)) => {
            let is_deleted = row.source_deleted_at.is_some();
            let name = row.source_name.filter(|_| !is_deleted).unwrap_or_else(|| at_export.experiment_name.clone());
            Some(SourceExperiment { id: stored(&id)?, name, is_deleted, at_export })
        }
        _ => None,
    };
    Ok(Some(FoundVersion {
        model_id: stored(&row.model_id)?,
        model_name: row.model_name,
        number: row.number,
        name: row.name,
        description: row.description,
        inference_type: row.inference_type,
        framework: row.framework,
        docker_image: row.docker_image.as_deref().map(stored_json).transpose()?,
        source_experiment,
        base_model_version_id: row.base_model_version_id.as_deref().map(stored).transpose()?,
        created_at: stored_time(row.created_at)?,
        created_by: row.created_by,
    }))
}

/// The newest label map of a version, and its revision.
pub async fn find_labels(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<(LabelMap, i64), sqlx::Error> {
    let row: Option<(String, i64)> = sqlx::query_as(
        "SELECT labels, revision
         FROM label_map_revisions
         WHERE organization_id = $1 AND model_version_id = $2
         ORDER BY revision DESC
         LIMIT 1",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    match row {
        Some((labels, revision)) => Ok((stored_json(&labels)?, revision)),
        None => Ok((LabelMap::default(), 0)),
    }
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
    let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT model_version_dataset_versions.alias,
                dataset_versions.dataset_id,
                model_version_dataset_versions.dataset_version_id,
                model_version_dataset_versions.dataset_name,
                model_version_dataset_versions.dataset_version_name
         FROM model_version_dataset_versions
         JOIN dataset_versions ON dataset_versions.id = model_version_dataset_versions.dataset_version_id
         WHERE model_version_dataset_versions.organization_id = $1 AND model_version_dataset_versions.model_version_id = $2
         ORDER BY model_version_dataset_versions.position",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(alias, dataset_id, dataset_version_id, dataset_name, dataset_version_name)| {
            Ok(SourceDatasetVersion {
                alias,
                dataset_id: stored(&dataset_id)?,
                dataset_version_id: stored(&dataset_version_id)?,
                dataset_name,
                dataset_version_name,
            })
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: String,
    model_id: String,
    model_name: String,
    number: i64,
    name: String,
}

impl TryFrom<LinkRow> for VersionLink {
    type Error = sqlx::Error;

    fn try_from(row: LinkRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            model_id: stored(&row.model_id)?,
            model_name: row.model_name,
            number: row.number,
            name: row.name,
        })
    }
}

pub async fn find_link(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
) -> Result<Option<VersionLink>, sqlx::Error> {
    let row: Option<LinkRow> = sqlx::query_as(
        "SELECT model_versions.id, model_versions.model_id, models.name AS model_name, model_versions.number, model_versions.name
         FROM model_versions
         JOIN models ON models.id = model_versions.model_id
         WHERE model_versions.organization_id = $1 AND model_versions.id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(VersionLink::try_from).transpose()
}

pub async fn list_exported_from(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<Vec<VersionLink>, sqlx::Error> {
    let rows: Vec<LinkRow> = sqlx::query_as(
        "SELECT model_versions.id, model_versions.model_id, models.name AS model_name, model_versions.number, model_versions.name
         FROM model_versions
         JOIN models ON models.id = model_versions.model_id
         WHERE model_versions.organization_id = $1 AND model_versions.source_experiment_id = $2
         ORDER BY model_versions.id DESC",
    )
    .bind(organization.to_string())
    .bind(experiment.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(VersionLink::try_from).collect()
}
