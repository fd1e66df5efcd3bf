//! The options of `heirloom serve`.

use super::doors::{MailArgs, ProviderArgs};
use crate::DataArgs;
use clap::{Args, ValueEnum};
use heirloom::services::{ForwardingHeader, Host, Limits, Settings, TlsFiles, TrustedProxies};
use ipnet::IpNet;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// The address to listen on.
    #[arg(long, env = "HEIRLOOM_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// The address under which people reach the server; the listening address unless given, with https:// if there is a certificate.
    #[arg(long, env = "HEIRLOOM_PUBLIC_URL", value_parser = public_url)]
    public_url: Option<String>,
    /// The largest file that is taken, in bytes.
    #[arg(long, env = "HEIRLOOM_UPLOAD_LIMIT", default_value_t = Settings::DEFAULT_UPLOAD_LIMIT_BYTES)]
    upload_limit: u64,
    /// Fill an empty data folder with demo data, and print how to sign in.
    #[arg(long, env = "HEIRLOOM_DEMO")]
    pub demo: bool,
    #[command(flatten)]
    pub mail: MailArgs,
    #[command(flatten)]
    pub provider: ProviderArgs,
    #[command(flatten)]
    doors: DoorArgs,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Who may come in, and how.
#[derive(Args)]
#[command(next_help_heading = "Connections")]
struct DoorArgs {
    /// Another host, beside the one of the public address, for which the server answers; without a port, under any. Can be repeated.
    #[arg(long = "allowed-host", env = "HEIRLOOM_ALLOWED_HOST", value_delimiter = ',', value_name = "HOST[:PORT]")]
    allowed_hosts: Vec<Host>,
    /// The address, or the network, of a proxy that says truly for which client it asks. Can be repeated.
    #[arg(long = "trusted-proxy", env = "HEIRLOOM_TRUSTED_PROXY", value_delimiter = ',', value_parser = network)]
    trusted_proxies: Vec<IpNet>,
    /// The header in which trusted proxies name the client. They must set it themselves.
    #[arg(long, env = "HEIRLOOM_FORWARDING_HEADER", value_enum, default_value_t)]
    forwarding_header: HeaderArg,
    /// Serve with TLS: a file with the certificate and those that it depends on, in PEM. It is read again when it changes.
    #[arg(long, env = "HEIRLOOM_TLS_CERTIFICATE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// The private key of the certificate, in PEM.
    #[arg(long, env = "HEIRLOOM_TLS_KEY", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
}

/// How much is served at once.
#[derive(Args)]
#[command(next_help_heading = "Limits")]
struct LimitArgs {
    /// The most connections at once. More wait until one ends.
    #[arg(long, env = "HEIRLOOM_MAX_CONNECTIONS", default_value_t = Limits::DEFAULT_CONNECTIONS, value_parser = at_least_one)]
    max_connections: usize,
    /// The most requests that are worked on at once. More wait for two seconds, then are told to come again.
    #[arg(long, env = "HEIRLOOM_MAX_REQUESTS", default_value_t = Limits::default_requests(), value_parser = at_least_one)]
    max_requests: usize,
    /// For how many seconds open requests may go on after the server was told to stop.
    #[arg(long, env = "HEIRLOOM_DRAIN_SECONDS", default_value_t = Limits::DEFAULT_DRAIN_SECONDS)]
    drain_seconds: u64,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum HeaderArg {
    #[default]
    XForwardedFor,
    Forwarded,
}

impl ServeArgs {
    /// What an operator should know whose options do not fit together.
    pub fn advice(&self) -> Option<&'static str> {
        match &self.public_url {
            None if self.listen.ip().is_unspecified() => {
                Some("Say with --public-url by which address people reach it: requests for other hosts are refused.")
            }
            Some(url) if self.doors.tls_certificate.is_some() && url.starts_with("http://") => {
                Some("Begin --public-url with https://: without that, cookies also go where no TLS protects them.")
            }
            _ => None,
        }
    }

