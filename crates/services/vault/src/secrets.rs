//! Secrets of a tenant: what it proves itself with elsewhere, for one purpose and to one recipient.
//!
//! Written, listed by name and removed; no caller ever reads one back. Each is sealed under a key of its own, which goes
//! with it. A connector of the server gets one with [`Vault::use_secret`]: only for the purpose and the recipient that
//! it was put for, only while the policy lets that recipient receive something for that purpose, against a permit, once,
//! and after the ledger has the entry.

use std::collections::BTreeMap;

use candor_decision::{Permit, QuestionByName, Reason, Spent, Standing, View, decide, resolve};
use candor_ledger::EntryBody;
use candor_seal::{FieldPlace, KeepClass, KeyVersion, SubjectKey, SubjectKeyName, WrappedSubjectKey};
use candor_store::{Change, PAGE_MAX, Page, SecretRow, Unit};
use candor_words::{Instant, RecordId, Secret, SecretId, SubjectId, TenantId};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::caller::{Caller, Scope};
use crate::read::deadline;
use crate::subjects::Willing;
use crate::tenant::{Policy, Tenant};
use crate::{Counters, Vault, VaultError};

/// The most parts of one secret: an account's address and its token are two.
pub const SECRET_PARTS_MAX: usize = 8;
/// The longest part, in bytes.
pub const SECRET_PART_BYTES_MAX: usize = 4096;
/// The most secrets of one tenant.
pub const SECRETS_MAX: usize = PAGE_MAX;
/// The keep class of every secret's key: a secret is its own and only class.
const CLASS: KeepClass = KeepClass::new(u16::MAX);
/// What an entry says when a secret is bound to another purpose or recipient than the one that asked.
const BOUND_ELSEWHERE: u16 = 1;

/// A secret to be kept.
#[derive(Debug)]
pub struct NewSecret {
    /// What the tenant calls it: 1 to 64 of `a` to `z`, `0` to `9`, `_`.
    pub name: String,
    /// The one purpose it serves.
    pub purpose: String,
    /// The one recipient it is shown to.
    pub recipient: String,
    /// Its parts by name.
    pub parts: BTreeMap<String, Secret<String>>,
}

/// A secret without itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields of SecretRow")]
pub struct SecretView {
    pub name: String,
    pub id: SecretId,
    pub purpose: String,
    pub recipient: String,
    pub put_at: Instant,
}

/// What asks for a secret: a connector, at work for a purpose with a recipient.
#[derive(Debug, Clone, Copy)]
pub struct SecretAsk<'a> {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub name: &'a str,
    /// What for.
    pub purpose: &'a str,
    /// Whom it will be shown to.
    pub recipient: &'a str,
}

/// A secret in the open, for one call of a connector. It is not printed, not copied, and wiped when dropped.
#[derive(Debug)]
pub struct LentSecret {
    /// Which it is: another whenever one of the same name was put.
    pub id: SecretId,
    /// Its parts by name.
    pub parts: BTreeMap<String, Secret<String>>,
    /// The ledger entry of its use.
    pub entry: u64,
}

impl Vault {
    /// Keeps a secret; one of the same name is destroyed with its key.
    ///
    /// # Errors
    /// The caller lacks the admin scope; a name, part or number of them out of bounds; a purpose for which the policy
    /// gives the recipient nothing.
    pub async fn put_secret(&self, caller: &Caller, new: NewSecret) -> Result<SecretView, VaultError> {
        caller.needs(Scope::Admin)?;
        new.check()?;
        let _writer = self.tenant_rows.lock().await;
        let tenant = self.tenant(caller.tenant()).await?;
        let now = self.now();
        let policy = tenant.policy_at(now)?;
        let (purpose, recipient) = self.positions(policy, &new.purpose, &new.recipient);
        let _ = self.permit(&tenant, policy, &new.purpose, &new.recipient).map_err(not_shared)?;
        if self.store.secrets(tenant.id(), None, SECRETS_MAX).await?.rows.len() >= SECRETS_MAX
            && self.store.secret(tenant.id(), &new.name).await?.is_none()
        {
            return Err(VaultError::unprocessable("secret.too_many", "the secret was not kept: there are 500 already")
                .help("remove one that is not used any more"));
        }
        let id = SecretId::random(self.entropy.as_ref());
        let owner = SubjectId::from_bytes(*id.as_bytes());
        let (key, wrapped) =
            tenant.key()?.create_subject_key(self.entropy.as_ref(), owner, CLASS, KeyVersion::FIRST)?;
        let exposed: BTreeMap<&str, &str> =
            new.parts.iter().map(|(name, part)| (name.as_str(), part.expose().as_str())).collect();
        let plain = Zeroizing::new(serde_json::to_vec(&exposed).map_err(|_| VaultError::damaged("secret"))?);
        let binding = binding(&new.purpose, &new.recipient);
        let row = SecretRow {
            name: new.name,
            id,
            purpose: new.purpose,
            recipient: new.recipient,
            put_at: now,
            wrapped: wrapped.as_bytes().to_vec(),
            sealed: key.seal(self.entropy.as_ref(), &place(&binding), &plain)?,
        };
        let view = view(&row);
        let body = EntryBody::SecretKept { secret: id, purpose, recipient };
        let entry = self.entry(&tenant, now, None, Some(caller.key()), body)?;
        self.commit(Unit::of(tenant.id()).change(Change::PutSecret(row)).entry(entry)).await?;
        Ok(view)
    }

