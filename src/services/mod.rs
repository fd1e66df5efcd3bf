//! What a request needs to do its work: the database, the blobs, and the settings of this server.

mod connections;
mod host;
mod signer;

pub use connections::{ForwardingHeader, Limits, TlsFiles, TrustedProxies};
pub use host::{Host, NoHost};
pub use signer::{Signer, expired};

use crate::{
    auth::{password::Passwords, provider::Provider, throttle::Throttle},
    database::Database,
    mail::Mailer,
    storage::BlobStore,
};
use std::sync::Arc;

/// Cheap to clone; every handler gets one.
#[derive(Clone, Debug)]
pub struct Services {
    /// Rows.
    pub database: Database,
    /// Bytes.
    pub blobs: BlobStore,
    /// Checks passwords, a few at a time.
    pub passwords: Passwords,
    /// Remembers failed attempts to get in.
    pub throttle: Throttle,
    /// Sends mail, if the operator has named a server for it.
    pub mailer: Option<Mailer>,
    /// Lets people in whom it knows, if the operator has named one.
    pub provider: Option<Arc<Provider>>,
    /// Makes addresses that stand for a credential for a short time.
    pub signer: Signer,
    /// What the operator chose.
    pub settings: Arc<Settings>,
}

/// What the operator chose.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address under which people reach this server, without a slash at the end.
    pub public_url: String,
    /// The largest file that is taken, in bytes.
    pub upload_limit_bytes: u64,
    /// Hosts, beside the one of the public address, that requests may be for.
    pub allowed_hosts: Vec<Host>,
    /// Whose word about a client's address counts.
    pub trusted_proxies: TrustedProxies,
    /// The certificate, if the server itself speaks TLS.
    pub tls: Option<TlsFiles>,
    /// How much is served at once, and how slowly.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: String::new(),
            upload_limit_bytes: Self::DEFAULT_UPLOAD_LIMIT_BYTES,
            allowed_hosts: Vec::new(),
            trusted_proxies: TrustedProxies::default(),
            tls: None,
            limits: Limits::default(),
        }
    }
}

impl Settings {
    /// The largest file that is taken unless the operator says otherwise: 50 GiB.
    pub const DEFAULT_UPLOAD_LIMIT_BYTES: u64 = 50 << 30;

    /// Whether people come through TLS; only then may cookies be bound to it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
