//! SQL for projects.

use crate::{
    database::{Connection, contains_pattern, stored, stored_time},
    experiment::{NewProject, Project},
    vocabulary::{Actor, OrganizationId, ProjectId, Timestamp, name::name_key},
};
use sqlx::AssertSqlSafe;

#[derive(sqlx::FromRow)]
struct ProjectRow {
    id: String,
    name: String,
    description: String,
    experiment_count: i64,
    created_at: i64,
    created_by: String,
    updated_at: i64,
}

impl TryFrom<ProjectRow> for Project {
    type Error = sqlx::Error;

    fn try_from(row: ProjectRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            name: row.name,
            description: row.description,
            experiment_count: row.experiment_count,
            created_at: stored_time(row.created_at)?,
            created_by: row.created_by,
            updated_at: stored_time(row.updated_at)?,
        })
    }
}

pub async fn list(
    connection: &mut Connection,
    actor: &Actor,
    search: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<Project>, sqlx::Error> {
    let reach = actor.reach.condition("projects.id");
    let text = format!(
        r"SELECT id, name, description, created_at, created_by, updated_at,
                 (SELECT COUNT(*) FROM experiments WHERE experiments.project_id = projects.id AND experiments.deleted_at IS NULL) AS experiment_count
          FROM projects
          WHERE organization_id = $1{reach}
            AND deleted_at IS NULL
            AND name_key LIKE $2 ESCAPE '\'
            AND id < $3
          ORDER BY id DESC
          LIMIT $4"
    );
    let rows: Vec<ProjectRow> = sqlx::query_as(AssertSqlSafe(text))
        .bind(actor.organization_id.to_string())
        .bind(contains_pattern(search))
        .bind(cursor.unwrap_or("g"))
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Project::try_from).collect()
}

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ProjectId,
) -> Result<Option<Project>, sqlx::Error> {
    let row: Option<ProjectRow> = sqlx::query_as(
        "SELECT id, name, description, created_at, created_by, updated_at,
                (SELECT COUNT(*) FROM experiments WHERE experiments.project_id = projects.id AND experiments.deleted_at IS NULL) AS experiment_count
         FROM projects
         WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(Project::try_from).transpose()
}

pub async fn insert(
    connection: &mut Connection,
    actor: &Actor,
    id: ProjectId,
    new: &NewProject,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO projects (id, organization_id, name, name_key, description, created_at, created_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $6)",
    )
    .bind(id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(new.name.as_str())
    .bind(new.name.key())
    .bind(new.description.as_str())
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(connection)
    .await?;
    Ok(())
}

/// Holds a project until the transaction ends.
pub async fn lock(connection: &mut Connection, organization: OrganizationId, id: ProjectId) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE projects SET updated_at = updated_at WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes name and description of a project.
pub async fn update(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ProjectId,
    (name, description): (&str, &str),
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE projects
         SET name = $3, name_key = $4, description = $5, updated_at = $6
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(name)
    .bind(name_key(name))
    .bind(description)
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

/// The project of this name key.
pub async fn find_by_name(
    connection: &mut Connection,
    organization: OrganizationId,
    name_key: &str,
) -> Result<Option<ProjectId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT id FROM projects WHERE organization_id = $1 AND name_key = $2 AND deleted_at IS NULL",
    )
    .bind(organization.to_string())
    .bind(name_key)
    .fetch_optional(connection)
    .await?;
    id.as_deref().map(stored).transpose()
}

/// What hangs on a project.
const PARTS: [&str; 2] = [
    "DELETE FROM project_dataset_versions WHERE organization_id = $1 AND project_id = $2",
    "DELETE FROM project_roles WHERE organization_id = $1 AND project_id = $2",
];

/// Leaves a tombstone, to which those of its experiments refer; its name becomes free.
pub async fn delete(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ProjectId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    for text in PARTS {
        sqlx::query(text).bind(organization.to_string()).bind(id.to_string()).execute(&mut *connection).await?;
    }
    sqlx::query("UPDATE projects SET deleted_at = $1, name_key = id WHERE organization_id = $2 AND id = $3")
        .bind(now.as_micros())
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
