//! Stays of people in browsers.

use crate::{
    auth::Session,
    database::{Connection, stored, stored_time},
    vocabulary::{Actor, Digest, OrganizationId, SessionId, Timestamp, UserId},
};

pub struct NewSession<'a> {
    pub id: SessionId,
    pub fingerprint: Digest,
    pub address: String,
    pub browser: &'a str,
    pub expires_at: Timestamp,
}

pub async fn insert(
    connection: &mut Connection,
    actor: &Actor,
    session: &NewSession<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO sessions (id, token_hash, organization_id, user_id, created_at, last_seen_at, expires_at, address, browser)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)",
    )
    .bind(session.id.to_string())
    .bind(session.fingerprint.to_string())
    .bind(actor.organization_id.to_string())
    .bind(actor.user_id.to_string())
    .bind(now.as_micros())
    .bind(session.expires_at.as_micros())
    .bind(&session.address)
    .bind(session.browser)
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: String,
    created_at: i64,
    last_seen_at: i64,
    address: String,
    browser: String,
}

/// The sessions of a person that have not ended, the one used last first.
pub async fn list(
    connection: &mut Connection,
    user: UserId,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Vec<Session>, sqlx::Error> {
    let rows: Vec<SessionRow> = sqlx::query_as(
        "SELECT id, created_at, last_seen_at, address, browser FROM sessions
         WHERE user_id = $1 AND expires_at > $2 AND last_seen_at > $3
         ORDER BY last_seen_at DESC, id LIMIT 200",
    )
    .bind(user.to_string())
    .bind(now.as_micros())
    .bind(idle_since.as_micros())
    .fetch_all(connection)
    .await?;
    let sessions = rows.into_iter().map(|row| {
        Ok(Session {
            id: stored(&row.id)?,
            created_at: stored_time(row.created_at)?,
            last_seen_at: stored_time(row.last_seen_at)?,
            address: row.address,
            browser: row.browser,
        })
    });
    sessions.collect()
}

pub async fn delete(connection: &mut Connection, fingerprint: Digest) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(fingerprint.to_string()).execute(connection).await?;
    Ok(())
}

/// Ends one session of a person; tells whether there was one.
pub async fn delete_of(connection: &mut Connection, user: UserId, id: SessionId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id = $2")
        .bind(user.to_string())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all sessions of a person.
pub async fn delete_all(connection: &mut Connection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(user.to_string()).execute(connection).await?;
    Ok(())
}

/// Ends the sessions of a member in one organization.
pub async fn delete_in(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE organization_id = $1 AND user_id = $2")
        .bind(organization.to_string())
        .bind(user.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn delete_ended(
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

pub async fn update_seen(connection: &mut Connection, id: SessionId, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET last_seen_at = $1 WHERE id = $2")
        .bind(now.as_micros())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Moves a session to another organization of the same person.
pub async fn update_organization(
    connection: &mut Connection,
    id: SessionId,
    user: UserId,
    organization: OrganizationId,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET organization_id = $1 WHERE id = $2 AND user_id = $3")
        .bind(organization.to_string())
        .bind(id.to_string())
        .bind(user.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