    /// What the operator chose, as the server wants it.
    pub fn settings(&self) -> Settings {
        let Self { listen, public_url, upload_limit, doors, limits, .. } = self;
        let files = doors.tls_certificate.clone().zip(doors.tls_key.clone());
        let tls = files.map(|(certificate, key)| TlsFiles { certificate, key, look_every: TlsFiles::LOOK_EVERY });
        let scheme = if tls.is_some() { "https" } else { "http" };
        let header = match doors.forwarding_header {
            HeaderArg::XForwardedFor => ForwardingHeader::XForwardedFor,
            HeaderArg::Forwarded => ForwardingHeader::Forwarded,
        };
        Settings {
            public_url: public_url.clone().unwrap_or_else(|| format!("{scheme}://{listen}")),
            upload_limit_bytes: *upload_limit,
            allowed_hosts: doors.allowed_hosts.clone(),
            trusted_proxies: TrustedProxies { networks: doors.trusted_proxies.clone(), header },
            tls,
            limits: Limits {
                connections: limits.max_connections,
                requests: limits.max_requests,
                drain: Duration::from_secs(limits.drain_seconds),
                ..Limits::default()
            },
        }
    }
}

/// An address as people open it: a scheme and a host, perhaps a port.
fn public_url(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = host.ok_or("write it with https:// or http:// and a host, such as https://models.example.org")?;
    host.parse::<Host>().map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn network(text: &str) -> Result<IpNet, String> {
    let address = text.parse().map(|address: std::net::IpAddr| address.into());
    address
        .or_else(|_| text.parse())
        .map_err(|_| "write an address or a network, such as 10.0.0.5 or 10.0.0.0/8".to_owned())
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "write a number from 1".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        serve: ServeArgs,
    }

    fn settings(options: &[&str]) -> Result<Settings, clap::Error> {
        Line::try_parse_from([&["serve"], options].concat()).map(|line| line.serve.settings())
    }

    #[test]
    fn the_public_address_follows_from_the_others() {
        for (options, expected) in [
            (&["--listen", "127.0.0.1:4000"][..], "http://127.0.0.1:4000"),
            (&["--tls-certificate", "c.pem", "--tls-key", "k.pem"], "https://127.0.0.1:3000"),
            (&["--public-url", "https://models.example.org/"], "https://models.example.org"),
        ] {
            assert_eq!(settings(options).unwrap().public_url, expected, "{options:?}");
        }
    }

    #[test]
    fn options_that_do_not_fit_together_are_told() {
        let tls = ["--tls-certificate", "c.pem", "--tls-key", "k.pem"];
        for (options, is_told) in [
            (&[][..], false),
            (&["--listen", "0.0.0.0:3000"], true),
            (&["--listen", "0.0.0.0:3000", "--public-url", "http://models.lan:3000"], false),
            (&[&tls[..], &["--public-url", "http://models.lan"]].concat(), true),
            (&[&tls[..], &["--public-url", "https://models.lan"]].concat(), false),
        ] {
            let serve = Line::parse_from([&["serve"], options].concat()).serve;
            assert_eq!(serve.advice().is_some(), is_told, "{options:?}");
        }
    }

    #[test]
    fn what_cannot_work_is_refused_at_the_start() {
        for options in [
            ["--public-url", "models.example.org"],
            ["--public-url", "https://models.example.org/below"],
            ["--tls-certificate", "c.pem"],
            ["--tls-key", "k.pem"],
            ["--trusted-proxy", "proxy.example.org"],
            ["--allowed-host", "https://models.example.org"],
            ["--max-requests", "0"],
        ] {
            assert!(settings(&options).is_err(), "{options:?}");
        }
        let proxies = settings(&["--trusted-proxy", "10.0.0.5,192.0.2.0/24"]).unwrap().trusted_proxies;
        for (address, is_trusted) in [("10.0.0.5", true), ("10.0.0.6", false), ("192.0.2.200", true)] {
            assert_eq!(proxies.include(address.parse().unwrap()), is_trusted, "{address}");
        }
    }
}
