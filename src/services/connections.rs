//! What the operator chose about connections, and what holds unless they choose.

use ipnet::IpNet;
use std::{net::IpAddr, path::PathBuf, thread::available_parallelism, time::Duration};

/// How many connections and requests there may be, and how long each part of one may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at once. Others wait in the system's queue until one of them ends.
    pub connections: usize,
    /// Requests that are worked on at once. One that waits for its client, or whose answer is on its way, does not count.
    pub requests: usize,
    /// How long a request waits for its turn before it is answered with 503.
    pub turn: Duration,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long the head of a request may take, from the first moment that one could come.
    pub head: Duration,
    /// How long a body of text may take; a large one has more time.
    pub text: Duration,
    /// The longest pause in an upload.
    pub upload_pause: Duration,
    /// The longest time that a client may let an answer wait unread.
    pub unread: Duration,
    /// How long a connection lives on which nothing happens.
    pub idle: Duration,
    /// How long open requests may take after the operator said stop.
    pub drain: Duration,
}

impl Limits {
    /// Connections at once, unless the operator says otherwise.
    pub const DEFAULT_CONNECTIONS: usize = 1_024;
    /// How long open requests may take after the operator said stop, unless they say otherwise.
    pub const DEFAULT_DRAIN_SECONDS: u64 = 30;

    /// Requests that are worked on at once, unless the operator says otherwise: most of them wait for the database.
    pub fn default_requests() -> usize {
        32 * available_parallelism().map_or(2, usize::from).max(2)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: Self::DEFAULT_CONNECTIONS,
            requests: Self::default_requests(),
            turn: Duration::from_secs(2),
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            text: Duration::from_secs(10),
            upload_pause: Duration::from_secs(30),
            unread: Duration::from_secs(30),
            idle: Duration::from_secs(60),
            drain: Duration::from_secs(Self::DEFAULT_DRAIN_SECONDS),
        }
    }
}

/// Where the certificate is, if the server itself speaks TLS.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate and those that it depends on, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
    /// How often the files are looked at, to serve a new certificate.
    pub look_every: Duration,
}

impl TlsFiles {
    /// How often the files are looked at.
    pub const LOOK_EVERY: Duration = Duration::from_secs(5);
}

/// The header in which a proxy says for whom it asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardingHeader {
    /// `X-Forwarded-For`, the custom of most proxies.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The proxies whose word about the client's address counts, and where they say it. They pass on what clients claim in other headers,
/// so only one is read.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    /// Their addresses.
    pub networks: Vec<IpNet>,
    /// Where they say it.
    pub header: ForwardingHeader,
}

impl TrustedProxies {
    /// Whether one of them has this address.
    pub fn include(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }
}
