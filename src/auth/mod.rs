//! Organizations, people, roles, sessions and tokens: who may enter, and as whom.

pub mod operations;
pub mod pages;
pub mod password;
pub mod request;
pub mod secret;
mod store;

use crate::error::{AppError, ErrorKind, Failure};
use crate::vocabulary::name::TextError;

/// How long a session may rest before it ends, in seconds.
pub const SESSION_IDLE_SECONDS: i64 = 12 * 3_600;
/// How long a session may last at all, in seconds.
pub const SESSION_SECONDS: i64 = 14 * 86_400;

/// What can go wrong with people and their credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// Unknown e-mail address, wrong password or deactivated user: all look the same.
    #[error("E-mail address or password is wrong.")]
    WrongPassword,
    /// Not something that an address could look like.
    #[error("An e-mail address looks like name@example.org and has at most 254 characters.")]
    InvalidEmail,
    /// Outside the stated length.
    #[error("A password has 8 to 1024 bytes.")]
    InvalidPassword,
    /// The organization's name breaks a rule.
    #[error("The organization's name {0}.")]
    OrganizationName(TextError),
    /// The address is in use.
    #[error("A user with this e-mail address exists. Use another address.")]
    EmailTaken,
    /// There is no such user.
    #[error("There is no user with this e-mail address.")]
    UnknownUser,
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        let (kind, code) = match error {
            AuthError::WrongPassword => (ErrorKind::Unauthenticated, "wrong_password"),
            AuthError::InvalidEmail => (ErrorKind::Invalid, "invalid_email"),
            AuthError::InvalidPassword => (ErrorKind::Invalid, "invalid_password"),
            AuthError::OrganizationName(_) => (ErrorKind::Invalid, "invalid_name"),
            AuthError::EmailTaken => (ErrorKind::Conflict, "email_taken"),
            AuthError::UnknownUser => (ErrorKind::NotFound, "unknown_user"),
        };
        AppError::new(kind, code, error.to_string()).into()
    }
}
