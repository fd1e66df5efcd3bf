//! Creating people and credentials, signing in and out, and finding out who is asking.

mod account;
mod change_member;
mod invitations;
mod members;
mod provider;
mod resets;
mod set_up;
mod sign_in;
mod tokens;

pub use account::{
    Account, ProfileChange, change_password, change_profile, end_other_sessions, end_session, find_account, leave,
    switch_organization,
};
pub use change_member::change_member;
pub use invitations::{accept, deliver, find_invitation, invite, invite_newcomer, list_invitations, withdraw};
pub use members::{
    create_service_account, create_user, deactivate_everywhere, find_member, list_colleagues, list_members,
    list_project_roles, remove, sync_member,
};
pub use provider::sign_in_with_identity;
pub use resets::{find_reset, reset_link_by_operator, reset_link_for, reset_password};
pub use set_up::{begin_set_up, is_empty, is_set_up_open, set_up};
pub use sign_in::{
    Visitor, find_by_session, find_by_token, holder, note_sign_in, open_session, sign_in, sign_out, still, still_in,
};
pub use tokens::{create_token, list_tokens, revoke_token};

use super::{AuthError, store};
use crate::{
    database::Database,
    error::Failure,
    vocabulary::{Actor, ExperimentId, Name, ProjectId, name::name_key},
};

/// Finds an active user, in the organization that the user joined first.
pub async fn find_user(database: &Database, email: &str) -> Result<Actor, Failure> {
    let actor = store::actors::find_by_email(&mut *database.read().await?, &name_key(email)).await?;
    actor.ok_or_else(|| AuthError::UnknownUser.into())
}

/// The one active owner of the one organization, for commands; none when there is a choice.
pub async fn find_only_owner(database: &Database) -> Result<Option<Actor>, Failure> {
    let mut connection = database.read().await?;
    match store::actors::list_owners(&mut connection, 2).await?.as_slice() {
        [(organization, user)] => Ok(store::actors::find_member(&mut connection, *organization, *user).await?),
        _ => Ok(None),
    }
}

/// The projects that the actor may enter, by name.
pub async fn list_projects(database: &Database, actor: &Actor) -> Result<Vec<(ProjectId, String)>, Failure> {
    let projects = store::members::list_projects(&mut *database.read().await?, actor.organization_id).await?;
    Ok(projects.into_iter().filter(|(project, _)| actor.entering(*project).is_ok()).collect())
}

/// The project of one of the organization's experiments.
pub async fn project_of(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
) -> Result<Option<ProjectId>, Failure> {
    Ok(store::actors::find_project_of(&mut *database.read().await?, actor.organization_id, experiment).await?)
}

fn accepted_email(text: &str) -> Result<&str, AuthError> {
    let text = text.trim();
    let is_part = |part: &str| {
        !part.is_empty() && !part.chars().any(|character| character.is_whitespace() || character.is_control())
    };
    match text.split_once('@') {
        Some((name, host)) if text.len() <= 254 && is_part(name) && is_part(host) && !host.contains('@') => Ok(text),
        _ => Err(AuthError::InvalidEmail),
    }
}

/// A display name; nothing is a name, too.
fn accepted_name(text: &str) -> Result<String, AuthError> {
    match text.trim() {
        "" => Ok(String::new()),
        text => Ok(Name::parse(text).map_err(AuthError::Name)?.to_string()),
    }
}
