//! New passwords by a link that works once, for an hour.

use super::Visitor;
use crate::{
    audit::{self, Change},
    auth::{
        AuthError, RESET_SECONDS, password,
        secret::{self, Secret},
        store,
    },
    database::{Connection, Database},
    error::Failure,
    services::Services,
    vocabulary::{Actor, Timestamp, UserId, name::name_key},
};

async fn make_link(
    connection: &mut Connection,
    user: UserId,
    creator: Option<UserId>,
    now: Timestamp,
) -> Result<Secret, Failure> {
    let secret = secret::random();
    let expires_at = now.plus_seconds(RESET_SECONDS);
    store::users::insert_reset(connection, secret::fingerprint(&secret), user, creator, expires_at).await?;
    Ok(secret)
}

/// Makes a link for a member who cannot sign in. The owner hands it over.
///
/// # Errors
/// [`AuthError::SharedPerson`] when the person is in other organizations too: an owner of one must not become a member of another.
pub async fn reset_link_for(database: &Database, actor: &Actor, user: UserId) -> Result<Secret, Failure> {
    actor.require_owner("making a link for a new password")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let member = super::members::load(&mut transaction, actor.organization_id, user).await?;
    if member.is_service {
        return Err(AuthError::ServiceAccount.into());
    }
    if !member.is_in_one_organization {
        return Err(AuthError::SharedPerson.into());
    }
    let secret = make_link(&mut transaction, user, Some(actor.user_id), now).await?;
    let change = Change::act("offer_new_password", "user", &user).with("email", member.email.as_str());
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(secret)
}

/// Makes a link for anybody, and says to which address it belongs. Only for the command line, and for the mail that a person asks for;
/// nothing for an unknown address.
pub async fn reset_link_by_operator(database: &Database, email: &str) -> Result<Option<(String, Secret)>, Failure> {
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let Some(actor) = store::actors::find_by_email(&mut transaction, &name_key(email)).await? else {
        return Ok(None);
    };
    let secret = make_link(&mut transaction, actor.user_id, None, now).await?;
    let change = Change::act("ask_for_new_password", "user", &actor.user_id);
    audit::record(&mut transaction, &actor, now, change).await?;
    transaction.commit().await?;
    Ok(Some((actor.email, secret)))
}

/// Whose password the link sets.
pub async fn find_reset(services: &Services, visitor: &Visitor, key: &Secret) -> Result<String, Failure> {
    let attempt = visitor.attempt(services, None)?;
    let mut connection = services.database.read().await?;
    let user = store::users::find_reset(&mut connection, secret::fingerprint(key), Timestamp::now()).await?;
    let user = user.ok_or(AuthError::DeadLink)?;
    let (email, _) = store::users::find_profile(&mut connection, user).await?.ok_or(AuthError::DeadLink)?;
    attempt.succeeded();
    Ok(email)
}

/// Sets the password that the link allows to set, and ends every session of the person.
pub async fn reset_password(
    services: &Services,
    visitor: &Visitor,
    key: &Secret,
    password: Secret,
) -> Result<(), Failure> {
    let email = find_reset(services, visitor, key).await?;
    password::accept(&password, &[&email])?;
    let hash = services.passwords.hash(password).await?;
    let fingerprint = secret::fingerprint(key);
    let now = Timestamp::now();
    let mut transaction = services.database.begin().await?;
    let user = store::users::find_reset(&mut transaction, fingerprint, now).await?.ok_or(AuthError::DeadLink)?;
    if !store::users::take_resets(&mut transaction, fingerprint, user).await? {
        return Err(AuthError::DeadLink.into());
    }
    store::users::replace_password(&mut transaction, user, &hash, now).await?;
    store::sessions::delete_all(&mut transaction, user).await?;
    if let Some(actor) = store::actors::find_by_email(&mut transaction, &name_key(&email)).await? {
        let actor = Actor { address: visitor.address, ..actor };
        let change = Change::act("reset_password", "user", &user);
        audit::record(&mut transaction, &actor, now, change).await?;
    }
    Ok(transaction.commit().await?)
}
