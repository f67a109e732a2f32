//! What a visitor shows of themself, before anybody knows who they are.

use std::net::IpAddr;

use crate::token::Token;
use candor_words::Language;

/// The longest text of a header that is looked at.
const TEXT_BYTES_MAX: usize = 512;

/// One request's visible signals. Kept nowhere as they are; what sign-in risk needs of them is hashed.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// Where the request comes from: the connection's other end, or what a trusted proxy says of it.
    pub address: Option<IpAddr>,
    /// `User-Agent`, at most 512 bytes.
    pub user_agent: String,
    /// `Accept-Language`, at most 512 bytes.
    pub languages: String,
    /// The device's own cookie, when it has one that was drawn here ([`crate::Identity::known_device`]).
    pub device: Option<Token>,
    /// The language that the person reads.
    pub language: Language,
}

impl Visit {
    /// Takes the signals in, cut to their bounds.
    pub fn new(address: Option<IpAddr>, user_agent: &str, languages: &str, device: Option<Token>) -> Self {
        let language = Language::accepted(languages).unwrap_or_default();
        Self { address, user_agent: cut(user_agent), languages: cut(languages), device, language }
    }

    /// The network that attempts are counted by: an IPv4 address's /24, an IPv6 address's /56.
    pub(crate) fn network(&self) -> Option<[u8; 8]> {
        self.address.map(|address| match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                [4, a, b, c, 0, 0, 0, 0]
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, ..] = address.octets();
                [6, a, b, c, d, e, f, g]
            }
        })
    }
}

impl Visit {
    /// What the device calls itself, as people would say it: enough to tell one's own sessions apart.
    pub(crate) fn device_name(&self) -> String {
        // Later ones call themselves by the earlier names too: the first that is found is the one.
        const BROWSERS: [(&str, &str); 6] = [
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("Firefox/", "Firefox"),
            ("FxiOS/", "Firefox"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ];
        const SYSTEMS: [(&str, &str); 6] = [
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("Mac OS X", "macOS"),
            ("Linux", "Linux"),
        ];
        let find = |names: &[(&str, &'static str)]| {
            names.iter().find(|(mark, _)| self.user_agent.contains(mark)).map(|(_, name)| *name)
        };
        match (find(&BROWSERS), find(&SYSTEMS)) {
            (Some(browser), Some(system)) => format!("{browser}, {system}"),
            (Some(name), None) | (None, Some(name)) => name.to_owned(),
            (None, None) => String::new(),
        }
    }
}

fn cut(text: &str) -> String {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_network_and_strangers_are_not() {
        let network = |text: &str| Visit::new(Some(text.parse().unwrap()), "", "", None).network();
        assert_eq!(network("192.0.2.1"), network("192.0.2.200"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.9"));
        assert_ne!(network("192.0.2.1"), network("192.0.3.1"));
        assert_eq!(network("2001:db8::1"), network("2001:db8:0:ff::2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:1::1"));
        assert_eq!(Visit::new(None, &"ü".repeat(400), "", None).user_agent.len(), 512);
    }
}
