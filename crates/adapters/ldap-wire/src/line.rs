//! A line to a directory: encrypted, or within this machine.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use candor_words::is_loopback;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::task::JoinHandle;

const CONNECT: Duration = Duration::from_secs(5);
const ADDRESS_BYTES_MAX: usize = 512;
const CERTIFICATES_MAX: usize = 64;

/// Where a directory is, and whom it is believed to be.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint<'a> {
    /// `ldaps://host[:port]` or `ldap://host[:port]`.
    pub address: &'a str,
    /// A plain line turns to TLS before anything is said.
    pub start_tls: bool,
    /// Certificates in PEM that are trusted besides those of the machine.
    pub trusted: Option<&'a [u8]>,
}

/// Why there is no line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The address is none.
    #[error("the directory was not asked: its address is malformed; write `ldaps://host:port`")]
    AddressMalformed,
    /// The address would show a password on the way.
    #[error("the directory was not asked: its address is neither this machine nor encrypted; use TLS")]
    Insecure,
    /// The certificates are none, or more than 64.
    #[error("the directory was not asked: the certificates to trust are malformed; give them as PEM")]
    CertificatesMalformed,
    /// No connection came about.
    #[error("the directory was not reached; see that it runs and that its certificate is trusted")]
    Unreachable,
}

/// A line; it is closed when this is dropped.
pub struct Line {
    /// What requests are made with.
    pub ldap: Ldap,
    driver: JoinHandle<()>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// Whether a password may be sent to this address at all. Asks nobody anything.
///
/// # Errors
/// The address is malformed, or plain and not of this machine.
pub fn check_address(address: &str, start_tls: bool) -> Result<(), WireError> {
    let malformed = WireError::AddressMalformed;
    let (scheme, rest) = address.split_once("://").ok_or(malformed)?;
    let host = host_of(rest).filter(|_| address.len() <= ADDRESS_BYTES_MAX).ok_or(malformed)?;
    match scheme {
        "ldaps" => Ok(()),
        "ldap" if start_tls || is_this_machine(host) => Ok(()),
        "ldap" => Err(WireError::Insecure),
        _ => Err(malformed),
    }
}

/// The host of `host[:port]`, an IPv6 address in brackets.
fn host_of(rest: &str) -> Option<&str> {
    let host = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = match host.rsplit_once(':') {
        Some((before, _)) if before.contains(':') && !before.ends_with(']') => (host, None),
        Some((before, port)) => (before, Some(port)),
        None => (host, None),
    };
    let is_named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    let is_host = !host.is_empty() && host.bytes().all(is_named);
    (is_host && port.is_none_or(|port| port.parse::<u16>().is_ok())).then_some(host)
}

fn is_this_machine(host: &str) -> bool {
    is_loopback(host.trim_start_matches('[').trim_end_matches(']'))
}

/// Opens a line. Nobody has signed in on it yet.
///
/// # Errors
/// See [`WireError`].
pub async fn open(endpoint: Endpoint<'_>) -> Result<Line, WireError> {
    check_address(endpoint.address, endpoint.start_tls)?;
    let settings = LdapConnSettings::new()
        .set_conn_timeout(CONNECT)
        .set_config(tls(endpoint.trusted)?)
        .set_starttls(endpoint.start_tls);
    let opened = LdapConnAsync::with_settings(settings, endpoint.address).await;
    let (connection, ldap) = opened.map_err(|_| WireError::Unreachable)?;
    let driver = tokio::spawn(async move {
        // What goes wrong on the way is seen by who waits for the answer.
        let _ = connection.drive().await;
    });
    Ok(Line { ldap, driver })
}

fn tls(trusted: Option<&[u8]>) -> Result<Arc<ClientConfig>, WireError> {
    static MACHINE: OnceLock<Vec<CertificateDer<'static>>> = OnceLock::new();
    let malformed = WireError::CertificatesMalformed;
    let mut roots = RootCertStore::empty();
    let machine = MACHINE.get_or_init(|| rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(machine.iter().cloned());
    for (n_before, certificate) in CertificateDer::pem_slice_iter(trusted.unwrap_or_default()).enumerate() {
        if n_before >= CERTIFICATES_MAX {
            return Err(malformed);
        }
        roots.add(certificate.map_err(|_| malformed)?).map_err(|_| malformed)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| WireError::Unreachable)?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_encrypted_or_within_this_machine() {
        for (address, start_tls) in [
            ("ldaps://ad.example", false),
            ("ldaps://ad.example:636/", false),
            ("ldap://ad.example", true),
            ("ldap://127.0.0.1:3890", false),
            ("ldap://[::1]:3890", false),
            ("ldap://localhost", false),
        ] {
            assert_eq!(check_address(address, start_tls), Ok(()), "{address}");
        }
        for address in ["ldap://ad.example", "ldap://127.0.0.1.evil.example", "ldap://10.0.0.1:389"] {
            assert_eq!(check_address(address, false), Err(WireError::Insecure), "{address}");
        }
        for address in [
            "ldapi://%2Frun",
            "http://ad.example",
            "ad.example",
            "ldaps://",
            "ldaps://a:b",
            "ldaps://u@h",
            "ldaps://h/?x",
        ] {
            assert_eq!(check_address(address, true), Err(WireError::AddressMalformed), "{address}");
        }
    }
}
