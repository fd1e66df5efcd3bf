//! SQL for tags; every tagged thing has a table of its own, so that its tags cannot leave its organization.

use super::{Connection, insert_rows};
use crate::vocabulary::{
    OrganizationId, TagId, Timestamp,
    tags::{TagTarget, Tags},
};
use sqlx::AssertSqlSafe;
use std::fmt::Display;

/// Where the things of a kind are, and their tags.
#[derive(Clone, Copy, Debug)]
pub struct Tables {
    /// The table of the things.
    pub things: &'static str,
    /// The table of their tags.
    pub tags: &'static str,
    /// The column of that table that holds the thing's id.
    pub thing: &'static str,
    insert: &'static str,
}

macro_rules! tables {
    ($things:literal, $tags:literal, $thing:literal) => {
        Tables {
            things: $things,
            tags: $tags,
            thing: $thing,
            insert: concat!("INSERT INTO ", $tags, " (organization_id, ", $thing, ", tag, tag_key) VALUES"),
        }
    };
}

impl Tables {
    /// The tables of a kind.
    pub fn of(target: TagTarget) -> Self {
        match target {
            TagTarget::Experiment => tables!("experiments", "experiment_tags", "experiment_id"),
            TagTarget::Model => tables!("models", "model_tags", "model_id"),
            TagTarget::ModelVersion => tables!("model_versions", "model_version_tags", "model_version_id"),
            TagTarget::Dataset => tables!("datasets", "dataset_tags", "dataset_id"),
            TagTarget::DatasetVersion => tables!("dataset_versions", "dataset_version_tags", "dataset_version_id"),
        }
    }
}

/// The tags of a thing, in alphabetical order.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    target: TagTarget,
    id: impl Display,
) -> Result<Tags, sqlx::Error> {
    let Tables { tags, thing, .. } = Tables::of(target);
    let text = format!("SELECT tag FROM {tags} WHERE organization_id = $1 AND {thing} = $2 ORDER BY tag_key");
    let tags: Vec<String> = sqlx::query_scalar(AssertSqlSafe(text))
        .bind(organization.to_string())
        .bind(id.to_string())
        .fetch_all(connection)
        .await?;
    Tags::parse(tags).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Gives a thing these tags and no others; those that are new to the organization are defined.
pub async fn replace(
    connection: &mut Connection,
    organization: OrganizationId,
    target: TagTarget,
    id: impl Display,
    tags: &Tags,
) -> Result<(), sqlx::Error> {
    let mut pairs = tags.with_keys();
    // Always in the same order, because each definition is held until the transaction ends.
    pairs.sort_by(|(_, one), (_, other)| one.cmp(other));
    for (tag, key) in &pairs {
        define(connection, organization, target, tag, key).await?;
    }
    remove_all(connection, organization, target, &id).await?;
    let (organization, id) = (organization.to_string(), id.to_string());
    insert_rows(connection, Tables::of(target).insert, 4, &pairs, |statement, (tag, key)| {
        statement.bind(organization.clone()).bind(id.clone()).bind(tag.clone()).bind(key.clone())
    })
    .await
}

/// Takes all tags off a thing.
pub async fn remove_all(
    connection: &mut Connection,
    organization: OrganizationId,
    target: TagTarget,
    id: impl Display,
) -> Result<(), sqlx::Error> {
    let Tables { tags, thing, .. } = Tables::of(target);
    let text = format!("DELETE FROM {tags} WHERE organization_id = $1 AND {thing} = $2");
    sqlx::query(AssertSqlSafe(text)).bind(organization.to_string()).bind(id.to_string()).execute(connection).await?;
    Ok(())
}

/// Makes sure that a tag is defined, and stays so until the transaction ends: nobody renames or deletes it meanwhile.
async fn define(
    connection: &mut Connection,
    organization: OrganizationId,
    target: TagTarget,
    tag: &str,
    key: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO tags (id, organization_id, target, name, name_key, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (organization_id, target, name_key) DO UPDATE SET name_key = excluded.name_key",
    )
    .bind(TagId::generate().to_string())
    .bind(organization.to_string())
    .bind(target.as_str())
    .bind(tag)
    .bind(key)
    .bind(Timestamp::now().as_micros())
    .execute(connection)
    .await?;
    Ok(())
}
