//! SQL for the rows of experiments.

use crate::{
    database::{Connection, stored, stored_json, stored_time},
    experiment::{ExperimentSummary, NewExperiment, Status},
    vocabulary::{Actor, DockerImage, ExperimentId, OrganizationId, Timestamp},
};

#[derive(sqlx::FromRow)]
pub(super) struct SummaryRow {
    id: String,
    project_id: String,
    project_name: String,
    name: String,
    description: String,
    status: String,
    inference_type: Option<String>,
    framework: Option<String>,
    export_count: i64,
    created_at: i64,
    created_by: String,
    updated_at: i64,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    archived_at: Option<i64>,
}

impl TryFrom<SummaryRow> for ExperimentSummary {
    type Error = sqlx::Error;

    fn try_from(row: SummaryRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            project_id: stored(&row.project_id)?,
            project_name: row.project_name,
            name: row.name,
            description: row.description,
            status: stored(&row.status)?,
            inference_type: row.inference_type,
            framework: row.framework,
            export_count: row.export_count,
            created_at: stored_time(row.created_at)?,
            created_by: row.created_by,
            updated_at: stored_time(row.updated_at)?,
            started_at: row.started_at.map(stored_time).transpose()?,
            finished_at: row.finished_at.map(stored_time).transpose()?,
            archived_at: row.archived_at.map(stored_time).transpose()?,
        })
    }
}

macro_rules! select_summaries {
    () => {
        "SELECT experiments.id,
                experiments.project_id,
                projects.name AS project_name,
                experiments.name,
                experiments.description,
                experiments.status,
                experiments.inference_type,
                experiments.framework,
                (SELECT COUNT(*) FROM model_versions WHERE model_versions.source_experiment_id = experiments.id) AS export_count,
                experiments.created_at,
                experiments.created_by,
                experiments.updated_at,
                experiments.started_at,
                experiments.finished_at,
                experiments.archived_at
         FROM experiments
         JOIN projects ON projects.id = experiments.project_id
         WHERE experiments.organization_id = $1 AND experiments.deleted_at IS NULL"
    };
}
pub(super) use select_summaries;

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<Option<ExperimentSummary>, sqlx::Error> {
    let row: Option<SummaryRow> = sqlx::query_as(concat!(select_summaries!(), " AND experiments.id = $2"))
        .bind(organization.to_string())
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.map(ExperimentSummary::try_from).transpose()
}

/// What an experiment has once, beside its summary.
pub struct Single {
    pub docker_image: Option<DockerImage>,
    pub labels_from: String,
    pub notes: String,
    pub edited_at: Timestamp,
}

pub async fn find_single(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<Single, sqlx::Error> {
    let (image, labels_from, notes, edited_at): (Option<String>, String, String, i64) = sqlx::query_as(
        "SELECT docker_image, labels_from, notes, edited_at FROM experiments WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_one(connection)
    .await?;
    let docker_image = image.as_deref().map(stored_json).transpose()?;
    Ok(Single { docker_image, labels_from, notes, edited_at: stored_time(edited_at)? })
}

fn image_to_json(image: Option<&DockerImage>) -> Result<Option<String>, sqlx::Error> {
    image.map(|image| serde_json::to_string(image).map_err(|error| sqlx::Error::Encode(Box::new(error)))).transpose()
}

pub async fn insert(
    connection: &mut Connection,
    actor: &Actor,
    id: ExperimentId,
    new: &NewExperiment,
    labels_from: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO experiments
         (id, organization_id, project_id, name, name_key, description, status, inference_type, framework, docker_image, labels_from,
          created_at, created_by, updated_at, edited_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9, $10, $11, $12, $11, $11)",
    )
    .bind(id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(new.project_id.to_string())
    .bind(new.name.as_str())
    .bind(new.name.key())
    .bind(new.description.as_str())
    .bind(&new.inference_type)
    .bind(&new.framework)
    .bind(image_to_json(new.docker_image.as_ref())?)
    .bind(labels_from)
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

/// The fields of an experiment that can be changed, all of them.
pub struct Changed<'a> {
    pub name: &'a str,
    pub name_key: &'a str,
    pub description: &'a str,
    pub status: Status,
    pub inference_type: Option<&'a str>,
    pub framework: Option<&'a str>,
    pub docker_image: Option<&'a DockerImage>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub notes: &'a str,
    pub edited_at: Timestamp,
    pub updated_at: Timestamp,
}

pub async fn update(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    changed: &Changed<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE experiments
         SET name = $3, name_key = $4, description = $5, status = $6, inference_type = $7, framework = $8, docker_image = $9,
             started_at = $10, finished_at = $11, notes = $12, edited_at = $13, updated_at = $14
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(changed.name)
    .bind(changed.name_key)
    .bind(changed.description)
    .bind(changed.status.as_str())
    .bind(changed.inference_type)
    .bind(changed.framework)
    .bind(image_to_json(changed.docker_image)?)
    .bind(changed.started_at.map(Timestamp::as_micros))
    .bind(changed.finished_at.map(Timestamp::as_micros))
    .bind(changed.notes)
    .bind(changed.edited_at.as_micros())
    .bind(changed.updated_at.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

/// Leaves a tombstone, so that the versions that came from the experiment keep their link; its name becomes free.
pub async fn delete(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE experiments SET deleted_at = $1, name_key = id WHERE organization_id = $2 AND id = $3")
        .bind(now.as_micros())
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Sets or clears the time of archiving.
pub async fn set_archived(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
    archived_at: Option<Timestamp>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE experiments SET archived_at = $1 WHERE organization_id = $2 AND id = $3")
        .bind(archived_at.map(Timestamp::as_micros))
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes the experiment for this transaction without changing it; says whether it exists.
pub async fn lock(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<bool, sqlx::Error> {
    let locked = sqlx::query(
        "UPDATE experiments SET updated_at = updated_at WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .execute(connection)
    .await?;
    Ok(locked.rows_affected() == 1)
}
