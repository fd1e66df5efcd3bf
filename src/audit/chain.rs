//! The chain of an organization's entries: each one carries the hash of the one before it, so that nobody can change, remove, add or
//! reorder entries behind the product's back without breaking every link that follows.
//!
//! # Format, version 1
//!
//! ```text
//! hash(entry) = SHA-256( hash of the entry before it || canonical bytes of the entry )
//! ```
//!
//! A hash goes in as its 64 lower-case hexadecimal digits. The canonical bytes are these fields in this order, each as a netstring
//! (`<length in bytes>:<bytes>,`), a missing one as `-`:
//!
//! | field | |
//! | --- | --- |
//! | version | `heirloom-audit-1` |
//! | organization | id |
//! | seq | decimal: 1, 2, 3 ... without a gap |
//! | id | of the entry |
//! | at | decimal: microseconds since 1970-01-01T00:00:00Z |
//! | user | id |
//! | e-mail | as it was then |
//! | token | id, or missing |
//! | address | where the request came from, or missing |
//! | action | the verb |
//! | object kind | the noun |
//! | object id | |
//! | details | the JSON text exactly as it is stored |
//!
//! The first entry of an organization follows the hash `SHA-256` of the three netstrings version, organization and the (decimal) number of
//! entries that were there before the chain began: those have no place in it and can be counted, but not checked.
//!
//! A chain shows that it was tampered with, but not that it was made anew from some entry on. Who can write to the database can do that;
//! so note the hash of the head elsewhere from time to time, and let `heirloom audit verify --expect-head` look for it.

use crate::vocabulary::{Digest, Timestamp};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

const VERSION: &str = "heirloom-audit-1";

/// The place of an entry, and everything that its hash covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub organization_id: String,
    pub seq: i64,
    pub id: String,
    /// Microseconds since 1970.
    pub at: i64,
    pub user_id: String,
    pub user_email: String,
    pub token_id: Option<String>,
    pub address: Option<String>,
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    pub details: String,
}

impl Link {
    /// The bytes that stand for this entry and for no other.
    pub fn canonical(&self) -> Vec<u8> {
        let (seq, at) = (self.seq.to_string(), self.at.to_string());
        let fields = [
            Some(VERSION),
            Some(self.organization_id.as_str()),
            Some(seq.as_str()),
            Some(self.id.as_str()),
            Some(at.as_str()),
            Some(self.user_id.as_str()),
            Some(self.user_email.as_str()),
            self.token_id.as_deref(),
            self.address.as_deref(),
            Some(self.action.as_str()),
            Some(self.object_kind.as_str()),
            Some(self.object_id.as_str()),
            Some(self.details.as_str()),
        ];
        netstrings(&fields).into_bytes()
    }

    /// The hash of this entry after the one with the hash `previous`.
    pub fn hash_after(&self, previous: Digest) -> Digest {
        let mut hasher = Sha256::new();
        hasher.update(previous.to_string());
        hasher.update(self.canonical());
        Digest::from_bytes(hasher.finalize().into())
    }
}

/// What the first entry of an organization follows, when `unchained` entries were there before the chain.
pub fn genesis(organization_id: &str, unchained: i64) -> Digest {
    let text = netstrings(&[Some(VERSION), Some(organization_id), Some(&unchained.to_string())]);
    Digest::from_bytes(Sha256::digest(text).into())
}

fn netstrings(fields: &[Option<&str>]) -> String {
    fields.iter().fold(String::new(), |mut text, field| {
        // Writing to a string does not fail.
        _ = match field {
            Some(field) => write!(text, "{}:{field},", field.len()),
            None => write!(text, "-"),
        };
        text
    })
}

/// An entry as the database has it, with the hashes that were stored beside it.
#[derive(Clone, Debug)]
pub struct StoredLink {
    pub link: Link,
    pub previous_hash: String,
    pub hash: String,
}

