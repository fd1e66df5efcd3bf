//! Requests that may be sent twice and must work once, after the `Idempotency-Key` header field
//! (IETF draft-ietf-httpapi-idempotency-key-header).
//!
//! The key is claimed in the same transaction as the work: a second request with the same key waits for the first one's
//! commit and then reads its answer; when the first one fails, nothing was claimed.

use super::Connection;
use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::{Actor, Digest, Timestamp},
};

/// How long an answer can be asked for again, in seconds.
pub const KEPT_SECONDS: i64 = 72 * 3_600;
/// The highest number of characters in a key.
pub const MAX_KEY_CHARS: usize = 128;

/// One request that may be repeated.
#[derive(Clone, Debug)]
pub struct Repeatable {
    principal: String,
    route: &'static str,
    key: String,
    request_hash: Digest,
}

/// What the claim of a key found.
pub enum Claim {
    /// Nobody has used the key: do the work, then [`Repeatable::complete`].
    New,
    /// The work was done before; this was its answer.
    Answered(String),
}

impl Repeatable {
    /// `key` as the client sent it; `request_hash` over everything that the request asks for.
    ///
    /// # Errors
    /// The key is empty, too long or not printable ASCII.
    pub fn new(actor: &Actor, route: &'static str, key: &str, request_hash: Digest) -> Result<Self, AppError> {
        if key.is_empty() || key.len() > MAX_KEY_CHARS || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let detail =
                format!("Idempotency-Key must have 1 to {MAX_KEY_CHARS} printable ASCII characters, best a UUID.");
            return Err(AppError::new(ErrorKind::Malformed, "invalid_idempotency_key", detail));
        }
        Ok(Self { principal: actor.principal(), route, key: key.to_owned(), request_hash })
    }

    /// Claims the key for this transaction.
    ///
    /// # Errors
    /// The key was used for a different request.
    pub async fn claim(&self, connection: &mut Connection, now: Timestamp) -> Result<Claim, Failure> {
        let claimed = sqlx::query(
            "INSERT INTO idempotency_keys (principal, route, key, request_hash, created_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (principal, route, key) DO NOTHING",
        )
        .bind(&self.principal)
        .bind(self.route)
        .bind(&self.key)
        .bind(self.request_hash.to_string())
        .bind(now.as_micros())
        .execute(&mut *connection)
        .await?;
        if claimed.rows_affected() == 1 {
            return Ok(Claim::New);
        }
        let (request_hash, answer): (String, Option<String>) = sqlx::query_as(
            "SELECT request_hash, answer FROM idempotency_keys WHERE principal = $1 AND route = $2 AND key = $3",
        )
        .bind(&self.principal)
        .bind(self.route)
        .bind(&self.key)
        .fetch_one(connection)
        .await?;
        if request_hash != self.request_hash.to_string() {
            let detail = "This Idempotency-Key was used for a different request. Use a new key for a new request.";
            return Err(AppError::new(ErrorKind::Invalid, "idempotency_key_reused", detail).into());
        }
        answer.map(Claim::Answered).ok_or_else(|| Failure::Broken("a claimed key has no answer".to_owned()))
    }

    /// Keeps the answer, to be given again.
    pub async fn complete(&self, connection: &mut Connection, answer: &str) -> Result<(), Failure> {
        let updated =
            sqlx::query("UPDATE idempotency_keys SET answer = $1 WHERE principal = $2 AND route = $3 AND key = $4")
                .bind(answer)
                .bind(&self.principal)
                .bind(self.route)
                .bind(&self.key)
                .execute(connection)
                .await?;
        match updated.rows_affected() {
            1 => Ok(()),
            count => Err(Failure::Broken(format!("{count} idempotency keys updated"))),
        }
    }
}

/// Forgets the keys that are older than [`KEPT_SECONDS`].
pub async fn forget_old(connection: &mut Connection, now: Timestamp) -> Result<u64, Failure> {
    let deleted = sqlx::query("DELETE FROM idempotency_keys WHERE created_at < $1")
        .bind(now.plus_seconds(-KEPT_SECONDS).as_micros())
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected())
}
