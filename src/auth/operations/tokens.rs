//! Credentials of scripts: made once, shown once, stored as a hash.

use crate::{
    audit::{self, Change},
    auth::{
        AuthError, MAX_TOKENS, NewToken, Token, TokenOwner,
        secret::{self, Secret},
        store::{self, tokens::NewTokenRow},
    },
    database::{Connection, Database},
    error::Failure,
    vocabulary::{Actor, Name, Scope, Timestamp, TokenId, UserId},
};
use serde_json::json;

const SECONDS_PER_DAY: i64 = 86_400;

/// Whose tokens these are, after the check that the actor looks after them.
async fn holder(connection: &mut Connection, actor: &Actor, owner: TokenOwner) -> Result<UserId, Failure> {
    match owner {
        TokenOwner::Own => {
            actor.require_own_account("managing tokens")?;
            Ok(actor.user_id)
        }
        TokenOwner::Service(user) => {
            actor.require_owner("managing the tokens of a service account")?;
            let member = super::members::load(connection, actor.organization_id, user).await?;
            if member.is_service { Ok(user) } else { Err(AuthError::NotFound("service account").into()) }
        }
    }
}

/// The tokens that are not revoked, newest first.
pub async fn list_tokens(database: &Database, actor: &Actor, owner: TokenOwner) -> Result<Vec<Token>, Failure> {
    let mut connection = database.read().await?;
    let user = holder(&mut connection, actor, owner).await?;
    Ok(store::tokens::list(&mut connection, actor.organization_id, user).await?)
}

/// Makes an API token. The returned text is the only copy.
///
/// # Errors
/// A name that is none, a project that does not exist, days outside of 1 to 3650, [`AuthError::TooManyTokens`], and
/// [`AuthError::WiderToken`] when a token would make one that may do more than itself.
pub async fn create_token(
    database: &Database,
    actor: &Actor,
    owner: TokenOwner,
    new: &NewToken,
) -> Result<(Token, Secret), Failure> {
    let name = Name::parse(&new.name).map_err(AuthError::Name)?;
    if new.days.is_some_and(|days| !(1..=3_650).contains(&days)) {
        return Err(AuthError::OutOfRange("A token lasts 1 to 3650 days, or for ever.").into());
    }
    if new.project_id.is_some() && new.scopes.has(Scope::Admin) {
        return Err(
            AuthError::OutOfRange("Who manages an organization is not bound to one project: leave out admin.").into()
        );
    }
    let is_wider = new.scopes.and(actor.scopes) != new.scopes;
    if is_wider || actor.reach.only.is_some_and(|only| new.project_id != Some(only)) {
        return Err(AuthError::WiderToken.into());
    }
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let user = holder(&mut transaction, actor, owner).await?;
    if let Some(project) = new.project_id {
        let is_known = store::tokens::has_project(&mut transaction, actor.organization_id, project).await?;
        if !is_known || actor.entering(project).is_err() {
            return Err(AuthError::NotFound("project").into());
        }
    }
    if store::tokens::list(&mut transaction, actor.organization_id, user).await?.len() >= MAX_TOKENS {
        return Err(AuthError::TooManyTokens.into());
    }
    let text = secret::token();
    let expires_at = new.days.map(|days| now.plus_seconds(i64::from(days) * SECONDS_PER_DAY));
    let row = NewTokenRow {
        id: TokenId::generate(),
        organization: actor.organization_id,
        user,
        name: name.as_str(),
        fingerprint: secret::fingerprint(&text),
        scopes: new.scopes,
        project: new.project_id,
        expires_at,
    };
    store::tokens::insert(&mut transaction, &row, now).await?;
    let facts = json!({
        "name": name.as_str(), "of": user, "scopes": new.scopes, "project": new.project_id, "expires_at": expires_at
    });
    audit::record(&mut transaction, actor, now, Change::created("token", &row.id, facts)).await?;
    let token = store::tokens::list(&mut transaction, actor.organization_id, user)
        .await?
        .into_iter()
        .find(|token| token.id == row.id);
    let token = token.ok_or_else(|| Failure::Broken("a token that was just made is not listed".to_owned()))?;
    transaction.commit().await?;
    Ok((token, text))
}

/// Makes a token worthless, for ever and at once.
pub async fn revoke_token(database: &Database, actor: &Actor, owner: TokenOwner, id: TokenId) -> Result<(), Failure> {
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let user = holder(&mut transaction, actor, owner).await?;
    if !store::tokens::revoke(&mut transaction, actor.organization_id, user, id, now).await? {
        return Err(AuthError::NotFound("token").into());
    }
    let change = Change::deleted("token", &id, json!({ "of": user })).named("revoke");
    audit::record(&mut transaction, actor, now, change).await?;
    Ok(transaction.commit().await?)
}
