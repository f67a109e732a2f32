//! Requests: a subject's exercise of a right, with its clock, from receipt to answer.
//!
//! A request holds no personal data and outlives the subject it is about, so that an erasure too has its receipt
//! and its closing letter. Each change of state is one ledger entry. What is kept of one is in
//! `requests/form.rs`, how one changes in `requests/change.rs`; the clock is in `requests/clock.rs`, what happens before it runs out in
//! `requests/escalate.rs`, what people are written in `letter.rs`.

use candor_manifest::law::countries;
use candor_manifest::model::RightKind;
use candor_store::{Change, PAGE_MAX, Page, RequestRow};
use candor_words::{Instant, RequestId, SubjectId};

use crate::caller::{Caller, Scope};
use crate::draft::Draft;
use crate::managed;
use crate::push::PUSH;
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

mod change;
mod clock;
mod contest;
mod decide;
mod dispute;
mod escalate;
mod form;
mod identity;
mod justification;
mod pause;
mod right;
mod view;
mod withdraw;

pub(crate) use change::{OpenRequest, RequestChange};
use clock::{clock_of, escalate_at};
pub use contest::{Contested, DISPUTE_WORDS_MAX, DISPUTES_MAX, DisputeWords, Disputed, NewDispute};
pub use dispute::{DisputeEnd, DisputeView};
pub use escalate::Alarm;
pub(crate) use escalate::ESCALATE;
pub(crate) use form::{RequestForm, State, form_of};
pub(crate) use identity::forget_proving;
pub use identity::{IdentityProof, Proving};
pub(crate) use justification::justification;
pub use right::{right_name, right_of};
pub use view::RequestView;
pub(crate) use view::view;

/// The most open requests of one subject.
pub const OPEN_REQUESTS_MAX: usize = 100;
/// The version of a request that is not written yet.
const NEW: u64 = 0;

/// A request that was received.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// Which right the subject exercises.
    pub right: RightKind,
    /// Where the subject lives (ISO 3166-1 alpha-2): decides between the laws of the policy, and which authority
    /// the closing letter names.
    pub country: Option<String>,
    /// When it was received, when that was before now: the clock runs from then.
    pub received_at: Option<Instant>,
}

impl Vault {
    /// Opens a request; its clock runs from receipt, and somebody is told before it runs out.
    ///
    /// The law is that of the subject's country when the policy names it, else whichever of the policy's laws wants
    /// the earliest answer.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such subject; it was erased; no law of the policy gives the right; a
    /// country that does not exist; a receipt that is yet to come; more than [`OPEN_REQUESTS_MAX`] open requests.
    pub async fn open_request(
        &self,
        caller: &Caller,
        subject: SubjectId,
        new: NewRequest,
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        let mut draft = self.draft(caller, subject).await?;
        let request = self.receive_in(&mut draft, &new).await?;
        draft.put(Change::PutRequest(request.row.clone()));
        let now = draft.now;
        // The subject itself does not change: its version stays, and is only guarded.
        self.commit(draft.unit).await?;
        Ok(view(&request.row, request.form, now))
    }

    /// Receives a request in a draft of its subject; whoever asks for it puts its row.
    pub(crate) async fn receive_in(&self, draft: &mut Draft, new: &NewRequest) -> Result<OpenRequest, VaultError> {
        let open = self.open_requests(&draft.tenant, draft.subject()).await?;
        if open.len() >= OPEN_REQUESTS_MAX {
            return Err(VaultError::conflict(
                "request.too_many",
                "the request was not opened: the subject has 100 open ones",
            )
            .help("answer those first"));
        }
        let mut request = self.draw_request(draft, new)?;
        request.enter_state(State::Received, draft.now)?;
        draft.put(self.escalation(draft.tenant.id(), &request));
        draft.enter(request.entry(State::Received));
        if managed::decides(&draft.form, draft.policy.manifest(), new.right) {
            request.form.routed = true;
            request.write()?;
            draft.enter(managed::decided(request.row.id, managed::WAITS));
        }
        Ok(request)
    }

