//! From where a request comes: the peer's address or, when the peer is a proxy that the operator trusts, the one that it names.

use crate::{
    auth::request::ClientAddress,
    services::{ForwardingHeader, Services, TrustedProxies},
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use std::net::{IpAddr, SocketAddr};

/// Puts a [`ClientAddress`] into every request that comes over a connection.
pub async fn find(State(services): State<Services>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let address = client(peer.ip(), request.headers(), &services.settings.trusted_proxies);
        request.extensions_mut().insert(ClientAddress(address));
    }
    next.run(request).await
}

/// Goes back along the chain of proxies, from the peer, as far as each is trusted. What stands further left is whatever the client wrote.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let mut address = peer.to_canonical();
    for hop in hops(headers, trusted.header).rev() {
        if !trusted.include(address) {
            break;
        }
        match read(hop) {
            Some(named) => address = named,
            // A proxy that hides for whom it asks is itself the farthest that is known.
            None => break,
        }
    }
    address
}

/// What each proxy wrote, the nearest last. Several lines of a header are one list.
fn hops(headers: &HeaderMap, header: ForwardingHeader) -> impl DoubleEndedIterator<Item = &str> {
    let name = match header {
        ForwardingHeader::XForwardedFor => "x-forwarded-for",
        ForwardingHeader::Forwarded => "forwarded",
    };
    let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default());
    lines.flat_map(|line| line.split(',')).map(move |hop| match header {
        ForwardingHeader::XForwardedFor => hop,
        ForwardingHeader::Forwarded => named_by(hop),
    })
}

/// The node after `for=` (RFC 7239, section 4). An address holds neither comma nor semicolon, so quotes need no reading.
fn named_by(element: &str) -> &str {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let node = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map(|(_, node)| node.trim()).next();
    node.unwrap_or_default().trim_matches('"')
}

/// An address, perhaps with a port, perhaps in brackets.
fn read(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::{prop_assert_eq, proptest};

    fn client_of(peer: &str, header: ForwardingHeader, lines: &[&str]) -> String {
        let networks = ["10.0.0.0/8", "2001:db8:1::/48"].map(|network| network.parse().unwrap()).to_vec();
        let mut headers = HeaderMap::new();
        let name = if header == ForwardingHeader::Forwarded { "forwarded" } else { "x-forwarded-for" };
        for line in lines {
            headers.append(name, HeaderValue::from_str(line).unwrap());
        }
        client(peer.parse().unwrap(), &headers, &TrustedProxies { networks, header }).to_string()
    }

    /// W9, A8.
    #[test]
    fn only_trusted_proxies_name_the_client() {
        let header = ForwardingHeader::XForwardedFor;
        for (peer, lines, expected) in [
            ("192.0.2.1", &["203.0.113.9"][..], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("2001:db8:1::5", &["2001:db8:2::9"], "2001:db8:2::9"),
            // The client's own claim stands to the left of what the proxy saw.
            ("10.0.0.1", &["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["127.0.0.1", "203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["127.0.0.1, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", &["10.9.9.9, 10.0.0.2"], "10.9.9.9"),
            ("10.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("10.0.0.1", &["[2001:db8:2::9]:4711"], "2001:db8:2::9"),
            ("10.0.0.1", &["203.0.113.9, nonsense, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &["203.0.113.9, "], "10.0.0.1"),
        ] {
            assert_eq!(client_of(peer, header, lines), expected, "{peer} {lines:?}");
        }
    }

    /// W9.
    #[test]
    fn the_standard_header_is_read_when_it_is_chosen() {
        for (line, expected) in [
            ("for=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9"),
            ("proto=https; For=\"[2001:db8:2::9]:4711\"", "2001:db8:2::9"),
            ("for=127.0.0.1, for=203.0.113.9", "203.0.113.9"),
            ("for=203.0.113.9, for=_hidden", "10.0.0.1"),
            ("for=unknown", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(client_of("10.0.0.1", ForwardingHeader::Forwarded, &[line]), expected, "{line}");
        }
    }

    proptest! {
        /// W9. Whatever a client writes, it cannot change what its own connection or a trusted proxy says about it.
        #[test]
        fn nothing_that_a_client_writes_counts(claim in "[ -~]{0,60}", other in "[0-9a-f.:, \\[\\]\"=;for]{0,60}") {
            for claim in [&claim, &other] {
                let direct = client_of("192.0.2.1", ForwardingHeader::XForwardedFor, &[claim]);
                prop_assert_eq!(direct, "192.0.2.1");
                let appended = format!("{claim}, 203.0.113.9");
                let forwarded = client_of("10.0.0.1", ForwardingHeader::XForwardedFor, &[&appended]);
                prop_assert_eq!(forwarded, "203.0.113.9");
                let appended = format!("{claim}, for=203.0.113.9");
                let forwarded = client_of("10.0.0.1", ForwardingHeader::Forwarded, &[&appended]);
                prop_assert_eq!(forwarded, "203.0.113.9");
            }
        }
    }
}
