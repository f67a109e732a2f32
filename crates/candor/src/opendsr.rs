//! Requests from other organisations (OpenDSR 2.0), as configured: who this processor is, and whom it calls back.

use std::path::PathBuf;
use std::sync::Arc;

use candor_backchannel::HttpBackChannel;
use candor_dsr::opendsr::{ProcessorCertificate, ProcessorKey};
use candor_dsr_face::Processor;
use candor_rights::{ProcessorPlace, Rights};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde::Deserialize;
use tokio::sync::watch;

use crate::server::JOBS_INTERVAL;
use crate::small_file;
use crate::trouble::Trouble;

/// The most hosts that may be called back.
const HOSTS_MAX: usize = 1_024;

/// `[opendsr]` of the configuration file. Without a domain, requests of other organisations are not taken.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpendsrConfig {
    /// The domain at which the server is reached for them, and whose certificate it signs by.
    pub domain: Option<String>,
    /// The key of the certificate (PKCS #8, PEM).
    pub key: Option<PathBuf>,
    /// The certificate and those that vouch for it (PEM).
    pub certificate: Option<PathBuf>,
    /// The hosts that may be called back.
    pub callback_hosts: Vec<String>,
}

impl OpendsrConfig {
    /// Who this processor is; nobody when no domain is configured.
    ///
    /// # Errors
    /// A file cannot be read, or the key, the certificate and the domain do not belong together.
    pub fn processor(&self) -> Result<Option<Arc<Processor>>, Trouble> {
        let Some(domain) = &self.domain else { return Ok(None) };
        let refuse = |why: &str| Trouble::bad_input("read `[opendsr]` of the configuration", why);
        let (Some(key), Some(certificate)) = (&self.key, &self.certificate) else {
            return Err(refuse("a domain is named, and not both its key and its certificate")
                .next("name the files as `key` and `certificate`"));
        };
        if self.callback_hosts.len() > HOSTS_MAX {
            return Err(refuse("it names more than 1024 hosts to call back"));
        }
        let key = PrivatePkcs8KeyDer::from_pem_slice(&small_file::read(key)?)
            .map_err(|_| refuse("its key is no PKCS #8 in PEM"))?;
        let key = ProcessorKey::of(domain, key.secret_pkcs8_der()).map_err(|error| refuse(&error.to_string()))?;
        let pem = small_file::read(certificate)?;
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&pem)
            .collect::<Result<_, _>>()
            .map_err(|_| refuse("its certificate is none in PEM"))?;
        let chain = ProcessorCertificate::of(chain).map_err(|error| refuse(&error.to_string()))?;
        chain.fits(&key).map_err(|_| refuse("the certificate is not that of the domain and the key"))?;
        let certificate = String::from_utf8(pem).map_err(|_| refuse("its certificate is none in PEM"))?;
        let place = ProcessorPlace { domain: domain.clone(), callback_hosts: self.callback_hosts.clone() };
        Ok(Some(Arc::new(Processor { place, key, certificate })))
    }
}

/// Tells controllers again and again what became of their requests, until told to stop.
pub async fn tell(rights: Arc<Rights>, processor: Option<Arc<Processor>>, mut stop: watch::Receiver<bool>) {
    let Some(processor) = processor else { return };
    let callbacks = HttpBackChannel::new();
    loop {
        if let Err(error) = rights.opendsr_tell(&processor.key, &callbacks).await {
            tracing::warn!(code = error.code(), "a pass over what controllers are told was cut short");
        }
        tokio::select! {
            () = tokio::time::sleep(JOBS_INTERVAL) => {}
            stopped = stop.wait_for(|stop| *stop) => {
                drop(stopped);
                return;
            }
        }
    }
}
