//! Signatures of processors: over the raw bytes of a body, by the key of a certificate of the processor's domain.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use candor_words::Instant;
use rustls_pki_types::{CertificateDer, ServerName, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::aws_lc_rs::{ECDSA_P256_SHA256, RSA_PKCS1_2048_8192_SHA256};
use webpki::{EndEntityCert, KeyUsage};
use zeroize::Zeroizing;

/// The header that holds the signature of a body.
pub const SIGNATURE_HEADER: &str = "x-opendsr-signature";
/// The most bytes of a signature in base64: one of RSA with 8192 bits.
const SIGNATURE_BYTES_MAX: usize = 1_368;
/// The most certificates between a processor's and one that is trusted.
const CHAIN_MAX: usize = 8;

/// The header that names the processor's domain.
pub const fn domain_header() -> &'static str {
    "x-opendsr-processor-domain"
}

/// How signatures of processors and of certificates are checked: RSA (PKCS #1) and ECDSA on P-256, with SHA-256.
static ALGORITHMS: [&dyn SignatureVerificationAlgorithm; 2] = [RSA_PKCS1_2048_8192_SHA256, ECDSA_P256_SHA256];

/// Why a signed body is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The certificate cannot be read.
    #[error("the call was not believed: the processor's certificate is malformed")]
    CertificateMalformed,
    /// Nobody who is trusted vouches for the certificate, or its time is over.
    #[error("the call was not believed: nobody who is trusted vouches for the processor's certificate now")]
    CertificateNotTrusted,
    /// The certificate is another domain's.
    #[error("the call was not believed: the certificate is not that of the processor's domain")]
    OtherDomain,
    /// The signature is not one of this body.
    #[error("the call was not believed: its signature is not one of this body by this processor")]
    SignatureWrong,
    /// The key that should sign is none.
    #[error("nothing was signed: the configured key is neither RSA (2048 bits or more) nor ECDSA on P-256, in PKCS #8")]
    KeyUnfit,
}

/// The key by which a processor signs.
pub struct ProcessorKey {
    domain: String,
    pair: Pair,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(EcdsaKeyPair),
}

// A key is never printed.
impl std::fmt::Debug for ProcessorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProcessorKey").field("domain", &self.domain).finish_non_exhaustive()
    }
}

impl ProcessorKey {
    /// The key of a domain, out of PKCS #8 (DER).
    ///
    /// # Errors
    /// It is neither RSA nor ECDSA on P-256.
    pub fn of(domain: &str, pkcs8: &[u8]) -> Result<Self, SignatureError> {
        let pair = RsaKeyPair::from_pkcs8(pkcs8)
            .map(|pair| Pair::Rsa(Box::new(pair)))
            .or_else(|_| EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8).map(Pair::Ecdsa))
            .map_err(|_| SignatureError::KeyUnfit)?;
        Ok(Self { domain: domain.to_owned(), pair })
    }

    /// The domain that it signs for.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The signature of a body, as its header holds it.
    ///
    /// # Errors
    /// The library cannot sign.
    pub fn sign(&self, body: &[u8]) -> Result<String, SignatureError> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = Zeroizing::new(vec![0; pair.public_modulus_len()]);
                pair.sign(&RSA_PKCS1_SHA256, &random, body, &mut signature).map_err(|_| SignatureError::KeyUnfit)?;
                Ok(STANDARD.encode(signature.as_slice()))
            }
            Pair::Ecdsa(pair) => {
                let signature = pair.sign(&random, body).map_err(|_| SignatureError::KeyUnfit)?;
                Ok(STANDARD.encode(signature))
            }
        }
    }
}

/// The certificate of a processor, with those that lead from it to one that is trusted.
#[derive(Debug, Clone)]
pub struct ProcessorCertificate {
    chain: Vec<CertificateDer<'static>>,
}

impl ProcessorCertificate {
    /// A chain of certificates (DER), the processor's own first.
    ///
    /// # Errors
    /// There is none, or more than eight.
    pub fn of(chain: Vec<CertificateDer<'static>>) -> Result<Self, SignatureError> {
        if (1..=CHAIN_MAX).contains(&chain.len()) {
            Ok(Self { chain })
        } else {
            Err(SignatureError::CertificateMalformed)
        }
    }

    /// Whether it is the certificate of a key's domain, and of that very key: what a processor asks before it signs.
    ///
    /// # Errors
    /// See [`SignatureError`].
    pub fn fits(&self, key: &ProcessorKey) -> Result<(), SignatureError> {
        const PROBE: &[u8] = b"is this the key of the certificate?";
        let certificate = self.own(key.domain())?;
        is_signature_of(&certificate, PROBE, &key.sign(PROBE)?)
    }

    /// The processor's own certificate, if it is that of a domain.
    fn own(&self, domain: &str) -> Result<EndEntityCert<'_>, SignatureError> {
        let own = self.chain.first().ok_or(SignatureError::CertificateMalformed)?;
        let certificate = EndEntityCert::try_from(own).map_err(|_| SignatureError::CertificateMalformed)?;
        let name = ServerName::try_from(domain).map_err(|_| SignatureError::OtherDomain)?;
        certificate.verify_is_valid_for_subject_name(&name).map_err(|_| SignatureError::OtherDomain)?;
        Ok(certificate)
    }

    /// Believes a body, or says why not: somebody trusted vouches for the certificate at `now`, it is that of `domain`,
    /// and the signature is one of these bytes.
    ///
    /// # Errors
    /// See [`SignatureError`].
    pub fn verify(
        &self,
        domain: &str,
        body: &[u8],
        signature: &str,
        trusted: &[TrustAnchor<'_>],
        now: Instant,
    ) -> Result<(), SignatureError> {
        let (own, between) = self.chain.split_first().ok_or(SignatureError::CertificateMalformed)?;
        let certificate = EndEntityCert::try_from(own).map_err(|_| SignatureError::CertificateMalformed)?;
        let seconds = u64::try_from(now.as_millis() / 1_000).map_err(|_| SignatureError::CertificateNotTrusted)?;
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let usage = KeyUsage::server_auth();
        certificate
            .verify_for_usage(&ALGORITHMS, trusted, between, time, usage, None, None)
            .map_err(|_| SignatureError::CertificateNotTrusted)?;
        is_signature_of(&self.own(domain)?, body, signature)
    }
}

