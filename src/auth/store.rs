//! SQL for people and their credentials.

use crate::{
    database::{Connection, stored},
    vocabulary::{Actor, Digest, OrganizationId, Role, Timestamp, TokenId, UserId},
};

#[derive(sqlx::FromRow)]
struct ActorRow {
    organization_id: String,
    organization_name: String,
    user_id: String,
    email: String,
    role: String,
    token_id: Option<String>,
}

impl TryFrom<ActorRow> for Actor {
    type Error = sqlx::Error;

    fn try_from(row: ActorRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            organization_id: stored(&row.organization_id)?,
            organization_name: row.organization_name,
            user_id: stored(&row.user_id)?,
            email: row.email,
            role: stored::<Role>(&row.role)?,
            token_id: row.token_id.as_deref().map(stored).transpose()?,
            address: None,
        })
    }
}

pub async fn count_organizations(connection: &mut Connection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM organizations").fetch_one(connection).await
}

pub async fn find_organization(
    connection: &mut Connection,
    name_key: &str,
) -> Result<Option<OrganizationId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar("SELECT id FROM organizations WHERE name_key = $1")
        .bind(name_key)
        .fetch_optional(connection)
        .await?;
    id.as_deref().map(stored).transpose()
}

pub async fn insert_organization(
    connection: &mut Connection,
    id: OrganizationId,
    name: &str,
    name_key: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO organizations (id, name, name_key, created_at) VALUES ($1, $2, $3, $4)")
        .bind(id.to_string())
        .bind(name)
        .bind(name_key)
        .bind(now.as_micros())
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn insert_user(
    connection: &mut Connection,
    id: UserId,
    email: &str,
    email_key: &str,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO users (id, email, email_key, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id.to_string())
        .bind(email)
        .bind(email_key)
        .bind(password_hash)
        .bind(now.as_micros())
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn insert_membership(
    connection: &mut Connection,
    organization_id: OrganizationId,
    user_id: UserId,
    role: Role,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO memberships (organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)")
        .bind(organization_id.to_string())
        .bind(user_id.to_string())
        .bind(role.as_str())
        .bind(now.as_micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// The stored password hash of an active user.
pub async fn find_password_hash(connection: &mut Connection, email_key: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT password_hash FROM users WHERE email_key = $1 AND deactivated_at IS NULL")
        .bind(email_key)
        .fetch_optional(connection)
        .await
}

/// An active user, in the organization that the user joined first.
pub async fn find_by_email(connection: &mut Connection, email_key: &str) -> Result<Option<Actor>, sqlx::Error> {
    let row: Option<ActorRow> = sqlx::query_as(
        "SELECT organizations.id AS organization_id,
                organizations.name AS organization_name,
                users.id AS user_id,
                users.email,
                memberships.role,
                CAST(NULL AS TEXT) AS token_id
         FROM users
         JOIN memberships ON memberships.user_id = users.id
         JOIN organizations ON organizations.id = memberships.organization_id
         WHERE users.email_key = $1 AND users.deactivated_at IS NULL
         ORDER BY memberships.created_at, organizations.id
         LIMIT 1",
    )
    .bind(email_key)
    .fetch_optional(connection)
    .await?;
    row.map(Actor::try_from).transpose()
}

pub async fn insert_session(
    connection: &mut Connection,
    fingerprint: Digest,
    actor: &Actor,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO sessions (token_hash, organization_id, user_id, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $4, $5)",
    )
    .bind(fingerprint.to_string())
    .bind(actor.organization_id.to_string())
    .bind(actor.user_id.to_string())
    .bind(now.as_micros())
    .bind(expires_at.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn delete_session(connection: &mut Connection, fingerprint: Digest) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(fingerprint.to_string()).execute(connection).await?;
    Ok(())
}

pub async fn delete_ended_sessions(
    connection: &mut Connection,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2")
        .bind(now.as_micros())
        .bind(idle_since.as_micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// The member behind a session that has not ended, and when it was last seen.
pub async fn find_by_session(
    connection: &mut Connection,
    fingerprint: Digest,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<(Actor, i64)>, sqlx::Error> {
    let seen: Option<i64> = sqlx::query_scalar(
        "SELECT last_seen_at FROM sessions WHERE token_hash = $1 AND expires_at > $2 AND last_seen_at > $3",
    )
    .bind(fingerprint.to_string())
    .bind(now.as_micros())
    .bind(idle_since.as_micros())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(last_seen_at) = seen else {
        return Ok(None);
    };
    let row: Option<ActorRow> = sqlx::query_as(
        "SELECT organizations.id AS organization_id,
                organizations.name AS organization_name,
                users.id AS user_id,
                users.email,
                memberships.role,
                CAST(NULL AS TEXT) AS token_id
         FROM sessions
         JOIN memberships ON memberships.organization_id = sessions.organization_id AND memberships.user_id = sessions.user_id
         JOIN users ON users.id = sessions.user_id
         JOIN organizations ON organizations.id = sessions.organization_id
         WHERE sessions.token_hash = $1 AND users.deactivated_at IS NULL",
    )
    .bind(fingerprint.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Actor::try_from).transpose()?.map(|actor| (actor, last_seen_at)))
}

pub async fn update_session_seen(
    connection: &mut Connection,
    fingerprint: Digest,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET last_seen_at = $1 WHERE token_hash = $2")
        .bind(now.as_micros())
        .bind(fingerprint.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub struct NewToken<'a> {
    pub id: TokenId,
    pub name: &'a str,
    pub fingerprint: Digest,
    pub expires_at: Option<Timestamp>,
}

pub async fn insert_token(
    connection: &mut Connection,
    actor: &Actor,
    token: &NewToken<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO tokens (id, organization_id, user_id, name, token_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(token.id.to_string())
    .bind(actor.organization_id.to_string())
    .bind(actor.user_id.to_string())
    .bind(token.name)
    .bind(token.fingerprint.to_string())
    .bind(now.as_micros())
    .bind(token.expires_at.map(Timestamp::as_micros))
    .execute(connection)
    .await?;
    Ok(())
}

/// The member behind a token that is neither expired nor revoked.
pub async fn find_by_token(
    connection: &mut Connection,
    fingerprint: Digest,
    now: Timestamp,
) -> Result<Option<Actor>, sqlx::Error> {
    let row: Option<ActorRow> = sqlx::query_as(
        "SELECT organizations.id AS organization_id,
                organizations.name AS organization_name,
                users.id AS user_id,
                users.email,
                memberships.role,
                tokens.id AS token_id
         FROM tokens
         JOIN memberships ON memberships.organization_id = tokens.organization_id AND memberships.user_id = tokens.user_id
         JOIN users ON users.id = tokens.user_id
         JOIN organizations ON organizations.id = tokens.organization_id
         WHERE tokens.token_hash = $1
           AND tokens.revoked_at IS NULL
           AND (tokens.expires_at IS NULL OR tokens.expires_at > $2)
           AND users.deactivated_at IS NULL",
    )
    .bind(fingerprint.to_string())
    .bind(now.as_micros())
    .fetch_optional(connection)
    .await?;
    row.map(Actor::try_from).transpose()
}
