//! The providers of all tenants, behind one door.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use candor_call::careful_client;
use candor_identity_port::{Provider, Upstream, UpstreamAnswer, UpstreamAttempt, UpstreamError, UpstreamPerson};
use candor_jose::JwsError;
use candor_words::Clock;
use reqwest::Client;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Map, Value};

use crate::begin::authorization_address;
use crate::exchange::{Tokens, code_of, exchange};
use crate::fetch::fetch;
use crate::known::{KnownProvider, KnownProviders};
use crate::metadata::Metadata;
use crate::person::{Word, is_incomplete, person, same_person, verify_word};

const CONNECT_MS: u64 = 5_000;
const ANSWER_MS: u64 = 10_000;
const CONNECTIONS_MAX: usize = 4;
const CERTIFICATES_MAX: usize = 64;

/// Sends people to providers and takes what they bring back. Making one opens nothing.
pub struct Upstreams {
    clock: Arc<dyn Clock>,
    trusted: Vec<CertificateDer<'static>>,
    client: OnceLock<Option<Client>>,
    known: KnownProviders,
}

/// The certificates to trust are no good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustError;

impl std::fmt::Display for TrustError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the certificates to trust were not read: they are not PEM, or more than {CERTIFICATES_MAX}")
    }
}

impl std::error::Error for TrustError {}

impl Upstreams {
    /// Makes the door. `trusted` holds certificates (PEM) to trust beside those of the machine.
    ///
    /// # Errors
    /// `trusted` is no PEM.
    pub fn new(clock: Arc<dyn Clock>, trusted: Option<&[u8]>) -> Result<Self, TrustError> {
        let certificates = CertificateDer::pem_slice_iter(trusted.unwrap_or_default());
        let trusted: Vec<_> = certificates.collect::<Result<_, _>>().map_err(|_| TrustError)?;
        if trusted.len() > CERTIFICATES_MAX {
            return Err(TrustError);
        }
        Ok(Self { clock, trusted, client: OnceLock::new(), known: KnownProviders::default() })
    }

    /// The client, made when the first person is sent away: reading the machine's certificates takes a while.
    fn client(&self) -> Result<&Client, UpstreamError> {
        self.client.get_or_init(|| client(&self.trusted)).as_ref().ok_or(UpstreamError::Unreachable)
    }

    async fn described(&self, provider: &Provider) -> Result<(Arc<KnownProvider>, Arc<Metadata>), UpstreamError> {
        let now = self.clock.now();
        let known = self.known.of(provider, now);
        let metadata = known.metadata(self.client()?, provider, now).await?;
        Ok((known, metadata))
    }

    /// Verifies an ID token; if its key is not known, once more with the provider's present keys.
    async fn word(
        &self,
        known: &KnownProvider,
        metadata: &Metadata,
        provider: &Provider,
        attempt: &UpstreamAttempt,
        tokens: &Tokens,
    ) -> Result<Word, UpstreamError> {
        let (client, now) = (self.client()?, self.clock.now());
        let verify = |keys| verify_word(&tokens.id_token, tokens.access_token.as_deref(), provider, attempt, keys, now);
        let keys = known.keys(client, metadata, now).await?;
        match verify(&keys) {
            Err(UpstreamError::Signature(JwsError::KeyUnknown)) => {
                verify(&*known.keys_again(client, metadata, now).await?)
            }
            outcome => outcome,
        }
    }
}

#[async_trait]
impl Upstream for Upstreams {
    async fn begin(
        &self,
        provider: &Provider,
        attempt: &UpstreamAttempt,
        wanted: &[String],
    ) -> Result<String, UpstreamError> {
        let (_, metadata) = self.described(provider).await?;
        Ok(authorization_address(&metadata, provider, attempt, wanted))
    }

    async fn finish(
        &self,
        provider: &Provider,
        attempt: &UpstreamAttempt,
        answer: &UpstreamAnswer,
        wanted: &[String],
    ) -> Result<UpstreamPerson, UpstreamError> {
        let (known, metadata) = self.described(provider).await?;
        let code = code_of(answer, provider, attempt, &metadata)?;
        let tokens = exchange(self.client()?, &metadata, provider, attempt, code).await?;
        let word = self.word(&known, &metadata, provider, attempt, &tokens).await?;
        let userinfo = match (&metadata.userinfo, &tokens.access_token) {
            (Some(address), Some(token)) if is_incomplete(&word, wanted) => {
                let request = self.client()?.get(address.clone()).bearer_auth(token);
                let said: Map<String, Value> = fetch(request, "userinfo").await?.json()?;
                Some(same_person(&word, said)?)
            }
            _ => None,
        };
        person(&word, userinfo.as_ref(), provider, wanted)
    }
}

fn client(trusted: &[CertificateDer<'static>]) -> Option<Client> {
    careful_client(trusted.iter().cloned())?
        .connect_timeout(Duration::from_millis(CONNECT_MS))
        .timeout(Duration::from_millis(ANSWER_MS))
        .pool_max_idle_per_host(CONNECTIONS_MAX)
        .build()
        .ok()
}
