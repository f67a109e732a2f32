//! Idempotency keys: a write sent twice happens once, and is answered the same for a day.
//!
//! The key is kept as a keyed hash of API key and idempotency key, the answer sealed. Two of one key at
//! once: the second is told that the first is still under way. The units of the write itself mark the key used
//! ([`IdempotencyToken::marking`]), and its answer is put in the mark's place right after: a crash in between
//! loses the answer, and a repeat is told so, but nothing is done twice.

use std::collections::HashSet;
use std::sync::Arc;

use candor_seal::Envelope;
use candor_store::{Change, Guard, IdempotencyRow, Unit};
use candor_words::{Instant, Span, SpanUnit, TenantId, to_hex};
use parking_lot::Mutex;

use crate::caller::Caller;
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// The longest idempotency key, in bytes.
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;
/// How long an answer is remembered.
const REMEMBERED: Span = Span::new(24, SpanUnit::Hour);
/// What stands in the place of an answer that is still to come; no answer is empty.
const LOST: &[u8] = b"";
/// What the blind index calls these keys; no field is called so.
const BLIND_NAME: &str = "@idempotency";
/// And what it calls the requests under them.
const BLIND_REQUEST: &str = "@idempotency.request";

/// What is known of an idempotency key.
#[derive(Debug)]
#[must_use]
pub enum Idempotency {
    /// Nothing: do the write, then [`Vault::remember`] its answer with the token.
    Fresh(IdempotencyToken),
    /// The same request was answered with this.
    Replay(Vec<u8>),
    /// The same request was carried out, and the server ended before its answer was remembered.
    AnswerLost,
    /// The key belongs to another request.
    Mismatch,
}

/// The right to carry out one write; while it lives, nobody else has it. Dropped, the key is free again.
#[derive(Debug)]
pub struct IdempotencyToken {
    tenant: TenantId,
    key: [u8; 32],
    request: [u8; 32],
    mark: Arc<Mark>,
    in_flight: Arc<InFlight>,
}

impl IdempotencyToken {
    /// The caller whose next write marks the key used, in its own unit.
    pub fn marking(&self, caller: &Caller) -> Caller {
        caller.with_mark(Arc::clone(&self.mark))
    }
}

/// What a write puts into its unit, so that it is known to have been carried out.
#[derive(Debug)]
pub(crate) struct Mark {
    row: IdempotencyRow,
    asked_at: Instant,
}

impl Mark {
    /// Marks the key used when the unit is committed, and refuses the unit when another write used it before. A write of
    /// several units marks it with each: no two marks are sealed to the same bytes.
    pub(crate) fn put_in(&self, unit: &mut Unit) {
        unit.guards.push(Guard::IdempotencyFree(self.row.key, self.asked_at, self.row.answer.clone()));
        unit.changes.push(Change::PutIdempotency(self.row.clone()));
    }
}

impl Drop for IdempotencyToken {
    fn drop(&mut self) {
        self.in_flight.0.lock().remove(&(self.tenant, self.key));
    }
}

/// The keys whose writes are under way in this process; as many as there are requests.
#[derive(Debug, Default)]
pub(crate) struct InFlight(Mutex<HashSet<(TenantId, [u8; 32])>>);

impl InFlight {
    fn take(self: &Arc<Self>, tenant: TenantId, mark: Mark) -> Option<IdempotencyToken> {
        let (key, request) = (mark.row.key, mark.row.request);
        let is_new = self.0.lock().insert((tenant, key));
        is_new.then(|| IdempotencyToken { tenant, key, request, mark: Arc::new(mark), in_flight: Arc::clone(self) })
    }
}

