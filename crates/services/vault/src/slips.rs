//! Slips: the small things that the front door keeps, sealed.
//!
//! A session, a second factor, a code on its way, a client: each has a kind, a name within it, perhaps an owner and an
//! end. What belongs to a subject is sealed under a key of the subject and goes with it; the rest under the tenant's key.
//! Names that say something are blinded ([`Vault::slip_name`]), so that whoever reads the store learns neither tokens nor
//! addresses. One that has ended is as if it were not there, and no backup holds one that ends.

use candor_ledger::{Digest, Entry, EntryBody};
use candor_seal::{Envelope, FieldPlace, KeepClass};
use candor_store::{Change, CommitError, Committed, Guard, Page, SlipRow, Unit};
use candor_words::{ClientId, Instant, RecordId, RequestId, SubjectId, TenantId, to_hex};
use zeroize::Zeroizing;

use crate::caller::Caller;
use crate::draft::Draft;
use crate::tenant::Tenant;
use crate::{ErrorKind, Vault, VaultError};

/// The longest body of a slip, in bytes.
pub const SLIP_BYTES_MAX: usize = 64 << 10;
/// The longest body of a slip that says where a request is on its way, in bytes: 1 200 places fit.
pub const RUN_BYTES_MAX: usize = 1 << 20;
/// The most slips that one change puts and drops.
pub const SLIP_CHANGES_MAX: usize = 64;
/// The keep class of the key that seals a subject's slips; no field's class is looked for under it.
const CLASS: KeepClass = KeepClass::new(u16::MAX - 1);
/// The kind of second factors, which a restore takes away again when the ledger says so.
pub const FACTOR_SLIPS: u16 = 16;
/// The kind of clients, which a restore takes away again when the ledger says that they or their secrets were.
pub const CLIENT_SLIPS: u16 = 30;

/// The kind of the places where people may sign in elsewhere, each named by its id.
pub const UPSTREAM_SLIPS: u16 = 25;
/// The kind of the links between an account there and one here.
pub const UPSTREAM_LINK_SLIPS: u16 = 27;
/// The kind of requests on their way through connected systems, each named by its id.
pub const RUN_SLIPS: u16 = 56;
/// The kind of what names a person in connected systems, kept under their key while a request is on its way.
pub const IDENTIFIER_SLIPS: u16 = 57;
/// The kind of requests that have been through connected systems, with what their receipts tell.
pub const PROVED_SLIPS: u16 = 58;
/// The kind of what named a person until a correction, kept under their key while its push is on its way.
pub(crate) const FORMER_NAME_SLIPS: u16 = 62;
/// The kind of requests that controllers sent, each named by the controller's key and number.
pub const CONTROLLER_REQUEST_SLIPS: u16 = 61;
/// The kind of what is kept of how identity is proved, each named by its request; it goes when that is closed.
pub const PROVING_SLIPS: u16 = 67;
/// The kind of what retention keeps of connected systems: how far it is in each, and who is owed an end there.
pub const KEEPING_SLIPS: u16 = 63;
/// The kind of agents that people authorise, which a restore takes away again when the ledger says so.
pub const AGENT_SLIPS: u16 = 64;
/// The kind of what an agent's calls are known by: tokens, messages that were used, its own numbers of requests.
pub const AGENT_MARK_SLIPS: u16 = 65;
/// The kind of requests that agents brought, each named by its id.
pub const AGENT_REQUEST_SLIPS: u16 = 66;
/// The kind of seats at the console, which a restore takes away again when the ledger says so.
pub const STAFF_SLIPS: u16 = 49;

/// The kind of objections that wait for an answer, so that they can be listed.
pub const OBJECTION_SLIPS: u16 = 70;
/// The kind of what somebody says about data of theirs that they dispute, each named by its request; it goes when the dispute is
/// over.
pub(crate) const DISPUTE_SLIPS: u16 = 72;

/// A slip in the open.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of SlipRow")]
pub struct Slip {
    pub kind: u16,
    pub name: [u8; 32],
    pub owner: Option<SubjectId>,
    pub version: u32,
    pub expires_at: Option<Instant>,
    /// What it holds.
    pub body: Zeroizing<Vec<u8>>,
}

