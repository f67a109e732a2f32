//! Who is trusted to vouch for certificates: whom the machine trusts, and whom the address names besides.

use std::sync::OnceLock;

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, TrustAnchor};
use webpki::anchor_from_trusted_cert;

/// The machine's, read once: that takes a while.
static OF_MACHINE: OnceLock<Vec<TrustAnchor<'static>>> = OnceLock::new();

/// Whom to trust, with further certificates (PEM).
pub(crate) fn anchors(further: Option<&str>) -> Vec<TrustAnchor<'static>> {
    let of_machine = OF_MACHINE.get_or_init(|| {
        let certificates = rustls_native_certs::load_native_certs().certs;
        certificates.iter().filter_map(anchor).collect()
    });
    let further = further.unwrap_or_default().as_bytes();
    let further = CertificateDer::pem_slice_iter(further).flatten().collect::<Vec<_>>();
    of_machine.iter().cloned().chain(further.iter().filter_map(anchor)).collect()
}

fn anchor(certificate: &CertificateDer<'_>) -> Option<TrustAnchor<'static>> {
    anchor_from_trusted_cert(certificate).ok().map(|anchor| anchor.to_owned())
}
