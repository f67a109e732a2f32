//! Disputes: while it is not agreed what a request leads to, use of the data is restricted (GDPR Art. 18(1)(a), (d)).
//!
//! The restriction is placed in the unit that notes the dispute. It ends when the dispute is settled, after the person was told
//! (Art. 18(3)), or when the tenant's administrator overrides it, as a whole or for some purposes, with a reason that is kept
//! with the event. Each act is an entry of the ledger. A request that is closed leaves its dispute standing: what it led to may
//! be the very thing that is disputed.

use candor_ledger::EntryBody;
use candor_store::{Change, Guard, PAGE_MAX, Page};
use candor_words::{Instant, RequestId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::contest::forget_words;
use super::{OpenRequest, State, form_of, right_of, view};
use crate::caller::{Caller, Scope};
use crate::choice::{declared, is_line};
use crate::draft::Draft;
use crate::restriction::ALLOWED_PURPOSES_MAX;
use crate::slips::{IDENTIFIER_SLIPS, RUN_SLIPS, request_slip};
use crate::standing_form::{DISPUTE_OF, RestrictionForm};
use crate::tenant::Tenant;
use crate::{ErrorKind, RequestView, Vault, VaultError};

/// How a dispute was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeEnd {
    /// The person was right.
    Upheld,
    /// They were not.
    Rejected,
    /// Use goes on although it is not settled.
    Overridden,
    /// The person took it back.
    Withdrawn,
}

/// The acts of a dispute that do not end it; the number is the ledger's, as of those that do.
const DISPUTED: u8 = 1;
const OVERRIDDEN_IN_PART: u8 = 5;
/// What stands with the event where the person takes a dispute back.
pub(super) const TAKEN_BACK: &str = "taken back by the person";

impl DisputeEnd {
    const fn act(self) -> u8 {
        match self {
            Self::Upheld => 2,
            Self::Rejected => 3,
            Self::Overridden => 4,
            Self::Withdrawn => 6,
        }
    }
}

/// A dispute that is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisputeView {
    /// The request of which it is not agreed what it leads to.
    pub request: RequestView,
    /// What restricts the person's data now; none where they lifted it themself.
    pub restriction: Option<RestrictionForm>,
    /// True when the dispute placed it; else it was agreed for another reason, and stays when the dispute is over.
    pub restricts: bool,
}

