//! The trail of changes: who did what to which object, when, from where, and what it was before and after.
//!
//! # What is written down
//!
//! Every change of an object that a person or a script makes, in the transaction of the change: there is no change without an entry and
//! no entry without a change. Entries are never changed or deleted by the product, and each one carries the hash of the one before it
//! ([`chain`]), so that nobody else can do so unseen.
//!
//! - What is created has the state after, what is deleted the state before, what is changed both; of a change only the fields that differ.
//! - Points of metrics and lines of consoles are one entry for each batch that arrives, which says how many and of which series.
//! - What follows from a change by itself (`updated_at`, counters, what is deleted together with its owner) is not an entry of its own.
//! - Not changes of an object, and not written down: when a session was last seen, idempotency keys and their end, reading.
//! - No secret gets in: no password, token or hash of one; a value that looks like a secret is withheld ([`change::WITHHELD`]).
//! - A value that is longer than [`change::MAX_VALUE_BYTES`] is kept as its length and SHA-256.
//!
//! # When to write
//!
//! [`record`] holds the end of the organization's chain until the transaction ends: call it after everything that may wait for another
//! transaction. Afterwards only read and commit. Otherwise two transactions can wait for each other.

pub mod chain;
pub mod change;
mod filter;
pub mod operations;
pub mod pages;
pub mod rest;
pub mod store;

pub use change::{Change, ToId};
pub use filter::{AuditFilter, AuditQuery};
pub use store::{history, record};

use crate::vocabulary::{AuditEntryId, Timestamp, TokenId, UserId};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What was done to an object, by whom and when (R13).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Entry {
    pub id: AuditEntryId,
    pub at: Timestamp,
    /// The e-mail address that the person had then.
    pub by: String,
    /// Whether a script did it, with a token of that person.
    pub by_token: bool,
    /// The verb, such as `export`.
    pub action: String,
    /// The noun, such as `model_version`.
    pub object_kind: String,
    pub object_id: String,
    /// Of a change the fields that differ, as they were; of a deletion all facts. Missing where nothing was there before.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// The same fields afterwards.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
    /// What else helps to understand it, such as the object's name.
    #[schema(value_type = Object)]
    pub details: Map<String, Value>,
}

/// An entry of the whole trail, as owners see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrailEntry {
    /// The place in the chain: 1, 2, 3 ... without a gap. Null for entries from before the chain.
    pub seq: Option<i64>,
    #[serde(flatten)]
    pub entry: Entry,
    pub user_id: UserId,
    /// The token that a script used.
    pub token_id: Option<TokenId>,
    /// What that token is called.
    pub token_name: Option<String>,
    /// The IP address that the request came from; null for the command line.
    pub address: Option<String>,
    /// The link of the chain, by which the next entry continues it.
    pub hash: Option<String>,
}

/// What occurs in the trail of an organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    pub actions: Vec<String>,
    pub kinds: Vec<String>,
}
