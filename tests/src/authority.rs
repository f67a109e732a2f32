//! Whoever vouches for the certificates of a test.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};

/// A certificate authority of the test's own.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, as files.
#[derive(Debug, Clone)]
pub struct Certified {
    /// The certificate (PEM).
    pub certificate: PathBuf,
    /// Its private key (PEM), for its owner only.
    pub key: PathBuf,
}

impl Authority {
    /// Makes one that nobody knew before.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "an authority for one test");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_after = date_time_ymd(2096, 1, 1);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate"))
    }

    /// What clients trust to trust it (PEM).
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Vouches for this machine, by its names and addresses, and puts certificate and key into a folder, in place of
    /// those that stood there.
    pub fn certify(&self, folder: &Path) -> Certified {
        let (mut params, key) = (Self::of_this_machine(), KeyPair::generate().expect("a key"));
        // Browsers and checkers find longer ones too long.
        let days = std::time::Duration::from_secs(90 * 24 * 3600);
        params.not_before = std::time::SystemTime::now().into();
        params.not_after = (std::time::SystemTime::now() + days).into();
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        let files = Certified { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") };
        fs::write(&files.key, key.serialize_pem()).expect("a file");
        fs::set_permissions(&files.key, fs::Permissions::from_mode(0o600)).expect("permissions");
        fs::write(&files.certificate, certificate.pem() + &self.pem()).expect("a file");
        files
    }

    fn of_this_machine() -> CertificateParams {
        // Some servers have ports that are fixed, and so an address of this machine each.
        let addresses = (1..=9).map(|last| format!("127.0.0.{last}"));
        let names: Vec<String> = ["localhost", "::1"].map(str::to_owned).into_iter().chain(addresses).collect();
        let mut params = CertificateParams::new(names).expect("names");
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        // Nobody asks there; a certificate that cannot be revoked is found fault with.
        let revoked = vec!["http://127.0.0.1/revoked".to_owned()];
        params.crl_distribution_points = vec![rcgen::CrlDistributionPoint { uris: revoked }];
        params
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}
