//! On whose behalf a request runs.

use super::{OrganizationId, ProjectId, Reach, Scope, Scopes, SessionId, TokenId, UserId};
use crate::error::{AppError, ErrorKind};
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr, str::FromStr};

/// What a member may do in an organization; each role includes the ones before it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything.
    Viewer,
    /// Also writes and exports.
    Editor,
    /// Also manages people, deletion and settings.
    Owner,
}

impl Role {
    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Viewer, Self::Editor, Self::Owner]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| format!("unknown role {text:?}"))
    }
}

/// The user or token on whose behalf a request runs, within one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The organization whose objects exist for this request.
    pub organization_id: OrganizationId,
    /// The organization's name, to show.
    pub organization_name: String,
    /// The person or service account, also when a token acts.
    pub user_id: UserId,
    /// The person's e-mail address, to show and to keep in the audit trail.
    pub email: String,
    /// What the member may do.
    pub role: Role,
    /// What the credential may be used for: everything in a browser, less with a token.
    pub scopes: Scopes,
    /// Into which projects the credential leads.
    pub reach: Reach,
    /// The token, when a script acts.
    pub token_id: Option<TokenId>,
    /// The session, when a person acts in a browser.
    pub session_id: Option<SessionId>,
    /// Where the request came from; nothing on the command line.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// Somebody who may do whatever the role allows, everywhere.
    pub fn member(organization: (OrganizationId, String), user: (UserId, String), role: Role) -> Self {
        let ((organization_id, organization_name), (user_id, email)) = (organization, user);
        Self {
            organization_id,
            organization_name,
            user_id,
            email,
            role,
            scopes: Scopes::ALL,
            reach: Reach::default(),
            token_id: None,
            session_id: None,
            address: None,
        }
    }

    /// Whether the actor may change things: create, log.
    pub fn may_write(&self) -> bool {
        self.may(Role::Editor, Scope::Write)
    }

    /// Whether the actor may export experiments.
    pub fn may_export(&self) -> bool {
        self.may(Role::Editor, Scope::Export)
    }

    /// Whether the actor owns the organization.
    pub fn is_owner(&self) -> bool {
        self.may(Role::Owner, Scope::Admin)
    }

    /// Refuses those who may only read.
    pub fn require_write(&self, what: &str) -> Result<(), AppError> {
        self.require(Role::Editor, Scope::Write, what)
    }

    /// Refuses those who may not export.
    pub fn require_export(&self, what: &str) -> Result<(), AppError> {
        self.require(Role::Editor, Scope::Export, what)
    }

    /// Refuses everybody but owners.
    pub fn require_owner(&self, what: &str) -> Result<(), AppError> {
        self.require(Role::Owner, Scope::Admin, what)
    }

    /// Refuses tokens that were not made to manage anything.
    pub fn require_own_account(&self, what: &str) -> Result<(), AppError> {
        self.require(Role::Viewer, Scope::Admin, what)
    }

    /// The same actor with the role that remains in `project`.
    ///
    /// # Errors
    /// The project is out of reach: as if it did not exist.
    pub fn entering(&self, project: ProjectId) -> Result<Self, AppError> {
        let role = self.reach.role_in(project, self.role).ok_or_else(|| AppError::not_found("object"))?;
        Ok(Self { role, ..self.clone() })
    }

    fn may(&self, role: Role, scope: Scope) -> bool {
        self.role >= role && self.scopes.has(scope)
    }

    fn require(&self, role: Role, scope: Scope, what: &str) -> Result<(), AppError> {
        if self.role < role {
            let detail = format!(
                "Your role is {}; {what} needs the role {role} or above. Ask an owner of {}.",
                self.role, self.organization_name
            );
            return Err(AppError::new(ErrorKind::Refused, "role_too_low", detail));
        }
        if !self.scopes.has(scope) {
            let detail = format!(
                "This token has no scope {}, which {what} needs. Make another token that has it.",
                scope.as_str()
            );
            return Err(AppError::new(ErrorKind::Refused, "scope_missing", detail));
        }
        Ok(())
    }

    /// Who counts as the caller for repeated requests: a key of one token means nothing to another.
    pub fn principal(&self) -> String {
        match self.token_id {
            Some(token) => format!("token:{token}"),
            None => format!("user:{}:{}", self.organization_id, self.user_id),
        }
    }
}
