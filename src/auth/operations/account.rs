//! What belongs to one person: profile, password, sessions, organizations.

use super::{Visitor, accepted_email, accepted_name, note_sign_in, open_session};
use crate::{
    audit::{self, Change},
    auth::{
        AuthError, Membership, SESSION_IDLE_SECONDS, Session, SignedIn, password, password::Verdict, secret::Secret,
        store,
    },
    database::{self, Connection, Database},
    error::{AppError, Failure},
    services::Services,
    vocabulary::{Actor, OrganizationId, SessionId, Timestamp, name::name_key},
};
use serde_json::json;

/// Everything about oneself.
#[derive(Clone, Debug)]
pub struct Account {
    pub email: String,
    pub name: String,
    /// Without a password one signs in through the identity provider.
    pub has_password: bool,
    pub sessions: Vec<Session>,
    pub organizations: Vec<Membership>,
}

/// What one wants to be called, and the address to sign in with.
pub struct ProfileChange {
    pub name: String,
    pub email: String,
    /// Needed for another address.
    pub password: Secret,
}

/// Everything about the actor.
pub async fn find_account(database: &Database, actor: &Actor) -> Result<Account, Failure> {
    let now = Timestamp::now();
    let mut connection = database.read().await?;
    let profile = store::users::find_profile(&mut connection, actor.user_id).await?;
    let (email, name) = profile.ok_or(AuthError::NotFound("member"))?;
    Ok(Account {
        has_password: store::users::find_password_hash(&mut connection, &name_key(&email)).await?.is_some(),
        email,
        name,
        sessions: store::sessions::list(&mut connection, actor.user_id, now, now.plus_seconds(-SESSION_IDLE_SECONDS))
            .await?,
        organizations: store::members::list_memberships(&mut connection, actor.user_id).await?,
    })
}

/// Changes name and address.
///
/// # Errors
/// [`AuthError::EmailTaken`]; [`AuthError::WrongPassword`] when another address is wanted without it.
pub async fn change_profile(services: &Services, actor: &Actor, change: ProfileChange) -> Result<(), Failure> {
    actor.require_own_account("changing the profile")?;
    let (email, name) = (accepted_email(&change.email)?, accepted_name(&change.name)?);
    let is_moving = email != actor.email;
    if is_moving {
        require_password(services, actor, change.password).await?;
    }
    let mut transaction = services.database.begin().await?;
    let before =
        store::users::find_profile(&mut transaction, actor.user_id).await?.ok_or(AuthError::NotFound("member"))?;
    store::users::update_profile(&mut transaction, actor.user_id, email, &name_key(email), &name)
        .await
        .map_err(|error| database::unless_taken(error, || AppError::from(AuthError::EmailTaken)))?;
    let before = json!({ "email": before.0, "name": before.1 });
    let change = Change::updated("user", &actor.user_id, before, json!({ "email": email, "name": name }));
    record(&mut transaction, actor, change.named("change_profile")).await?;
    Ok(transaction.commit().await?)
}

async fn require_password(services: &Services, actor: &Actor, password: Secret) -> Result<(), Failure> {
    let email_key = name_key(&actor.email);
    let visitor = Visitor { address: actor.address, ..Visitor::default() };
    let attempt = visitor.attempt(services, Some(&email_key))?;
    let stored = store::users::find_password_hash(&mut *services.database.read().await?, &email_key).await?;
    match services.passwords.verify(password, stored).await? {
        Verdict::Wrong => {
            Err(AppError::new(crate::error::ErrorKind::Invalid, "wrong_password", "This is not your password.")
                .on_field("current_password", "This is not your password.")
                .into())
        }
        _ => {
            attempt.succeeded();
            Ok(())
        }
    }
}

/// Sets a new password after checking the old one. Every session ends; a new one begins in this browser.
pub async fn change_password(
    services: &Services,
    actor: &Actor,
    visitor: &Visitor,
    current: Secret,
    new: Secret,
) -> Result<SignedIn, Failure> {
    actor.require_own_account("changing the password")?;
    require_password(services, actor, current).await?;
    password::accept(&new, &[&actor.email])?;
    let hash = services.passwords.hash(new).await?;
    let now = Timestamp::now();
    let mut transaction = services.database.begin().await?;
    store::users::replace_password(&mut transaction, actor.user_id, &hash, now).await?;
    store::users::delete_resets(&mut transaction, actor.user_id).await?;
    store::sessions::delete_all(&mut transaction, actor.user_id).await?;
    let signed_in = open_session(&mut transaction, actor, visitor, now).await?;
    record(&mut transaction, actor, Change::act("change_password", "user", &actor.user_id)).await?;
    note_sign_in(&mut transaction, &signed_in, "password change", now).await?;
    transaction.commit().await?;
    Ok(signed_in)
}

/// Ends one of one's own sessions.
pub async fn end_session(database: &Database, actor: &Actor, id: SessionId) -> Result<(), Failure> {
    actor.require_own_account("ending a session")?;
    let mut transaction = database.begin().await?;
    if !store::sessions::delete_of(&mut transaction, actor.user_id, id).await? {
        return Err(AuthError::NotFound("session").into());
    }
    record(
        &mut transaction,
        actor,
        Change::act("end_session", "user", &actor.user_id).with("session_id", id.to_string()),
    )
    .await?;
    Ok(transaction.commit().await?)
}

/// Ends all of one's own sessions but this one.
pub async fn end_other_sessions(database: &Database, actor: &Actor) -> Result<(), Failure> {
    actor.require_own_account("ending sessions")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    for session in
        store::sessions::list(&mut transaction, actor.user_id, now, now.plus_seconds(-SESSION_IDLE_SECONDS)).await?
    {
        if Some(session.id) != actor.session_id {
            store::sessions::delete_of(&mut transaction, actor.user_id, session.id).await?;
        }
    }
    record(&mut transaction, actor, Change::act("end_other_sessions", "user", &actor.user_id)).await?;
    Ok(transaction.commit().await?)
}

/// Goes on in another organization of the same person.
pub async fn switch_organization(database: &Database, actor: &Actor, to: OrganizationId) -> Result<(), Failure> {
    let mut transaction = database.begin().await?;
    let there = store::actors::find_member(&mut transaction, to, actor.user_id)
        .await?
        .ok_or(AuthError::NotFound("organization"))?;
    let session = actor.session_id.ok_or(AuthError::NotFound("session"))?;
    store::sessions::update_organization(&mut transaction, session, actor.user_id, to).await?;
    let there = Actor { address: actor.address, session_id: Some(session), ..there };
    let change = Change::act("enter", "user", &there.user_id).with("from", actor.organization_name.as_str());
    record(&mut transaction, &there, change).await?;
    Ok(transaction.commit().await?)
}

/// Leaves the organization; what one made in it stays.
///
/// # Errors
/// [`AuthError::LastOwner`].
pub async fn leave(database: &Database, actor: &Actor) -> Result<(), Failure> {
    actor.require_own_account("leaving")?;
    let mut transaction = database.begin().await?;
    super::members::remove_member(&mut transaction, actor, actor.user_id, "leave").await?;
    Ok(transaction.commit().await?)
}

async fn record(connection: &mut Connection, actor: &Actor, change: Change<'_>) -> Result<(), Failure> {
    Ok(audit::record(connection, actor, Timestamp::now(), change).await?)
}
