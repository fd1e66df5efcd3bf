//! A server with settings of its own, and a client that writes bytes.

use super::builders::*;
use heirloom::{
    server::start,
    services::{Services, Settings},
    vocabulary::Scopes,
};
use serde_json::Value;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

/// How long a test waits for what should have come long ago.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A running server with its data.
pub struct Served {
    pub world: World,
    pub address: SocketAddr,
    /// Of the owner.
    pub token: String,
    stop: oneshot::Sender<()>,
    pub ended: JoinHandle<()>,
}

/// What came back from a connection until it was closed, or until an answer was whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Served {
    /// Starts a server whose settings are the usual ones but for what the test changes.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let world = World::on_sqlite().await;
        let mut settings = Settings { public_url: "http://models.example".to_owned(), ..Settings::default() };
        change(&mut settings);
        let listening = start::listen("127.0.0.1:0".parse().unwrap(), &settings).await.unwrap();
        let address = listening.address;
        let services = Services { settings: Arc::new(settings), ..world.services.clone() };
        let token = world.token_of(&world.owner, Scopes::ALL, None).await;
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(async move {
            let stopped = async { _ = stopped.await };
            start::serve_until(&services, listening, stopped).await;
        });
        Self { world, address, token, stop, ended }
    }

    /// As `heirloom serve` starts it.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes on a connection of their own, and waits for the answer.
    pub async fn send(&self, bytes: impl AsRef<[u8]>) -> Answer {
        let mut stream = self.connect().await;
        // What is refused early may be refused while it is still being sent.
        _ = stream.write_all(bytes.as_ref()).await;
        Answer::read(&mut stream).await
    }

    /// A request of the owner without a body, headers ending in line breaks, for a connection that ends with it.
    pub fn request(&self, line: &str, headers: &str) -> String {
        let Self { address, token, .. } = self;
        format!(
            "{line} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n{headers}\r\n"
        )
    }

    /// What the owner gets.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(&format!("GET {path}"), "")).await
    }

    /// Says stop, and waits for the end.
    pub async fn stop(self) {
        _ = self.stop.send(());
        timeout(PATIENCE, self.ended).await.expect("the server ends").unwrap();
        self.world.close().await;
    }
}

impl Answer {
    /// Reads one answer, which has a length or ends with the connection. Status 0: there was none.
    pub async fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        let reading = async {
            while !is_whole(&bytes) {
                // A connection that is reset was closed, too.
                if !matches!(stream.read_buf(&mut bytes).await, Ok(1..)) {
                    break;
                }
            }
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if timeout(PATIENCE, reading).await.is_err() {
            panic!("neither answered nor closed: {}", text(&bytes));
        }
        let end = head_of(&bytes).unwrap_or(bytes.len());
        let (head, body) = (text(&bytes[..end]), text(&bytes[end..]));
        let status = head.split(' ').nth(1).map_or(0, |status| status.parse().unwrap());
        Self { status, head, body }
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// Insists on a problem, and hands it out.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.head.contains("content-type: application/problem+json"), "{self:?}");
        let problem: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem["code"], code, "{self:?}");
        problem
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| *key == name).map(|(_, value)| value).next().unwrap_or_default()
    }
}

/// Where the head ends.
fn head_of(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|start| start + 4)
}

fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = head_of(bytes) else { return false };
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    head.contains(" 204 ") || length.is_some_and(|length| bytes.len() - end >= length.parse().unwrap_or(usize::MAX))
}
