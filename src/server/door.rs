//! The door of the server functions: who is asking, and how a failure is answered.

use crate::{error::AppError, error::Failure, services::Services, vocabulary::Actor};
use axum::http::{StatusCode, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

/// The services, and the signed-in member whom the gate in front of every server function has let through.
pub async fn session() -> Result<(Services, Actor), AppError> {
    let services = expect_context::<Services>();
    let actor = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Actor>().cloned());
    match actor {
        Some(actor) => Ok((services, actor)),
        None => answer(Err(Failure::Broken("a server function has no gate in front of it".to_owned()))),
    }
}

/// Sets the status that belongs to a failure; Leptos would answer 500 to all of them.
pub fn answer<T>(outcome: Result<T, Failure>) -> Result<T, AppError> {
    outcome.map_err(|failure| {
        let error = failure.into_shown();
        if let (Some(options), Ok(status)) =
            (use_context::<ResponseOptions>(), StatusCode::from_u16(error.kind.status()))
        {
            options.set_status(status);
        }
        error
    })
}
