//! Verifying: is this candidate what the subject's hash was made of? Yes or no is all that leaves.
//!
//! Through `decide` like a read, for a purpose that uses the field; the hash is opened against a permit that
//! [stays inside](candor_decision::Permit::stays_inside). Whether nobody holds the identifier, the standing refuses or
//! the candidate is wrong, the answer is the same *no*, with a ledger entry, after a hash was computed, and at the same
//! steps of time. A hash that is weaker than today's is replaced by Argon2id when the right candidate comes.

use std::sync::Arc;
use std::time::Duration;

use candor_decision::{FieldIx, FieldSet, QuestionByName, Standing, View, decide, resolve};
use candor_ledger::{CONTROLLER, EntryBody, FieldBits};
use candor_password::{CANDIDATE_BYTES_MAX, HashMemory, PasswordHash};
use candor_words::{RecordId, Secret, SubjectId};
use serde::Serialize;
use serde_json::Value;

use crate::caller::{Caller, Scope};
use crate::live::LiveSubject;
use crate::read::{deadline, entry};
use crate::records::{Reason, Writing, short_name};
use crate::subjects::Willing;
use crate::tenant::{Policy, Tenant};
use crate::value::{normalised, source_code, source_of};
use crate::{Counters, Vault, VaultError};

/// A *no* leaves at a multiple of this after the question came: a hash of nobody and a hash of somebody, of one form
/// or another, take the same.
const STEP: Duration = Duration::from_millis(500);
/// What a candidate is compared with when there is nothing to compare it with: the hash of no password.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdA$bm9ib2R5J3MgaGFzaCwgdGhpcnR5LXR3byBieXRlcyE";
/// What the blind index calls subjects whose candidates are counted; no field is called so.
const BLIND_SUBJECT: &str = "@verify.subject";

/// A candidate, and what it is offered for.
#[derive(Debug)]
pub struct Verify {
    /// Whose it is said to be.
    pub whose: Whose,
    /// What for: a purpose that uses the field.
    pub purpose: String,
    /// A field that the policy keeps as a hash.
    pub field: String,
    /// One record of a group with many.
    pub record: Option<RecordId>,
    /// What was offered.
    pub candidate: Secret<String>,
}

/// Whom a candidate is said to belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// A subject.
    Subject(SubjectId),
    /// Whoever holds an identifier.
    Holder {
        /// A field that identifies the subject.
        field: String,
        /// Its value.
        value: String,
    },
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Whether it is.
    pub matches: bool,
    /// Whose; `null` when it does not match.
    pub subject: Option<SubjectId>,
}

const NO: Verified = Verified { matches: false, subject: None };

impl Vault {
    /// Says whether a candidate is what the subject's hash was made of.
    ///
    /// # Errors
    /// The caller lacks the read scope or is not bound to the purpose; the policy does not let the purpose use the
    /// field, or keeps it not as a hash; too many attempts failed; more hashing under way than there is room for. When
    /// the subject was named by its id: no such subject or record, and what its standing refuses.
    pub async fn verify(&self, caller: &Caller, ask: Verify) -> Result<Verified, VaultError> {
        let began_at = tokio::time::Instant::now();
        caller.needs(Scope::Read)?;
        caller.may_ask_for(&ask.purpose)?;
        match ask.whose {
            Whose::Subject(subject) => caller.may_reach(subject)?,
            Whose::Holder { .. } => caller.reaches_all()?,
        }
        if !(1..=CANDIDATE_BYTES_MAX).contains(&ask.candidate.expose().len()) {
            return Err(VaultError::bad("candidate.length", "a candidate has 1 to 1024 bytes"));
        }
        let tenant = self.tenant(caller.tenant()).await?;
        let policy = Arc::clone(tenant.policy_at(self.now())?);
        // What the policy says of anybody is said first: it tells nothing of this one.
        let _ = self.comparable(caller, &policy, &Standing::willing(), &ask, None)?;
        let (counted, subject) = self.whose(caller, &tenant, &ask).await?;
        self.attempts.begin(&counted, self.now())?;
        let verified = self.compare(caller, &tenant, &policy, &ask, subject).await?;
        if verified.matches {
            self.attempts.succeeded(&counted);
        } else {
            wait_for_step(began_at).await;
        }
        Ok(verified)
    }