impl Vault {
    /// Looks an idempotency key up. `request` is a digest of all that the write depends on.
    ///
    /// # Errors
    /// A key of no bytes or more than 255; `idempotency.in_progress`.
    pub async fn idempotent(&self, caller: &Caller, key: &str, request: [u8; 32]) -> Result<Idempotency, VaultError> {
        if key.is_empty() || key.len() > IDEMPOTENCY_KEY_BYTES_MAX {
            return Err(VaultError::bad("idempotency.malformed", "an idempotency key has 1 to 255 bytes"));
        }
        let tenant = self.tenant(caller.tenant()).await?;
        let key = blinded(&tenant, caller, key);
        // Keyed, for a body may hold a password, and a bare digest of it could be tried out offline.
        let request = *tenant.blind.blind(BLIND_REQUEST, &request).as_bytes();
        let asked_at = self.now();
        let mark = Mark { row: self.idempotency_row(&tenant, key, request, LOST, asked_at)?, asked_at };
        // INVARIANT: taken before the store is asked and given back after it is told, so that no second
        // write slips in between.
        let token = self.in_flight.take(tenant.id(), mark).ok_or_else(|| {
            VaultError::conflict("idempotency.in_progress", "the same request is still being carried out")
                .help("wait a moment, then send it again with the same key")
        })?;
        let known = self.store.idempotency(tenant.id(), key).await?.filter(|row| self.now() < row.expires_at);
        match known {
            None => Ok(Idempotency::Fresh(token)),
            Some(row) if row.request != request => Ok(Idempotency::Mismatch),
            Some(row) => {
                let answer = match open(&tenant, &row) {
                    Ok(answer) => answer,
                    // The tenant's key may have been renewed since the tenant was looked up.
                    Err(_) => open(&*self.tenant(tenant.id()).await?, &row)?,
                };
                Ok(if answer == LOST { Idempotency::AnswerLost } else { Idempotency::Replay(answer) })
            }
        }
    }

    /// Remembers the answer to a write, so that the same request gets it again.
    ///
    /// Trouble in remembering is logged and swallowed: the write happened, and its answer must go out.
    ///
    /// # Errors
    /// The token is of another tenant's key.
    pub async fn remember(&self, caller: &Caller, token: IdempotencyToken, answer: Vec<u8>) -> Result<(), VaultError> {
        if token.tenant != caller.tenant() {
            return Err(VaultError::denied(
                "key.tenant_foreign",
                "the answer was not remembered: its token is another tenant's",
            ));
        }
        if let Err(error) = self.keep_answer(&token, &answer).await {
            tracing::warn!(code = error.code(), "an answer was not remembered under its idempotency key");
        }
        Ok(())
    }

    async fn keep_answer(&self, token: &IdempotencyToken, answer: &[u8]) -> Result<(), VaultError> {
        let tenant = self.tenant(token.tenant).await?;
        // INVARIANT: whoever has the token is alone with the key: what stands there is the mark of this write.
        let row = self.idempotency_row(&tenant, token.key, token.request, answer, self.now())?;
        self.commit(Unit::of(tenant.id()).change(Change::PutIdempotency(row))).await?;
        Ok(())
    }

    fn idempotency_row(
        &self,
        tenant: &Tenant,
        key: [u8; 32],
        request: [u8; 32],
        answer: &[u8],
        now: Instant,
    ) -> Result<IdempotencyRow, VaultError> {
        let answer = tenant.key()?.seal_blob(self.entropy.as_ref(), &label(&key), answer)?;
        Ok(IdempotencyRow { key, request, answer, expires_at: now.plus(REMEMBERED) })
    }
}

fn blinded(tenant: &Tenant, caller: &Caller, key: &str) -> [u8; 32] {
    let mut bytes = caller.key().as_bytes().to_vec();
    bytes.extend_from_slice(key.as_bytes());
    *tenant.blind.blind(BLIND_NAME, &bytes).as_bytes()
}

fn open(tenant: &Tenant, row: &IdempotencyRow) -> Result<Vec<u8>, VaultError> {
    let version = Envelope::parse(&row.answer)?.key_version();
    let answer = tenant.key_of(version)?.open_blob(&label(&row.key), &row.answer)?;
    Ok(answer.expose().clone())
}

/// Binds a sealed answer to its key.
fn label(key: &[u8; 32]) -> String {
    format!("idempotency/{}", to_hex(key))
}