    /// A new request of the draft's subject, not yet written anywhere.
    pub(crate) fn draw_request(&self, draft: &Draft, new: &NewRequest) -> Result<OpenRequest, VaultError> {
        let received_at = new.received_at.unwrap_or(draft.now);
        if received_at > draft.now {
            return Err(VaultError::bad(
                "request.received_later",
                "the request was not opened: it is said to be received later than now",
            ));
        }
        let country =
            new.country.as_deref().map(|code| countries::country(code).ok_or_else(unknown_country)).transpose()?;
        let clock = clock_of(draft.policy.manifest(), new.right, country, received_at).ok_or_else(|| {
            VaultError::unprocessable(
                "right.not_given",
                "the request was not opened: no law that the policy names gives this right",
            )
            .help("name the law in the policy, or a right that it gives")
        })?;
        let row = RequestRow {
            id: RequestId::random(self.entropy.as_ref()),
            subject: draft.subject(),
            version: NEW,
            kind: right_name(new.right).to_owned(),
            state: State::Received.name().to_owned(),
            received_at,
            due_at: clock.due_at,
            closed_at: None,
            detail: String::new(),
        };
        let form = RequestForm {
            law: clock.law.word().to_owned(),
            country: new.country.clone(),
            identity_first: clock.identity_first,
            identity_documents: clock.identity_documents,
            extendable: clock.extendable,
            escalates_at: Some(escalate_at(received_at, clock.due_at)),
            ..RequestForm::default()
        };
        Ok(OpenRequest { row, form, right: new.right })
    }

    /// Extends the clock once, by what the law allows, before it has run out (GDPR Art. 12(3)).
    ///
    /// `because` is a DPV justification for Art. 12: `A12Complexity`, `A12HighVolume`, …
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed, overdue, was extended before, or cannot be;
    /// a justification that does not exist or does not carry an extension.
    pub async fn extend_request(
        &self,
        caller: &Caller,
        request: RequestId,
        because: &str,
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        let because = justification::for_extension(because)?;
        let mut change = self.change(caller, request).await?;
        let OpenRequest { row, form, .. } = &mut change.open;
        if form.extended_at.is_some() {
            return Err(VaultError::conflict(
                "request.extended_before",
                "the clock was not extended: it was extended once, and may be no further",
            ));
        }
        if change.now > row.due_at {
            return Err(VaultError::conflict("request.overdue", "the clock was not extended: it has run out")
                .help("answer now: an extension is told within the first period"));
        }
        let extension = form.extendable.ok_or_else(|| {
            VaultError::unprocessable(
                "request.not_extendable",
                "the clock was not extended: neither the policy nor the law lets it be",
            )
        })?;
        row.due_at = row.due_at.plus(extension);
        form.extended_at = Some(change.now);
        form.extended_because = Some(because.name.to_owned());
        form.escalates_at = Some(escalate_at(row.received_at, row.due_at));
        form.escalated_at = None;
        change.unit.changes.push(self.escalation(change.tenant.id(), &change.open));
        self.conclude_request(change, State::Extended).await
    }

    /// Refuses a request, with its reason (GDPR Art. 12(4), (5), 17(3)): `A12ManifestlyExcessive`, `A17LegalClaims`, …
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed; a justification that does not exist or does
    /// not fit the right.
    pub async fn refuse_request(
        &self,
        caller: &Caller,
        request: RequestId,
        because: &str,
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        let mut change = self.change(caller, request).await?;
        let because = justification::for_refusal(because, change.open.right)?;
        change.open.form.refused_because = Some(because.name.to_owned());
        self.conclude_request(change, State::Refused).await
    }

