//! Names that point to one version of a model at a time, such as `production`.

use crate::{
    audit::{self, Change},
    database::{Connection, Database},
    error::Failure,
    model::{Model, ModelAlias, ModelError, store},
    vocabulary::{Actor, ModelId, ModelVersionId, Name, Timestamp, name::name_key},
};
use serde_json::json;

/// The longest alias, in characters.
const MAX_CHARS: usize = 60;

/// Accepts a name that cannot be mistaken in an address: not a number, not `latest`, without a slash.
pub fn checked_alias(text: &str) -> Result<Name, ModelError> {
    let name = Name::parse(text).map_err(|error| ModelError::Text("alias", error))?;
    let is_number = name.as_str().chars().all(|character| character.is_ascii_digit());
    let is_reserved = ["latest", "compare", "edit", "manage"].contains(&name.key().as_str());
    if is_number || is_reserved || name.as_str().contains('/') || name.as_str().chars().count() > MAX_CHARS {
        return Err(ModelError::Alias);
    }
    Ok(name)
}

/// Lets an alias point to a version of the model; the version that it pointed to before loses it.
pub async fn set(
    database: &Database,
    actor: &Actor,
    model: ModelId,
    alias: &str,
    number: i64,
) -> Result<Model, Failure> {
    actor.require_write("setting an alias")?;
    let alias = checked_alias(alias)?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    let before = lock(&mut transaction, actor, model).await?;
    let version = store::find_version_id(&mut transaction, organization, model, number)
        .await?
        .ok_or(ModelError::VersionNotFound)?;
    let former = before.aliases.iter().find(|known| name_key(&known.alias) == alias.key());
    store::set_alias(&mut transaction, organization, model, alias.as_str(), version).await?;
    let (own, lost) = former.map_or((None, None), |former| match former.model_version_id == version {
        true => (Some(former.alias.as_str()), None),
        false => (None, Some(former)),
    });
    if let Some(former) = lost {
        record(&mut transaction, actor, now, Move::away_from(former)).await?;
    }
    let set = Move { version, before: own, after: Some(alias.as_str()) };
    record(&mut transaction, actor, now, set).await?;
    let after = store::find(&mut transaction, organization, model).await?.ok_or(ModelError::NotFound)?;
    transaction.commit().await?;
    Ok(after)
}

/// Removes an alias from the model.
pub async fn remove(database: &Database, actor: &Actor, model: ModelId, alias: &str) -> Result<Model, Failure> {
    actor.require_write("removing an alias")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let before = lock(&mut transaction, actor, model).await?;
    let former = before.aliases.iter().find(|known| name_key(&known.alias) == name_key(alias));
    let former = former.ok_or(ModelError::AliasNotFound)?;
    store::delete_alias(&mut transaction, actor.organization_id, model, alias).await?;
    record(&mut transaction, actor, now, Move::away_from(former)).await?;
    let after = store::find(&mut transaction, actor.organization_id, model).await?.ok_or(ModelError::NotFound)?;
    transaction.commit().await?;
    Ok(after)
}

/// The number of the version that an alias points to; `latest` is the one with the highest number.
pub async fn find_number(database: &Database, actor: &Actor, model: ModelId, alias: &str) -> Result<i64, Failure> {
    let mut connection = database.read().await?;
    let organization = actor.organization_id;
    let found = store::find(&mut connection, organization, model).await?.ok_or(ModelError::NotFound)?;
    let number = match name_key(alias).as_str() {
        "latest" => store::list_versions(&mut connection, organization, model, i64::MAX, 1)
            .await?
            .first()
            .map(|newest| newest.number),
        key => found.aliases.iter().find(|known| name_key(&known.alias) == key).map(|known| known.number),
    };
    number.ok_or_else(|| ModelError::AliasNotFound.into())
}

async fn lock(connection: &mut Connection, actor: &Actor, model: ModelId) -> Result<Model, Failure> {
    store::lock_model(connection, actor.organization_id, model).await?;
    Ok(store::find(connection, actor.organization_id, model).await?.ok_or(ModelError::NotFound)?)
}

/// What happens to one version when an alias moves.
struct Move<'a> {
    version: ModelVersionId,
    /// The alias as the version had it.
    before: Option<&'a str>,
    /// The alias as the version has it now.
    after: Option<&'a str>,
}

impl<'a> Move<'a> {
    fn away_from(former: &'a ModelAlias) -> Self {
        Self { version: former.model_version_id, before: Some(&former.alias), after: None }
    }
}

async fn record(connection: &mut Connection, actor: &Actor, now: Timestamp, moved: Move<'_>) -> Result<(), Failure> {
    let Move { version, before, after } = moved;
    let link =
        store::find_link(connection, actor.organization_id, version).await?.ok_or(ModelError::VersionNotFound)?;
    let change = Change::updated("model_version", &version, json!({ "alias": before }), json!({ "alias": after }))
        .named(if after.is_some() { "set_alias" } else { "remove_alias" })
        .with("alias", after.or(before));
    Ok(audit::record(connection, actor, now, link.identify(change)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_cannot_be_mistaken_for_anything_else_in_an_address() {
        for wrong in ["", " ", "7", "latest", "LATEST", "compare", "a/b", &"x".repeat(61)] {
            assert!(checked_alias(wrong).is_err(), "{wrong}");
        }
        for right in ["production", "v1", "Größe 2", "7b"] {
            assert!(checked_alias(right).is_ok(), "{right}");
        }
    }
}