    /// The key under which attempts are counted, and the subject, when there is one.
    async fn whose(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        ask: &Verify,
    ) -> Result<([u8; 32], Option<SubjectId>), VaultError> {
        match &ask.whose {
            Whose::Subject(subject) => {
                Ok((*tenant.blind.blind(BLIND_SUBJECT, subject.as_bytes()).as_bytes(), Some(*subject)))
            }
            Whose::Holder { field, value } => {
                let found = self.find(caller, &ask.purpose, field, value).await?;
                let index = tenant.blind.blind(field, normalised(&Value::from(value.as_str())).as_bytes());
                Ok((*index.as_bytes(), found))
            }
        }
    }

    async fn compare(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        policy: &Policy,
        ask: &Verify,
        subject: Option<SubjectId>,
    ) -> Result<Verified, VaultError> {
        let by_id = matches!(ask.whose, Whose::Subject(_));
        let live = match subject {
            Some(subject) => match self.live(tenant, subject).await {
                Ok(live) => Some(live),
                Err(error) if by_id || error.kind() == crate::ErrorKind::Internal => return Err(error),
                Err(_) => None,
            },
            None => None,
        };
        let Some(live) = live else { return self.deny_nobody(caller, tenant, policy, ask).await };
        let opened = match self.hashes_of(caller, tenant, &live, ask).await {
            Ok(opened) => opened,
            Err(Refused::Trouble(error)) => return Err(error),
            Err(Refused::Standing(error, body)) => {
                // Named by an identifier, the refusal looks like any other no; it stands in the ledger.
                let _ = self.compare_with(vec![NOBODYS.to_owned()], &ask.candidate).await?;
                tenant.gather.append(vec![entry(&live, caller, self.now(), body)]).await?;
                return if by_id { Err(error) } else { Ok(NO) };
            }
        };
        let hashes = if opened.hashes.is_empty() { vec![NOBODYS.to_owned()] } else { opened.hashes.clone() };
        let found = self.compare_with(hashes, &ask.candidate).await?.filter(|_| !opened.hashes.is_empty());
        let told = |outcome| EntryBody::Verified { purpose: opened.purpose, fields: opened.bits, outcome };
        let Some(at) = found else {
            tenant.gather.append(vec![entry(&live, caller, self.now(), told(0))]).await?;
            return Ok(NO);
        };
        let is_weak = PasswordHash::parse(&opened.hashes[at]).is_ok_and(|hash| !hash.is_current());
        let replaced = is_weak && self.replace(caller, &live, &opened, at, &ask.candidate, told(2)).await;
        if !replaced {
            tenant.gather.append(vec![entry(&live, caller, self.now(), told(1))]).await?;
        }
        Ok(Verified { matches: true, subject: Some(live.row.id) })
    }

    /// Does for nobody what is done for somebody: a hash, and an entry that names no subject.
    async fn deny_nobody(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        policy: &Policy,
        ask: &Verify,
    ) -> Result<Verified, VaultError> {
        let _ = self.compare_with(vec![NOBODYS.to_owned()], &ask.candidate).await?;
        let purpose = policy.plan.purpose(&ask.purpose).map_or(u16::MAX, |purpose| purpose.0);
        let field = policy.plan.field(&ask.field).map(FieldIx::at);
        let body = EntryBody::Verified { purpose, fields: field.into_iter().collect(), outcome: 0 };
        tenant.gather.append(vec![self.entry(tenant, self.now(), None, Some(caller.key()), body)?]).await?;
        Ok(NO)
    }

