//! Who is at the other end: the connection's address, or what a proxy that is trusted says of it.
//!
//! `X-Forwarded-For` is anybody's to write. It is read from its right end, entry by entry, only as long as whoever wrote
//! the entry is a proxy that the operator named; the first address that is none of them is the client's.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// Who opened the connection that a request came over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Whose request it is, as far as that can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub Option<IpAddr>);

/// The proxies that are believed.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Arc<[Network]>);

/// Addresses that begin alike: `10.0.0.0/8`, or one alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    start: IpAddr,
    bits: u32,
}

/// What is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a network is written as an address, or as `10.0.0.0/8`")]
pub struct NetworkError;

/// Why proxies are not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("more than {PROXIES_MAX} networks are named; name larger ones")]
pub struct ProxiesError;

/// The most networks of proxies.
const PROXIES_MAX: usize = 64;
/// The most proxies between a client and the server.
const HOPS_MAX: usize = 16;
const FORWARDED_FOR: &str = "x-forwarded-for";

impl Proxies {
    /// Takes networks in.
    ///
    /// # Errors
    /// There are too many.
    pub fn new(networks: Vec<Network>) -> Result<Self, ProxiesError> {
        if networks.len() > PROXIES_MAX { Err(ProxiesError) } else { Ok(Self(networks.into())) }
    }

    fn believe(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }

    /// Finds the client behind a connection; `None` when a proxy that is believed does not tell.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = peer.to_canonical();
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        let mut hops = lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(',')).take(HOPS_MAX);
        while self.believe(client) {
            let Some(hop) = hops.next() else { break };
            client = address(hop.trim())?;
        }
        Some(client)
    }
}

/// An address with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse().ok().map(|with_port: SocketAddr| with_port.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        match (self.start, address) {
            (IpAddr::V4(start), IpAddr::V4(address)) => {
                let rest = 32 - self.bits;
                u64::from(start.to_bits()) >> rest == u64::from(address.to_bits()) >> rest
            }
            (IpAddr::V6(start), IpAddr::V6(address)) => {
                let differ = start.to_bits() ^ address.to_bits();
                differ.leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (start, bits) = text.split_once('/').map_or((text, None), |(start, bits)| (start, Some(bits)));
        let start: IpAddr = start.parse().map_err(|_| NetworkError)?;
        let bits_max = if start.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(bits_max), str::parse).map_err(|_| NetworkError)?;
        if bits > bits_max { Err(NetworkError) } else { Ok(Self { start, bits }) }
    }
}

/// Has every request say whose it is; without it, [`ClientAddress`] is that of the connection.
pub fn behind(routes: Router, proxies: Proxies) -> Router {
    routes.layer(axum::middleware::map_request(move |mut request: Request| {
        if let Some(Peer(from)) = request.extensions().get::<Peer>().copied() {
            let client = ClientAddress(proxies.client(from.ip(), request.headers()));
            request.extensions_mut().insert(client);
        }
        std::future::ready(request)
    }))
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let of_connection = || Self(parts.extensions.get::<Peer>().map(|peer| peer.0.ip().to_canonical()));
        Ok(parts.extensions.get::<Self>().copied().unwrap_or_else(of_connection))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(networks: &[&str], peer: &str, forwarded: &[&str]) -> Option<String> {
        let proxies = Proxies::new(networks.iter().map(|network| network.parse().unwrap()).collect()).unwrap();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).map(|address| address.to_string())
    }

    #[test]
    fn a_client_that_is_no_proxy_says_nothing_about_itself() {
        assert_eq!(client(&[], "192.0.2.1", &["198.51.100.7"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(client(&["10.0.0.0/8"], "192.0.2.1", &["198.51.100.7"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(client(&["::1"], "::ffff:192.0.2.1", &[]).as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn what_a_proxy_adds_is_believed_and_what_stood_before_it_is_not() {
        let proxies = ["10.0.0.0/8", "2001:db8::/32", "127.0.0.1"];
        for (forwarded, found) in [
            (vec![], Some("127.0.0.1")),
            (vec!["198.51.100.7"], Some("198.51.100.7")),
            // The client wrote the first; the proxy added the second.
            (vec!["8.8.8.8, 198.51.100.7"], Some("198.51.100.7")),
            (vec!["8.8.8.8", "198.51.100.7"], Some("198.51.100.7")),
            (vec!["8.8.8.8, 198.51.100.7, 10.1.2.3"], Some("198.51.100.7")),
            (vec!["198.51.100.7:4711, [2001:db8::1]:443"], Some("198.51.100.7")),
            (vec!["[2001:db8:ffff::1], 10.9.9.9"], Some("2001:db8:ffff::1")),
            (vec!["::ffff:198.51.100.7"], Some("198.51.100.7")),
            (vec!["198.51.100.7, unknown"], None),
            (vec!["198.51.100.7,"], None),
        ] {
            assert_eq!(client(&proxies, "127.0.0.1", &forwarded).as_deref(), found, "{forwarded:?}");
        }
        let endless = vec!["10.0.0.1"; 1000].join(",");
        assert_eq!(client(&proxies, "127.0.0.1", &[&endless]).as_deref(), Some("10.0.0.1"));
    }

    #[test]
    fn a_network_holds_what_begins_like_it() {
        let holds = |network: &str, address: &str| network.parse::<Network>().unwrap().holds(address.parse().unwrap());
        assert!(holds("0.0.0.0/0", "255.1.2.3") && holds("::/0", "ffff::") && holds("192.0.2.1", "192.0.2.1"));
        assert!(holds("192.0.2.128/25", "192.0.2.255") && !holds("192.0.2.128/25", "192.0.2.127"));
        assert!(holds("2001:db8::/33", "2001:db8:7fff::") && !holds("2001:db8::/33", "2001:db8:8000::"));
        assert!(!holds("0.0.0.0/0", "::1") && !holds("::/0", "192.0.2.1"));
        for text in ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "example.org", "::/129", "10.0.0.0/"] {
            assert_eq!(text.parse::<Network>(), Err(NetworkError), "{text}");
        }
    }
}
