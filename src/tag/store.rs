//! SQL for tags and the things that have them. Names of tables are constants: see [`Tables`].

use super::Tag;
use crate::{
    database::{Connection, stored, tags::Tables},
    vocabulary::{Actor, Name, OrganizationId, ProjectId, TagId, TagTarget, Timestamp},
};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct TagRow {
    id: String,
    name: String,
    target: String,
}

impl TryFrom<TagRow> for Tag {
    type Error = sqlx::Error;

    fn try_from(row: TagRow) -> Result<Self, sqlx::Error> {
        Ok(Self { id: stored(&row.id)?, name: row.name, target: stored(&row.target)? })
    }
}

/// All tags of a target, or of all targets.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    target: Option<TagTarget>,
) -> Result<Vec<Tag>, sqlx::Error> {
    let rows: Vec<TagRow> = sqlx::query_as(
        "SELECT id, name, target FROM tags WHERE organization_id = $1 AND (target = $2 OR $2 = '') ORDER BY target, name_key",
    )
    .bind(organization.to_string())
    .bind(target.map_or("", TagTarget::as_str))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Tag::try_from).collect()
}

pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    id: TagId,
) -> Result<Option<Tag>, sqlx::Error> {
    let row: Option<TagRow> =
        sqlx::query_as("SELECT id, name, target FROM tags WHERE organization_id = $1 AND id = $2")
            .bind(organization.to_string())
            .bind(id.to_string())
            .fetch_optional(connection)
            .await?;
    row.map(Tag::try_from).transpose()
}

pub async fn find_by_key(
    connection: &mut Connection,
    organization: OrganizationId,
    target: TagTarget,
    key: &str,
) -> Result<Option<Tag>, sqlx::Error> {
    let row: Option<TagRow> = sqlx::query_as(
        "SELECT id, name, target FROM tags WHERE organization_id = $1 AND target = $2 AND name_key = $3",
    )
    .bind(organization.to_string())
    .bind(target.as_str())
    .bind(key)
    .fetch_optional(connection)
    .await?;
    row.map(Tag::try_from).transpose()
}

/// The tags that a thing has.
pub async fn list_of(
    connection: &mut Connection,
    organization: OrganizationId,
    target: TagTarget,
    thing: Uuid,
) -> Result<Vec<Tag>, sqlx::Error> {
    let Tables { tags, thing: column, .. } = Tables::of(target);
    let text = format!(
        "SELECT tags.id, tags.name, tags.target
         FROM tags
         JOIN {tags} ON {tags}.organization_id = tags.organization_id AND {tags}.tag_key = tags.name_key
         WHERE tags.organization_id = $1 AND tags.target = $2 AND {tags}.{column} = $3
         ORDER BY tags.name_key"
    );
    let rows: Vec<TagRow> = sqlx::query_as(AssertSqlSafe(text))
        .bind(organization.to_string())
        .bind(target.as_str())
        .bind(thing.hyphenated().to_string())
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Tag::try_from).collect()
}

