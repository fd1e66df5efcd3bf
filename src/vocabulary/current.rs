//! What keeps two people who edit the same thing from overwriting each other unseen.

use super::Timestamp;
use crate::error::{AppError, ErrorKind};

/// Refuses a change that is based on a state of the object that is no longer there.
pub fn require_current(noun: &str, based_on: Option<Timestamp>, updated_at: Timestamp) -> Result<(), AppError> {
    if based_on.is_none_or(|seen| seen == updated_at) {
        return Ok(());
    }
    let detail = format!(
        "This {noun} changed after you opened it. What you typed is kept: compare it with what is there now, then save again."
    );
    Err(AppError::new(ErrorKind::Conflict, "changed_meanwhile", detail))
}
