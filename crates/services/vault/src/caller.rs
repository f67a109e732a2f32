//! Who is asking: an API key, bound to a tenant, perhaps to a recipient and to purposes, and scoped.
//!
//! A key is presented as `candor_<32 hex digits>_<64 hex digits>`: its public half and its secret half. The
//! secret half is kept as a SHA-256 hash only (256 random bits need no slow hash) and compared in constant time.

use std::sync::Arc;

use candor_ledger::{Digest, EntryBody};
use candor_store::{ApiKeyRow, Change, Page, Unit};
use candor_words::{ApiKeyId, Instant, Secret, SubjectId, TenantId, from_hex, to_hex};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::epoch::Epoch;
use crate::idempotency::Mark;
use crate::staff::{STAFF_LABEL, StaffReason};
use crate::tenant::Tenant;
use crate::{ErrorKind, Vault, VaultError};

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read fields for a purpose.
    Read,
    /// Create subjects and write records.
    Write,
    /// Record consents and other choices of subjects.
    Consent,
    /// Carry out rights: access, rectification, erasure, restriction, objection, portability.
    Rights,
    /// Place and lift legal holds.
    Hold,
    /// Approve disclosures to authorities.
    Approve,
    /// See who read what, and why.
    Audit,
    /// Policies and keys.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 8] =
        [Self::Read, Self::Write, Self::Consent, Self::Rights, Self::Hold, Self::Approve, Self::Audit, Self::Admin];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Consent => "consent",
            Self::Rights => "rights",
            Self::Hold => "hold",
            Self::Approve => "approve",
            Self::Audit => "audit",
            Self::Admin => "admin",
        }
    }
}

/// Somebody who proved to hold a key. Only [`Vault::authenticate`] makes one.
#[derive(Debug, Clone)]
pub struct Caller {
    tenant: TenantId,
    key: ApiKeyId,
    label: Arc<str>,
    bounds: Arc<Bounds>,
    /// The one subject that it reaches: the caller is that person.
    subject: Option<SubjectId>,
    /// Why it looks at people: the caller works at the console.
    staff: Option<StaffReason>,
    /// What the caller's write puts into its unit, when it came with an idempotency key.
    mark: Option<Arc<Mark>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Bounds {
    scopes: Vec<Scope>,
    #[serde(default)]
    recipient: Option<String>,
    #[serde(default)]
    purposes: Option<Vec<String>>,
    /// Somebody at the console made it, or a key that they had made: what they may not make, it may not either.
    #[serde(default)]
    from_console: bool,
}

impl Caller {
    pub(crate) fn with_mark(&self, mark: Arc<Mark>) -> Self {
        Self { mark: Some(mark), ..self.clone() }
    }

    /// Puts into the unit of a write what lets a repeat of it find that it was carried out.
    pub(crate) fn mark_in(&self, unit: &mut Unit) {
        if let Some(mark) = &self.mark {
            mark.put_in(unit);
        }
    }

    /// The server's own front door; see [`Vault::door`].
    pub(crate) fn door(tenant: TenantId) -> Self {
        let scopes = vec![Scope::Read, Scope::Write, Scope::Consent, Scope::Rights];
        Self::own(tenant, DOOR, "the front door", scopes, None)
    }

    /// A person at the front door; see [`Vault::person`].
    pub(crate) fn person(tenant: TenantId, subject: SubjectId) -> Self {
        let scopes = vec![Scope::Read, Scope::Write, Scope::Consent, Scope::Rights];
        Self::own(tenant, PERSON, "the person", scopes, Some(subject))
    }

    /// The server's own office; see [`Vault::office`].
    pub(crate) fn office(tenant: TenantId) -> Self {
        Self::own(tenant, OFFICE, "the office", Scope::ALL.to_vec(), None)
    }

    /// Somebody who works at the console; see [`Vault::staff`].
    pub(crate) fn staff(
        tenant: TenantId,
        actor: ApiKeyId,
        scopes: Vec<Scope>,
        purposes: Vec<String>,
        reason: StaffReason,
    ) -> Self {
        let bounds = Bounds { scopes, recipient: None, purposes: Some(purposes), from_console: true };
        Self { bounds: bounds.into(), staff: Some(reason), ..Self::own(tenant, actor, STAFF_LABEL, Vec::new(), None) }
    }

    fn own(tenant: TenantId, key: ApiKeyId, label: &str, scopes: Vec<Scope>, subject: Option<SubjectId>) -> Self {
        let bounds = Bounds { scopes, recipient: None, purposes: None, from_console: false };
        Self { tenant, key, label: label.into(), bounds: bounds.into(), subject, staff: None, mark: None }
    }

