//! SQL for the label map of a version: revisions, and the newest one as rows.

use crate::{
    database::{Connection, insert_rows, stored_json, stored_time},
    model::LabelMapRevision,
    vocabulary::{Actor, LabelMap, ModelVersionId, OrganizationId, Timestamp, name::name_key},
};

/// Keeps the inherited label map as revision 0.
pub async fn insert_label_map(
    connection: &mut Connection,
    actor: &Actor,
    id: ModelVersionId,
    labels: &LabelMap,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    insert_label_map_revision(connection, actor, id, 0, labels, "inherited", now).await
}

/// Adds a revision, and makes its labels the ones that are found by a search.
pub async fn insert_label_map_revision(
    connection: &mut Connection,
    actor: &Actor,
    id: ModelVersionId,
    revision: i64,
    labels: &LabelMap,
    reason: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let organization = actor.organization_id;
    sqlx::query(
        "INSERT INTO label_map_revisions (organization_id, model_version_id, revision, labels, reason, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(revision)
    .bind(labels.to_json())
    .bind(reason)
    .bind(now.as_micros())
    .bind(&actor.email)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM model_version_labels WHERE organization_id = $1 AND model_version_id = $2")
        .bind(organization.to_string())
        .bind(id.to_string())
        .execute(&mut *connection)
        .await?;
    let rows: Vec<_> = (0_i64..).zip(labels.labels()).filter(|(_, label)| !label.is_empty()).collect();
    insert_rows(
        connection,
        "INSERT INTO model_version_labels (organization_id, model_version_id, position, name, name_key) VALUES",
        5,
        &rows,
        |statement, (position, label)| {
            statement
                .bind(organization.to_string())
                .bind(id.to_string())
                .bind(position)
                .bind(*label)
                .bind(name_key(label))
        },
    )
    .await
}

#[derive(sqlx::FromRow)]
struct RevisionRow {
    revision: i64,
    labels: String,
    reason: String,
    created_at: i64,
    created_by: String,
}

impl TryFrom<RevisionRow> for LabelMapRevision {
    type Error = sqlx::Error;

    fn try_from(row: RevisionRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            revision: row.revision,
            labels: stored_json(&row.labels)?,
            reason: row.reason,
            created_at: stored_time(row.created_at)?,
            created_by: row.created_by,
        })
    }
}

/// Up to `limit` revisions below `before`, newest first.
pub async fn list_label_map_revisions(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
    before: i64,
    limit: u32,
) -> Result<Vec<LabelMapRevision>, sqlx::Error> {
    let rows: Vec<RevisionRow> = sqlx::query_as(
        "SELECT revision, labels, reason, created_at, created_by
         FROM label_map_revisions
         WHERE organization_id = $1 AND model_version_id = $2 AND revision < $3
         ORDER BY revision DESC
         LIMIT $4",
    )
    .bind(organization.to_string())
    .bind(id.to_string())
    .bind(before)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(LabelMapRevision::try_from).collect()
}

/// One revision; the newest if none is asked for.
pub async fn find_label_map_revision(
    connection: &mut Connection,
    organization: OrganizationId,
    id: ModelVersionId,
    revision: Option<i64>,
) -> Result<Option<LabelMapRevision>, sqlx::Error> {
    let before = revision.map_or(i64::MAX, |revision| revision.saturating_add(1));
    let newest = list_label_map_revisions(connection, organization, id, before, 1).await?;
    Ok(newest.into_iter().next().filter(|found| revision.is_none_or(|revision| revision == found.revision)))
}
