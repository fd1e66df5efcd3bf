//! People and their credentials, as they are shown and asked for.

use super::secret::Secret;
use crate::vocabulary::{
    Actor, InvitationId, OrganizationId, ProjectId, Role, Scopes, SessionId, Timestamp, TokenId, UserId, name::name_key,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A user who is about to exist.
pub struct NewUser<'a> {
    pub id: UserId,
    pub email: &'a str,
    pub email_key: String,
    pub name: &'a str,
    pub is_service: bool,
}

impl<'a> NewUser<'a> {
    /// A person, who signs in with this address.
    pub fn person(email: &'a str, name: &'a str) -> Self {
        Self { id: UserId::generate(), email, email_key: name_key(email), name, is_service: false }
    }
}

/// A person for the command line and the demo data, where whoever has the data folder may do everything.
pub struct NewMember<'a> {
    /// The organization's name; it is created when it is new.
    pub organization: &'a str,
    pub email: &'a str,
    pub role: Role,
    /// Not needed for a person who exists already, in another organization.
    pub password: Option<Secret>,
}

/// Somebody in an organization.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Member {
    pub user_id: UserId,
    pub email: String,
    /// What the person wants to be called; may be empty.
    pub name: String,
    pub role: Role,
    /// Whether this is no person but an account for scripts.
    pub is_service: bool,
    pub joined_at: Timestamp,
    /// Since when the member may not enter.
    pub deactivated_at: Option<Timestamp>,
    /// When the member was last seen in a browser that is still signed in.
    pub last_seen_at: Option<Timestamp>,
    #[serde(skip)]
    pub has_password: bool,
    #[serde(skip)]
    pub is_in_one_organization: bool,
}

/// An organization that somebody is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub role: Role,
}

/// An offer to join an organization.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invitation {
    pub id: InvitationId,
    #[serde(skip)]
    pub organization_id: OrganizationId,
    #[serde(skip)]
    pub organization_name: String,
    pub email: String,
    pub role: Role,
    pub invited_by: String,
    pub expires_at: Timestamp,
}

/// What to change about a member; absent fields stay.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberChange {
    pub role: Option<Role>,
    /// Whether the member may not enter.
    pub is_deactivated: Option<bool>,
    /// The projects in which the role is smaller. The list replaces the one before.
    pub project_roles: Option<Vec<ProjectRole>>,
}

impl MemberChange {
    /// Another role, and nothing else.
    pub fn role(role: Role) -> Self {
        Self { role: Some(role), ..Self::default() }
    }

    /// Out, or in again, and nothing else.
    pub fn deactivated(is_deactivated: bool) -> Self {
        Self { is_deactivated: Some(is_deactivated), ..Self::default() }
    }

    /// Smaller in these projects, and nothing else.
    pub fn narrowed(project_roles: Vec<ProjectRole>) -> Self {
        Self { project_roles: Some(project_roles), ..Self::default() }
    }
}

/// A project in which a member may do less.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectRole {
    pub project_id: ProjectId,
    /// `viewer`, or nothing when the member does not see the project at all.
    pub role: Option<Role>,
}

/// Whom to invite.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// Only a person with this address can accept.
    #[schema(min_length = 3, max_length = 254)]
    pub email: String,
    pub role: Role,
    /// How long the link works: 1 to 168 hours, 1 unless given.
    #[schema(minimum = 1, maximum = 168)]
    pub hours: Option<u32>,
}

/// A stay of a person in a browser.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// Where it began; empty when unknown.
    pub address: String,
    /// What the browser calls itself.
    pub browser: String,
}

/// A new session.
pub struct SignedIn {
    /// What goes into the cookie.
    pub secret: Secret,
    /// Whose it is.
    pub actor: Actor,
}

/// A credential of a script.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Token {
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    pub scopes: Scopes,
    /// The only project that it reaches.
    pub project_id: Option<ProjectId>,
    #[serde(skip)]
    pub project_name: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to five minutes.
    pub last_used_at: Option<Timestamp>,
}

/// The token to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// `read`, and any of `write`, `export`, `admin`.
    pub scopes: Scopes,
    /// The only project that it reaches; all unless given.
    pub project_id: Option<ProjectId>,
    /// After how many days it stops working: 1 to 3650; never unless given.
    #[schema(minimum = 1, maximum = 3650)]
    pub days: Option<u32>,
}

/// Whose tokens are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenOwner {
    /// The actor's own.
    Own,
    /// A service account's, which owners look after.
    Service(UserId),
}
