//! Where the server may listen: plain HTTP stays on the machine.

use std::net::SocketAddr;

/// How what is said travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Travels {
    /// Under TLS.
    Encrypted,
    /// In the open.
    Plain,
    /// In the open, on a network that the operator says is theirs alone.
    DangerPlain,
}

/// A listening address that would carry personal data in the open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{address}` is beyond this machine, where personal data travels under TLS only; name a certificate and its \
     key with `--tls-certificate` and `--tls-key`, listen on `127.0.0.1` behind a proxy that speaks TLS, or pass \
     `--danger-plain-http` if the network in between is yours alone"
)]
pub struct AddressError {
    address: SocketAddr,
}

/// Lets loopback addresses pass, and others only under TLS or when danger is accepted.
///
/// # Errors
/// An address beyond loopback in the open.
pub const fn check_address(address: SocketAddr, travels: Travels) -> Result<(), AddressError> {
    match travels {
        Travels::Encrypted | Travels::DangerPlain => Ok(()),
        Travels::Plain if address.ip().is_loopback() => Ok(()),
        Travels::Plain => Err(AddressError { address }),
    }
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
            assert_eq!(check_address(address, Travels::Plain).is_ok(), allowed, "{text}");
            assert_eq!(check_address(address, Travels::Encrypted), Ok(()), "{text}");
            assert_eq!(check_address(address, Travels::DangerPlain), Ok(()), "{text}");
        }
    }
}
