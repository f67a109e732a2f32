//! One processor: asked over HTTP, believed by its signature.

use std::sync::Arc;

use candor_call::{Call, Method, Reply, Site};
use candor_connect::ConnectError;
use candor_dsr::opendsr::{
    NewRequest, ProcessorCertificate, SIGNATURE_HEADER, SaidStatus, SignatureError, domain_header, read_discovery,
    read_received,
};
use candor_words::Clock;
use parking_lot::Mutex;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use crate::trusted::anchors;

/// The older names of the two headers, which section 10.1 wants honoured.
const OLDER: (&str, &str) = ("x-opengdpr-processor-domain", "x-opengdpr-signature");
const KEPT: &[&str] = &[domain_header(), SIGNATURE_HEADER, OLDER.0, OLDER.1];

/// One processor.
pub(crate) struct Processor {
    site: Site,
    clock: Arc<dyn Clock>,
    /// Its certificate, as it was fetched last.
    certificate: Mutex<Option<ProcessorCertificate>>,
}

impl Processor {
    pub fn new(site: Site, clock: Arc<dyn Clock>) -> Self {
        Self { site, clock, certificate: Mutex::new(None) }
    }

    /// The domain that is asked: what its certificate has to be for.
    pub fn domain(&self) -> &str {
        self.site.address().host_str().unwrap_or_default()
    }

    pub fn now(&self) -> candor_words::Instant {
        self.clock.now()
    }

    /// How far a request is; none when the processor knows no such request.
    pub async fn status(&self, number: &str) -> Result<Option<SaidStatus>, ConnectError> {
        let call = Call::new(Method::Get, format!("/requests/{number}"), "GET /requests/{id}").keeping(KEPT);
        let reply = self.site.send(&call).await?;
        if reply.is_gone() {
            return Ok(None);
        }
        let reply = self.believed(reply.done()?).await?;
        SaidStatus::read(&reply.body, number).map(Some).map_err(|_| unreadable(&reply))
    }

    /// Has a request taken.
    pub async fn ask(&self, request: &NewRequest) -> Result<(), ConnectError> {
        let call = Call::new(Method::Post, "/requests", "POST /requests").keeping(KEPT);
        let reply = self.site.send(&call.with_body("application/json", request.write())).await?;
        if reply.status == 400 || reply.status == 422 {
            let why = "the organisation does not take the request: it may not know people by what the policy says";
            return Err(ConnectError::Refused { why: why.to_owned() });
        }
        let reply = self.believed(reply.done()?).await?;
        read_received(&reply.body, &request.id).map_err(|_| unreadable(&reply))
    }

    /// What it says of itself, asked for to see that it is there.
    pub async fn discover(&self) -> Result<String, ConnectError> {
        let reply = self.site.send(&Call::new(Method::Get, "/discovery", "GET /discovery")).await?.done()?;
        read_discovery(&reply.body).map_err(|_| unreadable(&reply))
    }

    async fn believed(&self, reply: Reply) -> Result<Reply, ConnectError> {
        let of = |name, older| reply.header(name).or_else(|| reply.header(older)).unwrap_or_default();
        let (domain, signature) = (of(domain_header(), OLDER.0), of(SIGNATURE_HEADER, OLDER.1));
        self.verify(domain, &reply.body, signature).await.map_err(|error| match error {
            Unbelieved::Connect(error) => error,
            Unbelieved::Stranger | Unbelieved::Forged => {
                let why = format!(
                    "`{}` was answered without a signature that can be believed: not by a certificate of the domain that is asked, or not of this answer",
                    reply.what
                );
                ConnectError::Refused { why }
            }
        })?;
        Ok(reply)
    }

    /// Believes a body that is said to be from a domain, or says why not. A certificate that does not fit any more is
    /// fetched once more.
    pub async fn verify(&self, domain: &str, body: &[u8], signature: &str) -> Result<(), Unbelieved> {
        if !domain.eq_ignore_ascii_case(self.domain()) {
            return Err(Unbelieved::Stranger);
        }
        let kept = self.certificate.lock().clone();
        if let Some(kept) = kept
            && self.verify_by(&kept, body, signature).is_ok()
        {
            return Ok(());
        }
        let fetched = self.fetch().await.map_err(Unbelieved::Connect)?;
        let verified = self.verify_by(&fetched, body, signature);
        if verified.is_ok() {
            *self.certificate.lock() = Some(fetched);
        }
        verified.map_err(|error| match error {
            SignatureError::SignatureWrong => Unbelieved::Forged,
            _ => Unbelieved::Stranger,
        })
    }

    fn verify_by(
        &self,
        certificate: &ProcessorCertificate,
        body: &[u8],
        signature: &str,
    ) -> Result<(), SignatureError> {
        let trusted = anchors(self.site.trusted());
        // A header may be folded, and base64 written in lines.
        let signature: String = signature.split_ascii_whitespace().collect();
        certificate.verify(self.domain(), body, &signature, &trusted, self.clock.now())
    }

    /// The certificate that the discovery names. It is fetched from the host that is asked, whatever stands there.
    async fn fetch(&self) -> Result<ProcessorCertificate, ConnectError> {
        let named = self.discover().await?;
        let elsewhere = || ConnectError::Refused {
            why: "the organisation's certificate is said to be at another domain than its own".to_owned(),
        };
        let base = self.site.address();
        let mut url = base.join(&named).map_err(|_| elsewhere())?;
        if url.scheme() != base.scheme() || url.host_str() != base.host_str() {
            return Err(elsewhere());
        }
        // The address says which port answers.
        url.set_port(base.port()).map_err(|()| elsewhere())?;
        let reply = self.site.send(&Call::new(Method::Get, url, "GET the certificate")).await?.done()?;
        let chain: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(&reply.body).collect();
        let chain = chain.map_err(|_| unreadable(&reply))?;
        ProcessorCertificate::of(chain).map_err(|_| unreadable(&reply))
    }
}

/// Why a body is not believed.
pub(crate) enum Unbelieved {
    /// The certificate could not be fetched.
    Connect(ConnectError),
    /// Another domain, or a certificate that nobody vouches for.
    Stranger,
    /// The signature is not one of it.
    Forged,
}

fn unreadable(reply: &Reply) -> ConnectError {
    ConnectError::Failed { why: format!("`{}` was answered with what is no answer of OpenDSR 2.0", reply.what) }
}
