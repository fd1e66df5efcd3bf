//! Defining, finding, renaming and deleting tags.

mod attach;

pub use attach::{attach, detach};

use super::{Tag, TagError, store};
use crate::{
    audit::{self, Change},
    database::{Connection, Database, unless_taken},
    error::{AppError, Failure},
    vocabulary::{Actor, Name, TagId, TagTarget, Tags, Timestamp, name::name_key},
};
use uuid::Uuid;

/// The tags of a target, or of all, by target and name.
pub async fn list(database: &Database, actor: &Actor, target: Option<TagTarget>) -> Result<Vec<Tag>, Failure> {
    Ok(store::list(&mut *database.read().await?, actor.organization_id, target).await?)
}

/// One tag.
pub async fn find(database: &Database, actor: &Actor, id: TagId) -> Result<Tag, Failure> {
    load(&mut *database.read().await?, actor, id).await
}

async fn load(connection: &mut Connection, actor: &Actor, id: TagId) -> Result<Tag, Failure> {
    let found = store::find(connection, actor.organization_id, id).await?;
    found.ok_or_else(|| TagError::NotFound.into())
}

/// The tag of this name, compared as names are.
pub async fn find_by_name(
    database: &Database,
    actor: &Actor,
    target: TagTarget,
    name: &str,
) -> Result<Option<Tag>, Failure> {
    let mut connection = database.read().await?;
    Ok(store::find_by_key(&mut connection, actor.organization_id, target, &name_key(name)).await?)
}

/// The tags that a thing has, by name.
pub async fn list_of(database: &Database, actor: &Actor, target: TagTarget, thing: Uuid) -> Result<Vec<Tag>, Failure> {
    let mut connection = database.read().await?;
    store::find_thing(&mut connection, actor, target, thing).await?.ok_or(TagError::ThingNotFound)?;
    Ok(store::list_of(&mut connection, actor.organization_id, target, thing).await?)
}

/// Defines a tag that nothing has yet.
pub async fn create(database: &Database, actor: &Actor, target: TagTarget, name: &str) -> Result<Tag, Failure> {
    actor.require_write("creating a tag")?;
    let name = Tags::parse_one(name).map_err(TagError::Name)?;
    let tag = Tag { id: TagId::generate(), name: name.to_string(), target };
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    store::insert(&mut transaction, actor.organization_id, &tag, &name.key(), now)
        .await
        .map_err(|error| unless_taken(error, || taken(&name)))?;
    let change = Change::created("tag", &tag.id, tag.facts()).with("name", tag.name.as_str());
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(tag)
}

/// Gives a tag another name, on everything that has it.
pub async fn rename(database: &Database, actor: &Actor, id: TagId, name: &str) -> Result<Tag, Failure> {
    actor.require_write("renaming a tag")?;
    let name = Tags::parse_one(name).map_err(TagError::Name)?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let (before, count) = touched(&mut transaction, actor, id, now).await?;
    let key = name_key(&before.name);
    store::rename(&mut transaction, actor.organization_id, &before, &key, &name)
        .await
        .map_err(|error| unless_taken(error, || taken(&name)))?;
    let after = Tag { name: name.to_string(), ..before.clone() };
    let change = Change::updated("tag", &id, before.facts(), after.facts());
    let change = change.with("name", after.name.as_str()).with("things", count);
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Deletes a tag, and takes it off everything that has it.
pub async fn delete(database: &Database, actor: &Actor, id: TagId) -> Result<(), Failure> {
    actor.require_write("deleting a tag")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let (tag, count) = touched(&mut transaction, actor, id, now).await?;
    store::delete(&mut transaction, actor.organization_id, &tag, &name_key(&tag.name)).await?;
    let change = Change::deleted("tag", &id, tag.facts()).with("name", tag.name.as_str()).with("things", count);
    audit::record(&mut transaction, actor, now, change).await?;
    Ok(transaction.commit().await?)
}

/// The tag, and on how many things it is: all of them are other ones now for whoever saves an older state.
async fn touched(connection: &mut Connection, actor: &Actor, id: TagId, now: Timestamp) -> Result<(Tag, u64), Failure> {
    let tag = load(connection, actor, id).await?;
    if tag.target == TagTarget::Experiment && !actor.reach.is_everywhere() {
        return Err(TagError::OutOfReach.into());
    }
    let count = store::touch_all(connection, actor.organization_id, tag.target, &name_key(&tag.name), now).await?;
    Ok((tag, count))
}

fn taken(name: &Name) -> AppError {
    Failure::from(TagError::NameTaken(name.to_string())).into_shown()
}
