//! Clients that are careful whom they ask: TLS that is verified, no redirect, no cookie, no proxy.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECTIONS_MAX: usize = 4;

/// Begins a client that trusts what the machine trusts, and further certificates; how long it waits is for whoever makes it to say.
/// Reading the machine's certificates takes a while.
#[must_use]
pub fn careful_client(trusted: impl IntoIterator<Item = CertificateDer<'static>>) -> Option<ClientBuilder> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(trusted);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    let tls = tls.with_root_certificates(roots).with_no_client_auth();
    Some(Client::builder().tls_backend_preconfigured(tls).redirect(Policy::none()).no_proxy().referer(false))
}

/// Makes the client of one site; the further certificates are PEM.
pub(crate) fn client(trusted: Option<&str>, answer: Duration) -> Option<Client> {
    let trusted = CertificateDer::pem_slice_iter(trusted.unwrap_or_default().as_bytes());
    let trusted: Vec<CertificateDer<'static>> = trusted.collect::<Result<_, _>>().ok()?;
    careful_client(trusted)?
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(answer)
        .pool_max_idle_per_host(CONNECTIONS_MAX)
        .user_agent("candor")
        .build()
        .ok()
}
