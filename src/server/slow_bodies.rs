//! How slowly a body may come. Text that a handler waits for has a deadline, which moves on with what comes, so that a large one may come
//! over a slow line but not byte by byte. An upload may take for ever, but not pause.

use super::problem;
use crate::{
    error::{AppError, ErrorKind},
    services::Services,
};
use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// How fast text must come after its first seconds, on average.
const MIN_BYTES_PER_SECOND: u32 = 16 << 10;

/// Ends bodies that come too slowly, and answers 408.
pub async fn end(State(services): State<Services>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let limits = &services.settings.limits;
    let pace = if is_text(request.headers()) { Pace::Text } else { Pace::Upload(limits.upload_pause) };
    let is_late = Arc::new(AtomicBool::new(false));
    let request = request.map(|body| Body::new(PacedBody::new(body, pace, limits.text, is_late.clone())));
    let response = next.run(request).await;
    if is_late.load(Ordering::Relaxed) { too_slow() } else { response }
}

/// Whatever the handler made of a body that broke off.
fn too_slow() -> Response {
    let detail = "The body came too slowly. Send it again over a faster connection.";
    let mut response = problem::answer(AppError::new(ErrorKind::TooSlow, "body_too_slow", detail));
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Forms and JSON are read as a whole before anything is done. A file that calls itself JSON has time enough, too.
fn is_text(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    ["application/json", "application/x-www-form-urlencoded"].iter().any(|text| essence.eq_ignore_ascii_case(text))
}

#[derive(Clone, Copy)]
enum Pace {
    Text,
    /// With this pause at most.
    Upload(Duration),
}

struct PacedBody {
    body: Body,
    pace: Pace,
    deadline: Instant,
    timer: Pin<Box<Sleep>>,
    is_waiting: bool,
    is_late: Arc<AtomicBool>,
}

impl PacedBody {
    fn new(body: Body, pace: Pace, patience: Duration, is_late: Arc<AtomicBool>) -> Self {
        let deadline = Instant::now() + patience;
        Self { body, pace, deadline, timer: Box::pin(sleep_until(deadline)), is_waiting: false, is_late }
    }

    /// Only time in which nothing came counts: what the server does in between is not the client's fault.
    fn wait(&mut self) {
        if let Pace::Upload(pause) = self.pace {
            self.deadline = Instant::now() + pause;
        }
        self.timer.as_mut().reset(self.deadline);
        self.is_waiting = true;
    }

    fn came(&mut self, frame: &Frame<Bytes>) {
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        self.deadline += Duration::from_secs(bytes as u64) / MIN_BYTES_PER_SECOND;
        self.is_waiting = false;
    }
}

impl HttpBody for PacedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(frame) => {
                if let Some(Ok(frame)) = &frame {
                    this.came(frame);
                }
                Poll::Ready(frame)
            }
            Poll::Pending => {
                if !this.is_waiting {
                    this.wait();
                }
                if this.timer.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                this.is_late.store(true, Ordering::Relaxed);
                Poll::Ready(Some(Err(axum::Error::new(TooSlow))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// What a handler sees of it.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct TooSlow;
