//! SQL for where objects were brought over from.

use super::origin::Origin;
use crate::{
    database::{Connection, stored},
    vocabulary::{OrganizationId, Timestamp},
};
use uuid::Uuid;

/// The id that an object of another server has here.
pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    origin: &Origin,
) -> Result<Option<Uuid>, sqlx::Error> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT local_id FROM imported_objects
         WHERE organization_id = $1 AND source_organization_id = $2 AND kind = $3 AND source_id = $4",
    )
    .bind(organization.to_string())
    .bind(origin.organization.to_string())
    .bind(origin.kind.as_str())
    .bind(origin.id.to_string())
    .fetch_optional(connection)
    .await?;
    found.as_deref().map(stored).transpose()
}

/// Writes down the id that an object of another server has here, in place of the one before.
pub async fn put(
    connection: &mut Connection,
    organization: OrganizationId,
    origin: &Origin,
    local: Uuid,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO imported_objects (organization_id, source_organization_id, kind, source_id, local_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (organization_id, source_organization_id, kind, source_id) DO UPDATE SET local_id = excluded.local_id",
    )
    .bind(organization.to_string())
    .bind(origin.organization.to_string())
    .bind(origin.kind.as_str())
    .bind(origin.id.to_string())
    .bind(local.to_string())
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}