impl Vault {
    /// Notes that a request is disputed: use is restricted from then on, unless it is already.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed, or its subject was erased.
    pub async fn dispute_request(&self, caller: &Caller, request: RequestId) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        let change = self.change(caller, request).await?;
        let draft = self.draft(caller, change.open.row.subject).await?;
        self.dispute_again(draft, change.open).await
    }

    /// Notes that a request is disputed which may be already: restricts use again where that was lifted meanwhile.
    pub(super) async fn dispute_again(
        &self,
        mut draft: Draft,
        mut open: OpenRequest,
    ) -> Result<RequestView, VaultError> {
        let now = draft.now;
        if is_restricted(&draft) && open.form.disputed_at.is_some() {
            return Ok(view(&open.row, open.form, now));
        }
        note_in(&mut draft, &mut open);
        put_in(&mut draft, &mut open)?;
        self.restrict_for(draft, open.row.id).await?;
        Ok(view(&open.row, open.form, now))
    }

    /// Commits a draft in which a request is noted as disputed: with it use is restricted, unless it is already.
    pub(super) async fn restrict_for(&self, mut draft: Draft, request: RequestId) -> Result<(), VaultError> {
        if is_restricted(&draft) {
            return self.apply(draft).await.map(drop);
        }
        let (since, agreement) = (draft.now, Some(dispute_of(request)));
        draft.form.restriction = Some(RestrictionForm { since, allowed: Vec::new(), until: None, agreement });
        self.place(draft, None).await
    }

    /// Settles a dispute. `informed` says how the person was told, as Art. 18(3) wants it before use goes on: one line of 1 to
    /// 200 bytes, kept with the event.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or reaches one person alone; no such request; it is not disputed; it is not said how
    /// the person was told; an end that is no settlement; the organisation that manages the account has yet to decide about it.
    pub async fn settle_dispute(
        &self,
        caller: &Caller,
        request: RequestId,
        end: DisputeEnd,
        informed: &str,
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        caller.reaches_all()?;
        if !is_line(informed) {
            return Err(VaultError::bad(
                "restriction.not_informed",
                "the dispute was not settled: it is not said how the person was told",
            )
            .help("tell the person first (GDPR Art. 18(3)), then say how in one line of 1 to 200 bytes"));
        }
        let open = self.disputed(caller, request).await?;
        self.refuse_unrouted(&*self.tenant(caller.tenant()).await?, &open).await?;
        self.end_dispute(caller, request, end, informed).await
    }

    /// Takes a dispute back for the person: what it restricted is used again, and a request that was opened for it is closed,
    /// unless it is being carried out. Taking it back twice is taking it back once.
    ///
    /// # Errors
    /// The caller is neither the person nor has the admin scope; no such request; it is not disputed.
    pub async fn withdraw_dispute(&self, caller: &Caller, request: RequestId) -> Result<RequestView, VaultError> {
        caller.needs(if caller.is_person() { Scope::Rights } else { Scope::Admin })?;
        let row = self.right_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        let form = form_of(&row)?;
        if form.disputed_at.is_none() && form.dispute_end == Some(DisputeEnd::Withdrawn) {
            return Ok(view(&row, form, self.now()));
        }
        self.end_dispute(caller, request, DisputeEnd::Withdrawn, TAKEN_BACK).await
    }

    /// Lets use go on although a request is disputed: for the purposes named, or for all when none is. `because` is one line of
    /// 1 to 200 bytes, kept with the event. A dispute that is overridden for some purposes goes on restricting the others.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such request; it is not disputed; a reason out of bounds; a purpose that the policy
    /// does not declare; purposes where the dispute restricts nothing.
    pub async fn override_dispute(
        &self,
        caller: &Caller,
        request: RequestId,
        (because, purposes): (&str, &[String]),
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Admin)?;
        if !is_line(because) {
            return Err(VaultError::bad(
                "dispute.because",
                "nothing was changed: a reason is one line of 1 to 200 bytes",
            )
            .help("say why use goes on, without naming anybody"));
        }
        if purposes.is_empty() {
            return self.end_dispute(caller, request, DisputeEnd::Overridden, because).await;
        }
        if purposes.len() > ALLOWED_PURPOSES_MAX {
            return Err(VaultError::bad(
                "restriction.purposes_too_many",
                "nothing was changed: a dispute is overridden for at most 64 purposes",
            ));
        }
        let mut open = self.disputed(caller, request).await?;
        let mut draft = self.draft(caller, open.row.subject).await?;
        for purpose in purposes {
            declared(draft.plan(), purpose)?;
        }
        let own = dispute_of(request);
        let restriction = draft.form.restriction.as_mut().filter(|known| known.agreement.as_ref() == Some(&own));
        let restriction = restriction.ok_or_else(|| {
            VaultError::conflict("dispute.not_restricting", "nothing was changed: it is not the dispute that restricts")
        })?;
        restriction.allowed.extend_from_slice(purposes);
        restriction.allowed.sort_unstable();
        restriction.allowed.dedup();
        draft.enter(EntryBody::Dispute { request, act: OVERRIDDEN_IN_PART });
        put_in(&mut draft, &mut open)?;
        let now = draft.now;
        self.place(draft, Some(because)).await?;
        Ok(view(&open.row, open.form, now))
    }

    /// The disputes that are not over, by the id of their requests. A page may hold fewer than were asked for, and still be
    /// followed by another.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or reaches one person alone.
    pub async fn disputes(
        &self,
        caller: &Caller,
        after: Option<RequestId>,
        limit: usize,
    ) -> Result<Page<DisputeView, RequestId>, VaultError> {
        caller.needs(Scope::Rights)?;
        caller.reaches_all()?;
        let tenant = self.tenant(caller.tenant()).await?;
        let page = self.store.requests(tenant.id(), None, after, limit).await?;
        let mut rows = Vec::new();
        for row in page.rows.into_iter().filter(|row| right_of(&row.kind).is_some()) {
            let form = form_of(&row)?;
            if form.disputed_at.is_none() {
                continue;
            }
            let open = OpenRequest::open_or_closed(row)?;
            rows.extend(self.dispute_view(&tenant, open).await?);
        }
        Ok(Page { rows, next: page.next })
    }

    /// One dispute; none when the request is not disputed, or the person was erased meanwhile.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request.
    pub async fn dispute(&self, caller: &Caller, request: RequestId) -> Result<Option<DisputeView>, VaultError> {
        caller.needs(Scope::Rights)?;
        let row = self.right_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        let open = OpenRequest::open_or_closed(row)?;
        if open.form.disputed_at.is_none() {
            return Ok(None);
        }
        let tenant = self.tenant(caller.tenant()).await?;
        self.dispute_view(&tenant, open).await
    }

    async fn dispute_view(&self, tenant: &Tenant, open: OpenRequest) -> Result<Option<DisputeView>, VaultError> {
        let now = self.now();
        let live = match self.live(tenant, open.row.subject).await {
            Ok(live) => live,
            // Nobody is left of whom it could be disputed.
            Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Missing) => return Ok(None),
            Err(error) => return Err(error),
        };
        let restriction = live.form.restriction.clone().filter(|restriction| is_in_force(restriction, now));
        let own = dispute_of(open.row.id);
        let restricts = restriction.as_ref().is_some_and(|known| known.agreement.as_ref() == Some(&own));
        Ok(Some(DisputeView { request: view(&open.row, open.form, now), restriction, restricts }))
    }

    async fn disputed(&self, caller: &Caller, request: RequestId) -> Result<OpenRequest, VaultError> {
        let row = self.right_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        let open = OpenRequest::open_or_closed(row)?;
        if open.form.disputed_at.is_none() {
            return Err(VaultError::conflict(
                "request.not_disputed",
                "nothing was changed: the request is not disputed",
            ));
        }
        Ok(open)
    }

    pub(super) async fn end_dispute(
        &self,
        caller: &Caller,
        request: RequestId,
        end: DisputeEnd,
        said: &str,
    ) -> Result<RequestView, VaultError> {
        let mut open = self.disputed(caller, request).await?;
        let mut draft = self.draft(caller, open.row.subject).await?;
        let now = draft.now;
        (open.form.disputed_at, open.form.dispute_ended_at, open.form.dispute_end) = (None, Some(now), Some(end));
        let told = draft.enter(EntryBody::Dispute { request, act: end.act() });
        draft.put(forget_words(request));
        if end == DisputeEnd::Withdrawn && is_only_contested(&open) {
            close_in(&mut draft, &mut open)?;
        } else {
            put_in(&mut draft, &mut open)?;
        }
        let own = dispute_of(request);
        let is_own = draft.form.restriction.as_ref().is_some_and(|known| known.agreement.as_ref() == Some(&own));
        let other = if is_own { self.disputed_request(&draft, Some(request)).await? } else { None };
        match (&mut draft.form.restriction, other) {
            // Another request of theirs is disputed still: what restricts is that one now.
            (Some(restriction), Some(other)) => {
                (restriction.agreement, restriction.allowed) = (Some(dispute_of(other)), Vec::new());
                self.place(draft, Some(said)).await?;
            }
            (restriction, None) if is_own => {
                *restriction = None;
                let lifted = draft.enter(EntryBody::RestrictionLifted);
                draft.event("restriction.lifted", None, &json!({ "informed": said, "dispute": end }), lifted);
                self.apply(draft).await?;
            }
            // One that was agreed for another reason stays.
            _ => {
                draft.event("dispute.ended", None, &json!({ "because": said, "dispute": end }), told);
                self.apply(draft).await?;
            }
        }
        Ok(view(&open.row, open.form, now))
    }

    /// Makes the restriction that a draft holds so, as an event of its own.
    async fn place(&self, mut draft: Draft, because: Option<&str>) -> Result<(), VaultError> {
        let detail = match &draft.form.restriction {
            Some(restriction) => json!({
                "allowed": restriction.allowed, "until": restriction.until, "agreement": restriction.agreement,
                "because": because,
            }),
            None => json!({ "because": because }),
        };
        let placed = draft.enter(EntryBody::Restricted);
        draft.event("restriction.placed", None, &detail, placed);
        self.apply(draft).await.map(drop)
    }

    /// A request of the draft's subject that is disputed, besides one.
    pub(crate) async fn disputed_request(
        &self,
        draft: &Draft,
        besides: Option<RequestId>,
    ) -> Result<Option<RequestId>, VaultError> {
        let (tenant, subject) = (draft.tenant.id(), draft.subject());
        let mut after = None;
        loop {
            let page = self.store.requests(tenant, Some(subject), after, PAGE_MAX).await?;
            for row in page.rows.iter().filter(|row| Some(row.id) != besides && right_of(&row.kind).is_some()) {
                if form_of(row)?.disputed_at.is_some() {
                    return Ok(Some(row.id));
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(None);
            }
        }
    }
}

