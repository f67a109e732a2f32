//! Where answers may be sent: addresses that the client registered, compared character by character.
//!
//! One exception: a native app listens on its own machine at a port that it is given, so that for the two loopback
//! addresses the port does not count. Source: RFC 9700 §4.1.3; RFC 8252 §7.1, §7.3.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, OAuthError};

const URI_BYTES_MAX: usize = 1_024;

/// An address that a client registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// Takes an address to be registered: `https`, `http` on this machine, or for a native app a scheme of its own
    /// that is a domain name backwards.
    ///
    /// # Errors
    /// `invalid_redirect_uri`: anything else; a fragment; a user; a wildcard.
    pub fn register(text: &str, is_native: bool) -> Result<Self, OAuthError> {
        let refused = OAuthError::new(
            ErrorCode::InvalidRedirectUri,
            "a redirect address must be `https`, `http` on the loopback address, or an app's own scheme with a dot, without fragment",
        );
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\<>\"`{}|^*".contains(&byte));
        if text.len() > URI_BYTES_MAX || !is_plain || text.contains('#') {
            return Err(refused);
        }
        let (scheme, rest) = text.split_once(':').ok_or(refused)?;
        let is_fit = match scheme {
            "https" => authority(rest).is_some_and(|authority| !authority.is_empty()),
            "http" => is_loopback_http(text),
            own => is_native && is_own_scheme(own) && rest.starts_with('/'),
        };
        if is_fit { Ok(Self(text.to_owned())) } else { Err(refused) }
    }

    /// True when an answer may go to the address that a request names.
    pub fn admits(&self, asked: &str, is_native: bool) -> bool {
        if self.0 == asked {
            return true;
        }
        match (loopback_parts(&self.0), loopback_parts(asked)) {
            (Some(own), Some(asked)) => is_native && own == asked,
            _ => false,
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The authority of what stands after the scheme's colon, without user.
fn authority(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix("//")?;
    let authority = rest.split(['/', '?']).next()?;
    (!authority.contains('@')).then_some(authority)
}

/// A private-use scheme (RFC 8252 §7.1): lower case, with a dot, so that no browser knows it.
fn is_own_scheme(scheme: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+');
    scheme.contains('.') && scheme.starts_with(|first: char| first.is_ascii_lowercase()) && scheme.bytes().all(fits)
}

/// True for `http` on this very machine.
pub fn is_loopback_http(text: &str) -> bool {
    let host = |rest| {
        let authority = authority(rest)?;
        let at = if authority.starts_with('[') {
            authority.find(']')? + 1
        } else {
            authority.find(':').unwrap_or(authority.len())
        };
        let (host, port) = authority.split_at_checked(at)?;
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        is_port.then_some(host)
    };
    text.strip_prefix("http:").and_then(host).is_some_and(|host| ["127.0.0.1", "[::1]", "localhost"].contains(&host))
}

/// Host and the rest of an address on a loopback IP, its port left out.
fn loopback_parts(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]"].into_iter().find(|host| rest.starts_with(host))?;
    let rest = rest.get(host.len()..)?;
    let (port, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    is_port.then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(registered: &str, asked: &str, is_native: bool) -> bool {
        RedirectUri::register(registered, is_native).unwrap().admits(asked, is_native)
    }

    #[test]
    fn only_the_very_same_address_is_admitted() {
        let own = "https://app.example/cb?x=1";
        assert!(admits(own, own, false));
        for other in [
            "https://app.example/cb",
            "https://app.example/cb?x=1&y=2",
            "https://app.example/cb/?x=1",
            "https://app.example/CB?x=1",
            "https://app.example:443/cb?x=1",
            "https://app.example.evil.example/cb?x=1",
            "https://evil.example/cb?x=1",
            "https://app.example@evil.example/cb?x=1",
            "https://app.example/cb?x=1#y",
            "http://app.example/cb?x=1",
            "//app.example/cb?x=1",
            "",
        ] {
            assert!(!admits(own, other, false) && !admits(own, other, true), "{other}");
        }
    }

    #[test]
    fn the_port_of_a_loopback_address_is_free_for_native_apps_alone() {
        assert!(admits("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb", true));
        assert!(admits("http://[::1]:1/cb", "http://[::1]:51234/cb", true));
        assert!(!admits("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb", false));
        for other in [
            "http://127.0.0.1:51234/other",
            "http://127.0.0.1:51234.evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:@evil.example/cb",
            "https://127.0.0.1:51234/cb",
            "http://localhost:51234/cb",
        ] {
            assert!(!admits("http://127.0.0.1/cb", other, true), "{other}");
        }
        assert!(!admits("http://localhost/cb", "http://localhost:51234/cb", true), "a name may lead elsewhere");
    }

    #[test]
    fn what_browsers_would_run_or_anybody_could_hold_is_not_registered() {
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "app:/cb",
            "http://app.example/cb",
            "https://app.example/cb#x",
            "https://user@app.example/cb",
            "https://*.app.example/cb",
            "https:///cb",
            "/cb",
            "com.example.app:cb",
            "https://app.example/\u{e4}",
        ] {
            assert!(RedirectUri::register(bad, true).is_err(), "{bad}");
        }
        assert!(RedirectUri::register("com.example.app:/cb", true).is_ok());
        assert!(RedirectUri::register("com.example.app:/cb", false).is_err());
        assert!(RedirectUri::register("http://localhost:3000/cb", false).is_ok());
    }
}
