//! For which hosts this server answers. A page of somebody else whose name is made to lead here (DNS rebinding) is not one of them.

use super::problem;
use crate::{
    error::{AppError, ErrorKind},
    services::{Host, Settings},
};
use axum::{
    extract::{Request, State},
    http::{Uri, header},
    middleware::Next,
    response::Response,
};
use std::{net::SocketAddr, sync::Arc};

/// Probes ask by address, and learn nothing but that the server lives.
const FOR_ANY_HOST: [&str; 2] = ["/live", "/ready"];

/// The hosts that this server answers for.
#[derive(Debug)]
pub struct Hosts {
    /// Those without a port are allowed with every port.
    allowed: Vec<Host>,
    /// What a host without a port means.
    usual_port: u16,
}

impl Hosts {
    /// The public address, what the operator added and, if nobody else can connect, this machine's names for itself.
    pub fn new(settings: &Settings, listening: SocketAddr) -> Self {
        let mut allowed = settings.allowed_hosts.clone();
        let usual_port = if settings.is_https() { 443 } else { 80 };
        let with_port = |name: &str, port| Host { name: name.to_owned(), port: Some(port) };
        if let Some(public) = public_host(&settings.public_url) {
            // A proxy passes on the port that it was asked on, the one of its own request, or none.
            let ports = [public.port.unwrap_or(usual_port), listening.port(), usual_port];
            allowed.extend(ports.map(|port| with_port(&public.name, port)));
        }
        if listening.ip().is_loopback() {
            allowed.extend(["localhost", "127.0.0.1", "[::1]"].map(|name| with_port(name, listening.port())));
        }
        Self { allowed, usual_port }
    }

    fn include(&self, host: &Host) -> bool {
        let port = host.port.unwrap_or(self.usual_port);
        self.allowed.iter().any(|allowed| allowed.name == host.name && allowed.port.is_none_or(|one| one == port))
    }

    fn check(&self, request: &Request) -> Result<(), AppError> {
        let host = asked(request).ok_or_else(|| {
            let detail = "Say once, in the header Host, for which host the request is.";
            AppError::new(ErrorKind::Malformed, "unreadable_host", detail)
        })?;
        match self.include(&host) {
            true => Ok(()),
            false => {
                let detail = "This server does not answer for the host in the address. Use its public address; its operator can change \
                              that with --public-url, or add a host with --allowed-host.";
                Err(AppError::new(ErrorKind::Misdirected, "unknown_host", detail))
            }
        }
    }
}

fn public_host(url: &str) -> Option<Host> {
    let url: Uri = url.parse().ok()?;
    url.authority()?.as_str().parse().ok()
}

/// The one host that a request is for, if it says so without doubt (RFC 9112, section 3.2; RFC 9113, section 8.3.1).
fn asked(request: &Request) -> Option<Host> {
    let mut named = request.headers().get_all(header::HOST).iter();
    let (first, second) = (named.next(), named.next());
    let in_header = first.map(|value| value.to_str().ok().and_then(|text| text.parse::<Host>().ok()));
    let in_address = request.uri().authority().map(|authority| authority.as_str().parse::<Host>().ok());
    match (in_address, in_header, second) {
        (Some(host), None, None) | (None, Some(host), None) => host,
        (Some(host), Some(same), None) if host == same => host,
        _ => None,
    }
}

/// Refuses requests for other hosts, and those that name none or several.
pub async fn refuse_others(State(hosts): State<Arc<Hosts>>, request: Request, next: Next) -> Response {
    match hosts.check(&request) {
        Err(error) if !FOR_ANY_HOST.contains(&request.uri().path()) => problem::answer(error),
        _ => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn hosts(public_url: &str, listening: &str) -> Hosts {
        let allowed_hosts = ["models.lan", "other.lan:8000"].map(|host| host.parse().unwrap()).to_vec();
        let settings = Settings { public_url: public_url.to_owned(), allowed_hosts, ..Settings::default() };
        Hosts::new(&settings, listening.parse().unwrap())
    }

    /// W4.
    #[test]
    fn a_host_is_known_by_its_name_and_port() {
        let behind_proxy = hosts("https://models.example.org", "10.0.0.5:3000");
        let on_this_machine = hosts("http://127.0.0.1:3000", "127.0.0.1:3000");
        for (hosts, known, unknown) in [
            (
                behind_proxy,
                &[
                    "models.example.org",
                    "MODELS.example.org.:443",
                    "models.example.org:3000",
                    "models.lan:1",
                    "other.lan:8000",
                ][..],
                &[
                    "models.example.org:80",
                    "x.models.example.org",
                    "10.0.0.5:3000",
                    "localhost:3000",
                    "other.lan",
                    "other.lan:1",
                ][..],
            ),
            (
                on_this_machine,
                &["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "127.0.0.1"],
                &["localhost", "localhost:3001"],
            ),
        ] {
            for host in known {
                assert!(hosts.include(&host.parse().unwrap()), "{host} is refused by {hosts:?}");
            }
            for host in unknown {
                assert!(!hosts.include(&host.parse().unwrap()), "{host} is let in by {hosts:?}");
            }
        }
    }

    /// W4.
    #[test]
    fn a_request_names_its_host_once() {
        for (address, headers, expected) in [
            ("/", &["a.example"][..], Some("a.example")),
            ("http://a.example/", &["a.example"], Some("a.example")),
            ("https://a.example/", &[], Some("a.example")),
            ("http://a.example/", &["b.example"], None),
            ("/", &["a.example", "a.example"], None),
            ("/", &["a.example, b.example"], None),
            ("/", &[""], None),
            ("/", &[], None),
        ] {
            let mut request = Request::builder().uri(address);
            for host in headers {
                request = request.header(header::HOST, *host);
            }
            let found = asked(&request.body(Body::empty()).unwrap());
            assert_eq!(found.map(|host| host.name).as_deref(), expected, "{address} {headers:?}");
        }
    }
}
