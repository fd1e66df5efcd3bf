//! Who is in an organization, and as what.

use crate::{
    auth::{Member, Membership},
    database::{Connection, stored, stored_time},
    vocabulary::{OrganizationId, ProjectId, Role, Timestamp, UserId},
};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

pub async fn insert(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
    role: Role,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO memberships (organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)")
        .bind(organization.to_string())
        .bind(user.to_string())
        .bind(role.as_str())
        .bind(now.as_micros())
        .execute(connection)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    user_id: String,
    email: String,
    name: String,
    role: String,
    is_service: i64,
    created_at: i64,
    deactivated_at: Option<i64>,
    last_seen_at: Option<i64>,
    has_password: i64,
    organizations: i64,
}

impl TryFrom<MemberRow> for Member {
    type Error = sqlx::Error;

    fn try_from(row: MemberRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            user_id: stored(&row.user_id)?,
            email: row.email,
            name: row.name,
            role: stored(&row.role)?,
            is_service: row.is_service == 1,
            joined_at: stored_time(row.created_at)?,
            deactivated_at: row.deactivated_at.map(stored_time).transpose()?,
            last_seen_at: row.last_seen_at.map(stored_time).transpose()?,
            has_password: row.has_password > 0,
            is_in_one_organization: row.organizations == 1,
        })
    }
}

const COLUMNS: &str =
    "SELECT users.id AS user_id, users.email, users.name, memberships.role, users.is_service, memberships.created_at,
        COALESCE(memberships.deactivated_at, users.deactivated_at) AS deactivated_at,
        (SELECT MAX(last_seen_at) FROM sessions
         WHERE sessions.organization_id = memberships.organization_id AND sessions.user_id = users.id) AS last_seen_at,
        (SELECT COUNT(*) FROM passwords WHERE passwords.user_id = users.id) AS has_password,
        (SELECT COUNT(*) FROM memberships AS others WHERE others.user_id = users.id) AS organizations
    FROM memberships JOIN users ON users.id = memberships.user_id
    WHERE memberships.organization_id = $1";

/// The members of an organization: people first, then service accounts, each by e-mail address.
pub async fn list(connection: &mut Connection, organization: OrganizationId) -> Result<Vec<Member>, sqlx::Error> {
    let sql = format!("{COLUMNS} ORDER BY users.is_service, users.email_key LIMIT 1000");
    let rows: Vec<MemberRow> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(organization.to_string()).fetch_all(connection).await?;
    rows.into_iter().map(Member::try_from).collect()
}

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<Member>, sqlx::Error> {
    let sql = format!("{COLUMNS} AND users.id = $2");
    let row: Option<MemberRow> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(organization.to_string())
        .bind(user.to_string())
        .fetch_optional(connection)
        .await?;
    row.map(Member::try_from).transpose()
}

/// Takes the organization's members for this transaction, so that two changes at once cannot remove the last two owners.
pub async fn lock(connection: &mut Connection, organization: OrganizationId) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE organizations SET name = name WHERE id = $1")
        .bind(organization.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// How many active people own the organization.
pub async fn count_owners(connection: &mut Connection, organization: OrganizationId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM memberships JOIN users ON users.id = memberships.user_id
         WHERE memberships.organization_id = $1 AND memberships.role = 'owner' AND users.is_service = 0
           AND memberships.deactivated_at IS NULL AND users.deactivated_at IS NULL",
    )
    .bind(organization.to_string())
    .fetch_one(connection)
    .await
}

pub async fn update_role(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
    role: Role,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE memberships SET role = $1 WHERE organization_id = $2 AND user_id = $3")
        .bind(role.as_str())
        .bind(organization.to_string())
        .bind(user.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn update_deactivated(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
    at: Option<Timestamp>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE memberships SET deactivated_at = $1 WHERE organization_id = $2 AND user_id = $3")
        .bind(at.map(Timestamp::as_micros))
        .bind(organization.to_string())
        .bind(user.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a member; sessions and tokens in this organization go with the membership.
pub async fn delete(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2")
        .bind(organization.to_string())
        .bind(user.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// The organizations in which a user is active, by name.
pub async fn list_memberships(connection: &mut Connection, user: UserId) -> Result<Vec<Membership>, sqlx::Error> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT organizations.id, organizations.name, memberships.role
         FROM memberships JOIN organizations ON organizations.id = memberships.organization_id
         WHERE memberships.user_id = $1 AND memberships.deactivated_at IS NULL
         ORDER BY organizations.name_key",
    )
    .bind(user.to_string())
    .fetch_all(connection)
    .await?;
    let memberships = rows.into_iter().map(|(id, name, role)| {
        Ok(Membership { organization_id: stored(&id)?, organization_name: name, role: stored(&role)? })
    });
    memberships.collect()
}

/// Replaces the projects in which a member's role is smaller.
pub async fn replace_narrowed(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
    narrowed: &BTreeMap<ProjectId, Option<Role>>,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM project_roles WHERE organization_id = $1 AND user_id = $2")
        .bind(organization.to_string())
        .bind(user.to_string())
        .execute(&mut *connection)
        .await?;
    for (project, role) in narrowed {
        sqlx::query("INSERT INTO project_roles (organization_id, user_id, project_id, role) VALUES ($1, $2, $3, $4)")
            .bind(organization.to_string())
            .bind(user.to_string())
            .bind(project.to_string())
            .bind(role.map_or("none", Role::as_str))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The names of an organization's projects.
pub async fn list_projects(
    connection: &mut Connection,
    organization: OrganizationId,
) -> Result<Vec<(ProjectId, String)>, sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT id, name FROM projects WHERE organization_id = $1 AND deleted_at IS NULL ORDER BY name_key LIMIT 1000",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(id, name)| Ok((stored(&id)?, name))).collect()
}
