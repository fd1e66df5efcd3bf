//! SQL for where objects were brought over from.

use super::origin::{Brought, Origin, OriginKind};
use crate::{
    database::{Connection, stored, stored_time},
    vocabulary::{OrganizationId, Timestamp},
};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    local_id: String,
    was_here: i64,
    settled_at: Option<i64>,
}

/// What an object of another server is here.
pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    origin: &Origin,
) -> Result<Option<Brought>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT local_id, was_here, settled_at FROM imported_objects
         WHERE organization_id = $1 AND source_organization_id = $2 AND kind = $3 AND source_id = $4",
    )
    .bind(organization.to_string())
    .bind(origin.organization.to_string())
    .bind(origin.kind.as_str())
    .bind(origin.id.to_string())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let settled_at = row.settled_at.map(stored_time).transpose()?;
    Ok(Some(Brought { id: stored(&row.local_id)?, was_here: row.was_here != 0, settled_at }))
}

/// Whether an object here is one of another server.
pub async fn has_local(
    connection: &mut Connection,
    organization: OrganizationId,
    kind: OriginKind,
    id: Uuid,
) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM imported_objects WHERE organization_id = $1 AND kind = $2 AND local_id = $3",
    )
    .bind(organization.to_string())
    .bind(kind.as_str())
    .bind(id.to_string())
    .fetch_one(connection)
    .await?;
    Ok(count > 0)
}

/// Writes down what an object of another server is here, in place of what was written before.
pub async fn put(
    connection: &mut Connection,
    organization: OrganizationId,
    origin: &Origin,
    brought: &Brought,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let settled_at = brought.settled_at.map(Timestamp::as_micros);
    sqlx::query(
        "INSERT INTO imported_objects
         (organization_id, source_organization_id, kind, source_id, local_id, was_here, settled_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (organization_id, source_organization_id, kind, source_id) DO UPDATE SET
             local_id = excluded.local_id, was_here = excluded.was_here, settled_at = excluded.settled_at",
    )
    .bind(organization.to_string())
    .bind(origin.organization.to_string())
    .bind(origin.kind.as_str())
    .bind(origin.id.to_string())
    .bind(brought.id.to_string())
    .bind(i64::from(brought.was_here))
    .bind(settled_at)
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}
