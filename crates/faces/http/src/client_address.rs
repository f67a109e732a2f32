//! Whose address a request comes from, behind proxies or not.
//!
//! `X-Forwarded-For` can be written by anybody. It is read from its end, and only as far as each address in turn is that of a
//! proxy that the operator names: the first that is not is the client's. Without named proxies the header says nothing.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use candor_risk::AddressRange;

const FORWARDED_FOR: &str = "x-forwarded-for";
/// How many addresses are looked at; no road has more proxies.
const HOPS_MAX: usize = 16;

/// The proxies that an operator names: what they say of whom they speak for is believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<AddressRange>);

impl TrustedProxies {
    /// Takes the ranges in which proxies stand.
    pub const fn new(ranges: Vec<AddressRange>) -> Self {
        Self(ranges)
    }

    /// The client's address: that of the connection's other end, or what trusted proxies say of theirs.
    pub fn client_address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let said = headers.get_all(FORWARDED_FOR).iter().rev().flat_map(|line| {
            // A line that is no text names nobody, and ends the walk.
            line.to_str().unwrap_or("?").rsplit(',')
        });
        for hop in said.take(HOPS_MAX) {
            if !self.trusts(client) {
                break;
            }
            let Some(address) = address(hop) else { break };
            client = address;
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|range| range.holds(address))
    }
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address: Option<IpAddr> = text.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    address.or_else(with_port).or_else(in_brackets).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, lines: &[&str], expected: &str) {
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::1".parse().unwrap()]);
        let mut headers = HeaderMap::new();
        lines.iter().for_each(|line| _ = headers.append(FORWARDED_FOR, line.parse().unwrap()));
        let client = proxies.client_address(peer.parse().unwrap(), &headers);
        assert_eq!(client.to_string(), expected, "{peer} {lines:?}");
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        check("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        check("10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &[], "10.0.0.1");
        check("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("2001:db8::1", &["[2001:db8:5::7]:443"], "2001:db8:5::7");
    }

    #[test]
    fn what_a_client_writes_in_front_of_its_own_address_is_passed_over() {
        check("10.0.0.1", &["127.0.0.1, 192.0.2.7"], "192.0.2.7");
        check("10.0.0.1", &["127.0.0.1", "192.0.2.7, 10.0.0.2"], "192.0.2.7");
        check("10.0.0.1", &["192.0.2.7, nonsense"], "10.0.0.1");
        check("10.0.0.1", &["192.0.2.7, 10.0.0.2, ???"], "10.0.0.1");
        check("10.0.0.1", &["198.51.100.1:8080"], "198.51.100.1");
    }

    #[test]
    fn nobody_is_believed_where_no_proxy_is_named() {
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED_FOR, "192.0.2.1".parse().unwrap());
        let client = TrustedProxies::default().client_address([127, 0, 0, 1].into(), &headers);
        assert_eq!(client, IpAddr::from([127, 0, 0, 1]));
    }

    #[test]
    fn a_long_road_is_walked_only_so_far() {
        let hops = vec!["10.0.0.2"; 100].join(",");
        check("10.0.0.1", &[&hops], "10.0.0.2");
    }
}
