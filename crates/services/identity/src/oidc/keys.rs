//! The tenant's signing keys: drawn when first needed, sealed like everything else, renewed by themselves.
//!
//! A new key is published an hour before it signs, so that whoever keeps the set for a while knows it in time; the old one
//! is published until whatever it signed is over.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candor_jose::{Algorithm, JwkSet, SigningKey};
use candor_vault::{Caller, ErrorKind, Scope, VaultError};
use candor_words::{Instant, TenantId};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::drawer::Sort;
use crate::identity::Identity;

/// How long before it signs a key is published: an hour.
const AHEAD_MS: i64 = 60 * 60 * 1000;
/// How long after it signed last a key is published: a day, for ID tokens come back as hints.
const AFTER_MS: i64 = 24 * 60 * 60 * 1000;
/// How long a key signs: ninety days.
const LIFE_MS: i64 = 90 * 24 * 60 * 60 * 1000;
/// How long a ring is taken from memory.
const REMEMBERED_MS: i64 = 60 * 1000;
/// The most tenants whose rings are in memory.
const RINGS_MAX: usize = 1_000;

/// The keys as they are kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct RingBody {
    keys: Vec<KeptKey>,
}

#[derive(Serialize, Deserialize)]
struct KeptKey {
    algorithm: String,
    secret: String,
    signs_from: Instant,
    /// When it is published no more; `None` while it is the newest of its algorithm.
    until: Option<Instant>,
}

impl Drop for KeptKey {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl std::fmt::Debug for KeptKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeptKey({})", self.algorithm)
    }
}

impl Sort for RingBody {
    const KIND: u16 = 35;
}

/// A tenant's keys, ready to sign.
pub(crate) struct Ring {
    keys: Vec<(SigningKey, Instant)>,
    /// What is published.
    pub set: JwkSet,
    read_at: Instant,
}

impl Ring {
    /// The key that signs now.
    fn signing(&self, algorithm: Algorithm, now: Instant) -> Option<&SigningKey> {
        let of_algorithm =
            self.keys.iter().filter(|(key, signs_from)| key.algorithm() == algorithm && *signs_from <= now);
        of_algorithm.max_by_key(|(_, signs_from)| *signs_from).map(|(key, _)| key)
    }

    /// Signs claims.
    pub(crate) fn sign(
        &self,
        algorithm: Algorithm,
        typ: &str,
        claims: &impl Serialize,
        now: Instant,
    ) -> Result<String, VaultError> {
        let key = self.signing(algorithm, now).ok_or_else(no_key)?;
        candor_jose::sign(key, typ, claims).map_err(|_| no_key())
    }
}

/// Rings in memory.
#[derive(Default)]
pub(crate) struct Rings(Mutex<HashMap<TenantId, Arc<Ring>>>);

impl Identity {
    /// The tenant's keys, with one that signs by the algorithm.
    pub(crate) async fn ring(&self, tenant: TenantId, algorithm: Algorithm) -> Result<Arc<Ring>, VaultError> {
        let now = self.now();
        let known = self.rings.0.lock().get(&tenant).cloned();
        let is_new =
            |ring: &Arc<Ring>| now.as_millis().abs_diff(ring.read_at.as_millis()) < REMEMBERED_MS.unsigned_abs();
        if let Some(ring) = known.filter(|ring| is_new(ring) && ring.signing(algorithm, now).is_some()) {
            return Ok(ring);
        }
        let body = self.keys_kept(tenant, algorithm, false).await?;
        self.remember(tenant, &body)
    }

