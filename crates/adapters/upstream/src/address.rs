//! Which addresses of a provider are asked: `https`, or plain within this machine.

use candor_identity_port::UpstreamError;
use candor_words::is_loopback;
use reqwest::Url;

const ADDRESS_BYTES_MAX: usize = 2_048;

/// Reads an address of a provider. `what` says which, for the refusal.
pub(crate) fn safe(text: &str, what: &'static str) -> Result<Url, UpstreamError> {
    let refused = UpstreamError::Insecure { what };
    if text.len() > ADDRESS_BYTES_MAX {
        return Err(refused);
    }
    let url = Url::parse(text).map_err(|_| refused)?;
    let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(&url));
    if is_bare && is_safe && url.host_str().is_some() { Ok(url) } else { Err(refused) }
}

/// Reads an address that a provider names. A provider beyond this machine never leads to one within it: whoever runs it
/// could otherwise have Candor ask what only this machine may.
pub(crate) fn named_by(issuer: &Url, text: &str, what: &'static str) -> Result<Url, UpstreamError> {
    let url = safe(text, what)?;
    if is_this_machine(&url) && !is_this_machine(issuer) { Err(UpstreamError::Insecure { what }) } else { Ok(url) }
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    is_loopback(host.trim_start_matches('[').trim_end_matches(']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_is_asked_beyond_this_machine() {
        let is_safe = |text: &str| safe(text, "address").is_ok();
        for text in [
            "https://id.example",
            "https://id.example:8443/a?b=c",
            "http://127.0.0.1:9",
            "http://[::1]/",
            "http://localhost",
        ] {
            assert!(is_safe(text), "{text}");
        }
        for text in [
            "http://id.example",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "ftp://id.example",
            "https://user@id.example",
            "https://id.example/#x",
            "file:///etc/passwd",
            "id.example",
            "",
        ] {
            assert!(!is_safe(text), "{text}");
        }
    }

    #[test]
    fn a_provider_elsewhere_names_no_address_within_this_machine() {
        let there = Url::parse("https://id.example").unwrap();
        let here = Url::parse("http://127.0.0.1:9").unwrap();
        assert!(named_by(&there, "https://keys.example/jwks", "keys").is_ok());
        assert!(named_by(&there, "https://127.0.0.1/jwks", "keys").is_err());
        assert!(named_by(&here, "http://127.0.0.1:9/jwks", "keys").is_ok());
    }
}
