//! Managed accounts: what an organisation decides for the people whose accounts it manages, where the policy says so.
//!
//! Held here, at the vault's own floor, so that no face can forget it: a person whose account is managed gets an export or
//! an erasure once the organisation approved their request, and writes no other address by themself. What people choose
//! (consents, objections, restrictions) stays theirs.

use candor_ledger::EntryBody;
use candor_manifest::Manifest;
use candor_manifest::model::{Field, RightKind};
use candor_store::PAGE_MAX;
use candor_words::{Instant, RequestId, SubjectId};

use crate::caller::Caller;
use crate::draft::Draft;
use crate::records::NewRecord;
use crate::requests::{OpenRequest, form_of, right_name};
use crate::standing_form::StandingForm;
use crate::tenant::Tenant;
use crate::{ErrorKind, Vault, VaultError};

/// The outcomes of an entry of the kind *decided*.
pub(crate) const WAITS: u8 = 0;
pub(crate) const APPROVED: u8 = 1;
pub(crate) const REFUSED: u8 = 2;
/// What it is about: a request.
const REQUEST: u8 = 1;

/// How long what was approved can be had: thirty days.
const APPROVED_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// What an organisation says to a request.
#[derive(Debug, Clone, Copy)]
pub enum Decision<'a> {
    /// The person may have what they asked for.
    Approve,
    /// They may not.
    Refuse {
        /// A DPV justification, as of [`Vault::refuse_request`].
        because: &'a str,
    },
}

/// True when the organisation decides about this right of somebody.
pub(crate) fn decides(form: &StandingForm, manifest: &Manifest, right: RightKind) -> bool {
    let routed =
        matches!(right, RightKind::Access | RightKind::Portability | RightKind::Erasure | RightKind::Rectification);
    // A child's data goes whoever manages the account.
    let is_child = right == RightKind::Erasure && form.age.as_deref() == Some("under");
    routed
        && !is_child
        && form.managed
        && manifest.organisations.as_ref().is_some_and(|organisations| organisations.decide_requests)
}

/// The entry that says where a request stands with the organisation.
pub(crate) const fn decided(matter: RequestId, outcome: u8) -> EntryBody {
    EntryBody::Decided { matter, about: REQUEST, outcome }
}

impl Vault {
    /// True when the caller is a person whose organisation has yet to decide whether they get this.
    ///
    /// # Errors
    /// No such subject; it was erased.
    pub async fn is_undecided(
        &self,
        caller: &Caller,
        subject: SubjectId,
        right: RightKind,
    ) -> Result<bool, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let live = self.live_for(caller, &tenant, subject).await?;
        self.waits_for_decision(caller, &tenant, (&live.form, subject), live.policy.manifest(), right).await
    }

    /// Refuses a person what their organisation decides about, unless it approved a request for it within the last thirty days;
    /// and what wants documents first.
    pub(crate) async fn refuse_undecided(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        whose: (&StandingForm, SubjectId),
        manifest: &Manifest,
        right: RightKind,
    ) -> Result<(), VaultError> {
        self.refuse_below_level(caller, tenant, whose.1, manifest, right).await?;
        if !self.waits_for_decision(caller, tenant, whose, manifest, right).await? {
            return Ok(());
        }
        Err(VaultError::new(
            ErrorKind::Denied,
            "organisation.decides",
            "this was not done: the organisation that manages the account decides about it",
        )
        .help("make a request; you are told what the organisation decides"))
    }

    /// Refuses to carry a request out that the organisation has yet to decide about, whoever carries it out.
    pub(crate) async fn refuse_unrouted(&self, tenant: &Tenant, open: &OpenRequest) -> Result<(), VaultError> {
        if !open.form.routed || open.form.decided_at.is_some() {
            return Ok(());
        }
        let live = match self.live(tenant, open.row.subject).await {
            Err(error) if error.kind() == ErrorKind::Gone => return Ok(()),
            live => live?,
        };
        // Let go meanwhile, the person decides by themself.
        if !decides(&live.form, live.policy.manifest(), open.right) {
            return Ok(());
        }
        Err(VaultError::conflict(
            "request.undecided",
            "the request was not carried out: the organisation that manages the account has yet to decide about it",
        )
        .help("have the organisation approve or refuse it first"))
    }

    /// The same, before anything is begun beyond the vault.
    ///
    /// # Errors
    /// No such request; it is closed; `request.undecided`.
    pub async fn refuse_undecided_request(&self, caller: &Caller, request: RequestId) -> Result<(), VaultError> {
        let change = self.change_on_its_way(caller, request).await?;
        self.refuse_unrouted(&change.tenant, &change.open).await
    }

    async fn waits_for_decision(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        (form, subject): (&StandingForm, SubjectId),
        manifest: &Manifest,
        right: RightKind,
    ) -> Result<bool, VaultError> {
        if !caller.is_person() || !decides(form, manifest, right) {
            return Ok(false);
        }
        let (now, mut after) = (self.now(), None);
        loop {
            let page = self.store.requests(tenant.id(), Some(subject), after, PAGE_MAX).await?;
            for row in page.rows.iter().filter(|row| row.kind == right_name(right)) {
                let form = form_of(row)?;
                let is_late = |at: Instant| now.as_millis() - at.as_millis() >= APPROVED_MS;
                if form.approved == Some(true) && !form.decided_at.is_none_or(is_late) {
                    return Ok(false);
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(true);
            }
        }
    }
}

/// Refuses a person who writes another address into a managed account.
pub(crate) fn refuse_address(caller: &Caller, draft: &Draft, new: &NewRecord) -> Result<(), VaultError> {
    let manifest = draft.policy.manifest();
    let is_address = |field: &Field| field.identifies && field.term.starts_with("EmailAddress");
    let writes_address = || {
        let names = new.values.keys().map(|name| format!("{}.{name}", new.group));
        names.filter_map(|name| manifest.field(&name)).any(|ix| is_address(&manifest.fields[ix.at()]))
    };
    if caller.is_person() && draft.form.managed && manifest.organisations.is_some() && writes_address() {
        return Err(VaultError::new(
            ErrorKind::Denied,
            "organisation.approves",
            "the address was not changed: the organisation that manages the account has to approve it",
        )
        .help("ask for another address; it changes once the organisation approves"));
    }
    Ok(())
}

pub(crate) fn not_managed() -> VaultError {
    VaultError::unprocessable(
        "request.not_routed",
        "nothing was changed: no organisation decides about the request",
    )
    .help("the account is not managed, the policy lets organisations decide no requests, or this right is the person's own")
}