/// A slip to be put.
#[derive(Debug, Clone)]
pub struct NewSlip {
    /// Which sort.
    pub kind: u16,
    /// Its name within its kind.
    pub name: [u8; 32],
    /// With whom it goes.
    pub owner: Option<SubjectId>,
    /// From when on it is as if it were not there.
    pub expires_at: Option<Instant>,
    /// What it holds, at most [`SLIP_BYTES_MAX`].
    pub body: Zeroizing<Vec<u8>>,
}

/// What a change asks of the slip that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Nothing: whatever is there is replaced.
    Anything,
    /// That there is none.
    Absent,
    /// That it is this version of it.
    Version(u32),
}

/// One change of slips.
#[derive(Debug, Clone)]
pub enum SlipChange {
    /// Inserts or replaces.
    Put(NewSlip, Expect),
    /// Removes one, if it is as expected.
    Drop(u16, [u8; 32], Expect),
    /// Removes every one of a kind that a subject owns.
    DropAllOf(SubjectId, u16),
}

/// What the ledger says of a change, and about whom.
pub type Told = (Option<SubjectId>, EntryBody);

impl Vault {
    /// The server's own front door to a tenant: it may do what a person at it may bring about, for anybody.
    ///
    /// Only the service behind the front door asks for it; no face gets one.
    pub fn door(&self, tenant: TenantId) -> Caller {
        Caller::door(tenant)
    }

    /// A person who proved who they are: they reach what is about themself, and nothing else.
    pub fn person(&self, tenant: TenantId, subject: SubjectId) -> Caller {
        Caller::person(tenant, subject)
    }

    /// Blinds what a slip is called, so that the name tells nothing; the same text has another name in each kind.
    ///
    /// # Errors
    /// No such tenant.
    pub async fn slip_name(&self, tenant: TenantId, kind: u16, text: &[u8]) -> Result<[u8; 32], VaultError> {
        let tenant = self.tenant(tenant).await?;
        Ok(*tenant.blind.blind(&format!("@slip.{kind}"), text).as_bytes())
    }

    /// A slip that has not ended.
    ///
    /// # Errors
    /// It cannot be read back.
    pub async fn slip(&self, tenant: TenantId, kind: u16, name: [u8; 32]) -> Result<Option<Slip>, VaultError> {
        let tenant = self.tenant(tenant).await?;
        let now = self.now();
        match self.store.slip(tenant.id(), kind, name).await?.filter(|row| is_there(row, now)) {
            Some(row) => self.open_slip(&tenant, row).await,
            None => Ok(None),
        }
    }

