//! Requests that come again because their answer was lost.
//!
//! The SDK sends a request again when its connection breaks, and cannot say that it is the same one. The server knows one case for sure:
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
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{Semaphore, watch};
use tracing::Instrument as _;

/// How long the SDK goes on trying, and some time more.
const KEPT: Duration = Duration::from_secs(60);
/// The largest body that is compared, in bytes. No call that changes something takes more.
const MAX_BYTES: usize = 8 << 20;
/// At most so many answers are kept; the oldest make room.
const MAX_KEPT: usize = 500;
/// At most so many requests are worked on at once, those that nobody waits for any more included.
const MAX_AT_WORK: usize = 200;

type Key = Digest;
/// Nothing while the work goes on.
type Kept = watch::Receiver<Option<Answer>>;

#[derive(Clone)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    /// From this, the doors in front shape a refusal.
    error: Option<AppError>,
    body: Bytes,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.headers, self.body).into_response();
        if let Some(error) = self.error {
            response.extensions_mut().insert(error);
        }
        response
    }
}

/// Answers that nobody has received, those that were given up first in front. Cheap to clone.
#[derive(Clone)]
pub struct Unreceived {
    abandoned: Arc<Mutex<VecDeque<(Instant, Key, Kept)>>>,
    at_work: Arc<Semaphore>,
}

impl Default for Unreceived {
    fn default() -> Self {
        Self { abandoned: Arc::default(), at_work: Arc::new(Semaphore::new(MAX_AT_WORK)) }
    }
}

impl Unreceived {
    fn keep(&self, key: Key, answer: Kept) {
        let mut abandoned = self.abandoned.lock().unwrap_or_else(PoisonError::into_inner);
        abandoned.retain(|(since, ..)| since.elapsed() < KEPT);
        abandoned.push_back((Instant::now(), key, answer));
        if abandoned.len() > MAX_KEPT {
            abandoned.pop_front();
        }
    }

    fn take(&self, key: &Key) -> Option<Kept> {
        let mut abandoned = self.abandoned.lock().unwrap_or_else(PoisonError::into_inner);
        abandoned.retain(|(since, ..)| since.elapsed() < KEPT);
        let place = abandoned.iter().position(|(_, of, _)| of == key)?;
        abandoned.remove(place).map(|(.., answer)| answer)
    }
}

/// Notices that the client has gone away: then nobody waits for the handler any more, and this is dropped.
struct Waiting {
    unreceived: Unreceived,
    key: Key,
    answer: Option<Kept>,
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
    let Some(principal) = principal.filter(|_| request.method() != Method::GET) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BYTES).await else {
        let detail = format!("The body has more than {MAX_BYTES} bytes.");
        return Failure::from(AppError::new(ErrorKind::TooLarge, "too_large", detail)).into_response();
    };
    let key = key(&principal, &format!("{} {}", parts.method, parts.uri), &body);
    if let Some(mut kept) = unreceived.take(&key) {
        // This client may go away, too.
        let mut waiting = Waiting { unreceived: unreceived.clone(), key, answer: Some(kept.clone()) };
        let answer = kept.wait_for(Option::is_some).await.ok().and_then(|answer| answer.clone());
        waiting.answer = None;
        if let Some(answer) = answer {
            return answer.into_response();
        }
    }
    let Ok(turn) = unreceived.at_work.clone().acquire_owned().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let (done, answer) = watch::channel(None);
    let mut waiting = Waiting { unreceived, key, answer: Some(answer) };
    let work = async move {
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let error = parts.extensions.get::<AppError>().cloned();
        done.send_replace(Some(Answer {
            status: parts.status,
            headers: parts.headers.clone(),
            error,
            body: body.clone(),
        }));
        drop(turn);
        Response::from_parts(parts, Body::from(body))
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
