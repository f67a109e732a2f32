//! Where pictures are asked for: an address with a place for the digest.

use candor_words::{is_loopback, to_hex};
use reqwest::Url;

/// What stands for the digest in a configured address.
const PLACE: &str = "{hash}";
const ADDRESS_BYTES_MAX: usize = 2_048;

/// Why no picture can be fetched at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The address is none.
    #[error("profile pictures cannot be fetched: their address must be https, without a name or password in it")]
    Address,
    /// The digest has no place, or several, or one in the host's name.
    #[error("profile pictures cannot be fetched: their address must hold `{PLACE}` once, behind the host")]
    Place,
    /// A plain connection that would leave this machine.
    #[error(
        "profile pictures cannot be fetched: their address is not this machine, and a plain connection would show whose \
         picture is asked for; use https"
    )]
    PlainBeyondLoopback,
}

/// An address with a place for the digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    before: String,
    after: String,
}

impl Address {
    pub(crate) fn parse(text: &str) -> Result<Self, AddressError> {
        let (before, after) = text.split_once(PLACE).ok_or(AddressError::Place)?;
        if text.len() > ADDRESS_BYTES_MAX || after.contains(PLACE) {
            return Err(AddressError::Place);
        }
        let address = Self { before: before.to_owned(), after: after.to_owned() };
        // The host is the same whatever stands in the place, so that the configuration alone says who is asked.
        let (one, other) = (address.of(&[0; 32])?, address.of(&[0xff; 32])?);
        if one.origin() != other.origin() || one.fragment().is_some() {
            return Err(AddressError::Place);
        }
        let is_bare = one.username().is_empty() && one.password().is_none();
        match one.scheme() {
            "https" if is_bare && one.has_host() => Ok(address),
            "http" if is_bare && one.host_str().is_some_and(is_this_machine) => Ok(address),
            "http" if is_bare => Err(AddressError::PlainBeyondLoopback),
            _ => Err(AddressError::Address),
        }
    }

    /// The address for one digest.
    pub(crate) fn of(&self, digest: &[u8; 32]) -> Result<Url, AddressError> {
        let text = format!("{}{}{}", self.before, to_hex(digest), self.after);
        Url::parse(&text).map_err(|_| AddressError::Address)
    }
}

fn is_this_machine(host: &str) -> bool {
    is_loopback(host.trim_start_matches('[').trim_end_matches(']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_is_asked_beyond_this_machine_and_the_digest_has_one_place() {
        for text in [
            "https://pictures.example/avatar/{hash}?d=404&s=160",
            "https://pictures.example:8443/?of={hash}",
            "http://127.0.0.1:9/{hash}",
            "http://[::1]:9/{hash}",
        ] {
            assert!(Address::parse(text).is_ok(), "{text}");
        }
        for (text, error) in [
            ("http://pictures.example/{hash}", AddressError::PlainBeyondLoopback),
            ("http://localhost.example/{hash}", AddressError::PlainBeyondLoopback),
            ("https://pictures.example/avatar", AddressError::Place),
            ("https://pictures.example/{hash}/{hash}", AddressError::Place),
            ("https://{hash}.pictures.example/", AddressError::Place),
            ("https://pictures.example/#{hash}", AddressError::Place),
            ("https://user:word@pictures.example/{hash}", AddressError::Address),
            ("ftp://pictures.example/{hash}", AddressError::Address),
            ("pictures.example/{hash}", AddressError::Address),
            ("", AddressError::Place),
        ] {
            assert_eq!(Address::parse(text), Err(error), "{text}");
        }
        let url = Address::parse("https://pictures.example/avatar/{hash}?d=404").unwrap().of(&[0xab; 32]).unwrap();
        assert_eq!(url.as_str(), format!("https://pictures.example/avatar/{}?d=404", "ab".repeat(32)));
    }
}
