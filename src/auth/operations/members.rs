//! Who is in an organization, and as what. An organization always keeps an active owner.

use super::accepted_email;
use crate::{
    audit::{self, Change},
    auth::{AuthError, Member, NewMember, NewUser, password, store},
    database::{self, Connection, Database},
    error::{AppError, Failure},
    services::Services,
    vocabulary::{Actor, Name, OrganizationId, ProjectId, Role, Timestamp, UserId, name::name_key},
};
use serde_json::json;

/// Everybody in the organization.
pub async fn list_members(database: &Database, actor: &Actor) -> Result<Vec<Member>, Failure> {
    actor.require_owner("managing people")?;
    Ok(store::members::list(&mut *database.read().await?, actor.organization_id).await?)
}

/// Who may enter the organization: everybody who is in it may know that.
pub async fn list_colleagues(database: &Database, actor: &Actor) -> Result<Vec<(UserId, String)>, Failure> {
    let members = store::members::list(&mut *database.read().await?, actor.organization_id).await?;
    let active = members.into_iter().filter(|member| member.deactivated_at.is_none());
    Ok(active.map(|member| (member.user_id, member.email)).collect())
}

/// One member.
pub async fn find_member(database: &Database, actor: &Actor, user: UserId) -> Result<Member, Failure> {
    actor.require_owner("managing people")?;
    load(&mut *database.read().await?, actor.organization_id, user).await
}

pub(super) async fn load(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Member, Failure> {
    let member = store::members::find(connection, organization, user).await?;
    member.ok_or_else(|| AuthError::NotFound("member").into())
}

/// Removes a member. Sessions and tokens go with the membership; what the member made stays.
///
/// # Errors
/// [`AuthError::OwnRole`] for oneself, [`AuthError::LastOwner`].
pub async fn remove(database: &Database, actor: &Actor, user: UserId) -> Result<(), Failure> {
    actor.require_owner("removing people")?;
    require_another(actor, user)?;
    let mut transaction = database.begin().await?;
    remove_member(&mut transaction, actor, user, "remove").await?;
    Ok(transaction.commit().await?)
}

pub(super) async fn remove_member(
    connection: &mut Connection,
    actor: &Actor,
    user: UserId,
    action: &'static str,
) -> Result<(), Failure> {
    store::members::lock(connection, actor.organization_id).await?;
    let member = load(connection, actor.organization_id, user).await?;
    store::members::delete(connection, actor.organization_id, user).await?;
    take_back(connection, actor.organization_id, user).await?;
    require_owner_left(connection, actor.organization_id).await?;
    let facts = json!({ "email": member.email, "role": member.role });
    record(connection, actor, Change::deleted("user", &user, facts).named(action)).await
}

/// The projects in which a member's role is smaller, and all projects that there are.
pub async fn list_project_roles(
    database: &Database,
    actor: &Actor,
    user: UserId,
) -> Result<Vec<(ProjectId, String, Option<Option<Role>>)>, Failure> {
    actor.require_owner("managing people")?;
    let mut connection = database.read().await?;
    let narrowed = store::actors::list_narrowed(&mut connection, actor.organization_id, user).await?;
    let projects = store::members::list_projects(&mut connection, actor.organization_id).await?;
    let of = |id| narrowed.iter().find(|(project, _)| *project == id).map(|(_, role)| *role);
    Ok(projects.into_iter().map(|(id, name)| (id, name, of(id))).collect())
}

/// Makes an account for scripts. It has tokens and nothing else.
pub async fn create_service_account(
    database: &Database,
    actor: &Actor,
    name: &str,
    role: Role,
) -> Result<Member, Failure> {
    actor.require_owner("creating a service account")?;
    let name = name.trim();
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=60).contains(&name.len()) || !name.bytes().all(is_plain) {
        return Err(AuthError::ServiceName.into());
    }
    let email = format!("{name}@service");
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    // The same name may be used in every organization.
    let email_key = format!("{email}:{}", actor.organization_id);
    let user = NewUser { id: UserId::generate(), email: &email, email_key, name: "", is_service: true };
    store::users::insert(&mut transaction, &user, now).await.map_err(taken)?;
    store::members::insert(&mut transaction, actor.organization_id, user.id, role, now).await?;
    let facts = json!({ "email": email, "role": role, "is_service": true });
    record(&mut transaction, actor, Change::created("user", &user.id, facts)).await?;
    let member = load(&mut transaction, actor.organization_id, user.id).await?;
    transaction.commit().await?;
    Ok(member)
}