    /// The slips of a kind that have not ended, by name; of one owner when it is named.
    ///
    /// # Errors
    /// One of them cannot be read back.
    pub async fn slips(
        &self,
        tenant: TenantId,
        kind: u16,
        owner: Option<SubjectId>,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<Slip, [u8; 32]>, VaultError> {
        let tenant = self.tenant(tenant).await?;
        let now = self.now();
        let page = self.store.slips(tenant.id(), kind, owner, after, limit).await?;
        let mut rows = Vec::with_capacity(page.rows.len());
        for row in page.rows.into_iter().filter(|row| is_there(row, now)) {
            rows.extend(self.open_slip(&tenant, row).await?);
        }
        Ok(Page { rows, next: page.next })
    }

    /// Changes slips, with what the ledger says of it, in one unit. `actor` is who brought it about.
    ///
    /// # Errors
    /// `slip.changed` when one is not as expected; `subject.unknown` when an owner is not there any more; a body too
    /// long; too many changes at once.
    pub async fn change_slips(
        &self,
        actor: &Caller,
        changes: Vec<SlipChange>,
        told: Vec<Told>,
    ) -> Result<Committed, VaultError> {
        if changes.len() > SLIP_CHANGES_MAX {
            return Err(VaultError::new(ErrorKind::TooLarge, "slip.too_many", "too many slips were changed at once")
                .detail("max", SLIP_CHANGES_MAX));
        }
        let tenant = self.tenant(actor.tenant()).await?;
        let mut unit = Unit::of(tenant.id());
        for change in changes {
            self.slip_in(actor, &tenant, change, &mut unit).await?;
        }
        for (subject, body) in told {
            let reference = match subject {
                Some(subject) => Some(self.live_for(actor, &tenant, subject).await?.reference),
                None => None,
            };
            unit.entries.push(self.entry(&tenant, self.now(), reference, Some(actor.key()), body)?);
        }
        actor.mark_in(&mut unit);
        self.commit(unit).await
    }

    /// Says something in the ledger, without a change; durable when this returns. What is said at the same time by
    /// others is committed together.
    ///
    /// # Errors
    /// No such subject.
    pub async fn tell(&self, actor: &Caller, (subject, body): Told) -> Result<u64, VaultError> {
        let tenant = self.tenant(actor.tenant()).await?;
        let plan = Digest(*tenant.policy_at(self.now())?.plan.digest());
        let subject = match subject {
            Some(subject) => Some(self.live_for(actor, &tenant, subject).await?.reference),
            None => None,
        };
        let entry = Entry { at: self.now(), subject, actor: Some(actor.key()), plan, body };
        tenant.gather.append(vec![entry.to_bytes()]).await
    }

    pub(crate) async fn slip_in(
        &self,
        actor: &Caller,
        tenant: &Tenant,
        change: SlipChange,
        unit: &mut Unit,
    ) -> Result<(), VaultError> {
        let now = self.now();
        let mut expect = |kind, name, expect| match expect {
            Expect::Anything => {}
            Expect::Absent => unit.guards.push(Guard::SlipAbsent(kind, name, now)),
            Expect::Version(version) => unit.guards.push(Guard::SlipVersion(kind, name, version)),
        };
        match change {
            SlipChange::Drop(kind, name, expected) => {
                expect(kind, name, expected);
                unit.changes.push(Change::DeleteSlip(kind, name));
            }
            SlipChange::DropAllOf(owner, kind) => {
                actor.may_reach(owner)?;
                unit.changes.push(Change::DeleteSlipsOf(owner, kind));
            }
            SlipChange::Put(new, expected) => {
                expect(new.kind, new.name, expected);
                let bytes_max = match new.kind {
                    RUN_SLIPS..=PROVED_SLIPS => RUN_BYTES_MAX,
                    _ => SLIP_BYTES_MAX,
                };
                if new.body.len() > bytes_max {
                    return Err(VaultError::new(ErrorKind::TooLarge, "slip.too_long", "a slip holds more than it may")
                        .detail("max", bytes_max));
                }
                if let Some(owner) = new.owner {
                    actor.may_reach(owner)?;
                    unit.guards.push(Guard::SubjectKnown(owner));
                }
                let version = match expected {
                    Expect::Version(version) => version.saturating_add(1),
                    _ => 1,
                };
                let sealed = self.seal_slip(actor, tenant, &new, version).await?;
                let NewSlip { kind, name, owner, expires_at, .. } = new;
                unit.changes.push(Change::PutSlip(SlipRow { kind, name, owner, version, expires_at, sealed }));
            }
        }
        Ok(())
    }

    /// Puts into a draft a slip of its subject, that goes with them.
    pub(crate) fn slip_in_draft(
        &self,
        draft: &mut Draft,
        (kind, name): (u16, [u8; 32]),
        body: &[u8],
    ) -> Result<(), VaultError> {
        draft.key(self, CLASS)?;
        let owner = Some(draft.subject());
        let label = label(kind, &name, owner);
        let key = draft.keys.newest(CLASS).ok_or_else(|| VaultError::damaged("subject key"))?;
        let sealed = key.seal(self.entropy.as_ref(), &place(&label, 1), body)?;
        draft.put(Change::PutSlip(SlipRow { kind, name, owner, version: 1, expires_at: None, sealed }));
        Ok(())
    }

    async fn seal_slip(
        &self,
        actor: &Caller,
        tenant: &Tenant,
        new: &NewSlip,
        version: u32,
    ) -> Result<Vec<u8>, VaultError> {
        let label = label(new.kind, &new.name, new.owner);
        let Some(owner) = new.owner else {
            return Ok(tenant.key()?.seal_blob(self.entropy.as_ref(), &label, &new.body)?);
        };
        let mut live = self.live(tenant, owner).await?;
        if live.keys.newest(CLASS).is_none() {
            self.draw_slip_key(actor, owner).await?;
            live = self.live(tenant, owner).await?;
        }
        let key = live.keys.newest(CLASS).ok_or_else(|| VaultError::damaged("subject key"))?;
        Ok(key.seal(self.entropy.as_ref(), &place(&label, version), &new.body)?)
    }

    /// Puts a new slip of the draft's own subject into its unit.
    pub(crate) fn put_own_slip(
        &self,
        draft: &mut Draft,
        kind: u16,
        name: [u8; 32],
        body: &[u8],
    ) -> Result<(), VaultError> {
        let owner = Some(draft.subject());
        let label = label(kind, &name, owner);
        draft.key(self, CLASS)?;
        let key = draft.keys.newest(CLASS).ok_or_else(|| VaultError::damaged("subject key"))?;
        let sealed = key.seal(self.entropy.as_ref(), &place(&label, 1), body)?;
        draft.put(Change::PutSlip(SlipRow { kind, name, owner, version: 1, expires_at: None, sealed }));
        Ok(())
    }

    /// Draws the key of a subject's slips, once.
    async fn draw_slip_key(&self, actor: &Caller, owner: SubjectId) -> Result<(), VaultError> {
        let mut draft = self.draft(actor, owner).await?;
        if draft.keys.newest(CLASS).is_none() {
            draft.key(self, CLASS)?;
            self.apply(draft).await?;
        }
        Ok(())
    }

    /// Opens a slip; none when its owner is not there any more.
    async fn open_slip(&self, tenant: &Tenant, row: SlipRow) -> Result<Option<Slip>, VaultError> {
        let SlipRow { kind, name, owner, version, expires_at, sealed } = row;
        let label = label(kind, &name, owner);
        let body = match owner {
            Some(owner) => {
                let live = match self.live(tenant, owner).await {
                    Ok(live) => live,
                    Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Missing) => return Ok(None),
                    Err(error) => return Err(error),
                };
                let key_version = Envelope::parse(&sealed)?.key_version();
                let key = live.keys.of(CLASS, key_version).ok_or_else(|| VaultError::damaged("subject key"))?;
                Zeroizing::new(key.open(&place(&label, version), &sealed)?)
            }
            None => {
                let key = tenant.key_of(Envelope::parse(&sealed)?.key_version())?;
                Zeroizing::new(key.open_blob(&label, &sealed)?.expose().clone())
            }
        };
        Ok(Some(Slip { kind, name, owner, version, expires_at, body }))
    }
}

