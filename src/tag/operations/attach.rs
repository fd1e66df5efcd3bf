//! Giving a tag to several things at once, or taking it off them.

use super::load;
use crate::{
    audit::{self, Change},
    database::{Connection, Database, tags},
    error::Failure,
    tag::{MAX_ATTACHED, Tag, TagError, store},
    vocabulary::{Actor, TagId, Tags, Timestamp},
};
use serde_json::json;
use uuid::Uuid;

/// Gives a tag to things of its target; says how many did not have it. Other ids are left alone.
///
/// Locked dataset versions and sealed model versions get it, too: a tag says where people put a thing, not what the thing is.
pub async fn attach(database: &Database, actor: &Actor, id: TagId, things: &[Uuid]) -> Result<usize, Failure> {
    actor.require_write("giving a tag")?;
    change(database, actor, id, things, true).await
}

/// Takes a tag off things of its target; says how many had it. Other ids are left alone.
pub async fn detach(database: &Database, actor: &Actor, id: TagId, things: &[Uuid]) -> Result<usize, Failure> {
    actor.require_write("taking a tag off")?;
    change(database, actor, id, things, false).await
}

async fn change(
    database: &Database,
    actor: &Actor,
    id: TagId,
    things: &[Uuid],
    is_given: bool,
) -> Result<usize, Failure> {
    if things.len() > MAX_ATTACHED {
        return Err(TagError::TooManyThings.into());
    }
    // Always in the same order: two requests do not wait for each other.
    let things: std::collections::BTreeSet<Uuid> = things.iter().copied().collect();
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let tag = load(&mut transaction, actor, id).await?;
    let mut changed = Vec::new();
    for thing in things {
        if let Some(change) = change_one(&mut transaction, actor, &tag, thing, is_given, now).await? {
            changed.push(change);
        }
    }
    for Changed { thing, name, before, after } in &changed {
        let change = Change::updated(tag.target.as_str(), thing, json!({ "tags": before }), json!({ "tags": after }));
        audit::record(&mut transaction, actor, now, change.with("name", name.as_str())).await?;
    }
    transaction.commit().await?;
    Ok(changed.len())
}

struct Changed {
    thing: Uuid,
    name: String,
    before: Tags,
    after: Tags,
}

/// Gives the tag to one thing or takes it off; nothing when the thing is not there or was so before.
async fn change_one(
    connection: &mut Connection,
    actor: &Actor,
    tag: &Tag,
    thing: Uuid,
    is_given: bool,
    now: Timestamp,
) -> Result<Option<Changed>, Failure> {
    let organization = actor.organization_id;
    store::lock_thing(connection, organization, tag.target, thing).await?;
    let Some(found) = store::find_thing(connection, actor, tag.target, thing).await? else {
        return Ok(None);
    };
    if let Some(project) = found.project {
        actor.entering(project)?.require_write("changing the tags of an experiment")?;
    }
    let before = tags::list(connection, organization, tag.target, thing).await?;
    let after = match is_given {
        true => before.with(&tag.name).map_err(|error| TagError::TooMany(found.name.clone(), error))?,
        false => before.without(&tag.name),
    };
    if after == before {
        return Ok(None);
    }
    tags::replace(connection, organization, tag.target, thing, &after).await?;
    store::touch(connection, organization, tag.target, thing, now).await?;
    Ok(Some(Changed { thing, name: found.name, before, after }))
}
