//! Which hosts are this machine.

use std::net::IpAddr;

/// True for a host, without brackets, that is this machine: by address alone, for a name could be pointed elsewhere;
/// `localhost` never is (RFC 6761).
pub fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_and_its_one_name_are_it() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["", "localhost.example", "127.0.0.1.example", "10.0.0.1", "::2", "[::1]"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