    /// The same, to carry out what it may decide.
    pub(crate) fn carrying_out(&self) -> Self {
        let from_console = self.bounds.from_console;
        let bounds = Bounds { scopes: Scope::ALL.to_vec(), recipient: None, purposes: None, from_console };
        Self { bounds: bounds.into(), ..self.clone() }
    }

    /// The same, for what follows a unit that marked the idempotency key.
    #[must_use]
    pub fn unmarked(&self) -> Self {
        Self { mark: None, ..self.clone() }
    }

    /// Why it looks at people, when it works at the console.
    pub(crate) const fn staff_reason(&self) -> Option<StaffReason> {
        self.staff
    }

    /// True when it is a person who reaches themself alone.
    pub(crate) const fn is_person(&self) -> bool {
        self.subject.is_some()
    }

    /// Refuses a subject that the caller does not reach: a person reaches themself alone.
    pub(crate) fn may_reach(&self, subject: SubjectId) -> Result<(), VaultError> {
        match self.subject {
            Some(own) if own != subject => Err(VaultError::missing("subject.unknown", "there is no such subject")),
            _ => Ok(()),
        }
    }

    /// True when the caller is this very person.
    pub(crate) fn is(&self, subject: SubjectId) -> bool {
        self.subject == Some(subject)
    }

    /// Refuses a caller who reaches one subject only.
    pub(crate) fn reaches_all(&self) -> Result<(), VaultError> {
        match self.subject {
            Some(_) => Err(VaultError::denied("caller.person", "a person asks only for what is about themself")),
            None => Ok(()),
        }
    }

    /// Whose data it reaches.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The public half of its key.
    pub const fn key(&self) -> ApiKeyId {
        self.key
    }

    /// What people call the key.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The recipient for which alone it may ask.
    pub fn recipient(&self) -> Option<&str> {
        self.bounds.recipient.as_deref()
    }

    /// Refuses unless the key has the scope.
    ///
    /// # Errors
    /// `key.scope_missing`.
    pub fn needs(&self, scope: Scope) -> Result<(), VaultError> {
        if self.bounds.scopes.contains(&scope) {
            return Ok(());
        }
        Err(VaultError::denied("key.scope_missing", "the key is not made for this")
            .detail("scope", scope.name())
            .help("use a key that has the scope, or have an administrator issue one"))
    }

    /// Refuses a purpose that the key is not bound to.
    pub(crate) fn may_ask_for(&self, purpose: &str) -> Result<(), VaultError> {
        match &self.bounds.purposes {
            Some(purposes) if !purposes.iter().any(|known| known == purpose) => {
                Err(VaultError::denied("key.purpose_foreign", "the key is not bound to this purpose")
                    .help("ask for a purpose the key is bound to, or use another key"))
            }
            _ => Ok(()),
        }
    }

    /// The recipient a question is asked for: the key's own, when it has one.
    pub(crate) fn recipient_for<'a>(&'a self, asked: Option<&'a str>) -> Result<Option<&'a str>, VaultError> {
        match (self.recipient(), asked) {
            (None, asked) => Ok(asked),
            (Some(own), None) => Ok(Some(own)),
            (Some(own), Some(asked)) if own == asked => Ok(Some(own)),
            _ => Err(VaultError::denied("key.recipient_foreign", "the key is bound to another recipient")
                .help("leave the recipient out, or use a key of that recipient")),
        }
    }
}

/// What the ledger calls the front door, and a person who acts there: no key is drawn like these.
pub(crate) const DOOR: ApiKeyId = ApiKeyId::from_bytes([0xd0; 16]);
pub(crate) const PERSON: ApiKeyId = ApiKeyId::from_bytes([0xd1; 16]);
/// What it calls the office.
pub(crate) const OFFICE: ApiKeyId = ApiKeyId::from_bytes([0xd3; 16]);

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What people call it; at most 100 bytes.
    pub label: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// For which recipient alone it may ask.
    pub recipient: Option<String>,
    /// For which purposes alone it may ask.
    pub purposes: Option<Vec<String>>,
    /// From when on it is refused.
    pub expires_at: Option<Instant>,
}

/// A key that was made; its secret is shown this once.
#[derive(Debug)]
pub struct IssuedKey {
    /// Its public half.
    pub id: ApiKeyId,
    /// The whole text to present.
    pub secret: Secret<String>,
}

/// A key as an administrator sees it.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the fields of NewKey and ApiKeyRow")]
pub struct KeyView {
    pub id: ApiKeyId,
    pub label: String,
    pub scopes: Vec<Scope>,
    pub recipient: Option<String>,
    pub purposes: Option<Vec<String>>,
    pub created_at: Instant,
    pub expires_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
}

struct KnownKey {
    /// Who holds it; `None` for an id that no live key has.
    caller: Option<Caller>,
    secret_hash: [u8; 32],
    expires_at: Option<Instant>,
    epoch: u64,
}

