//! SQL for the rows of model versions.

use super::to_json;
use crate::{
    database::{Connection, stored, stored_json, stored_time},
    model::{SourceExperiment, SourceFacts, VersionSummary},
    vocabulary::{
        Actor, Description, DockerImage, ExperimentId, ModelId, ModelVersionId, Name, OrganizationId, Timestamp,
    },
};

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
    pub notebook_url: Option<&'a str>,
    /// The experiment and what it was; none for a version that was created without one (R24).
    pub source: Option<(ExperimentId, &'a SourceFacts)>,
    pub base_model_version: Option<ModelVersionId>,
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
          source_experiment_id, source_facts, base_model_version_id, created_at, created_by, updated_at, notebook_url)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $14, $16)",
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
    .bind(new.source.map(|(id, _)| id.to_string()))
    .bind(new.source.map(|(_, facts)| to_json(facts)).transpose()?)
    .bind(new.base_model_version.map(|id| id.to_string()))
    .bind(now.as_micros())
    .bind(&actor.email)
    .bind(new.notebook_url)
    .execute(connection)
    .await?;
    Ok(())
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
    is_label_map_edited: i64,
    archived_at: Option<i64>,
    created_at: i64,
    created_by: String,
}

/// The versions of a model with a lower number than `before`, the highest first.
pub async fn list_versions(
    connection: &mut Connection,
    organization: OrganizationId,
    model: ModelId,
    before: i64,
    limit: u32,
) -> Result<Vec<VersionSummary>, sqlx::Error> {
    let rows: Vec<SummaryRow> = sqlx::query_as(
        "SELECT id, model_id, number, name, description, inference_type, framework, source_experiment_id, source_facts, archived_at, created_at, created_by,
                (SELECT deleted_at FROM experiments WHERE experiments.id = model_versions.source_experiment_id) AS source_deleted_at,
                (SELECT COUNT(*)
                 FROM label_map_revisions AS inherited
                 JOIN label_map_revisions AS newest
                   ON newest.model_version_id = inherited.model_version_id AND newest.labels <> inherited.labels
                 WHERE inherited.model_version_id = model_versions.id
                   AND inherited.revision = 0
                   AND newest.revision = (SELECT MAX(revision) FROM label_map_revisions WHERE label_map_revisions.model_version_id = model_versions.id)
                ) AS is_label_map_edited,
                (SELECT COUNT(*) FROM model_files WHERE model_files.model_version_id = model_versions.id) AS file_count,
                (SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM model_files WHERE model_files.model_version_id = model_versions.id) AS size_bytes
         FROM model_versions
         WHERE organization_id = $1 AND model_id = $2 AND number < $3
         ORDER BY number DESC
         LIMIT $4",
    )
    .bind(organization.to_string())
    .bind(model.to_string())
    .bind(before)
    .bind(i64::from(limit))
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
                is_label_map_edited: row.is_label_map_edited > 0,
                is_archived: row.archived_at.is_some(),
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
    notebook_url: Option<String>,
    source_experiment_id: Option<String>,
    source_facts: Option<String>,
    source_name: Option<String>,
    source_deleted_at: Option<i64>,
    base_model_version_id: Option<String>,
    created_at: i64,
    created_by: String,
    notes: String,
    updated_at: i64,
    sealed_at: Option<i64>,
    archived_at: Option<i64>,
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
    pub notebook_url: Option<String>,
    pub source_experiment: Option<SourceExperiment>,
    pub base_model_version_id: Option<ModelVersionId>,
    pub created_at: Timestamp,
    pub created_by: String,
    pub notes: String,
    pub updated_at: Timestamp,
    pub sealed_at: Option<Timestamp>,
    pub archived_at: Option<Timestamp>,
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
                model_versions.notebook_url,
                model_versions.source_experiment_id,
                model_versions.source_facts,
                experiments.name AS source_name,
                experiments.deleted_at AS source_deleted_at,
                model_versions.base_model_version_id,
                model_versions.created_at,
                model_versions.created_by,
                model_versions.notes,
                model_versions.updated_at,
                model_versions.sealed_at,
                model_versions.archived_at
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
        notebook_url: row.notebook_url,
        source_experiment,
        base_model_version_id: row.base_model_version_id.as_deref().map(stored).transpose()?,
        created_at: stored_time(row.created_at)?,
        created_by: row.created_by,
        notes: row.notes,
        updated_at: stored_time(row.updated_at)?,
        sealed_at: row.sealed_at.map(stored_time).transpose()?,
        archived_at: row.archived_at.map(stored_time).transpose()?,
    }))
}

/// The version of this name key in a model.
pub async fn find_version_by_name(
    connection: &mut Connection,
    organization: OrganizationId,
    model: ModelId,
    name_key: &str,
) -> Result<Option<ModelVersionId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT id FROM model_versions WHERE organization_id = $1 AND model_id = $2 AND name_key = $3",
    )
    .bind(organization.to_string())
    .bind(model.to_string())
    .bind(name_key)
    .fetch_optional(connection)
    .await?;
    id.as_deref().map(stored).transpose()
}
