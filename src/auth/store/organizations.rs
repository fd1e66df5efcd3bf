//! Organizations, and the secret of a server that has none yet.

use crate::{
    database::{Connection, stored},
    vocabulary::{Digest, OrganizationId, Timestamp},
};

pub async fn count(connection: &mut Connection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM organizations").fetch_one(connection).await
}

pub async fn find(connection: &mut Connection, name_key: &str) -> Result<Option<OrganizationId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar("SELECT id FROM organizations WHERE name_key = $1")
        .bind(name_key)
        .fetch_optional(connection)
        .await?;
    id.as_deref().map(stored).transpose()
}

/// Every organization of this server. Only for what no organization asks: the command line and the identity provider.
pub async fn list(connection: &mut Connection) -> Result<Vec<(OrganizationId, String)>, sqlx::Error> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, name FROM organizations ORDER BY id").fetch_all(connection).await?;
    rows.into_iter().map(|(id, name)| Ok((stored(&id)?, name))).collect()
}

pub async fn insert(
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

/// Replaces the secret of the set-up.
pub async fn replace_set_up_secret(connection: &mut Connection, fingerprint: Digest) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO set_up_secrets (id, token_hash) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash")
        .bind(fingerprint.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn has_set_up_secret(connection: &mut Connection, fingerprint: Digest) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM set_up_secrets WHERE token_hash = $1")
        .bind(fingerprint.to_string())
        .fetch_one(connection)
        .await?;
    Ok(count == 1)
}

/// Uses the secret up; of two at once, only one is told that it was there.
pub async fn take_set_up_secret(connection: &mut Connection, fingerprint: Digest) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM set_up_secrets WHERE token_hash = $1")
        .bind(fingerprint.to_string())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}
