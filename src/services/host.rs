//! A host and perhaps a port, as in a `Host` header, an address, or an option.

use axum::http::uri::Authority;
use std::{net::Ipv6Addr, str::FromStr};

/// A host that can be compared: in small letters, without a final dot, an address of version 6 in its short form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// A name or an address; those of version 6 in brackets.
    pub name: String,
    /// The port, if there is one.
    pub port: Option<u16>,
}

/// The text is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no host name: write example.org, 192.0.2.7, or either with a port, such as example.org:8443")]
pub struct NoHost;

impl FromStr for Host {
    type Err = NoHost;

    fn from_str(text: &str) -> Result<Self, NoHost> {
        let authority: Authority = text.parse().map_err(|_| NoHost)?;
        let written = authority.host();
        let port = match text.strip_prefix(written).ok_or(NoHost)? {
            "" | ":" => None,
            rest => Some(rest.strip_prefix(':').and_then(|digits| digits.parse().ok()).ok_or(NoHost)?),
        };
        let name = match written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(address) => format!("[{}]", address.parse::<Ipv6Addr>().map_err(|_| NoHost)?),
            None => written.strip_suffix('.').unwrap_or(written).to_ascii_lowercase(),
        };
        if name.split('.').any(str::is_empty) { Err(NoHost) } else { Ok(Self { name, port }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prop_assert_eq, proptest};

    #[test]
    fn hosts_are_compared_by_what_they_mean() {
        for (text, name, port) in [
            ("Example.ORG", "example.org", None),
            ("example.org.", "example.org", None),
            ("example.org.:80", "example.org", Some(80)),
            ("example.org:", "example.org", None),
            ("127.0.0.1:3000", "127.0.0.1", Some(3_000)),
            ("[::1]:3000", "[::1]", Some(3_000)),
            ("[0:0:0:0:0:0:0:1]", "[::1]", None),
        ] {
            assert_eq!(text.parse(), Ok(Host { name: name.to_owned(), port }), "{text}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "",
            ".",
            "a..",
            "a..b",
            ":80",
            "a b",
            "user@example.org",
            "example.org:x",
            "example.org:65536",
            "example.org/",
            "[::1",
            "[x]",
            "a:1:2",
        ] {
            assert_eq!(text.parse::<Host>(), Err(NoHost), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_understood_means_the_same_when_it_is_written_again(text in r"(\PC{0,20}|[A-Za-z0-9.\[\]:@-]{0,20})") {
            if let Ok(host) = text.parse::<Host>() {
                let port = host.port.map(|port| format!(":{port}")).unwrap_or_default();
                prop_assert_eq!(format!("{}{port}", host.name).parse(), Ok(host));
            }
        }
    }
}