    /// May this purpose compare a candidate with the field, of somebody with this standing?
    fn comparable(
        &self,
        caller: &Caller,
        policy: &Policy,
        standing: &Standing,
        ask: &Verify,
        subject: Option<SubjectId>,
    ) -> Result<candor_decision::Decision, VaultError> {
        let asked = QuestionByName {
            tenant: caller.tenant(),
            subject: subject.unwrap_or(SubjectId::from_bytes([0; 16])),
            purpose: &ask.purpose,
            recipient: caller.recipient(),
            fields: &[&ask.field],
            channel: None,
            view: View::Compared,
            gpc: false,
            approved: false,
            at: self.now(),
        };
        let resolved = resolve(&policy.plan, &asked).map_err(|unresolved| refusal(unresolved.reason))?;
        if !resolved.undeclared.is_empty() {
            return Err(refusal(candor_decision::Reason::FieldUndeclared));
        }
        Counters::add(&self.counters().decisions, 1);
        let decision = decide(&policy.plan, standing, &resolved.question);
        let reason = resolved.question.fields.iter().find_map(|field| decision.reason(&policy.plan, field));
        reason.map_or(Ok(decision), |reason| Err(refusal(reason)))
    }

    /// Opens the hashes, inside, against a permit.
    async fn hashes_of(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        live: &LiveSubject,
        ask: &Verify,
    ) -> Result<OpenedHashes, Refused> {
        let plan = &live.policy.plan;
        let field = plan.field(&ask.field).ok_or_else(|| refusal(candor_decision::Reason::FieldUndeclared))?;
        let purpose = plan.purpose(&ask.purpose).map_or(u16::MAX, |purpose| purpose.0);
        let bits: FieldBits = [field.at()].into_iter().collect();
        let decision = self.comparable(caller, &live.policy, &live.standing, ask, Some(live.row.id));
        let decision = decision.map_err(|error| {
            Counters::add(&self.counters().refusals, 1);
            let reason = candor_decision::Reason::from_code(error.code()).map_or(0, |reason| reason as u16);
            Refused::Standing(error, EntryBody::Refusal { purpose, recipient: CONTROLLER, reason, fields: bits })
        })?;
        let group = &plan.manifest().groups[plan.manifest().fields[field.at()].group.at()];
        if group.many && ask.record.is_none() {
            return Err(VaultError::bad("verify.record_missing", "nothing was compared: the group has many records")
                .help("name the record whose hash is meant")
                .into());
        }
        let permit = decision.permit(deadline(self.now())).map_err(|_| VaultError::damaged("decision"))?;
        let rows = self.rows_for(tenant, live, ask.record, FieldSet::of(field)).await?;
        Counters::add(&self.counters().permits, 1);
        let spent = permit.spend(self.now()).map_err(|_| {
            VaultError::new(
                crate::ErrorKind::Unavailable,
                "permit.expired",
                "the comparison took longer than its permit",
            )
            .help("ask again")
        })?;
        // INVARIANT: the permit stays inside; only the outcome of the comparison leaves this file.
        let (opened, _) = self.open_fields(live, &rows, spent)?;
        let record = opened.first().map(|record| record.record);
        let value = opened.into_iter().next().and_then(|mut record| record.values.remove(short_name(&ask.field)));
        let source = value.as_ref().map(|value| value.source.to_string()).unwrap_or_default();
        let (hashes, is_list) = match value.map(|value| value.value) {
            Some(Value::String(text)) => (vec![text], false),
            Some(Value::Array(items)) => (items.iter().filter_map(Value::as_str).map(str::to_owned).collect(), true),
            _ => (Vec::new(), false),
        };
        Ok(OpenedHashes { field, purpose, bits, record, source, hashes, is_list })
    }

