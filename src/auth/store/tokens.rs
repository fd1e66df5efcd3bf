//! Credentials of scripts.

use crate::{
    auth::Token,
    database::{Connection, stored, stored_time},
    vocabulary::{Digest, OrganizationId, ProjectId, Scopes, Timestamp, TokenId, UserId},
};

pub struct NewTokenRow<'a> {
    pub id: TokenId,
    pub organization: OrganizationId,
    pub user: UserId,
    pub name: &'a str,
    pub fingerprint: Digest,
    pub scopes: Scopes,
    pub project: Option<ProjectId>,
    pub expires_at: Option<Timestamp>,
}

pub async fn insert(connection: &mut Connection, token: &NewTokenRow<'_>, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO tokens (id, organization_id, user_id, name, token_hash, created_at, expires_at, scopes, project_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(token.id.to_string())
    .bind(token.organization.to_string())
    .bind(token.user.to_string())
    .bind(token.name)
    .bind(token.fingerprint.to_string())
    .bind(now.as_micros())
    .bind(token.expires_at.map(Timestamp::as_micros))
    .bind(token.scopes.to_string())
    .bind(token.project.map(|project| project.to_string()))
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: String,
    name: String,
    scopes: String,
    project_id: Option<String>,
    project_name: Option<String>,
    created_at: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
}

impl TryFrom<TokenRow> for Token {
    type Error = sqlx::Error;

    fn try_from(row: TokenRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            name: row.name,
            scopes: stored(&row.scopes)?,
            project_id: row.project_id.as_deref().map(stored).transpose()?,
            project_name: row.project_name,
            created_at: stored_time(row.created_at)?,
            expires_at: row.expires_at.map(stored_time).transpose()?,
            last_used_at: row.last_used_at.map(stored_time).transpose()?,
        })
    }
}

/// The tokens of a member that are not revoked, newest first.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<Token>, sqlx::Error> {
    let rows: Vec<TokenRow> = sqlx::query_as(
        "SELECT tokens.id, tokens.name, tokens.scopes, tokens.project_id, projects.name AS project_name, tokens.created_at,
                tokens.expires_at, tokens.last_used_at
         FROM tokens
         LEFT JOIN projects ON projects.organization_id = tokens.organization_id AND projects.id = tokens.project_id
         WHERE tokens.organization_id = $1 AND tokens.user_id = $2 AND tokens.revoked_at IS NULL
         ORDER BY tokens.id DESC",
    )
    .bind(organization.to_string())
    .bind(user.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Token::try_from).collect()
}

/// Makes a token of a member worthless for ever; tells whether there was one.
pub async fn revoke(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
    id: TokenId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE tokens SET revoked_at = $1 WHERE organization_id = $2 AND user_id = $3 AND id = $4 AND revoked_at IS NULL",
    )
    .bind(now.as_micros())
    .bind(organization.to_string())
    .bind(user.to_string())
    .bind(id.to_string())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn update_used(connection: &mut Connection, id: TokenId, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE tokens SET last_used_at = $1 WHERE id = $2")
        .bind(now.as_micros())
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the organization has this project.
pub async fn has_project(
    connection: &mut Connection,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM projects WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL",
    )
    .bind(organization.to_string())
    .bind(project.to_string())
    .fetch_one(connection)
    .await?;
    Ok(count == 1)
}

/// Makes every token of a person worthless, in every organization.
pub async fn revoke_all(connection: &mut Connection, user: UserId, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE tokens SET revoked_at = $1 WHERE user_id = $2 AND revoked_at IS NULL")
        .bind(now.as_micros())
        .bind(user.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
