//! Where the server may listen: plain HTTP stays on the machine.

use std::net::SocketAddr;

/// A listening address that would carry personal data in the open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{address}` is beyond this machine, where personal data travels under TLS only, which this version does \
     not speak yet; listen on `127.0.0.1` behind a proxy that does, or pass `--danger-plain-http` if the \
     network in between is yours alone"
)]
pub struct AddressError {
    address: SocketAddr,
}

/// Lets loopback addresses pass, and others only when danger is accepted.
///
/// # Errors
/// An address beyond loopback without `danger_plain_http`.
pub const fn check_address(address: SocketAddr, danger_plain_http: bool) -> Result<(), AddressError> {
    if address.ip().is_loopback() || danger_plain_http { Ok(()) } else { Err(AddressError { address }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_the_machine() {
        for (text, allowed) in
            [("127.0.0.1:1", true), ("[::1]:1", true), ("0.0.0.0:1", false), ("[::]:1", false), ("10.0.0.1:1", false)]
        {
            let address = text.parse().unwrap();
            assert_eq!(check_address(address, false).is_ok(), allowed, "{text}");
            assert_eq!(check_address(address, true), Ok(()), "{text}");
        }
    }
}