/// Keys that were seen lately; a revoked one is dropped before its revocation is acknowledged.
///
/// Ids that no live key has are remembered too, apart from the keys, so that whoever tries ids can neither tell by
/// the time whether one is a key's nor push the keys out. An id is drawn at random when a key is made, so that none
/// can have been tried before.
pub(crate) struct CallerCache {
    known: Cache<ApiKeyId, Arc<KnownKey>>,
    unknown: Cache<ApiKeyId, Arc<KnownKey>>,
    epoch: Arc<Epoch>,
}

impl CallerCache {
    pub(crate) fn new() -> Self {
        let (known, unknown) = (Cache::new(KEYS_REMEMBERED_MAX), Cache::new(KEYS_REMEMBERED_MAX));
        Self { known, unknown, epoch: Arc::default() }
    }
}

/// The most keys, and the most ids that are none, that are remembered.
const KEYS_REMEMBERED_MAX: usize = 1_000;

impl Vault {
    /// Finds out who presents a key.
    ///
    /// # Errors
    /// `key.refused`, the same for every reason and after the same work: malformed, unknown, wrong, expired or revoked.
    pub async fn authenticate(&self, presented: &str) -> Result<Caller, VaultError> {
        let (id, secret) = parse(presented).ok_or_else(refused)?;
        // Both are looked into, whichever holds it: the road is the same for an id that is a key's and one that is none.
        let (key, none) = (self.callers.known.get(&id), self.callers.unknown.get(&id));
        let remembered = key.or(none).filter(|known| self.callers.epoch.is(known.epoch));
        let known = match remembered {
            Some(known) => known,
            None => self.load_key(id).await?,
        };
        let proved = bool::from(Digest::of(&secret).0.ct_eq(&known.secret_hash));
        let is_live = known.expires_at.is_none_or(|end| self.now() < end);
        known.caller.as_ref().filter(|_| proved & is_live).cloned().ok_or_else(refused)
    }

    async fn load_key(&self, id: ApiKeyId) -> Result<Arc<KnownKey>, VaultError> {
        let epoch = self.callers.epoch.now();
        let Some(row) = self.store.api_key(id).await?.filter(|row| row.revoked_at.is_none()) else {
            let none = Arc::new(KnownKey { caller: None, secret_hash: [0; 32], expires_at: None, epoch });
            self.callers.unknown.insert(id, Arc::clone(&none));
            return Ok(none);
        };
        let bounds: Bounds = serde_json::from_str(&row.bounds).map_err(|_| VaultError::damaged("API key"))?;
        // The tenant's last instant is known once it is loaded: an expired key stays so when the clock was set back.
        self.tenant(row.tenant).await?;
        let caller = Caller {
            tenant: row.tenant,
            key: row.id,
            label: row.label.into(),
            bounds: bounds.into(),
            subject: None,
            staff: None,
            mark: None,
        };
        let (caller, secret_hash) = (Some(caller), row.secret_hash);
        let known = Arc::new(KnownKey { caller, secret_hash, expires_at: row.expires_at, epoch });
        self.callers.known.insert(id, Arc::clone(&known));
        Ok(known)
    }

    /// Makes a key for the caller's tenant.
    ///
    /// # Errors
    /// The caller lacks the admin scope; a recipient or purpose that the policy does not declare; a label too long;
    /// `key.purposes_unsaid`: a member of staff does not say for which purposes the key reads; `key.approves`: they want one
    /// that approves disclosures.
    pub async fn issue_key(&self, caller: &Caller, new: NewKey) -> Result<IssuedKey, VaultError> {
        caller.needs(Scope::Admin)?;
        if caller.bounds.from_console {
            says_its_purposes(&new)?;
            approves_nothing(&new)?;
        }
        let tenant = self.tenant(caller.tenant).await?;
        let (issued, mut unit) = self.draw_key(&tenant, Some(caller), new)?;
        caller.mark_in(&mut unit);
        self.commit(unit).await?;
        Ok(issued)
    }

    pub(crate) fn draw_key(
        &self,
        tenant: &Tenant,
        by: Option<&Caller>,
        new: NewKey,
    ) -> Result<(IssuedKey, Unit), VaultError> {
        check(tenant, self.now(), &new)?;
        let id = ApiKeyId::random(self.entropy.as_ref());
        let mut secret = [0; 32];
        self.entropy.fill(&mut secret);
        let now = self.now();
        let from_console = by.is_some_and(|caller| caller.bounds.from_console);
        let bounds = Bounds { scopes: new.scopes, recipient: new.recipient, purposes: new.purposes, from_console };
        let row = ApiKeyRow {
            id,
            tenant: tenant.id(),
            secret_hash: Digest::of(&secret).0,
            label: new.label,
            bounds: serde_json::to_string(&bounds).unwrap_or_default(),
            created_at: now,
            expires_at: new.expires_at,
            revoked_at: None,
        };
        let by = by.map(|caller| caller.key);
        let entry = self.entry(tenant, now, None, by, EntryBody::ApiKeyIssued { key: id })?;
        let unit = Unit::of(tenant.id()).change(Change::PutApiKey(row)).entry(entry);
        let text = format!("candor_{}_{}", to_hex(id.as_bytes()), to_hex(&secret));
        Ok((IssuedKey { id, secret: Secret::new(text) }, unit))
    }

