//! Creating people and credentials, signing in and out, and finding out who is asking.

use super::{AuthError, SESSION_IDLE_SECONDS, SESSION_SECONDS, password::Passwords, secret, store};
use crate::{
    audit::{self, Change},
    database::{self, Database},
    error::Failure,
    vocabulary::{Actor, Name, OrganizationId, Role, Timestamp, TokenId, UserId, name::name_key},
};
use serde_json::json;

/// Whether nobody has set this server up yet.
pub async fn is_empty(database: &Database) -> Result<bool, Failure> {
    Ok(store::count_organizations(&mut *database.read().await?).await? == 0)
}

/// Creates a person with a role in an organization, which is created when it is new. Only for the command line, where
/// whoever has the data folder may do everything.
pub async fn create_user(
    database: &Database,
    passwords: &Passwords,
    organization: &str,
    email: &str,
    role: Role,
    password: String,
) -> Result<Actor, Failure> {
    let organization = Name::parse(organization).map_err(AuthError::OrganizationName)?;
    let email = accepted_email(email)?;
    let password_hash = passwords.hash(password).await?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let organization_id = match store::find_organization(&mut transaction, &organization.key()).await? {
        Some(id) => id,
        None => {
            let id = OrganizationId::generate();
            store::insert_organization(&mut transaction, id, organization.as_str(), &organization.key(), now).await?;
            id
        }
    };
    let user_id = UserId::generate();
    let actor = Actor {
        organization_id,
        organization_name: organization.to_string(),
        user_id,
        email,
        role,
        token_id: None,
        address: None,
    };
    store::insert_user(&mut transaction, user_id, &actor.email, &name_key(&actor.email), &password_hash, now)
        .await
        .map_err(|error| match database::unless_taken(error, || crate::error::AppError::not_found("")) {
            Failure::App(_) => AuthError::EmailTaken.into(),
            other => other,
        })?;
    store::insert_membership(&mut transaction, organization_id, user_id, role, now).await?;
    let details = json!({ "email": actor.email, "role": role });
    audit::record(
        &mut transaction,
        &actor,
        now,
        Change { action: "create", object_kind: "user", object_id: &user_id, details },
    )
    .await?;
    transaction.commit().await?;
    Ok(actor)
}

fn accepted_email(text: &str) -> Result<String, AuthError> {
    let text = text.trim();
    let is_part = |part: &str| {
        !part.is_empty() && !part.chars().any(|character| character.is_whitespace() || character.is_control())
    };
    match text.split_once('@') {
        Some((name, host)) if text.len() <= 254 && is_part(name) && is_part(host) && !host.contains('@') => {
            Ok(text.to_owned())
        }
        _ => Err(AuthError::InvalidEmail),
    }
}

/// Finds an active user, in the organization that the user joined first.
pub async fn find_user(database: &Database, email: &str) -> Result<Actor, Failure> {
    let actor = store::find_by_email(&mut *database.read().await?, &name_key(email)).await?;
    actor.ok_or_else(|| AuthError::UnknownUser.into())
}

/// Makes an API token for `actor`. The returned text is the only copy.
pub async fn create_token(
    database: &Database,
    actor: &Actor,
    name: &str,
    expires_at: Option<Timestamp>,
) -> Result<String, Failure> {
    let secret = secret::token();
    let token =
        store::NewToken { id: TokenId::generate(), name, fingerprint: secret::fingerprint(&secret), expires_at };
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    store::insert_token(&mut transaction, actor, &token, now).await?;
    let details = json!({ "name": name, "expires_at": expires_at });
    audit::record(
        &mut transaction,
        actor,
        now,
        Change { action: "create", object_kind: "token", object_id: &token.id, details },
    )
    .await?;
    transaction.commit().await?;
    Ok(secret)
}

/// Checks the password and begins a session. Returns its secret, which goes into the cookie.
///
/// # Errors
/// [`AuthError::WrongPassword`], equally slow and equally worded for unknown users and wrong passwords.
pub async fn sign_in(
    database: &Database,
    passwords: &Passwords,
    email: &str,
    password: String,
) -> Result<String, Failure> {
    let email_key = name_key(email);
    let stored = store::find_password_hash(&mut *database.read().await?, &email_key).await?;
    if !passwords.verify(password, stored).await? {
        return Err(AuthError::WrongPassword.into());
    }
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let actor = store::find_by_email(&mut transaction, &email_key).await?.ok_or(AuthError::WrongPassword)?;
    let secret = secret::session();
    store::delete_ended_sessions(&mut transaction, now, now.plus_seconds(-SESSION_IDLE_SECONDS)).await?;
    store::insert_session(
        &mut transaction,
        secret::fingerprint(&secret),
        &actor,
        now,
        now.plus_seconds(SESSION_SECONDS),
    )
    .await?;
    let change = Change { action: "sign_in", object_kind: "user", object_id: &actor.user_id, details: json!({}) };
    audit::record(&mut transaction, &actor, now, change).await?;
    transaction.commit().await?;
    Ok(secret)
}

/// Ends a session; its cookie is worthless from now on.
pub async fn sign_out(database: &Database, secret: &str) -> Result<(), Failure> {
    let mut transaction = database.begin().await?;
    store::delete_session(&mut transaction, secret::fingerprint(secret)).await?;
    Ok(transaction.commit().await?)
}

/// Who has this session, if it has not ended.
pub async fn find_by_session(database: &Database, secret: &str) -> Result<Option<Actor>, Failure> {
    const SEEN_AGAIN_MICROS: i64 = 5 * 60 * 1_000_000;
    let now = Timestamp::now();
    let fingerprint = secret::fingerprint(secret);
    let found =
        store::find_by_session(&mut *database.read().await?, fingerprint, now, now.plus_seconds(-SESSION_IDLE_SECONDS))
            .await?;
    let Some((actor, last_seen_at)) = found else {
        return Ok(None);
    };
    if now.as_micros() - last_seen_at > SEEN_AGAIN_MICROS {
        let mut transaction = database.begin().await?;
        store::update_session_seen(&mut transaction, fingerprint, now).await?;
        transaction.commit().await?;
    }
    Ok(Some(actor))
}

/// Who has this API token, if it is valid.
pub async fn find_by_token(database: &Database, token: &str) -> Result<Option<Actor>, Failure> {
    if !token.starts_with(secret::TOKEN_PREFIX) {
        return Ok(None);
    }
    Ok(store::find_by_token(&mut *database.read().await?, secret::fingerprint(token), Timestamp::now()).await?)
}
