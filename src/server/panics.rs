//! A panic ends its request, and nothing else.

use super::problem;
use crate::error::AppError;
use axum::{extract::Request, middleware::Next, response::Response};
use futures::FutureExt;
use std::{any::Any, panic::AssertUnwindSafe};

/// Answers 500 when anything panics that works on the request.
pub async fn catch(request: Request, next: Next) -> Response {
    caught(next.run(request)).await
}

/// The answer, or 500 when what makes it panics. The log and the answer have the request's id.
pub async fn caught(answer: impl Future<Output = Response>) -> Response {
    // Whatever the handler shared and left half-done is behind locks, which are poisoned, or in a transaction, which is rolled back.
    match AssertUnwindSafe(answer).catch_unwind().await {
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
