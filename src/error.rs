//! What can go wrong, in words that are safe to show: the one error that leaves the server.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The class of an error; each has one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The request cannot be read at all (400).
    Malformed,
    /// Nobody is signed in, or the token is not valid (401).
    Unauthenticated,
    /// Known, but not allowed (403).
    Refused,
    /// There is no such object in this organization (404).
    NotFound,
    /// The address exists, but not for this method (405).
    MethodNotAllowed,
    /// The body came too slowly (408).
    TooSlow,
    /// The object is in a state, or a name is taken, that forbids the change (409).
    Conflict,
    /// More bytes or items than the stated limit (413).
    TooLarge,
    /// The address has more bytes than are looked at (414).
    AddressTooLong,
    /// The body is in a form that is not taken here (415).
    UnsupportedMediaType,
    /// The range that was asked for is outside of the file (416).
    RangeNotSatisfiable,
    /// The request is for a host that is not this one (421).
    Misdirected,
    /// Readable, but a value breaks a rule (422).
    Invalid,
    /// Somebody has locked the object against changes (423).
    Locked,
    /// Too many attempts; later ones are welcome (429).
    TooManyRequests,
    /// More headers than are looked at (431).
    HeadersTooLarge,
    /// Our fault (500). The cause is in the server's log, under the request id.
    Internal,
    /// What is asked for is not part of this product (501).
    NotImplemented,
    /// The server cannot do this now; trying again later may work (503).
    Unavailable,
    /// The disk is full (507).
    StorageFull,
}

impl ErrorKind {
    /// The HTTP status code, after RFC 9110 and, for locks, RFC 4918.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unauthenticated => 401,
            Self::Refused => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooSlow => 408,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::AddressTooLong => 414,
            Self::UnsupportedMediaType => 415,
            Self::RangeNotSatisfiable => 416,
            Self::Misdirected => 421,
            Self::Invalid => 422,
            Self::Locked => 423,
            Self::TooManyRequests => 429,
            Self::HeadersTooLarge => 431,
            Self::Internal => 500,
            Self::NotImplemented => 501,
            Self::Unavailable => 503,
            Self::StorageFull => 507,
        }
    }
}

/// One thing that is wrong with one part of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// The field, as the request names it, such as `version.name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The position in a list, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// A sentence that says what to do.
    pub message: String,
}

/// An error that a person or a script may see: never SQL, never a path, never a cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct AppError {
    /// The class, which decides the status.
    pub kind: ErrorKind,
    /// A stable name for programs, such as `model_name_taken`.
    pub code: String,
    /// A sentence that says what is wrong and what to do.
    pub detail: String,
    /// The parts of the input that are wrong, when they can be told apart.
    #[serde(default)]
    pub errors: Vec<FieldError>,
    /// After how many seconds trying again makes sense, when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
}

impl AppError {
    /// An error of `kind` under the stable name `code`.
    pub fn new(kind: ErrorKind, code: &str, detail: impl Into<String>) -> Self {
        Self { kind, code: code.to_owned(), detail: detail.into(), errors: Vec::new(), retry_after_seconds: None }
    }

    /// The object does not exist, or belongs to somebody else: both look the same.
    pub fn not_found(noun: &str) -> Self {
        Self::new(ErrorKind::NotFound, "not_found", format!("There is no such {noun}."))
    }

    /// A single field breaks a rule.
    pub fn invalid_field(field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::new(ErrorKind::Invalid, "invalid_field", format!("{field}: {message}")).on_field(field, message)
    }

    /// Several parts of the input break a rule.
    pub fn invalid_fields(code: &str, detail: impl Into<String>, errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(ErrorKind::Invalid, code, detail) }
    }

    /// The same error, tied to a field.
    pub fn on_field(mut self, field: &str, message: impl Into<String>) -> Self {
        self.errors.push(FieldError { field: Some(field.to_owned()), index: None, message: message.into() });
        self
    }

    /// The server's fault; the cause stays in its log.
    pub fn internal() -> Self {
        Self::new(
            ErrorKind::Internal,
            "internal",
            "Something went wrong on our side. Try again; if it persists, tell the operator.",
        )
    }

    /// The message for `field`, if there is one.
    pub fn message_for(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field.as_deref() == Some(field)).map(|error| error.message.as_str())
    }
}

impl leptos::server_fn::error::FromServerFnError for AppError {
    type Encoder = leptos::server_fn::codec::JsonEncoding;

    fn from_server_fn_error(error: leptos::server_fn::error::ServerFnErrorErr) -> Self {
        use leptos::server_fn::error::ServerFnErrorErr as Cause;
        match error {
            Cause::Request(_) | Cause::Response(_) => Self::new(
                ErrorKind::Unavailable,
                "unreachable",
                "The server could not be reached. Check the connection and try again: nothing you typed is lost.",
            ),
            Cause::Args(_) | Cause::MissingArg(_) | Cause::Deserialization(_) => Self::new(
                ErrorKind::Malformed,
                "malformed",
                "The server could not read this request. Reload the page and try again.",
            ),
            _ => Self::internal(),
        }
    }
}

/// Why an operation did not do what it was asked: something to show, or an internal cause to log.
#[cfg(feature = "ssr")]
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Safe to show.
    #[error(transparent)]
    App(#[from] AppError),
    /// The database failed.
    #[error("database: {0}")]
    Database(sqlx::Error),
    /// The disk or another system call failed.
    #[error("input or output: {0}")]
    Io(#[from] std::io::Error),
    /// A stored value could not be read back, or another promise of our own was broken.
    #[error("broken promise: {0}")]
    Broken(String),
}

#[cfg(feature = "ssr")]
impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// `character_not_in_repertoire`: PostgreSQL's text cannot hold NUL (its manual, appendix A).
#[cfg(feature = "ssr")]
const POSTGRES_UNSTORABLE_TEXT: &str = "22021";

#[cfg(feature = "ssr")]
impl Failure {
    /// What may be shown. Internal causes are logged here, once.
    pub fn into_shown(self) -> AppError {
        match self {
            Self::App(error) => error,
            Self::Database(sqlx::Error::PoolTimedOut) => {
                AppError::new(ErrorKind::Unavailable, "busy", "The database is busy. Try again in a few seconds.")
            }
            Self::Database(sqlx::Error::Database(cause))
                if cause.code().as_deref() == Some(POSTGRES_UNSTORABLE_TEXT) =>
            {
                AppError::new(ErrorKind::Malformed, "unstorable_text", "Text must not contain the NUL character.")
            }
            Self::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                tracing::error!(%error, "storage is full");
                AppError::new(
                    ErrorKind::StorageFull,
                    "storage_full",
                    "The server's disk is full. Ask the operator to free space.",
                )
            }
            cause => {
                tracing::error!(%cause, "operation failed");
                AppError::internal()
            }
        }
    }
}
