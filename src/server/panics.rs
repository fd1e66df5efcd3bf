//! A panic ends its request, and nothing else.

use super::problem;
use crate::error::AppError;
use axum::{extract::Request, middleware::Next, response::Response};
use futures::FutureExt;
use std::{any::Any, panic::AssertUnwindSafe};

/// Answers 500 when a handler panics. The log and the answer have the request's id.
pub async fn catch(request: Request, next: Next) -> Response {
    // Whatever the handler shared and left half-done is behind locks, which are poisoned, or in a transaction, which is rolled back.
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(payload) => {
            tracing::error!(message = message(&*payload), "a handler panicked");
            problem::answer(AppError::internal())
        }
    }
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