    /// Draws new keys; they sign once everybody had the time to learn of them.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn renew_signing_keys(&self, caller: &Caller) -> Result<(), VaultError> {
        caller.needs(Scope::Admin)?;
        let tenant = caller.tenant();
        let body = self.keys_kept(tenant, Algorithm::EdDsa, false).await?;
        let mut algorithms: Vec<_> = body.keys.iter().filter_map(|key| Algorithm::from_name(&key.algorithm)).collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        for algorithm in algorithms {
            self.keys_kept(tenant, algorithm, true).await?;
        }
        self.rings.0.lock().remove(&tenant);
        Ok(())
    }

    /// The keys as they are kept, after drawing what is missing, too old, or to be renewed.
    async fn keys_kept(&self, tenant: TenantId, algorithm: Algorithm, renew: bool) -> Result<RingBody, VaultError> {
        let name = self.vault.slip_name(tenant, RingBody::KIND, b"ring").await?;
        // Of two who draw at once one is first, and the other reads what came of it.
        for _ in 0..4 {
            let now = self.now();
            let kept = self.kept::<RingBody>(tenant, name).await?;
            let newest = kept.iter().flat_map(|kept| &kept.body.keys).filter(|key| key.algorithm == algorithm.name());
            let newest = newest.map(|key| key.signs_from).max();
            let is_old = |at: Instant| now.as_millis() - at.as_millis() >= LIFE_MS;
            let is_waiting = newest.is_some_and(|at| now < at);
            if newest.is_some_and(|at| !is_old(at)) && (!renew || is_waiting) {
                return Ok(kept.map(|kept| kept.body).unwrap_or_default());
            }
            let signs_from = if newest.is_some() { self.in_ms(AHEAD_MS) } else { now };
            let drawn = self.draw_key(algorithm, signs_from).await?;
            let until = Instant::from_millis(signs_from.as_millis().saturating_add(AFTER_MS));
            let change = match kept {
                None => self.put_new(name, None, None, &RingBody { keys: vec![drawn] })?,
                Some(mut kept) => {
                    kept.body.keys.retain(|key| key.until.is_none_or(|until| now < until));
                    for key in kept.body.keys.iter_mut().filter(|key| key.algorithm == algorithm.name()) {
                        key.until.get_or_insert(until);
                    }
                    kept.body.keys.push(drawn);
                    kept.put_again()?
                }
            };
            match self.vault.change_slips(&self.door(tenant), vec![change], Vec::new()).await {
                Err(error) if error.code() == "slip.changed" => {}
                done => drop(done?),
            }
        }
        Err(no_key())
    }

    async fn draw_key(&self, algorithm: Algorithm, signs_from: Instant) -> Result<KeptKey, VaultError> {
        let key = if algorithm == Algorithm::Rs256 {
            // About a second of work, beside whatever else is served.
            tokio::task::spawn_blocking(SigningKey::generate_rs256).await.map_err(|_| no_key())?
        } else {
            SigningKey::generate(algorithm, self.entropy.as_ref())
        };
        let secret = URL_SAFE_NO_PAD.encode(key.map_err(|_| no_key())?.secret());
        Ok(KeptKey { algorithm: algorithm.name().to_owned(), secret, signs_from, until: None })
    }

    fn remember(&self, tenant: TenantId, body: &RingBody) -> Result<Arc<Ring>, VaultError> {
        let now = self.now();
        let mut keys = Vec::with_capacity(body.keys.len());
        for key in body.keys.iter().filter(|key| key.until.is_none_or(|until| now < until)) {
            let algorithm = Algorithm::from_name(&key.algorithm).ok_or_else(no_key)?;
            let secret = Zeroizing::new(URL_SAFE_NO_PAD.decode(&key.secret).map_err(|_| no_key())?);
            keys.push((SigningKey::from_secret(algorithm, &secret).map_err(|_| no_key())?, key.signs_from));
        }
        let set = JwkSet::of(keys.iter().map(|(key, _)| key.public().clone()));
        let ring = Arc::new(Ring { keys, set, read_at: now });
        let mut rings = self.rings.0.lock();
        if rings.len() >= RINGS_MAX {
            rings.clear();
        }
        rings.insert(tenant, Arc::clone(&ring));
        Ok(ring)
    }

    /// What the tenant publishes.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn published_keys(&self, tenant: TenantId) -> Result<JwkSet, VaultError> {
        Ok(self.ring(tenant, Algorithm::EdDsa).await?.set.clone())
    }
}

fn no_key() -> VaultError {
    VaultError::new(
        ErrorKind::Internal,
        "oidc.key_unfit",
        "nothing was signed: the tenant's signing keys cannot be used",
    )
}
