//! A connection to a directory: encrypted, or within this machine.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use candor_identity_port::{Company, DirectoryError};
use candor_words::is_loopback;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::task::JoinHandle;

const CONNECT: Duration = Duration::from_secs(5);
const ADDRESS_BYTES_MAX: usize = 512;
const CERTIFICATES_MAX: usize = 64;

/// A connection; it is closed when this is dropped.
pub(crate) struct Connection {
    pub(crate) ldap: Ldap,
    driver: JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// Whether a password may be sent to this address at all. Asks nobody anything.
pub(crate) fn check_address(company: &Company) -> Result<(), DirectoryError> {
    let malformed = DirectoryError::ConfigurationMalformed { what: "address" };
    let (scheme, rest) = company.address.split_once("://").ok_or(malformed)?;
    let host = host_of(rest).filter(|_| company.address.len() <= ADDRESS_BYTES_MAX).ok_or(malformed)?;
    match scheme {
        "ldaps" => Ok(()),
        "ldap" if company.start_tls || is_this_machine(host) => Ok(()),
        "ldap" => Err(DirectoryError::Insecure),
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

/// Opens a connection.
pub(crate) async fn open(company: &Company) -> Result<Connection, DirectoryError> {
    check_address(company)?;
    let settings = LdapConnSettings::new()
        .set_conn_timeout(CONNECT)
        .set_config(tls(company.trusted.as_deref())?)
        .set_starttls(company.start_tls);
    let opened = LdapConnAsync::with_settings(settings, &company.address).await;
    let (connection, ldap) = opened.map_err(|_| DirectoryError::Unreachable)?;
    let driver = tokio::spawn(async move {
        // What goes wrong on the way is seen by who waits for the answer.
        let _ = connection.drive().await;
    });
    Ok(Connection { ldap, driver })
}

fn tls(trusted: Option<&[u8]>) -> Result<Arc<ClientConfig>, DirectoryError> {
    static MACHINE: OnceLock<Vec<CertificateDer<'static>>> = OnceLock::new();
    let malformed = DirectoryError::ConfigurationMalformed { what: "certificates" };
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
        .map_err(|_| DirectoryError::Unreachable)?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, start_tls: bool) -> Result<(), DirectoryError> {
        check_address(&Company {
            address: address.to_owned(),
            start_tls,
            trusted: None,
            base: String::new(),
            filter: String::new(),
            reader: None,
            id_attribute: String::new(),
        })
    }

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
            assert_eq!(check(address, start_tls), Ok(()), "{address}");
        }
        for address in ["ldap://ad.example", "ldap://127.0.0.1.evil.example", "ldap://10.0.0.1:389"] {
            assert_eq!(check(address, false), Err(DirectoryError::Insecure), "{address}");
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
            let malformed = DirectoryError::ConfigurationMalformed { what: "address" };
            assert_eq!(check(address, true), Err(malformed), "{address}");
        }
    }
}