    /// The tenant's secrets by name, without themselves.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn secrets(
        &self,
        caller: &Caller,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<SecretView, String>, VaultError> {
        caller.needs(Scope::Admin)?;
        let page = self.store.secrets(caller.tenant(), after, limit).await?;
        Ok(Page { rows: page.rows.iter().map(view).collect(), next: page.next })
    }

    /// Removes a secret and destroys its key.
    ///
    /// # Errors
    /// The caller lacks the admin scope; there is no such secret.
    pub async fn remove_secret(&self, caller: &Caller, name: &str) -> Result<(), VaultError> {
        caller.needs(Scope::Admin)?;
        let _writer = self.tenant_rows.lock().await;
        let tenant = self.tenant(caller.tenant()).await?;
        let row = self.store.secret(tenant.id(), name).await?.ok_or_else(unknown)?;
        let body = EntryBody::SecretRemoved { secret: row.id };
        let entry = self.entry(&tenant, self.now(), None, Some(caller.key()), body)?;
        self.commit(Unit::of(tenant.id()).change(Change::DeleteSecret(row.name)).entry(entry)).await?;
        Ok(())
    }

    /// Lends a secret to a connector, for the one purpose and recipient that it was put for.
    ///
    /// No face calls this: what asks is a connector in this process, and what it gets goes to that recipient alone.
    ///
    /// # Errors
    /// There is no such secret; it is bound to another purpose or recipient; the policy in force gives the recipient
    /// nothing for the purpose. A refusal stands in the ledger like a use.
    pub async fn use_secret(&self, ask: SecretAsk<'_>) -> Result<LentSecret, VaultError> {
        let tenant = self.tenant(ask.tenant).await?;
        let policy = std::sync::Arc::clone(tenant.policy_at(self.now())?);
        let row = self.store.secret(tenant.id(), ask.name).await?.ok_or_else(unknown)?;
        let (purpose, recipient) = self.positions(&policy, ask.purpose, ask.recipient);
        let told = |reason| EntryBody::SecretAsked { secret: row.id, purpose, recipient, reason };
        let permit = if (row.purpose.as_str(), row.recipient.as_str()) == (ask.purpose, ask.recipient) {
            self.permit(&tenant, &policy, ask.purpose, ask.recipient)
                .map_err(|reason| (reason as u16, not_shared(reason)))
        } else {
            Err((BOUND_ELSEWHERE, bound_elsewhere()))
        };
        let permit = match permit {
            Ok(permit) => permit,
            Err((reason, error)) => {
                Counters::add(&self.counters().refusals, 1);
                self.tell_secret(&tenant, told(reason)).await?;
                return Err(error);
            }
        };
        Counters::add(&self.counters().permits, 1);
        let spent = permit.spend(self.now()).map_err(|_| VaultError::damaged("permit"))?;
        let parts = open(&tenant, &policy, &row, spent)?;
        // INVARIANT: lent only after its entry is durable.
        let entry = self.tell_secret(&tenant, told(0)).await?;
        Ok(LentSecret { id: row.id, parts, entry })
    }

