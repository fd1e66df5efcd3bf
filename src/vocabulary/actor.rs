//! On whose behalf a request runs.

use super::{OrganizationId, TokenId, UserId};
use crate::error::{AppError, ErrorKind};
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr, str::FromStr};

/// What a member may do in an organization; each role includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
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
    /// The person, also when a token acts.
    pub user_id: UserId,
    /// The person's e-mail address, to show and to keep in the audit trail.
    pub email: String,
    /// What the person may do.
    pub role: Role,
    /// The token, when a script acts.
    pub token_id: Option<TokenId>,
    /// Where the request came from; nothing on the command line.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// Whether the actor may change things: create, log, export.
    pub fn may_write(&self) -> bool {
        self.role >= Role::Editor
    }

    /// Refuses those who may only read.
    pub fn require_write(&self, what: &str) -> Result<(), AppError> {
        self.require(Role::Editor, what)
    }

    /// Refuses everybody but owners.
    pub fn require_owner(&self, what: &str) -> Result<(), AppError> {
        self.require(Role::Owner, what)
    }

    /// Whether the actor owns the organization.
    pub fn is_owner(&self) -> bool {
        self.role >= Role::Owner
    }

    fn require(&self, role: Role, what: &str) -> Result<(), AppError> {
        if self.role >= role {
            return Ok(());
        }
        let detail = format!(
            "Your role is {}; {what} needs the role {role} or above. Ask an owner of {}.",
            self.role, self.organization_name
        );
        Err(AppError::new(ErrorKind::Refused, "role_too_low", detail))
    }

    /// Who counts as the caller for repeated requests: a key of one token means nothing to another.
    pub fn principal(&self) -> String {
        match self.token_id {
            Some(token) => format!("token:{token}"),
            None => format!("user:{}:{}", self.organization_id, self.user_id),
        }
    }
}
