//! TLS 1.2 and 1.3 with the operator's own certificate, taken up again when its files change.
//!
//! What fails is refused at the start; later, a pair of files that cannot be used is logged and the one from before stays
//! in use, so that a renewal that goes wrong ends no service. A new certificate holds for new connections; those that are
//! open go on. See ADR 0020.

mod certificate;
mod ends;
mod handshake;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, header};
use candor_words::Instant;
use parking_lot::RwLock;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;
use tower_http::set_header::SetResponseHeaderLayer;

pub use certificate::TlsError;
use certificate::{Certificate, read};

/// Where the certificate and its key lie, as PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by those that vouch for it.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// How the server speaks TLS: shared by all connections.
pub struct Tls {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    shown: Arc<Shown>,
    acceptor: TlsAcceptor,
}

impl Tls {
    /// Reads the files and makes ready.
    ///
    /// # Errors
    /// The files cannot be read, do not belong together, or the key is open to every user of the machine.
    pub fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(provider());
        let shown = Arc::new(Shown(RwLock::new(read(&files, &provider)?)));
        let acceptor = TlsAcceptor::from(Arc::new(configure(&provider, Arc::clone(&shown))?));
        Ok(Self { files, provider, shown, acceptor })
    }

    /// Reads the files again; new connections get what stands there now.
    ///
    /// # Errors
    /// As [`Tls::open`]; the certificate from before stays in use.
    pub fn reload(&self) -> Result<(), TlsError> {
        let certificate = read(&self.files, &self.provider)?;
        *self.shown.0.write() = certificate;
        Ok(())
    }

    /// When the certificate in use ends; `None` when it does not say so in a way that is understood.
    pub fn ends_at(&self) -> Option<Instant> {
        self.shown.0.read().ends_at
    }
}

/// The certificate that new connections are shown.
struct Shown(RwLock<Certificate>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().key))
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Shown")
    }
}

/// Only what keeps past connections closed when a key is lost later, and nothing older than TLS 1.2 (RFC 9325); first the
/// key exchange that a quantum computer does not open either.
fn provider() -> CryptoProvider {
    use aws_lc_rs::kx_group::{SECP256R1, SECP384R1, X25519, X25519MLKEM768};
    CryptoProvider { kx_groups: vec![X25519MLKEM768, X25519, SECP256R1, SECP384R1], ..aws_lc_rs::default_provider() }
}

fn configure(provider: &Arc<CryptoProvider>, shown: Arc<Shown>) -> Result<rustls::ServerConfig, TlsError> {
    let mut config = rustls::ServerConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(TlsError::of_library)?
        .with_no_client_auth()
        .with_cert_resolver(shown);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.ignore_client_order = true;
    // Tickets sealed with keys that change every few hours, so that coming back is cheap and costs no memory.
    config.ticketer = aws_lc_rs::Ticketer::new().map_err(TlsError::of_library)?;
    Ok(config)
}

/// Tells browsers to come back under TLS only, for a year (RFC 6797).
pub fn strict_transport(routes: Router) -> Router {
    let value = HeaderValue::from_static("max-age=31536000");
    routes.layer(SetResponseHeaderLayer::overriding(header::STRICT_TRANSPORT_SECURITY, value))
}

#[cfg(test)]
mod tests;