/// Puts a request that enters no other state into the unit of its subject.
fn put_in(draft: &mut Draft, open: &mut OpenRequest) -> Result<(), VaultError> {
    draft.unit.guards.push(Guard::RequestVersion(open.row.id, open.row.version));
    open.row.version += 1;
    open.write()?;
    draft.put(Change::PutRequest(open.row.clone()));
    Ok(())
}

/// True of a request that was opened for its dispute, and of which nothing was begun.
fn is_only_contested(open: &OpenRequest) -> bool {
    open.form.contested.is_some() && open.row.closed_at.is_none() && open.row.state != State::Running.name()
}

/// Closes a request whose dispute was taken back: there is nothing left to be put right.
fn close_in(draft: &mut Draft, open: &mut OpenRequest) -> Result<(), VaultError> {
    let request = open.row.id;
    draft.unit.guards.push(Guard::RequestVersion(request, open.row.version));
    open.enter_state(State::Withdrawn, draft.now)?;
    draft.enter(open.entry(State::Withdrawn));
    draft.put(Change::PutRequest(open.row.clone()));
    open.forgotten().into_iter().for_each(|change| draft.put(change));
    for kind in [RUN_SLIPS, IDENTIFIER_SLIPS] {
        draft.put(Change::DeleteSlip(kind, request_slip(request)));
    }
    Ok(())
}

/// Notes in a draft that a request is disputed.
pub(super) fn note_in(draft: &mut Draft, open: &mut OpenRequest) {
    open.form.disputed_at.get_or_insert(draft.now);
    (open.form.dispute_ended_at, open.form.dispute_end) = (None, None);
    draft.enter(EntryBody::Dispute { request: open.row.id, act: DISPUTED });
}

/// True while something restricts the draft's subject.
fn is_restricted(draft: &Draft) -> bool {
    draft.form.restriction.as_ref().is_some_and(|restriction| is_in_force(restriction, draft.now))
}

fn is_in_force(restriction: &RestrictionForm, now: Instant) -> bool {
    restriction.until.is_none_or(|until| now < until)
}

fn dispute_of(request: RequestId) -> String {
    format!("{DISPUTE_OF}{request}")
}
