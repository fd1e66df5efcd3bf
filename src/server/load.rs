//! How many requests are worked on at once. A request has a turn while the server works on it: not while its body is awaited from the
//! client, and not while its answer is on its way. So neither slow clients nor long downloads keep others from being served.

use super::problem;
use crate::{
    error::{AppError, ErrorKind},
    services::Limits,
};
use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::sync::PollSemaphore;

/// The turns that there are.
#[derive(Clone, Debug)]
pub struct Load {
    turns: Arc<Semaphore>,
    patience: Duration,
}

impl Load {
    /// As many turns as the limits say.
    pub fn new(limits: &Limits) -> Self {
        Self { turns: Arc::new(Semaphore::new(limits.requests)), patience: limits.turn }
    }
}

/// Lets a request wait for its turn for a moment, then answers 503.
pub async fn take_turn(State(load): State<Load>, request: Request, next: Next) -> Response {
    if request.uri().path() == "/live" {
        return next.run(request).await;
    }
    let Ok(Ok(permit)) = timeout(load.patience, load.turns.clone().acquire_owned()).await else {
        let detail = "The server has more to do than it can. Try again in a few seconds.";
        return problem::answer(AppError::new(ErrorKind::Unavailable, "busy", detail));
    };
    let turn = Turn(Arc::new(Mutex::new(Held::Here { _permit: permit })));
    let request = request.map(|body| match body.is_end_stream() {
        true => body,
        false => {
            let turns = PollSemaphore::new(load.turns);
            Body::new(LendingBody { body, came: None, turn: turn.clone(), turns })
        }
    });
    let response = next.run(request).await;
    turn.set(Held::Over);
    response
}

/// The turn of one request. It ends with the answer's head, or when nobody wants the answer any more.
#[derive(Clone)]
struct Turn(Arc<Mutex<Held>>);

enum Held {
    Here {
        _permit: OwnedSemaphorePermit,
    },
    /// Others may have it while this request waits for its client.
    Lent,
    Over,
}

impl Turn {
    fn set(&self, held: Held) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = held;
    }

    fn is_lent(&self) -> bool {
        matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), Held::Lent)
    }

    fn lend(&self) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*held, Held::Here { .. }) {
            *held = Held::Lent;
        }
    }
}

/// A body that lends its request's turn to others while it waits.
struct LendingBody {
    body: Body,
    /// What came, but may not be handed out before the turn is here again. Nothing, after the last.
    came: Option<Option<Result<Frame<Bytes>, axum::Error>>>,
    turn: Turn,
    turns: PollSemaphore,
}

impl HttpBody for LendingBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if this.came.is_none() {
            match Pin::new(&mut this.body).poll_frame(context) {
                Poll::Ready(frame) => this.came = Some(frame),
                Poll::Pending => {
                    this.turn.lend();
                    return Poll::Pending;
                }
            }
        }
        // Nobody closes the semaphore; if it were closed, there would be no turns to wait for.
        if this.turn.is_lent()
            && let Some(permit) = ready!(this.turns.poll_acquire(context))
        {
            this.turn.set(Held::Here { _permit: permit });
        }
        Poll::Ready(this.came.take().flatten())
    }

    fn is_end_stream(&self) -> bool {
        self.came.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
