//! From a credential to the member behind it.

use crate::{
    database::{Connection, stored},
    vocabulary::{
        Actor, Digest, ExperimentId, OrganizationId, ProjectId, Reach, Role, Scopes, SessionId, Timestamp, TokenId,
        UserId,
    },
};
use sqlx::AssertSqlSafe;

#[derive(sqlx::FromRow)]
struct ActorRow {
    organization_id: String,
    organization_name: String,
    user_id: String,
    email: String,
    role: String,
    token_id: Option<String>,
    session_id: Option<String>,
    scopes: String,
    project_id: Option<String>,
    last_seen_at: Option<i64>,
}

/// A member who is asking, and when the credential was last noticed, in microseconds.
pub struct Found {
    pub actor: Actor,
    pub last_seen_at: Option<i64>,
}

const MEMBER: &str = "organizations.id AS organization_id, organizations.name AS organization_name, users.id AS user_id, users.email, memberships.role";
const ACTIVE: &str = "users.deactivated_at IS NULL AND memberships.deactivated_at IS NULL";

async fn found(connection: &mut Connection, row: Option<ActorRow>) -> Result<Option<Found>, sqlx::Error> {
    let Some(row) = row else {
        return Ok(None);
    };
    let organization: OrganizationId = stored(&row.organization_id)?;
    let user: UserId = stored(&row.user_id)?;
    let only = row.project_id.as_deref().map(stored).transpose()?;
    let role = stored(&row.role)?;
    let narrowed = match role {
        Role::Owner => Vec::new(),
        _ => list_narrowed(connection, organization, user).await?,
    };
    let actor = Actor {
        scopes: stored::<Scopes>(&row.scopes)?,
        reach: Reach { only, narrowed },
        token_id: row.token_id.as_deref().map(stored).transpose()?,
        session_id: row.session_id.as_deref().map(stored).transpose()?,
        ..Actor::member((organization, row.organization_name), (user, row.email), role)
    };
    Ok(Some(Found { actor, last_seen_at: row.last_seen_at }))
}

/// The projects in which a member's role is smaller, and what it is there.
pub async fn list_narrowed(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<(ProjectId, Option<Role>)>, sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT project_id, role FROM project_roles WHERE organization_id = $1 AND user_id = $2 ORDER BY project_id",
    )
    .bind(organization.to_string())
    .bind(user.to_string())
    .fetch_all(connection)
    .await?;
    let narrowed = rows.iter().map(|(project, role)| {
        let role = if role == "none" { None } else { Some(stored(role)?) };
        Ok((stored(project)?, role))
    });
    narrowed.collect()
}

/// The active owners of all organizations, at most so many.
pub async fn list_owners(
    connection: &mut Connection,
    limit: i64,
) -> Result<Vec<(OrganizationId, UserId)>, sqlx::Error> {
    let sql = format!(
        "SELECT memberships.organization_id, users.id FROM users JOIN memberships ON memberships.user_id = users.id
         WHERE memberships.role = 'owner' AND {ACTIVE} ORDER BY users.id LIMIT $1"
    );
    let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(sql)).bind(limit).fetch_all(connection).await?;
    rows.iter().map(|(organization, user)| Ok((stored(organization)?, stored(user)?))).collect()
}

/// An active user, in the organization that the user joined first.
pub async fn find_by_email(connection: &mut Connection, email_key: &str) -> Result<Option<Actor>, sqlx::Error> {
    let sql = format!(
        "SELECT {MEMBER}, CAST(NULL AS TEXT) AS token_id, CAST(NULL AS TEXT) AS session_id, 'read,write,export,admin' AS scopes,
                CAST(NULL AS TEXT) AS project_id, CAST(NULL AS BIGINT) AS last_seen_at
         FROM users
         JOIN memberships ON memberships.user_id = users.id
         JOIN organizations ON organizations.id = memberships.organization_id
         WHERE users.email_key = $1 AND {ACTIVE}
         ORDER BY memberships.created_at, organizations.id
         LIMIT 1"
    );
    let row = sqlx::query_as(AssertSqlSafe(sql)).bind(email_key).fetch_optional(&mut *connection).await?;
    Ok(found(connection, row).await?.map(|found| found.actor))
}

