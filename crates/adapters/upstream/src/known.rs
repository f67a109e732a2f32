//! What is known of each provider: its description and its keys, each read when needed and kept for a time.

use std::collections::HashMap;
use std::sync::Arc;

use candor_identity_port::{Provider, UpstreamError};
use candor_jose::JwkSet;
use candor_words::Instant;
use parking_lot::Mutex;
use reqwest::Client;

use crate::fetch::fetch;
use crate::metadata::{Metadata, described_at};

/// How long a description and keys are taken as they were read.
const KEPT_MS: i64 = 24 * 3_600 * 1_000;
/// How soon keys may be read again because a token names one that is not known.
const KEYS_AGAIN_MS: i64 = 60 * 1_000;
/// How many providers are remembered; beyond it the one read longest ago is forgotten.
const PROVIDERS_MAX: usize = 256;

/// The providers that were asked.
#[derive(Default)]
pub(crate) struct KnownProviders {
    known: Mutex<HashMap<String, Arc<KnownProvider>>>,
}

/// One provider. Its locks are held while it is asked, so that a thousand people make one request.
#[derive(Default)]
pub(crate) struct KnownProvider {
    metadata: tokio::sync::Mutex<Option<(Instant, Arc<Metadata>)>>,
    keys: tokio::sync::Mutex<Option<(Instant, Arc<JwkSet>)>>,
    used_at: Mutex<Instant>,
}

impl KnownProviders {
    /// What is known of the provider of an issuer; nothing yet, the first time.
    pub(crate) fn of(&self, provider: &Provider, now: Instant) -> Arc<KnownProvider> {
        let mut known = self.known.lock();
        if !known.contains_key(&provider.issuer) && known.len() >= PROVIDERS_MAX {
            let oldest = known.iter().min_by_key(|(_, one)| *one.used_at.lock()).map(|(issuer, _)| issuer.clone());
            oldest.map(|issuer| known.remove(&issuer));
        }
        let one = Arc::clone(known.entry(provider.issuer.clone()).or_default());
        *one.used_at.lock() = now;
        one
    }
}

impl KnownProvider {
    /// The description, read if it is not known or too old.
    pub(crate) async fn metadata(
        &self,
        client: &Client,
        provider: &Provider,
        now: Instant,
    ) -> Result<Arc<Metadata>, UpstreamError> {
        let mut kept = self.metadata.lock().await;
        if let Some((_, metadata)) = kept.as_ref().filter(|(read_at, _)| is_within(*read_at, now, KEPT_MS)) {
            return Ok(Arc::clone(metadata));
        }
        let fetched = fetch(client.get(described_at(provider)?), "description").await?;
        let metadata = Arc::new(Metadata::read(&fetched, provider)?);
        *kept = Some((now, Arc::clone(&metadata)));
        Ok(metadata)
    }

    /// The keys, read if they are not known or too old.
    pub(crate) async fn keys(
        &self,
        client: &Client,
        metadata: &Metadata,
        now: Instant,
    ) -> Result<Arc<JwkSet>, UpstreamError> {
        self.keys_not_older(client, metadata, now, KEPT_MS).await
    }

    /// The keys, read anew unless that was done within the last minute: for a token whose key is not known.
    pub(crate) async fn keys_again(
        &self,
        client: &Client,
        metadata: &Metadata,
        now: Instant,
    ) -> Result<Arc<JwkSet>, UpstreamError> {
        self.keys_not_older(client, metadata, now, KEYS_AGAIN_MS).await
    }

    async fn keys_not_older(
        &self,
        client: &Client,
        metadata: &Metadata,
        now: Instant,
        age_ms: i64,
    ) -> Result<Arc<JwkSet>, UpstreamError> {
        let mut kept = self.keys.lock().await;
        if let Some((_, keys)) = kept.as_ref().filter(|(read_at, _)| is_within(*read_at, now, age_ms)) {
            return Ok(Arc::clone(keys));
        }
        let fetched = fetch(client.get(metadata.keys.clone()), "keys").await?;
        let keys = if fetched.status.is_success() { JwkSet::parse(&fetched.body).ok() } else { None };
        let keys = Arc::new(keys.ok_or_else(|| fetched.malformed())?);
        *kept = Some((now, Arc::clone(&keys)));
        Ok(keys)
    }
}

/// Whether less than `age_ms` went by; a clock that was set back makes nothing fresh for ever.
const fn is_within(read_at: Instant, now: Instant, age_ms: i64) -> bool {
    let age = now.as_millis().saturating_sub(read_at.as_millis());
    age >= -age_ms && age < age_ms
}
