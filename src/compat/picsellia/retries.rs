//! Requests that come again because their answer was lost.
//!
//! The SDK sends a `POST` again when its connection breaks, and cannot say that it is the same one. The server knows one case for sure:
//! the client went away while the request was being worked on. The work goes on, its answer is kept for a minute, and the first request
//! that is equal in everything takes it instead of doing the work twice.

use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::{Actor, Digest},
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::watch;
use tracing::Instrument as _;

/// How long the SDK goes on trying, and some time more.
const KEPT: Duration = Duration::from_secs(60);
/// The largest body that is compared, in bytes. No call that changes something takes more.
const MAX_BYTES: usize = 8 << 20;

type Key = Digest;
/// Nothing while the work goes on.
type Kept = Option<(StatusCode, HeaderMap, Bytes)>;
/// The answers to equal requests, each with the time from which on nobody waited for it.
type Abandoned = HashMap<Key, Vec<(Instant, watch::Receiver<Kept>)>>;

/// Answers that nobody has received. Cheap to clone.
#[derive(Clone, Default)]
pub struct Unreceived {
    abandoned: Arc<Mutex<Abandoned>>,
}

impl Unreceived {
    fn keep(&self, key: Key, answer: watch::Receiver<Kept>) {
        let mut abandoned = self.abandoned.lock().unwrap_or_else(PoisonError::into_inner);
        abandoned.retain(|_, answers| {
            answers.retain(|(since, _)| since.elapsed() < KEPT);
            !answers.is_empty()
        });
        abandoned.entry(key).or_default().push((Instant::now(), answer));
    }

    fn take(&self, key: &Key) -> Option<watch::Receiver<Kept>> {
        let mut abandoned = self.abandoned.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = abandoned.get_mut(key)?;
        answers.retain(|(since, _)| since.elapsed() < KEPT);
        if answers.is_empty() { None } else { Some(answers.remove(0).1) }
    }
}

/// Notices that the client has gone away: then nobody waits for the handler any more, and this is dropped.
struct Waiting {
    unreceived: Unreceived,
    key: Key,
    answer: Option<watch::Receiver<Kept>>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(answer) = self.answer.take() {
            self.unreceived.keep(self.key, answer);
        }
    }
}

/// Does the work once, however often its answer is lost.
pub async fn answer_once(State(unreceived): State<Unreceived>, request: Request, next: Next) -> Response {
    let principal = request.extensions().get::<Actor>().map(Actor::principal);
    let Some(principal) = principal.filter(|_| request.method() == Method::POST) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BYTES).await else {
        let detail = format!("The body has more than {MAX_BYTES} bytes.");
        return Failure::from(AppError::new(ErrorKind::TooLarge, "too_large", detail)).into_response();
    };
    let key = key(&principal, &parts.uri.to_string(), &body);
    if let Some(mut kept) = unreceived.take(&key)
        && let Ok(kept) = kept.wait_for(Option::is_some).await
        && let Some((status, headers, bytes)) = kept.clone()
    {
        return (status, headers, bytes).into_response();
    }
    let (done, answer) = watch::channel(None);
    let mut waiting = Waiting { unreceived, key, answer: Some(answer.clone()) };
    let work = async move {
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        done.send_replace(Some((parts.status, parts.headers.clone(), bytes.clone())));
        Response::from_parts(parts, Body::from(bytes))
    };
    let outcome = tokio::spawn(work.in_current_span()).await;
    waiting.answer = None;
    outcome.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn key(principal: &str, address: &str, body: &[u8]) -> Key {
    let mut hash = Sha256::new();
    for part in [principal.as_bytes(), address.as_bytes(), body] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    Digest::from_bytes(hash.finalize().into())
}