/// Creates a person with a role in an organization, which is created when it is new; a person who exists becomes a member. Only for the
/// command line, where whoever has the data folder may do everything.
pub async fn create_user(services: &Services, new: NewMember<'_>) -> Result<Actor, Failure> {
    let organization = Name::parse(new.organization).map_err(AuthError::OrganizationName)?;
    let email = accepted_email(new.email)?;
    let hash = match new.password {
        Some(password) => {
            password::accept(&password, &[email])?;
            Some(services.passwords.hash(password).await?)
        }
        None => None,
    };
    let now = Timestamp::now();
    let mut transaction = services.database.begin().await?;
    let organization_id = match store::organizations::find(&mut transaction, &organization.key()).await? {
        Some(id) => id,
        None => {
            let id = OrganizationId::generate();
            store::organizations::insert(&mut transaction, id, organization.as_str(), &organization.key(), now).await?;
            id
        }
    };
    let user_id = match (store::users::find(&mut transaction, &name_key(email)).await?, hash) {
        (Some(_), Some(_)) => return Err(AuthError::EmailTaken.into()),
        (Some(id), None) => id,
        (None, hash) => {
            let user = NewUser::person(email, "");
            store::users::insert(&mut transaction, &user, now).await.map_err(taken)?;
            if let Some(hash) = hash {
                store::users::replace_password(&mut transaction, user.id, &hash, now).await?;
            }
            user.id
        }
    };
    let actor = Actor::member((organization_id, organization.to_string()), (user_id, email.to_owned()), new.role);
    store::members::insert(&mut transaction, organization_id, user_id, new.role, now)
        .await
        .map_err(|error| database::unless_taken(error, || AuthError::AlreadyMember.into()))?;
    let facts = json!({ "email": email, "role": new.role });
    record(&mut transaction, &actor, Change::created("user", &user_id, facts)).await?;
    transaction.commit().await?;
    Ok(actor)
}

/// Shuts a person out of everything, or lets the person in again. Only for the command line.
pub async fn deactivate_everywhere(database: &Database, email: &str, is_deactivated: bool) -> Result<(), Failure> {
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let user =
        store::users::find_even_deactivated(&mut transaction, &name_key(email)).await?.ok_or(AuthError::UnknownUser)?;
    store::users::update_deactivated(&mut transaction, user, is_deactivated.then_some(now)).await?;
    store::sessions::delete_all(&mut transaction, user).await?;
    let memberships = store::members::list_memberships(&mut transaction, user).await?;
    if is_deactivated {
        for membership in &memberships {
            require_owner_left(&mut transaction, membership.organization_id).await?;
        }
    }
    for membership in memberships {
        let organization = (membership.organization_id, membership.organization_name);
        let actor = Actor::member(organization, (user, email.to_owned()), membership.role);
        let change = Change::act(deactivation(is_deactivated), "user", &user).with("everywhere", true);
        record(&mut transaction, &actor, change).await?;
    }
    Ok(transaction.commit().await?)
}

/// What [`sync_member`] has done.
pub enum Synced {
    /// Nothing had to be done.
    Same,
    /// The person is new in the organization.
    Joined,
    /// The role was another one.
    Changed {
        /// It.
        before: Role,
    },
}

impl Synced {
    /// What is to be written down about the actor, if anything was done.
    pub fn change<'a>(&self, actor: &'a Actor) -> Option<Change<'a>> {
        let now = json!({ "role": actor.role });
        match self {
            Self::Same => None,
            Self::Joined => Some(Change::created("user", &actor.user_id, now).named("join")),
            Self::Changed { before } => {
                let before = json!({ "role": before });
                Some(Change::updated("user", &actor.user_id, before, now).named("change_role"))
            }
        }
    }
}

/// Makes the role of a person in an organization what an identity provider says, and joins a person who is not in it yet. The last owner
/// stays one.
pub async fn sync_member(connection: &mut Connection, actor: &Actor, role: Role) -> Result<Synced, Failure> {
    let (organization, user) = (actor.organization_id, actor.user_id);
    store::members::lock(connection, organization).await?;
    match store::members::find(connection, organization, user).await? {
        None => {
            store::members::insert(connection, organization, user, role, Timestamp::now()).await?;
            store::users::delete_resets(connection, user).await?;
            Ok(Synced::Joined)
        }
        Some(member) if member.role != role => {
            store::members::update_role(connection, organization, user, role).await?;
            if store::members::count_owners(connection, organization).await? == 0 {
                store::members::update_role(connection, organization, user, member.role).await?;
                return Ok(Synced::Same);
            }
            take_back(connection, organization, user).await?;
            Ok(Synced::Changed { before: member.role })
        }
        Some(_) => Ok(Synced::Same),
    }
}

pub(super) fn deactivation(is_deactivated: bool) -> &'static str {
    if is_deactivated { "deactivate" } else { "reactivate" }
}

/// Makes worthless what somebody who owns nothing any more has handed out: invitations, and links for new passwords.
pub(super) async fn take_back(
    connection: &mut Connection,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), Failure> {
    store::invitations::delete_by(connection, organization, user).await?;
    Ok(store::users::delete_resets(connection, user).await?)
}

fn taken(error: sqlx::Error) -> Failure {
    database::unless_taken(error, || AppError::from(AuthError::EmailTaken))
}

pub(super) fn require_another(actor: &Actor, user: UserId) -> Result<(), AuthError> {
    if actor.user_id == user { Err(AuthError::OwnRole) } else { Ok(()) }
}

pub(super) async fn require_owner_left(
    connection: &mut Connection,
    organization: OrganizationId,
) -> Result<(), Failure> {
    match store::members::count_owners(connection, organization).await? {
        0 => Err(AuthError::LastOwner.into()),
        _ => Ok(()),
    }
}

pub(super) async fn record(connection: &mut Connection, actor: &Actor, change: Change<'_>) -> Result<(), Failure> {
    Ok(audit::record(connection, actor, Timestamp::now(), change).await?)
}
