//! What is open on a connection, to end those on which nothing happens.

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{sync::watch, time::timeout};

/// The number of open requests of one connection.
#[derive(Clone, Debug)]
pub struct Activity(Arc<watch::Sender<usize>>);

impl Activity {
    /// Nothing is open.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }

    /// A request has come, and is open until the answer's body has been handed out.
    pub fn begin(&self) -> OpenRequest {
        self.0.send_modify(|open| *open += 1);
        OpenRequest(self.0.clone())
    }

    /// Waits until no request was open for so long: `first` before there was any, `later` after one.
    pub async fn ceases(&self, first: Duration, later: Duration) {
        let mut open = self.0.subscribe();
        let mut patience = first;
        // The sender lives in `self`, so waiting for a number never fails.
        while matches!(timeout(patience, open.wait_for(|open| *open > 0)).await, Ok(Ok(_))) {
            _ = open.wait_for(|open| *open == 0).await;
            patience = later;
        }
    }
}

/// A request that is not answered yet.
#[derive(Debug)]
pub struct OpenRequest(Arc<watch::Sender<usize>>);

impl OpenRequest {
    /// Stays open for as long as the body lives.
    pub fn until_sent(self, body: Body) -> Body {
        Body::new(OpenBody { body, _open: self })
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open -= 1);
    }
}

struct OpenBody {
    body: Body,
    _open: OpenRequest,
}

impl HttpBody for OpenBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