pub async fn insert(
    connection: &mut Connection,
    organization: OrganizationId,
    tag: &Tag,
    key: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO tags (id, organization_id, target, name, name_key, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(tag.id.to_string())
    .bind(organization.to_string())
    .bind(tag.target.as_str())
    .bind(&tag.name)
    .bind(key)
    .bind(now.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes another name, here and on everything that has the tag.
pub async fn rename(
    connection: &mut Connection,
    organization: OrganizationId,
    tag: &Tag,
    key: &str,
    name: &Name,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE tags SET name = $3, name_key = $4 WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(tag.id.to_string())
        .bind(name.as_str())
        .bind(name.key())
        .execute(&mut *connection)
        .await?;
    let table = Tables::of(tag.target).tags;
    let text = format!("UPDATE {table} SET tag = $3, tag_key = $4 WHERE organization_id = $1 AND tag_key = $2");
    sqlx::query(AssertSqlSafe(text))
        .bind(organization.to_string())
        .bind(key)
        .bind(name.as_str())
        .bind(name.key())
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes a tag and takes it off everything.
pub async fn delete(
    connection: &mut Connection,
    organization: OrganizationId,
    tag: &Tag,
    key: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM tags WHERE organization_id = $1 AND id = $2")
        .bind(organization.to_string())
        .bind(tag.id.to_string())
        .execute(&mut *connection)
        .await?;
    let text = format!("DELETE FROM {} WHERE organization_id = $1 AND tag_key = $2", Tables::of(tag.target).tags);
    sqlx::query(AssertSqlSafe(text)).bind(organization.to_string()).bind(key).execute(connection).await?;
    Ok(())
}

/// Notes on everything that has the tag that it has changed; says on how many things it is.
pub async fn touch_all(
    connection: &mut Connection,
    organization: OrganizationId,
    target: TagTarget,
    key: &str,
    now: Timestamp,
) -> Result<u64, sqlx::Error> {
    let Tables { things, tags, thing, .. } = Tables::of(target);
    let text = format!(
        "UPDATE {things} SET {}
         WHERE organization_id = $1 AND id IN (SELECT {thing} FROM {tags} WHERE organization_id = $1 AND tag_key = $2)",
        touched(target)
    );
    let statement = sqlx::query(AssertSqlSafe(text)).bind(organization.to_string()).bind(key).bind(now.as_micros());
    Ok(statement.execute(connection).await?.rows_affected())
}

/// Notes on one thing that it has changed.
pub async fn touch(
    connection: &mut Connection,
    organization: OrganizationId,
    target: TagTarget,
    thing: Uuid,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let text =
        format!("UPDATE {} SET {} WHERE organization_id = $1 AND id = $2", Tables::of(target).things, touched(target));
    sqlx::query(AssertSqlSafe(text))
        .bind(organization.to_string())
        .bind(thing.hyphenated().to_string())
        .bind(now.as_micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// What says when people last changed a thing; `$3` is the time.
fn touched(target: TagTarget) -> &'static str {
    match target {
        TagTarget::Experiment => "updated_at = $3, edited_at = $3",
        _ => "updated_at = $3",
    }
}

/// A thing that may have tags.
pub struct Thing {
    pub name: String,
    /// Of an experiment.
    pub project: Option<ProjectId>,
}

/// A thing that is there for the actor.
pub async fn find_thing(
    connection: &mut Connection,
    actor: &Actor,
    target: TagTarget,
    thing: Uuid,
) -> Result<Option<Thing>, sqlx::Error> {
    let (project, condition) = match target {
        TagTarget::Experiment => {
            ("project_id", format!(" AND deleted_at IS NULL{}", actor.reach.condition("project_id")))
        }
        _ => ("CAST(NULL AS TEXT)", String::new()),
    };
    let things = Tables::of(target).things;
    let text = format!("SELECT name, {project} FROM {things} WHERE organization_id = $1 AND id = $2{condition}");
    let row: Option<(String, Option<String>)> = sqlx::query_as(AssertSqlSafe(text))
        .bind(actor.organization_id.to_string())
        .bind(thing.hyphenated().to_string())
        .fetch_optional(connection)
        .await?;
    row.map(|(name, project)| Ok(Thing { name, project: project.as_deref().map(stored).transpose()? })).transpose()
}

/// Holds a thing until the transaction ends.
pub async fn lock_thing(
    connection: &mut Connection,
    organization: OrganizationId,
    target: TagTarget,
    thing: Uuid,
) -> Result<(), sqlx::Error> {
    let things = Tables::of(target).things;
    let text = format!("UPDATE {things} SET updated_at = updated_at WHERE organization_id = $1 AND id = $2");
    sqlx::query(AssertSqlSafe(text))
        .bind(organization.to_string())
        .bind(thing.hyphenated().to_string())
        .execute(connection)
        .await?;
    Ok(())
}
