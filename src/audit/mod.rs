//! The trail of changes: every change and its entry are committed together.

use crate::{
    database::Connection,
    vocabulary::{Actor, AuditEntryId, Timestamp},
};
use serde_json::Value;

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
