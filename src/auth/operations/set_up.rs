//! The first start: whoever has the link that the server printed makes the organization and its owner.

use super::{Visitor, accepted_email, accepted_name};
use crate::{
    audit::{self, Change},
    auth::{
        AuthError, NewUser, password,
        secret::{self, Secret},
        store,
    },
    database::Database,
    error::Failure,
    services::Services,
    vocabulary::{Actor, Name, OrganizationId, Role, Timestamp},
};
use serde_json::json;

/// Whether nobody has set this server up yet.
pub async fn is_empty(database: &Database) -> Result<bool, Failure> {
    Ok(store::organizations::count(&mut *database.read().await?).await? == 0)
}

/// Makes the secret of the set-up link; earlier ones are worthless from now on. Nothing when the server was set up.
pub async fn begin_set_up(database: &Database) -> Result<Option<Secret>, Failure> {
    let mut transaction = database.begin().await?;
    if store::organizations::count(&mut transaction).await? > 0 {
        return Ok(None);
    }
    let key = secret::random();
    store::organizations::replace_set_up_secret(&mut transaction, secret::fingerprint(&key)).await?;
    transaction.commit().await?;
    Ok(Some(key))
}

/// Whether this is the secret of a server that waits for its set-up.
pub async fn is_set_up_open(database: &Database, key: &Secret) -> Result<bool, Failure> {
    let mut connection = database.read().await?;
    let is_known = store::organizations::has_set_up_secret(&mut connection, secret::fingerprint(key)).await?;
    Ok(is_known && store::organizations::count(&mut connection).await? == 0)
}

/// Creates the organization and its owner, once.
///
/// # Errors
/// [`AuthError::DeadLink`] when somebody else was first; [`AuthError::TooManyAttempts`]; names, addresses and passwords that are not taken.
pub async fn set_up(
    services: &Services,
    visitor: &Visitor,
    key: &Secret,
    organization: &str,
    email: &str,
    name: &str,
    password: Secret,
) -> Result<Actor, Failure> {
    // Hashing is dear: only who has the link may ask for it.
    let attempt = visitor.attempt(services, None)?;
    if !is_set_up_open(&services.database, key).await? {
        return Err(AuthError::DeadLink.into());
    }
    attempt.succeeded();
    let organization = Name::parse(organization).map_err(AuthError::OrganizationName)?;
    let (email, name) = (accepted_email(email)?, accepted_name(name)?);
    password::accept(&password, &[email, &name, organization.as_str()])?;
    let hash = services.passwords.hash(password).await?;
    let now = Timestamp::now();
    let mut transaction = services.database.begin().await?;
    let is_first = store::organizations::take_set_up_secret(&mut transaction, secret::fingerprint(key)).await?;
    if !is_first || store::organizations::count(&mut transaction).await? > 0 {
        return Err(AuthError::DeadLink.into());
    }
    let id = OrganizationId::generate();
    store::organizations::insert(&mut transaction, id, organization.as_str(), &organization.key(), now).await?;
    let user = NewUser::person(email, &name);
    store::users::insert(&mut transaction, &user, now).await?;
    store::users::replace_password(&mut transaction, user.id, &hash, now).await?;
    store::members::insert(&mut transaction, id, user.id, Role::Owner, now).await?;
    let actor = Actor::member((id, organization.to_string()), (user.id, email.to_owned()), Role::Owner);
    let facts = json!({ "organization": organization.as_str(), "email": email, "role": Role::Owner });
    audit::record(&mut transaction, &actor, now, Change::created("user", &user.id, facts)).await?;
    transaction.commit().await?;
    Ok(actor)
}
