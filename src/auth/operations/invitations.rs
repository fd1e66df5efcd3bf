//! Joining an organization by a link that works once, for one e-mail address.

use super::{Visitor, accepted_email, accepted_name, note_sign_in, open_session};
use crate::{
    audit::{self, Change},
    auth::{
        AuthError, INVITATION_HOURS, Invitation, MAX_INVITATION_HOURS, NewInvitation, NewUser, SignedIn, password,
        secret::{self, Secret},
        store::{self, invitations::NewInvitationRow},
    },
    database::{self, Database},
    error::{AppError, Failure},
    services::Services,
    vocabulary::{Actor, InvitationId, Timestamp, name::name_key},
};
use serde_json::json;

/// Offers a role to an e-mail address. An earlier offer to the same address is withdrawn.
///
/// # Errors
/// Not an owner, not an address, a member already, or hours outside of 1 to 168.
pub async fn invite(database: &Database, actor: &Actor, new: &NewInvitation) -> Result<(Invitation, Secret), Failure> {
    actor.require_owner("inviting people")?;
    let hours = new.hours.unwrap_or(INVITATION_HOURS);
    if !(1..=MAX_INVITATION_HOURS).contains(&hours) {
        return Err(AuthError::OutOfRange("An invitation is open for 1 to 168 hours.").into());
    }
    let email = accepted_email(&new.email)?;
    let email_key = name_key(email);
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    if let Some(user) = store::users::find(&mut transaction, &email_key).await?
        && store::members::find(&mut transaction, actor.organization_id, user).await?.is_some()
    {
        return Err(AuthError::AlreadyMember.into());
    }
    let secret = secret::random();
    let row = NewInvitationRow {
        id: InvitationId::generate(),
        organization: actor.organization_id,
        email,
        email_key: &email_key,
        role: new.role,
        fingerprint: secret::fingerprint(&secret),
        created_by: (&actor.email, actor.user_id),
        expires_at: now.plus_seconds(i64::from(hours) * 3_600),
    };
    store::invitations::delete_for(&mut transaction, actor.organization_id, &email_key).await?;
    store::invitations::insert(&mut transaction, &row, now).await?;
    let facts = json!({ "email": email, "role": new.role, "hours": hours });
    audit::record(&mut transaction, actor, now, Change::created("invitation", &row.id, facts)).await?;
    let invitation = Invitation {
        id: row.id,
        organization_id: actor.organization_id,
        organization_name: actor.organization_name.clone(),
        email: email.to_owned(),
        role: new.role,
        invited_by: actor.email.clone(),
        expires_at: row.expires_at,
    };
    transaction.commit().await?;
    Ok((invitation, secret))
}

/// Makes the link of an invitation and mails it, if the operator has named a mail server. Says whether it was mailed.
pub async fn deliver(services: &Services, invitation: &Invitation, key: &Secret) -> (String, bool) {
    let link = format!("{}/invitation?key={}", services.settings.public_url, key.expose());
    let Some(mailer) = &services.mailer else {
        return (link, false);
    };
    let Invitation { organization_name, role, invited_by, expires_at, email, .. } = invitation;
    let text = format!(
        "{invited_by} invites you to {organization_name} on Heirloom, as {role}.\n\nJoin here, until {}:\n{link}\n",
        expires_at.for_people()
    );
    let sent = mailer.send(email, &format!("Join {organization_name} on Heirloom"), text).await;
    if let Err(error) = &sent {
        tracing::warn!(%error, "an invitation was not mailed");
    }
    (link, sent.is_ok())
}

/// The open invitations of the organization.
pub async fn list_invitations(database: &Database, actor: &Actor) -> Result<Vec<Invitation>, Failure> {
    actor.require_owner("seeing invitations")?;
    Ok(store::invitations::list(&mut *database.read().await?, actor.organization_id, Timestamp::now()).await?)
}

/// Takes an offer back.
pub async fn withdraw(database: &Database, actor: &Actor, id: InvitationId) -> Result<(), Failure> {
    actor.require_owner("withdrawing an invitation")?;
    let mut transaction = database.begin().await?;
    if !store::invitations::delete(&mut transaction, actor.organization_id, id).await? {
        return Err(AuthError::NotFound("invitation").into());
    }
    let change = Change::deleted("invitation", &id, json!({}));
    audit::record(&mut transaction, actor, Timestamp::now(), change).await?;
    Ok(transaction.commit().await?)
}