fn is_there(row: &SlipRow, now: Instant) -> bool {
    row.expires_at.is_none_or(|end| now < end)
}

/// Binds a body to its kind, name and owner: one cannot stand in the place of another.
fn label(kind: u16, name: &[u8; 32], owner: Option<SubjectId>) -> String {
    let owner = owner.map_or_else(String::new, |owner| owner.to_string());
    format!("@slip/{kind}/{}/{owner}", to_hex(name))
}

fn place(label: &str, version: u32) -> FieldPlace<'_> {
    FieldPlace { record: RecordId::from_bytes([0; 16]), field: label, value_version: version }
}

/// What the slip of a factor or an upstream is called: its id, padded.
pub fn factor_name(factor: RecordId) -> [u8; 32] {
    let mut name = [0; 32];
    name[..16].copy_from_slice(factor.as_bytes());
    name
}

/// What the slips of a request are called: its id, padded.
pub fn request_slip(request: RequestId) -> [u8; 32] {
    let mut name = [0; 32];
    name[..16].copy_from_slice(request.as_bytes());
    name
}

/// What a client's slip is called: its id, padded.
pub fn client_name(client: ClientId) -> [u8; 32] {
    let mut name = [0; 32];
    name[..16].copy_from_slice(client.as_bytes());
    name
}

/// Says that a slip was not as expected, where that is the reason.
pub(crate) fn slip_guard(error: &CommitError) -> Option<VaultError> {
    match error {
        CommitError::Guard(Guard::SlipAbsent(..) | Guard::SlipVersion(..)) => Some(
            VaultError::conflict("slip.changed", "what the front door keeps was changed by somebody else meanwhile")
                .help("begin again"),
        ),
        CommitError::Guard(Guard::SubjectKnown(_)) => {
            Some(VaultError::missing("subject.unknown", "there is no such subject"))
        }
        _ => None,
    }
}
