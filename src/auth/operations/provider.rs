//! Somebody comes from the identity provider: finds or makes the person, gives the role that the groups say, begins a session.

use super::{Visitor, accepted_email, note_sign_in, open_session, sync_member};
use crate::{
    audit::{self, Change},
    auth::{
        AuthError, NewUser, SignedIn,
        provider::{Identity, ProviderSettings},
        store,
    },
    database::Connection,
    error::Failure,
    services::Services,
    vocabulary::{Actor, OrganizationId, Timestamp, UserId, name::name_key},
};

/// Lets a person in whom the provider has recognized.
///
/// A person is found by the provider's own name for them. The first time, an account with the same address becomes theirs, if the provider
/// has verified the address; otherwise an account is made. Nobody but the provider has verified an address: whoever made that account may be
/// somebody else, so its password, sessions, tokens and open links end.
///
/// # Errors
/// [`AuthError::NoGroup`] for people in no group that may enter, [`AuthError::UnverifiedEmail`], [`AuthError::Deactivated`].
pub async fn sign_in_with_identity(
    services: &Services,
    settings: &ProviderSettings,
    visitor: &Visitor,
    identity: &Identity,
) -> Result<SignedIn, Failure> {
    let now = Timestamp::now();
    let role = settings.role_of(&identity.groups).ok_or(AuthError::NoGroup)?;
    let mut transaction = services.database.begin().await?;
    let (organization, organization_name) = organization_of(&mut transaction, settings).await?;
    let Person { user, email, is_new_here } = person(&mut transaction, identity, now).await?;
    let actor =
        Actor { address: visitor.address, ..Actor::member((organization, organization_name), (user, email), role) };
    let synced = sync_member(&mut transaction, &actor, role).await?;
    let found = store::actors::find_member(&mut transaction, organization, user).await?;
    let actor = Actor { address: visitor.address, ..found.ok_or(AuthError::Deactivated)? };
    let signed_in = open_session(&mut transaction, &actor, visitor, now).await?;
    if let Some(change) = synced.change(&actor) {
        audit::record(&mut transaction, &actor, now, change.with("by", "provider")).await?;
    }
    if is_new_here {
        let change = Change::act("tie_identity", "user", &user)
            .with("issuer", identity.issuer.as_str())
            .with("subject", identity.subject.as_str());
        audit::record(&mut transaction, &actor, now, change).await?;
    }
    note_sign_in(&mut transaction, &signed_in, "provider", now).await?;
    transaction.commit().await?;
    Ok(signed_in)
}

async fn organization_of(
    connection: &mut Connection,
    settings: &ProviderSettings,
) -> Result<(OrganizationId, String), Failure> {
    let all = store::organizations::list(connection).await?;
    let found = match &settings.organization {
        Some(name) => all.into_iter().find(|(_, known)| name_key(known) == name_key(name)),
        None if all.len() == 1 => all.into_iter().next(),
        None => None,
    };
    found.ok_or_else(|| {
        tracing::error!("the identity provider's organization is not known: name one with --oidc-organization");
        AuthError::Provider.into()
    })
}

/// Whom the provider means.
struct Person {
    user: UserId,
    email: String,
    /// Whether the provider's name for the person was not known here.
    is_new_here: bool,
}

async fn person(connection: &mut Connection, identity: &Identity, now: Timestamp) -> Result<Person, Failure> {
    if let Some(user) = store::users::find_by_identity(connection, &identity.issuer, &identity.subject).await? {
        let (email, _) = store::users::find_profile(connection, user).await?.ok_or(AuthError::Deactivated)?;
        return Ok(Person { user, email, is_new_here: false });
    }
    let email = identity.email.as_deref().filter(|_| identity.is_email_verified).ok_or(AuthError::UnverifiedEmail)?;
    let email = accepted_email(email)?;
    let user = match store::users::find_even_deactivated(connection, &name_key(email)).await? {
        Some(user) => {
            store::users::delete_password(connection, user).await?;
            store::users::delete_resets(connection, user).await?;
            store::sessions::delete_all(connection, user).await?;
            store::tokens::revoke_all(connection, user, now).await?;
            user
        }
        None => {
            let name = super::accepted_name(&identity.name).unwrap_or_default();
            let user = NewUser::person(email, &name);
            store::users::insert(connection, &user, now).await?;
            user.id
        }
    };
    store::users::insert_identity(connection, &identity.issuer, &identity.subject, user, now).await?;
    Ok(Person { user, email: email.to_owned(), is_new_here: true })
}