    /// Answers a request that no other method answers by itself: the caller says that it was carried out.
    ///
    /// What the vault can see, it looks at: an erasure is done when the subject is erased, a restriction or objection
    /// when it stands, a withdrawal when a consent is withdrawn; a rectification is answered by [`Vault::rectify`].
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed; identity is not proved; it was not carried out.
    pub async fn complete_request(&self, caller: &Caller, request: RequestId) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        let change = self.change(caller, request).await?;
        change.open.refuse_unproved()?;
        self.refuse_unrouted(&change.tenant, &change.open).await?;
        if !self.is_carried_out(&change).await? {
            return Err(VaultError::conflict(
                "request.not_carried_out",
                "the request was not answered: what it asks for has not been done",
            )
            .help("carry it out first; `rectify` and `erase` take the request and answer it themselves"));
        }
        self.conclude_request(change, State::Answered).await
    }

    /// The tenant's requests about rights, or those of one subject, erased ones included; by id. A page may hold
    /// fewer than were asked for, and still be followed by another.
    ///
    /// # Errors
    /// The caller lacks the rights scope.
    pub async fn requests(
        &self,
        caller: &Caller,
        subject: Option<SubjectId>,
        after: Option<RequestId>,
        limit: usize,
    ) -> Result<Page<RequestView, RequestId>, VaultError> {
        caller.needs(Scope::Rights)?;
        match subject {
            Some(subject) => caller.may_reach(subject)?,
            None => caller.reaches_all()?,
        }
        let page = self.store.requests(caller.tenant(), subject, after, limit).await?;
        let now = self.now();
        let rows = page.rows.iter().filter(|row| right_of(&row.kind).is_some());
        let rows = rows.map(|row| Ok(view(row, form_of(row)?, now))).collect::<Result<_, VaultError>>()?;
        Ok(Page { rows, next: page.next })
    }

    /// One request, or a push, whether or not its subject was erased.
    ///
    /// # Errors
    /// The caller lacks the rights scope; the tenant has no such request.
    pub async fn request(&self, caller: &Caller, request: RequestId) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        let row = self.run_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        Ok(view(&row, form_of(&row)?, self.now()))
    }

    /// The open requests and pushes about a subject, by id. A page may hold fewer than were asked for, and still be followed by
    /// another.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or does not reach the subject.
    pub async fn on_its_way(
        &self,
        caller: &Caller,
        subject: SubjectId,
        after: Option<RequestId>,
        limit: usize,
    ) -> Result<Page<RequestId, RequestId>, VaultError> {
        caller.needs(Scope::Rights)?;
        caller.may_reach(subject)?;
        let page = self.store.requests(caller.tenant(), Some(subject), after, limit).await?;
        let is_run = |row: &&RequestRow| row.kind == PUSH || right_of(&row.kind).is_some();
        let open = page.rows.iter().filter(is_run).filter(|row| row.closed_at.is_none());
        Ok(Page { rows: open.map(|row| row.id).collect(), next: page.next })
    }

    /// The row of a request about a right, or of a push.
    pub(crate) async fn run_row(&self, caller: &Caller, request: RequestId) -> Result<RequestRow, VaultError> {
        let row = self.store.request(caller.tenant(), request).await?;
        row.filter(|row| row.kind == PUSH || right_of(&row.kind).is_some()).ok_or_else(unknown)
    }

    /// The row of a request about a right; closed or not, and whether or not its subject was erased.
    pub(crate) async fn right_row(&self, caller: &Caller, request: RequestId) -> Result<RequestRow, VaultError> {
        let row = self.store.request(caller.tenant(), request).await?;
        row.filter(|row| right_of(&row.kind).is_some()).ok_or_else(unknown)
    }

    /// Answers a request of the draft's subject in the unit that carries it out.
    pub(crate) async fn close_request_in(
        &self,
        draft: &mut Draft,
        request: RequestId,
        right: &str,
    ) -> Result<(), VaultError> {
        draft.put(forget_proving(request));
        self.answerable(draft, request, right).await?.answer_in(draft)
    }

    /// An open request of the draft's subject that may be answered now.
    pub(crate) async fn answerable(
        &self,
        draft: &Draft,
        request: RequestId,
        right: &str,
    ) -> Result<OpenRequest, VaultError> {
        let found = self.store.request(draft.tenant.id(), request).await?;
        let row = found.filter(|row| row.subject == draft.subject()).ok_or_else(unknown)?;
        if row.kind != right {
            return Err(VaultError::unprocessable(
                "request.other_right",
                "nothing was changed: the request exercises another right",
            )
            .detail("right", row.kind));
        }
        let open = OpenRequest::of(row)?;
        open.refuse_unproved()?;
        self.refuse_unrouted(&draft.tenant, &open).await?;
        Ok(open)
    }

    /// The subject's open requests about rights, oldest first.
    pub(crate) async fn open_requests(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
    ) -> Result<Vec<OpenRequest>, VaultError> {
        let mut open = Vec::new();
        let mut after = None;
        loop {
            let page = self.store.requests(tenant.id(), Some(subject), after, PAGE_MAX).await?;
            let rows = page.rows.into_iter().filter(|row| row.closed_at.is_none() && right_of(&row.kind).is_some());
            for row in rows {
                open.push(OpenRequest::of(row)?);
            }
            after = page.next;
            if after.is_none() || open.len() >= OPEN_REQUESTS_MAX {
                open.sort_by_key(|open| (open.row.received_at, open.row.id));
                return Ok(open);
            }
        }
    }

    async fn is_carried_out(&self, change: &RequestChange) -> Result<bool, VaultError> {
        let subject = change.open.row.subject;
        let erased = change.reference.is_none();
        Ok(match change.open.right {
            RightKind::Erasure => erased,
            RightKind::Rectification => false,
            RightKind::Access | RightKind::Portability | RightKind::AutomatedDecision | RightKind::SaleOptOut => true,
            _ if erased => true,
            right => {
                let form = &self.live(&change.tenant, subject).await?.form;
                match right {
                    RightKind::Restriction => form.restriction.is_some(),
                    RightKind::Objection => !form.objections.is_empty(),
                    _ => form.consents.values().any(|consent| consent.state == crate::ConsentState::Withdrawn),
                }
            }
        })
    }
}

pub(crate) fn unknown() -> VaultError {
    VaultError::missing("request.unknown", "there is no such request")
}

fn unknown_country() -> VaultError {
    VaultError::bad("country.unknown", "the country is not an ISO 3166-1 alpha-2 code such as `FR`")
}
