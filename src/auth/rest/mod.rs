//! The scripts' door to tokens and people.

mod people;
mod tokens;

use super::gate::Api;

/// All routes of this slice.
pub fn routes() -> Api {
    tokens::routes().merge(people::routes())
}