/// A user in one organization, if the membership is active.
pub async fn find_member(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<Actor>, sqlx::Error> {
    let sql = format!(
        "SELECT {MEMBER}, CAST(NULL AS TEXT) AS token_id, CAST(NULL AS TEXT) AS session_id, 'read,write,export,admin' AS scopes,
                CAST(NULL AS TEXT) AS project_id, CAST(NULL AS BIGINT) AS last_seen_at
         FROM memberships
         JOIN users ON users.id = memberships.user_id
         JOIN organizations ON organizations.id = memberships.organization_id
         WHERE memberships.organization_id = $1 AND memberships.user_id = $2 AND {ACTIVE}"
    );
    let row = sqlx::query_as(AssertSqlSafe(sql))
        .bind(organization.to_string())
        .bind(user.to_string())
        .fetch_optional(&mut *connection)
        .await?;
    Ok(found(connection, row).await?.map(|found| found.actor))
}

/// How a credential is named: by the fingerprint of its secret, or by its id once it is known.
#[derive(Clone, Copy)]
pub enum Named<Id> {
    Fingerprint(Digest),
    Id(Id),
}

impl<Id: ToString> Named<Id> {
    fn column_and_value(&self) -> (&'static str, String) {
        match self {
            Self::Fingerprint(fingerprint) => ("token_hash", fingerprint.to_string()),
            Self::Id(id) => ("id", id.to_string()),
        }
    }
}

/// The member behind a session that has not ended.
pub async fn find_by_session(
    connection: &mut Connection,
    session: Named<SessionId>,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<Found>, sqlx::Error> {
    let (column, value) = session.column_and_value();
    let sql = format!(
        "SELECT {MEMBER}, CAST(NULL AS TEXT) AS token_id, sessions.id AS session_id, 'read,write,export,admin' AS scopes,
                CAST(NULL AS TEXT) AS project_id, sessions.last_seen_at
         FROM sessions
         JOIN memberships ON memberships.organization_id = sessions.organization_id AND memberships.user_id = sessions.user_id
         JOIN users ON users.id = sessions.user_id
         JOIN organizations ON organizations.id = sessions.organization_id
         WHERE sessions.{column} = $1 AND sessions.expires_at > $2 AND sessions.last_seen_at > $3 AND {ACTIVE}"
    );
    let row = sqlx::query_as(AssertSqlSafe(sql))
        .bind(value)
        .bind(now.as_micros())
        .bind(idle_since.as_micros())
        .fetch_optional(&mut *connection)
        .await?;
    found(connection, row).await
}

/// The member behind a token that is neither expired nor revoked.
pub async fn find_by_token(
    connection: &mut Connection,
    token: Named<TokenId>,
    now: Timestamp,
) -> Result<Option<Found>, sqlx::Error> {
    let (column, value) = token.column_and_value();
    let sql = format!(
        "SELECT {MEMBER}, tokens.id AS token_id, CAST(NULL AS TEXT) AS session_id, tokens.scopes, tokens.project_id,
                tokens.last_used_at AS last_seen_at
         FROM tokens
         JOIN memberships ON memberships.organization_id = tokens.organization_id AND memberships.user_id = tokens.user_id
         JOIN users ON users.id = tokens.user_id
         JOIN organizations ON organizations.id = tokens.organization_id
         WHERE tokens.{column} = $1
           AND tokens.revoked_at IS NULL
           AND (tokens.expires_at IS NULL OR tokens.expires_at > $2)
           AND {ACTIVE}"
    );
    let row =
        sqlx::query_as(AssertSqlSafe(sql)).bind(value).bind(now.as_micros()).fetch_optional(&mut *connection).await?;
    found(connection, row).await
}

/// The project of an experiment, deleted or not.
pub async fn find_project_of(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: ExperimentId,
) -> Result<Option<ProjectId>, sqlx::Error> {
    let id: Option<String> =
        sqlx::query_scalar("SELECT project_id FROM experiments WHERE organization_id = $1 AND id = $2")
            .bind(organization.to_string())
            .bind(experiment.to_string())
            .fetch_optional(connection)
            .await?;
    id.as_deref().map(stored).transpose()
}