/// The open invitation that a link leads to, and whether its address belongs to somebody who has an account here.
pub async fn find_invitation(
    services: &Services,
    visitor: &Visitor,
    key: &Secret,
) -> Result<(Invitation, bool), Failure> {
    let attempt = visitor.attempt(services, None)?;
    let mut connection = services.database.read().await?;
    let found = store::invitations::find(&mut connection, secret::fingerprint(key), Timestamp::now()).await?;
    let invitation = found.ok_or(AuthError::DeadLink)?;
    let is_known = store::users::find(&mut connection, &name_key(&invitation.email)).await?.is_some();
    attempt.succeeded();
    Ok((invitation, is_known))
}

/// Joins with an account that exists: whoever is signed in as the invited person. The session moves to the new organization.
pub async fn accept(database: &Database, actor: &Actor, key: &Secret) -> Result<(), Failure> {
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let found = store::invitations::find(&mut transaction, secret::fingerprint(key), now).await?;
    let invitation = found.ok_or(AuthError::DeadLink)?;
    if name_key(&invitation.email) != name_key(&actor.email) {
        return Err(AuthError::OtherInvitee.into());
    }
    if !store::invitations::delete(&mut transaction, invitation.organization_id, invitation.id).await? {
        return Err(AuthError::DeadLink.into());
    }
    store::members::insert(&mut transaction, invitation.organization_id, actor.user_id, invitation.role, now)
        .await
        .map_err(|error| database::unless_taken(error, || AuthError::AlreadyMember.into()))?;
    // An owner of the other organization may have handed one out; now it would open this one, too.
    store::users::delete_resets(&mut transaction, actor.user_id).await?;
    if let Some(session) = actor.session_id {
        store::sessions::update_organization(&mut transaction, session, actor.user_id, invitation.organization_id)
            .await?;
    }
    let joined = joined(&invitation, actor);
    audit::record(&mut transaction, &joined, now, joins(&joined, &invitation)).await?;
    Ok(transaction.commit().await?)
}

/// Joins with a new account, and begins a session.
///
/// # Errors
/// [`AuthError::EmailTaken`] when somebody has this address: that person signs in and accepts.
pub async fn invite_newcomer(
    services: &Services,
    visitor: &Visitor,
    key: &Secret,
    name: &str,
    password: Secret,
) -> Result<SignedIn, Failure> {
    let (invitation, _) = find_invitation(services, visitor, key).await?;
    let name = accepted_name(name)?;
    password::accept(&password, &[&invitation.email, &name])?;
    let hash = services.passwords.hash(password).await?;
    let now = Timestamp::now();
    let mut transaction = services.database.begin().await?;
    if !store::invitations::delete(&mut transaction, invitation.organization_id, invitation.id).await? {
        return Err(AuthError::DeadLink.into());
    }
    let user = NewUser::person(&invitation.email, &name);
    store::users::insert(&mut transaction, &user, now)
        .await
        .map_err(|error| database::unless_taken(error, || AppError::from(AuthError::EmailTaken)))?;
    store::users::replace_password(&mut transaction, user.id, &hash, now).await?;
    store::members::insert(&mut transaction, invitation.organization_id, user.id, invitation.role, now).await?;
    let organization = (invitation.organization_id, invitation.organization_name.clone());
    let actor = Actor {
        address: visitor.address,
        ..Actor::member(organization, (user.id, invitation.email.clone()), invitation.role)
    };
    let signed_in = open_session(&mut transaction, &actor, visitor, now).await?;
    audit::record(&mut transaction, &actor, now, joins(&actor, &invitation)).await?;
    note_sign_in(&mut transaction, &signed_in, "invitation", now).await?;
    transaction.commit().await?;
    Ok(signed_in)
}

fn joined(invitation: &Invitation, actor: &Actor) -> Actor {
    Actor {
        organization_id: invitation.organization_id,
        organization_name: invitation.organization_name.clone(),
        role: invitation.role,
        ..actor.clone()
    }
}

fn joins<'a>(actor: &'a Actor, invitation: &Invitation) -> Change<'a> {
    let facts = json!({ "email": invitation.email, "role": invitation.role, "invited_by": invitation.invited_by });
    Change::created("user", &actor.user_id, facts).named("join")
}
