//! Organizations, people, roles, sessions and tokens: who may enter, and as whom.

pub mod gate;
pub mod operations;
pub mod pages;
pub mod password;
pub mod provider;
pub mod request;
pub mod rest;
pub mod secret;
mod store;
pub mod throttle;
mod types;

pub use types::{
    Invitation, Member, MemberChange, Membership, NewInvitation, NewMember, NewToken, NewUser, ProjectRole, Session,
    SignedIn, Token, TokenOwner,
};

use crate::error::{AppError, ErrorKind, Failure};
use crate::vocabulary::{name::TextError, quantity::counted};
use password::Weakness;

/// How long a session may rest before it ends, in seconds.
pub const SESSION_IDLE_SECONDS: i64 = 12 * 3_600;
/// How long a session may last at all, in seconds.
pub const SESSION_SECONDS: i64 = 14 * 86_400;
/// How long an invitation is open unless the inviter says otherwise, in hours.
pub const INVITATION_HOURS: u32 = 1;
/// How long an invitation may be open, in hours: a week.
pub const MAX_INVITATION_HOURS: u32 = 7 * 24;
/// How long a link to set a new password works, in seconds.
pub const RESET_SECONDS: i64 = 3_600;
/// How many tokens a member may have.
pub const MAX_TOKENS: usize = 100;

/// What can go wrong with people and their credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// Unknown e-mail address, wrong password or deactivated user: all look the same.
    #[error("E-mail address or password is wrong.")]
    WrongPassword,
    /// Too many attempts failed; the seconds until the next one.
    #[error("Too many attempts failed. Try again in {}.", counted(usize::try_from(*.0).unwrap_or(usize::MAX), "second"))]
    TooManyAttempts(u64),
    /// Not something that an address could look like.
    #[error("An e-mail address looks like name@example.org and has at most 254 characters.")]
    InvalidEmail,
    /// Too short, too long or too easy to guess.
    #[error("{0}")]
    WeakPassword(Weakness),
    /// The organization's name breaks a rule.
    #[error("The organization's name {0}.")]
    OrganizationName(TextError),
    /// A display name, or the name of a token or service account, breaks a rule.
    #[error("The name {0}.")]
    Name(TextError),
    /// The name of a service account becomes part of an address.
    #[error("The name of a service account has 1 to 60 small letters, digits and hyphens.")]
    ServiceName,
    /// The address is in use.
    #[error("A user with this e-mail address exists. Use another address.")]
    EmailTaken,
    /// Already in this organization.
    #[error("This person is a member of the organization already.")]
    AlreadyMember,
    /// There is no such user.
    #[error("There is no user with this e-mail address.")]
    UnknownUser,
    /// No such member, invitation, token or session.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// Wrong, used or too old; which one is nobody's business.
    #[error("This link is not valid: it was used already, has expired, or was copied incompletely. Ask for a new one.")]
    DeadLink,
    /// An invitation is for one address.
    #[error(
        "This invitation is for another e-mail address. Sign in as that person, or ask for an invitation of your own."
    )]
    OtherInvitee,
    /// An organization without an owner could not be managed any more.
    #[error("An organization needs an owner. Make somebody else an owner first.")]
    LastOwner,
    /// Nobody raises or judges their own place.
    #[error("You cannot change your own role or deactivate yourself. Another owner can; or leave the organization.")]
    OwnRole,
    /// The person also belongs to others, who would be affected.
    #[error(
        "This person is in other organizations too, so only they, or the operator with `heirloom user reset-password`, can set a new password."
    )]
    SharedPerson,
    /// Only people have what was asked for.
    #[error("A service account has neither password nor sessions; it works with tokens.")]
    ServiceAccount,
    /// The provider could not be asked, or said nothing that can be trusted.
    #[error(
        "Signing in there did not work. Try again; if it persists, the operator finds the reason in the server's log."
    )]
    Provider,
    /// The provider's groups give no role.
    #[error(
        "The identity provider knows you, but you are in no group that may enter. Ask an owner of the organization."
    )]
    NoGroup,
    /// An address that somebody only claims must not open an account.
    #[error("The identity provider has not verified your e-mail address. Verify it there first.")]
    UnverifiedEmail,
    /// The credential was good when this began.
    #[error("Your session has ended, or your token was revoked, while this was running.")]
    Ended,
    /// Known, and kept out.
    #[error("Your account is deactivated. Ask an owner of the organization.")]
    Deactivated,
    /// More tokens than one can look after.
    #[error("A member has at most {MAX_TOKENS} tokens. Revoke one that is not needed any more.")]
    TooManyTokens,
    /// A token must not outgrow its maker.
    #[error("A token cannot make a token that may do more, or reach further, than itself.")]
    WiderToken,
    /// Out of the stated range.
    #[error("{0}")]
    OutOfRange(&'static str),
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        AppError::from(error).into()
    }
}

impl From<AuthError> for AppError {
    fn from(error: AuthError) -> Self {
        use AuthError::*;
        let (kind, code, field) = match error {
            WrongPassword => (ErrorKind::Unauthenticated, "wrong_password", None),
            TooManyAttempts(_) => (ErrorKind::TooManyRequests, "too_many_attempts", None),
            InvalidEmail => (ErrorKind::Invalid, "invalid_email", Some("email")),
            WeakPassword(_) => (ErrorKind::Invalid, "weak_password", Some("password")),
            OrganizationName(_) => (ErrorKind::Invalid, "invalid_name", Some("organization")),
            Name(_) | ServiceName => (ErrorKind::Invalid, "invalid_name", Some("name")),
            EmailTaken => (ErrorKind::Conflict, "email_taken", Some("email")),
            AlreadyMember => (ErrorKind::Conflict, "already_member", Some("email")),
            UnknownUser => (ErrorKind::NotFound, "unknown_user", None),
            NotFound(_) => (ErrorKind::NotFound, "not_found", None),
            DeadLink => (ErrorKind::NotFound, "dead_link", None),
            OtherInvitee => (ErrorKind::Refused, "other_invitee", None),
            LastOwner => (ErrorKind::Conflict, "last_owner", None),
            OwnRole => (ErrorKind::Refused, "own_role", None),
            SharedPerson => (ErrorKind::Refused, "shared_person", None),
            ServiceAccount => (ErrorKind::Conflict, "service_account", None),
            Provider => (ErrorKind::Unauthenticated, "provider_failed", None),
            Ended => (ErrorKind::Unauthenticated, "session_ended", None),
            NoGroup => (ErrorKind::Refused, "no_group", None),
            UnverifiedEmail => (ErrorKind::Refused, "unverified_email", None),
            Deactivated => (ErrorKind::Refused, "deactivated", None),
            TooManyTokens => (ErrorKind::Conflict, "too_many_tokens", None),
            WiderToken => (ErrorKind::Refused, "wider_token", None),
            OutOfRange(_) => (ErrorKind::Invalid, "out_of_range", None),
        };
        let wait = match error {
            TooManyAttempts(seconds) => Some(seconds),
            _ => None,
        };
        let shown = AppError::new(kind, code, error.to_string());
        let shown = match field {
            Some(field) => shown.on_field(field, error.to_string()),
            None => shown,
        };
        AppError { retry_after_seconds: wait, ..shown }
    }
}
