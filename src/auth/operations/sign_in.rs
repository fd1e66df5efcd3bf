//! Signing in and out, and finding out who is asking.

use crate::{
    audit::{self, Change},
    auth::{
        AuthError, SESSION_IDLE_SECONDS, SESSION_SECONDS, SignedIn,
        password::Verdict,
        secret::{self, Secret},
        store::{
            self,
            actors::{Found, Named},
            sessions::NewSession,
        },
        throttle::{Attempt, Key},
    },
    database::{Connection, Database},
    error::Failure,
    services::Services,
    vocabulary::{Actor, Digest, ExperimentId, OrganizationId, SessionId, Timestamp, TokenId, UserId, name::name_key},
};
use std::net::IpAddr;

/// How often a credential in use is noticed, in microseconds.
const SEEN_AGAIN_MICROS: i64 = 5 * 60 * 1_000_000;
/// So much of what a browser calls itself is kept, in bytes.
const MAX_BROWSER_BYTES: usize = 400;

/// Who is at the door, before one knows.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// What the browser calls itself.
    pub browser: String,
    /// The fingerprint of the session that the browser has already. It ends when another begins.
    pub session: Option<Digest>,
}

impl Visitor {
    /// Begins an attempt at a secret, which counts as failed until it succeeds.
    ///
    /// # Errors
    /// [`AuthError::TooManyAttempts`] have failed for this account or in this network.
    pub fn attempt(&self, services: &Services, account: Option<&str>) -> Result<Attempt, AuthError> {
        let keys = Key::of(account, self.address);
        services.throttle.begin(keys).map_err(|wait| AuthError::TooManyAttempts(wait.as_secs() + 1))
    }

    /// Counts a request that makes the server ask the identity provider.
    ///
    /// # Errors
    /// [`AuthError::TooManyAttempts`] in this network.
    pub fn count_provider(&self, services: &Services) -> Result<(), AuthError> {
        let counted = services.throttle.begin(Key::provider(self.address));
        counted.map(drop).map_err(|wait| AuthError::TooManyAttempts(wait.as_secs() + 1))
    }
}

/// Checks the password and begins a session.
///
/// # Errors
/// [`AuthError::WrongPassword`], equally slow and equally worded for unknown users and wrong passwords;
/// [`AuthError::TooManyAttempts`] for an account or a network where too many have failed.
pub async fn sign_in(
    services: &Services,
    visitor: &Visitor,
    email: &str,
    password: Secret,
) -> Result<SignedIn, Failure> {
    let email_key = name_key(email.trim());
    let attempt = visitor.attempt(services, Some(&email_key))?;
    let stored = store::users::find_password_hash(&mut *services.database.read().await?, &email_key).await?;
    let verdict = services.passwords.verify(password.clone(), stored).await?;
    if verdict == Verdict::Wrong {
        return Err(AuthError::WrongPassword.into());
    }
    let new_hash = match verdict {
        Verdict::RightButOld => Some(services.passwords.hash(password).await?),
        _ => None,
    };
    let now = Timestamp::now();
    let mut transaction = services.database.begin().await?;
    let actor = store::actors::find_by_email(&mut transaction, &email_key).await?.ok_or(AuthError::WrongPassword)?;
    if let Some(hash) = new_hash {
        store::users::replace_password(&mut transaction, actor.user_id, &hash, now).await?;
    }
    let signed_in = open_session(&mut transaction, &actor, visitor, now).await?;
    note_sign_in(&mut transaction, &signed_in, "password", now).await?;
    transaction.commit().await?;
    attempt.succeeded();
    Ok(signed_in)
}