    /// Whether the tenant has a secret for this purpose and recipient. Nothing is opened, and nothing told.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn has_secret(&self, ask: SecretAsk<'_>) -> Result<bool, VaultError> {
        let row = self.store.secret(ask.tenant, ask.name).await?;
        Ok(row.is_some_and(|row| (row.purpose.as_str(), row.recipient.as_str()) == (ask.purpose, ask.recipient)))
    }

    async fn tell_secret(&self, tenant: &Tenant, body: EntryBody) -> Result<u64, VaultError> {
        let entry = self.entry(tenant, self.now(), None, None, body)?;
        tenant.gather.append(vec![entry]).await
    }

    /// A permit for whatever the policy lets the recipient receive for the purpose, of anybody; none when that is
    /// nothing.
    fn permit(&self, tenant: &Tenant, policy: &Policy, purpose: &str, recipient: &str) -> Result<Permit, Reason> {
        let plan = &policy.plan;
        let asked = QuestionByName {
            tenant: tenant.id(),
            subject: SubjectId::from_bytes([0; 16]),
            purpose,
            recipient: Some(recipient),
            fields: &[],
            channel: None,
            view: View::Identified,
            gpc: false,
            approved: false,
            at: self.now(),
        };
        let mut question = resolve(plan, &asked).map_err(|unresolved| unresolved.reason)?.question;
        question.fields = plan.fields_of(question.purpose, question.recipient);
        if question.fields.is_empty() {
            return Err(Reason::RecipientNotShared);
        }
        Counters::add(&self.counters().decisions, 1);
        let decision = decide(plan, &Standing::willing(), &question);
        decision.permit(deadline(question.at)).map_err(|refusal| refusal.reason(plan))
    }

    fn positions(&self, policy: &Policy, purpose: &str, recipient: &str) -> (u16, u16) {
        let purpose = policy.plan.purpose(purpose).map_or(u16::MAX, |purpose| purpose.0);
        (purpose, policy.plan.recipient(recipient).map_or(u16::MAX, |recipient| recipient.0))
    }
}

/// Opens a secret against a permit for its purpose and recipient, which is used up.
fn open(
    tenant: &Tenant,
    policy: &Policy,
    row: &SecretRow,
    spent: Spent,
) -> Result<BTreeMap<String, Secret<String>>, VaultError> {
    // INVARIANT: a permit for one purpose and recipient opens nothing that was put for another.
    let recipient = spent.recipient().map(|recipient| policy.plan.recipient_name(recipient));
    if policy.plan.purpose_name(spent.purpose()) != row.purpose || recipient != Some(row.recipient.as_str()) {
        return Err(VaultError::damaged("permit"));
    }
    let key = open_key(tenant, row)?;
    let mut plain = Zeroizing::new(Vec::new());
    key.open_into(&place(&binding(&row.purpose, &row.recipient)), &row.sealed, &mut plain)?;
    let parts: BTreeMap<String, String> = serde_json::from_slice(&plain).map_err(|_| VaultError::damaged("secret"))?;
    Ok(parts.into_iter().map(|(name, part)| (name, Secret::new(part))).collect())
}

fn open_key(tenant: &Tenant, row: &SecretRow) -> Result<SubjectKey, VaultError> {
    let wrapped = WrappedSubjectKey::from_slice(&row.wrapped)?;
    let name = SubjectKeyName {
        tenant: tenant.id(),
        subject: SubjectId::from_bytes(*row.id.as_bytes()),
        class: CLASS,
        version: KeyVersion::FIRST,
    };
    Ok(tenant.key_of(wrapped.wrapped_by())?.unwrap(name, &wrapped)?)
}

/// Seals the secret for its purpose and recipient: a row that is changed to name others cannot be opened.
fn binding(purpose: &str, recipient: &str) -> String {
    format!("@secret/{purpose}/{recipient}")
}

fn place(binding: &str) -> FieldPlace<'_> {
    FieldPlace { record: RecordId::from_bytes([0; 16]), field: binding, value_version: 1 }
}

impl NewSecret {
    fn check(&self) -> Result<(), VaultError> {
        if !is_name(&self.name) || !self.parts.keys().all(|name| is_name(name)) {
            return Err(VaultError::bad(
                "secret.name",
                "a secret and its parts are called 1 to 64 of `a` to `z`, `0` to `9` and `_`",
            ));
        }
        let fits = |part: &Secret<String>| (1..=SECRET_PART_BYTES_MAX).contains(&part.expose().len());
        if !(1..=SECRET_PARTS_MAX).contains(&self.parts.len()) || !self.parts.values().all(fits) {
            return Err(VaultError::bad("secret.size", "a secret has 1 to 8 parts of 1 to 4096 bytes"));
        }
        Ok(())
    }
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn view(row: &SecretRow) -> SecretView {
    SecretView {
        name: row.name.clone(),
        id: row.id,
        purpose: row.purpose.clone(),
        recipient: row.recipient.clone(),
        put_at: row.put_at,
    }
}

fn unknown() -> VaultError {
    VaultError::missing("secret.unknown", "the tenant has no such secret")
}

fn bound_elsewhere() -> VaultError {
    VaultError::denied(
        "secret.bound_elsewhere",
        "the secret was not handed out: it serves another purpose or recipient",
    )
    .help("put a secret of its own for each purpose and recipient")
}

fn not_shared(reason: Reason) -> VaultError {
    VaultError::denied(
        reason.code(),
        format!("the policy gives that recipient nothing for that purpose: {}", reason.message()),
    )
    .help("name a purpose for which the policy shares something with the recipient")
}