/// The end of a chain as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub organization_id: String,
    pub seq: i64,
    /// Empty until the first entry.
    pub hash: String,
    /// How many entries have no place in the chain.
    pub unchained: i64,
}

/// The first place where a chain is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The place in the chain; 0 is what stands before it.
    pub seq: i64,
    /// The entry that stands there, if one does.
    pub id: Option<String>,
    pub at: Option<Timestamp>,
    pub what: Tampering,
}

/// What was done to the entry at a [`Break`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tampering {
    /// Its place is empty, and others follow: it was deleted.
    Missing,
    /// It says something else than what was written, or stands elsewhere.
    Altered,
    /// It does not follow the entry before it: one of the two was put there afterwards.
    Replaced,
    /// The chain was longer: this entry and what followed were cut off.
    CutOff,
    /// It stands behind the end of the chain: it was added afterwards.
    Added,
    /// The stored end of the chain is another one, or none.
    HeadAltered,
    /// The number of entries from before the chain is not the one that the first link commits to.
    UnchainedCount,
}

impl Tampering {
    /// In words, after "entry N".
    pub fn told(self) -> &'static str {
        match self {
            Self::Missing => "is missing: it was deleted",
            Self::Altered => "was altered: it is not what its hash was made of",
            Self::Replaced => "does not follow the entry before it: one of the two was inserted or replaced",
            Self::CutOff => "and what followed are missing: the chain was cut off",
            Self::Added => "stands behind the end of the chain: it was inserted",
            Self::HeadAltered => "is not the end that is stored for the chain: the stored end was altered",
            Self::UnchainedCount => "cannot be trusted: entries without a place in the chain were inserted or deleted",
        }
    }
}

/// Follows a chain from its beginning, entry by entry, to the end that is stored for it.
#[derive(Clone, Debug)]
pub struct Walk<'h> {
    head: &'h Head,
    seq: i64,
    hash: Digest,
}

impl<'h> Walk<'h> {
    /// Before the first entry of the chain that ends at `head`.
    pub fn new(head: &'h Head) -> Self {
        Self { head, seq: 0, hash: genesis(&head.organization_id, head.unchained) }
    }

    /// Takes the next entry in the order of places.
    ///
    /// # Errors
    /// It is not the one that was written there.
    pub fn follow(&mut self, stored: &StoredLink) -> Result<(), Break> {
        let (link, expected) = (&stored.link, self.seq + 1);
        let previous: Option<Digest> = stored.previous_hash.parse().ok();
        let is_itself = previous.is_some_and(|previous| link.hash_after(previous).to_string() == stored.hash);
        let what = match () {
            () if link.seq < expected || link.seq > self.head.seq => Tampering::Added,
            () if link.seq > expected => {
                return Err(Break { seq: expected, id: None, at: None, what: Tampering::Missing });
            }
            () if !is_itself => Tampering::Altered,
            () if previous == Some(self.hash) => {
                self.seq = expected;
                self.hash = link.hash_after(self.hash);
                return Ok(());
            }
            () if expected == 1 => Tampering::UnchainedCount,
            () => Tampering::Replaced,
        };
        Err(Break { seq: link.seq, id: Some(link.id.clone()), at: Timestamp::from_micros(link.at), what })
    }

    /// The hash of the last entry that was taken.
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// Compares the end that was reached with the one that is stored.
    ///
    /// # Errors
    /// They differ.
    pub fn end(&self) -> Result<(), Break> {
        let reached = if self.seq == 0 { String::new() } else { self.hash.to_string() };
        let (seq, what) = match self.head.seq {
            stored if stored > self.seq => (self.seq + 1, Tampering::CutOff),
            stored if stored < self.seq || self.head.hash != reached => (self.seq, Tampering::HeadAltered),
            _ => return Ok(()),
        };
        Err(Break { seq, id: None, at: None, what })
    }
}

#[cfg(test)]
mod tests;
