//! The trail of changes: every change and its entry are committed together.

use crate::{
    database::{Connection, stored, stored_json, stored_time},
    vocabulary::{Actor, AuditEntryId, OrganizationId, Timestamp},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What was done to which object.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// The verb, such as `export`.
    pub action: &'static str,
    /// The noun, such as `model_version`.
    pub object_kind: &'static str,
    /// The object's id.
    pub object_id: &'a dyn ToId,
    /// What else one wants to know later; never a secret.
    pub details: Value,
}

/// Anything that can name an object in the trail.
pub trait ToId: std::fmt::Debug + Sync {
    /// The id as text.
    fn to_id(&self) -> String;
}

impl<T: std::fmt::Display + std::fmt::Debug + Sync> ToId for T {
    fn to_id(&self) -> String {
        self.to_string()
    }
}

/// Writes the entry; call it in the transaction of the change.
pub async fn record(
    connection: &mut Connection,
    actor: &Actor,
    at: Timestamp,
    change: Change<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO audit_entries
         (id, organization_id, at, user_id, user_email, token_id, action, object_kind, object_id, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(AuditEntryId::generate().to_string())
    .bind(actor.organization_id.to_string())
    .bind(at.as_micros())
    .bind(actor.user_id.to_string())
    .bind(&actor.email)
    .bind(actor.token_id.map(|id| id.to_string()))
    .bind(change.action)
    .bind(change.object_kind)
    .bind(change.object_id.to_id())
    .bind(change.details.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// What was done to an object, by whom and when (R13).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Entry {
    pub id: AuditEntryId,
    pub at: Timestamp,
    /// The e-mail address that the person had then.
    pub by: String,
    /// Whether a script did it, with a token of that person.
    pub by_token: bool,
    /// The verb, such as `export`.
    pub action: String,
    /// The noun, such as `model_version`.
    pub object_kind: String,
    pub object_id: String,
    #[schema(value_type = Object)]
    pub details: Value,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    id: String,
    at: i64,
    user_email: String,
    token_id: Option<String>,
    action: String,
    object_kind: String,
    object_id: String,
    details: String,
}

impl TryFrom<EntryRow> for Entry {
    type Error = sqlx::Error;

    fn try_from(row: EntryRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored(&row.id)?,
            at: stored_time(row.at)?,
            by: row.user_email,
            by_token: row.token_id.is_some(),
            action: row.action,
            object_kind: row.object_kind,
            object_id: row.object_id,
            details: stored_json(&row.details)?,
        })
    }
}

/// The history of one object, newest first; `cursor` is the id of the last entry of the page before.
pub async fn history(
    connection: &mut Connection,
    organization: OrganizationId,
    object: &dyn ToId,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows: Vec<EntryRow> = sqlx::query_as(
        "SELECT id, at, user_email, token_id, action, object_kind, object_id, details
         FROM audit_entries
         WHERE organization_id = $1 AND object_id = $2 AND id < $3
         ORDER BY id DESC
         LIMIT $4",
    )
    .bind(organization.to_string())
    .bind(object.to_id())
    .bind(cursor.unwrap_or("g"))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Entry::try_from).collect()
}
