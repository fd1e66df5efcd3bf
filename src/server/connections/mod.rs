//! Connections: accepting them, speaking HTTP on them with limits, and letting them end.

mod activity;
mod tls;

pub use tls::{Tls, TlsError};

use super::head::{MAX_HEAD_BYTES, MAX_HEADERS};
use crate::services::Limits;
use activity::Activity;
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    http::header,
    response::Response,
};
use futures::StreamExt as _;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulConnection},
};
use std::{
    future::pending,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    select,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// The most requests at once on one connection of HTTP/2.
const MAX_STREAMS: u32 = 100;
/// How many requests a client of HTTP/2 may take back before they are looked at, or send in the wrong order. One more ends the connection.
const MAX_RESETS: usize = 50;
/// How often a silent client of HTTP/2 is asked whether it is still there.
const PING_INTERVAL: Duration = Duration::from_secs(20);
/// How long it has for an answer.
const PING_PATIENCE: Duration = Duration::from_secs(10);
/// How long an idle client has to see that its connection ends.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long no connection is accepted after the system could not give one: too many files are open, and only time closes them.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// What all connections share.
#[derive(Debug)]
pub struct Server {
    /// Answers the requests.
    pub router: Router,
    /// Makes connections secret, if they are.
    pub tls: Option<Tls>,
    /// How many connections there are, and how slow.
    pub limits: Limits,
}

impl Server {
    /// Serves until `stop`; then open requests have their time to end.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let server = Arc::new(self);
        let stopping = CancellationToken::new();
        let mut connections = JoinSet::new();
        select! {
            () = server.accept_all(&listener, &mut connections, &stopping) => {}
            () = server.keep_certificate_fresh() => {}
            () = stop => {}
        }
        drop(listener);
        stopping.cancel();
        let drain = server.limits.drain;
        tracing::info!("stopping; open requests have {} seconds", drain.as_secs());
        let all_ended = async { while connections.join_next().await.is_some() {} };
        if timeout(drain, all_ended).await.is_err() {
            tracing::warn!("{} connections did not end in time", connections.len());
            connections.shutdown().await;
        }
    }

    async fn keep_certificate_fresh(&self) {
        match &self.tls {
            Some(tls) => tls.keep_fresh().await,
            None => pending().await,
        }
    }

    /// For ever. When there are as many connections as there may be, the system lets others wait.
    async fn accept_all(
        self: &Arc<Self>,
        listener: &TcpListener,
        connections: &mut JoinSet<()>,
        stopping: &CancellationToken,
    ) {
        loop {
            while connections.try_join_next().is_some() {}
            if connections.len() >= self.limits.connections {
                connections.join_next().await;
            }
            let (stream, peer) = accept(listener).await;
            let (server, stopping) = (self.clone(), stopping.clone());
            connections.spawn(async move { server.serve_connection(stream, peer, stopping).await });
        }
    }

    async fn serve_connection(&self, stream: TcpStream, peer: SocketAddr, stopping: CancellationToken) {
        if let Err(error) = prepare(&stream, self.limits.unread) {
            tracing::debug!(%peer, %error, "a connection could not be prepared");
        }
        match &self.tls {
            None => self.talk(stream, peer, stopping).await,
            Some(tls) => match timeout(self.limits.handshake, tls.acceptor().accept(stream)).await {
                Ok(Ok(stream)) => self.talk(stream, peer, stopping).await,
                Ok(Err(error)) => tracing::debug!(%peer, %error, "no TLS connection came about"),
                Err(_) => tracing::debug!(%peer, "a TLS handshake took too long"),
            },
        }
    }

    async fn talk<S>(&self, stream: S, peer: SocketAddr, stopping: CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let activity = Activity::new();
        let service = service_fn(|mut request: Request<Incoming>| {
            let open = activity.begin();
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = self.router.clone().oneshot(request);
            let stopping = stopping.clone();
            async move { answer.await.map(|answer| ending(answer, stopping).map(|body| open.until_sent(body))) }
        });
        let protocol = self.protocol();
        let mut connection = pin!(protocol.serve_connection(TokioIo::new(stream), service));
        let ended = select! {
            ended = connection.as_mut() => ended,
            () = stopping.cancelled() => end(connection).await,
            () = activity.ceases(self.limits.head, self.limits.idle) => select! {
                ended = end(connection) => ended,
                () = activity.ceases(FAREWELL, FAREWELL) => Ok(()),
            },
        };
        if let Err(error) = ended {
            tracing::debug!(%peer, %error, "a connection broke off");
        }
    }

    fn protocol(&self) -> auto::Builder<TokioExecutor> {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_headers(MAX_HEADERS)
            .max_buf_size(MAX_HEAD_BYTES as usize);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_PATIENCE)
            .max_concurrent_streams(MAX_STREAMS)
            .max_header_list_size(MAX_HEAD_BYTES)
            .max_pending_accept_reset_streams(MAX_RESETS)
            .max_local_error_reset_streams(MAX_RESETS);
        builder
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match listener.accept().await {
            Ok(connection) => return connection,
            Err(error) if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Answers are sent at once, and a client that does not take them is not waited for: the system gives up, whatever is in the way.
fn prepare(stream: &TcpStream, patience: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let milliseconds = u32::try_from(patience.as_millis()).unwrap_or(u32::MAX);
    Ok(rustix::net::sockopt::set_tcp_user_timeout(stream, milliseconds)?)
}

/// Lets open requests end, and takes no more.
async fn end<C: GracefulConnection>(mut connection: Pin<&mut C>) -> Result<(), C::Error> {
    connection.as_mut().graceful_shutdown();
    connection.await
}

/// An event stream has no end of its own: it ends when the server does, and the browser asks the next one.
fn ending(answer: Response, stopping: CancellationToken) -> Response {
    let content_type = answer.headers().get(header::CONTENT_TYPE);
    match content_type.is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream")) {
        true => answer.map(|body| Body::from_stream(body.into_data_stream().take_until(stopping.cancelled_owned()))),
        false => answer,
    }
}