    /// Revokes a key of the caller's tenant; from then on it is refused.
    ///
    /// # Errors
    /// The caller lacks the admin scope; the tenant has no such key.
    pub async fn revoke_key(&self, caller: &Caller, id: ApiKeyId) -> Result<(), VaultError> {
        caller.needs(Scope::Admin)?;
        let tenant = self.tenant(caller.tenant).await?;
        let found = self.store.api_key(id).await?.filter(|row| row.tenant == caller.tenant);
        let mut row = found.ok_or_else(|| VaultError::missing("key.unknown", "the tenant has no such key"))?;
        if row.revoked_at.is_some() {
            return Ok(());
        }
        let now = self.now();
        row.revoked_at = Some(now);
        let entry = self.entry(&tenant, now, None, Some(caller.key), EntryBody::ApiKeyRevoked { key: id })?;
        let unit = Unit::of(caller.tenant).change(Change::PutApiKey(row)).entry(entry);
        self.commit_then(unit, self.callers.epoch.moving_on()).await?;
        Ok(())
    }

    /// The tenant's keys.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn keys(
        &self,
        caller: &Caller,
        after: Option<ApiKeyId>,
        limit: usize,
    ) -> Result<Page<KeyView, ApiKeyId>, VaultError> {
        caller.needs(Scope::Admin)?;
        let page = self.store.api_keys(caller.tenant, after, limit).await?;
        let rows = page.rows.into_iter().map(view).collect::<Result<_, _>>()?;
        Ok(Page { rows, next: page.next })
    }
}

fn view(row: ApiKeyRow) -> Result<KeyView, VaultError> {
    let bounds: Bounds = serde_json::from_str(&row.bounds).map_err(|_| VaultError::damaged("API key"))?;
    Ok(KeyView {
        id: row.id,
        label: row.label,
        scopes: bounds.scopes,
        recipient: bounds.recipient,
        purposes: bounds.purposes,
        created_at: row.created_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
    })
}

fn parse(presented: &str) -> Option<(ApiKeyId, [u8; 32])> {
    let (id, secret) = presented.strip_prefix("candor_")?.split_once('_')?;
    Some((ApiKeyId::from_bytes(from_hex(id).ok()?), from_hex(secret).ok()?))
}

fn refused() -> VaultError {
    VaultError::new(ErrorKind::Unauthenticated, "key.refused", "the API key was not accepted")
        .help("present a key that is whole, not expired and not revoked")
}

/// What somebody issues at the console reads for purposes that they named: a seat opens no field by itself, and a key for
/// everything would be a way round that.
fn says_its_purposes(new: &NewKey) -> Result<(), VaultError> {
    let is_bound = new.purposes.as_ref().is_some_and(|purposes| !purposes.is_empty());
    if is_bound || !new.scopes.contains(&Scope::Read) {
        return Ok(());
    }
    Err(VaultError::unprocessable(
        "key.purposes_unsaid",
        "the key was not issued: it is not said for which purposes it reads",
    )
    .help("name the purposes that the key reads for"))
}

/// Whoever has a seat approves disclosures as themself: a key of their own making would make two people of one, and so would
/// one that such a key makes.
fn approves_nothing(new: &NewKey) -> Result<(), VaultError> {
    if !new.scopes.contains(&Scope::Approve) {
        return Ok(());
    }
    Err(VaultError::denied("key.approves", "the key was not issued: nobody at the console makes a key that approves")
        .help("approve at the console, or have a key issued by whoever runs the server"))
}

fn check(tenant: &Tenant, now: Instant, new: &NewKey) -> Result<(), VaultError> {
    if new.label.is_empty() || new.label.len() > 100 {
        return Err(VaultError::bad("key.label_length", "a key's label has 1 to 100 bytes"));
    }
    if new.scopes.is_empty() {
        return Err(VaultError::bad("key.scopes_empty", "a key needs at least one scope"));
    }
    let plan = &tenant.policy_at(now)?.plan;
    if new.recipient.as_deref().is_some_and(|name| plan.recipient(name).is_none()) {
        return Err(VaultError::unprocessable("recipient.undeclared", "the policy declares no such recipient"));
    }
    if new.purposes.iter().flatten().any(|name| plan.purpose(name).is_none()) {
        return Err(VaultError::unprocessable("purpose.undeclared", "the policy declares no such purpose"));
    }
    Ok(())
}