    /// Compares with every hash, one after the other; which one it is.
    async fn compare_with(&self, hashes: Vec<String>, candidate: &Secret<String>) -> Result<Option<usize>, VaultError> {
        let candidate = Secret::new(candidate.expose().clone());
        let comparing = move |memory: &mut HashMemory| {
            let mut found = None;
            for (at, text) in hashes.iter().enumerate() {
                let matches =
                    PasswordHash::parse(text).is_ok_and(|hash| hash.matches(candidate.expose().as_bytes(), memory));
                found = found.or(matches.then_some(at));
            }
            found
        };
        self.hashers.run(comparing).await
    }

    /// Puts an Argon2id hash in the place of a weaker one; false when somebody else changed the subject meanwhile, or
    /// it could not be: the candidate was right all the same, and the next one tries again.
    async fn replace(
        &self,
        caller: &Caller,
        live: &LiveSubject,
        opened: &OpenedHashes,
        at: usize,
        candidate: &Secret<String>,
        told: EntryBody,
    ) -> bool {
        let Ok(hash) = self.hash_one(Secret::new(candidate.expose().clone())).await else { return false };
        match self.write_hash(caller, live, opened, at, hash, told).await {
            Ok(is_done) => is_done,
            Err(error) => {
                tracing::warn!(code = error.code(), "a password hash was not replaced by a stronger one");
                false
            }
        }
    }

    async fn write_hash(
        &self,
        caller: &Caller,
        live: &LiveSubject,
        opened: &OpenedHashes,
        at: usize,
        hash: String,
        told: EntryBody,
    ) -> Result<bool, VaultError> {
        let Some(record) = opened.record else { return Ok(false) };
        let mut draft = self.draft(caller, live.row.id).await?;
        // Changed meanwhile, or under another policy: what was compared may not be what stands there now.
        if draft.row.version != live.row.version || draft.policy.digest != live.policy.digest {
            return Ok(false);
        }
        let policy = Arc::clone(&draft.policy);
        let Some((group, _)) = policy.plan.field_name(opened.field).split_once('.') else { return Ok(false) };
        let old = self.record_in(&draft, group, record).await?;
        let Some(source) = source_of(&opened.source).filter(|_| old.is_some()) else { return Ok(false) };
        let value = if opened.is_list {
            let hashes = opened.hashes.iter().enumerate();
            hashes.map(|(n, old)| if n == at { hash.clone() } else { old.clone() }).collect::<Vec<_>>().into()
        } else {
            Value::from(hash)
        };
        let mut writing = Writing::begin(draft.now, group, record, old)?;
        self.put_value(&mut draft, &mut writing, opened.field, &value, &source)?;
        writing.finish(&mut draft, Reason::Written);
        draft.enter(told);
        draft.enter(EntryBody::RecordWritten { record, fields: opened.bits, source: source_code(&source) });
        self.apply(draft).await?;
        Ok(true)
    }
}

/// Hashes in the open, inside.
struct OpenedHashes {
    field: FieldIx,
    purpose: u16,
    bits: FieldBits,
    record: Option<RecordId>,
    source: String,
    hashes: Vec<String>,
    is_list: bool,
}

/// Why nothing is compared.
enum Refused {
    /// The subject's standing, with the entry that says so.
    Standing(VaultError, EntryBody),
    /// Anything else.
    Trouble(VaultError),
}

impl From<VaultError> for Refused {
    fn from(error: VaultError) -> Self {
        Self::Trouble(error)
    }
}

fn refusal(reason: candor_decision::Reason) -> VaultError {
    VaultError::denied(reason.code(), format!("the comparison was refused: {}", reason.message())).help(reason.help())
}

/// Waits until the next whole step after the question came: every *no* leaves at one, whatever it is for.
pub async fn wait_for_step(began_at: tokio::time::Instant) {
    let steps = began_at.elapsed().as_millis() / STEP.as_millis() + 1;
    tokio::time::sleep_until(began_at + STEP * u32::try_from(steps).unwrap_or(u32::MAX)).await;
}