/// Opens a session, in the transaction of what proved who it is. Ends with [`note_sign_in`], which comes last.
pub async fn open_session(
    connection: &mut Connection,
    actor: &Actor,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<SignedIn, Failure> {
    let secret = secret::random();
    store::sessions::delete_ended(connection, now, now.plus_seconds(-SESSION_IDLE_SECONDS)).await?;
    if let Some(former) = visitor.session {
        store::sessions::delete(connection, former).await?;
    }
    let session = NewSession {
        id: SessionId::generate(),
        fingerprint: secret::fingerprint(&secret),
        address: visitor.address.map(|address| address.to_string()).unwrap_or_default(),
        browser: &visitor.browser[..visitor.browser.floor_char_boundary(MAX_BROWSER_BYTES)],
        expires_at: now.plus_seconds(SESSION_SECONDS),
    };
    store::sessions::insert(connection, actor, &session, now).await?;
    let actor = Actor { address: visitor.address, session_id: Some(session.id), ..actor.clone() };
    Ok(SignedIn { secret, actor })
}

/// Writes down that somebody has signed in, and by what.
pub async fn note_sign_in(
    connection: &mut Connection,
    signed_in: &SignedIn,
    by: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let actor = &signed_in.actor;
    let change = Change::act("sign_in", "user", &actor.user_id).with("by", by);
    Ok(audit::record(connection, actor, now, change).await?)
}

/// Ends a session; its cookie is worthless from now on.
pub async fn sign_out(database: &Database, secret: &Secret) -> Result<(), Failure> {
    let now = Timestamp::now();
    let fingerprint = secret::fingerprint(secret);
    let mut transaction = database.begin().await?;
    let found = store::actors::find_by_session(
        &mut transaction,
        Named::Fingerprint(fingerprint),
        now,
        now.plus_seconds(-SESSION_IDLE_SECONDS),
    )
    .await?;
    store::sessions::delete(&mut transaction, fingerprint).await?;
    if let Some(Found { actor, .. }) = found {
        let change = Change::act("sign_out", "user", &actor.user_id);
        audit::record(&mut transaction, &actor, now, change).await?;
    }
    Ok(transaction.commit().await?)
}

/// Who has this session, if it has not ended.
pub async fn find_by_session(database: &Database, secret: &Secret) -> Result<Option<Actor>, Failure> {
    let now = Timestamp::now();
    let idle_since = now.plus_seconds(-SESSION_IDLE_SECONDS);
    let found = store::actors::find_by_session(
        &mut *database.read().await?,
        Named::Fingerprint(secret::fingerprint(secret)),
        now,
        idle_since,
    )
    .await?;
    note_use(database, found.as_ref(), now).await;
    Ok(found.map(|found| found.actor))
}

/// Who has this API token, if it is valid.
pub async fn find_by_token(database: &Database, token: &Secret) -> Result<Option<Actor>, Failure> {
    if !token.expose().starts_with(secret::TOKEN_PREFIX) {
        return Ok(None);
    }
    let now = Timestamp::now();
    let found =
        store::actors::find_by_token(&mut *database.read().await?, Named::Fingerprint(secret::fingerprint(token)), now)
            .await?;
    note_use(database, found.as_ref(), now).await;
    Ok(found.map(|found| found.actor))
}

/// The actor as the credential stands now, for what takes long: an upload, a stream of events.
///
/// # Errors
/// The session has ended, the token was revoked, or the member may not enter any more.
pub async fn still(database: &Database, actor: &Actor) -> Result<Actor, Failure> {
    let now = Timestamp::now();
    let mut connection = database.read().await?;
    let found = match (actor.session_id, actor.token_id) {
        (Some(session), _) => {
            let idle_since = now.plus_seconds(-SESSION_IDLE_SECONDS);
            store::actors::find_by_session(&mut connection, Named::Id(session), now, idle_since)
                .await?
                .map(|found| found.actor)
        }
        (None, Some(token)) => {
            store::actors::find_by_token(&mut connection, Named::Id(token), now).await?.map(|found| found.actor)
        }
        (None, None) => Some(actor.clone()),
    };
    let found = found.filter(|found| found.organization_id == actor.organization_id);
    Ok(Actor { address: actor.address, ..found.ok_or(AuthError::Ended)? })
}

/// The member for whom something was signed, as the token that asked for it, or the member, stands now.
pub async fn holder(
    database: &Database,
    organization: OrganizationId,
    user: UserId,
    token: Option<TokenId>,
) -> Result<Actor, Failure> {
    let now = Timestamp::now();
    let mut connection = database.read().await?;
    let found = match token {
        Some(token) => {
            store::actors::find_by_token(&mut connection, Named::Id(token), now).await?.map(|found| found.actor)
        }
        None => store::actors::find_member(&mut connection, organization, user).await?,
    };
    let found = found.filter(|found| found.organization_id == organization && found.user_id == user);
    Ok(found.ok_or(AuthError::Ended)?)
}

/// The actor as the credential stands now, with the role that remains in the experiment's project.
pub async fn still_in(database: &Database, actor: &Actor, experiment: ExperimentId) -> Result<Actor, Failure> {
    let actor = still(database, actor).await?;
    if actor.reach.is_everywhere() {
        return Ok(actor);
    }
    let project = super::project_of(database, &actor, experiment).await?;
    Ok(actor.entering(project.ok_or(AuthError::NotFound("experiment"))?)?)
}

/// Writes down when a credential was used last. Nobody who reads waits for a writer or fails because of this: the next request tries again.
async fn note_use(database: &Database, found: Option<&Found>, now: Timestamp) {
    let is_recent = |seen: i64| now.as_micros() - seen <= SEEN_AGAIN_MICROS;
    let Some(found) = found.filter(|found| !found.last_seen_at.is_some_and(is_recent)) else { return };
    if let Err(failure) = write_use(database, &found.actor, now).await {
        tracing::warn!(%failure, "the last use of a credential could not be noted");
    }
}

async fn write_use(database: &Database, actor: &Actor, now: Timestamp) -> Result<(), Failure> {
    let Some(mut transaction) = database.begin_if_free().await? else { return Ok(()) };
    if let Some(session) = actor.session_id {
        store::sessions::update_seen(&mut transaction, session, now).await?;
    }
    if let Some(token) = actor.token_id {
        store::tokens::update_used(&mut transaction, token, now).await?;
    }
    Ok(transaction.commit().await?)
}