fn is_signature_of(by: &EndEntityCert<'_>, body: &[u8], signature: &str) -> Result<(), SignatureError> {
    if signature.len() > SIGNATURE_BYTES_MAX {
        return Err(SignatureError::SignatureWrong);
    }
    let signature = STANDARD.decode(signature).map_err(|_| SignatureError::SignatureWrong)?;
    let is_its =
        |algorithm: &&dyn SignatureVerificationAlgorithm| by.verify_signature(*algorithm, body, &signature).is_ok();
    if ALGORITHMS.iter().any(is_its) { Ok(()) } else { Err(SignatureError::SignatureWrong) }
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

    use super::*;

    const DOMAIN: &str = "opendsr.processor.example";
    const BODY: &[u8] = br#"{"request_status":"completed"}"#;

    fn now() -> Instant {
        Instant::from_date(2026, 11, 26).unwrap()
    }

    struct Vouched {
        authority: CertificateDer<'static>,
        certificate: ProcessorCertificate,
        key: ProcessorKey,
    }

    /// A processor whose certificate an authority of the test vouches for.
    fn vouched(domain: &str) -> Vouched {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let pair = KeyPair::generate().unwrap();
        let own = CertificateParams::new(vec![domain.to_owned()]).unwrap().signed_by(&pair, &authority).unwrap();
        Vouched {
            authority: authority.der().clone(),
            certificate: ProcessorCertificate::of(vec![own.der().clone()]).unwrap(),
            key: ProcessorKey::of(domain, &pair.serialize_der()).unwrap(),
        }
    }

    fn verify(by: &Vouched, trusted: &CertificateDer<'_>, body: &[u8], signature: &str) -> Result<(), SignatureError> {
        let anchors = [webpki::anchor_from_trusted_cert(trusted).unwrap()];
        by.certificate.verify(DOMAIN, body, signature, &anchors, now())
    }

    #[test]
    fn what_a_processor_signed_is_believed_and_no_other_byte() {
        let by = vouched(DOMAIN);
        let signature = by.key.sign(BODY).unwrap();
        assert_eq!(verify(&by, &by.authority, BODY, &signature), Ok(()));
        let other = br#"{"request_status":"completed" }"#;
        assert_eq!(verify(&by, &by.authority, other, &signature), Err(SignatureError::SignatureWrong));
        assert_eq!(verify(&by, &by.authority, BODY, "no base64"), Err(SignatureError::SignatureWrong));
        assert_eq!(verify(&by, &by.authority, BODY, ""), Err(SignatureError::SignatureWrong));
    }

    #[test]
    fn nobody_vouches_for_oneself() {
        let (by, another) = (vouched(DOMAIN), vouched(DOMAIN));
        let signature = by.key.sign(BODY).unwrap();
        assert_eq!(verify(&by, &another.authority, BODY, &signature), Err(SignatureError::CertificateNotTrusted));
        let pair = KeyPair::generate().unwrap();
        let own = CertificateParams::new(vec![DOMAIN.to_owned()]).unwrap().self_signed(&pair).unwrap();
        let alone = Vouched {
            authority: own.der().clone(),
            certificate: ProcessorCertificate::of(vec![own.der().clone()]).unwrap(),
            key: ProcessorKey::of(DOMAIN, &pair.serialize_der()).unwrap(),
        };
        let signature = alone.key.sign(BODY).unwrap();
        assert_eq!(verify(&alone, &by.authority, BODY, &signature), Err(SignatureError::CertificateNotTrusted));
    }

    #[test]
    fn another_domains_certificate_and_one_whose_time_is_over_are_refused() {
        let by = vouched("elsewhere.example");
        let signature = by.key.sign(BODY).unwrap();
        assert_eq!(verify(&by, &by.authority, BODY, &signature), Err(SignatureError::OtherDomain));
        let by = vouched(DOMAIN);
        let signature = by.key.sign(BODY).unwrap();
        let anchors = [webpki::anchor_from_trusted_cert(&by.authority).unwrap()];
        let later = Instant::from_date(4_500, 1, 1).unwrap();
        let refused = by.certificate.verify(DOMAIN, BODY, &signature, &anchors, later);
        assert_eq!(refused, Err(SignatureError::CertificateNotTrusted));
    }

    #[test]
    fn a_certificate_fits_its_own_key_alone() {
        let (by, another) = (vouched(DOMAIN), vouched(DOMAIN));
        assert_eq!(by.certificate.fits(&by.key), Ok(()));
        assert_eq!(by.certificate.fits(&another.key), Err(SignatureError::SignatureWrong));
        let elsewhere = vouched("elsewhere.example");
        assert_eq!(by.certificate.fits(&elsewhere.key), Err(SignatureError::OtherDomain));
    }

    #[test]
    fn an_rsa_key_signs_too() {
        let key = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
        let der = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&key).unwrap();
        let signature = ProcessorKey::of(DOMAIN, der.as_ref()).unwrap().sign(BODY).unwrap();
        assert_eq!(STANDARD.decode(signature).unwrap().len(), 256);
        assert_eq!(ProcessorKey::of(DOMAIN, b"no key").unwrap_err(), SignatureError::KeyUnfit);
    }
}
