//! Erasure (GDPR Art. 17): the subject's keys are destroyed, and everything that hung on them.
//!
//! Erasure is whole. What the tenant must keep longer than the subject wants (Art. 17(3)) is stated as a legal hold,
//! whose ground is given to whoever is refused; there is no partial erasure that would leave somebody half gone
//! and still readable. A purpose on `legal obligation` does not by itself stop an erasure: a policy says what data is for,
//! not whether the obligation bites for this person, and that a person decides who places the hold.

use candor_ledger::{Entry, EntryBody};
use candor_manifest::model::RightKind;
use candor_store::Change;
use candor_words::{Instant, RequestId, SubjectId};
use serde::Serialize;

use crate::caller::{Caller, Scope};
use crate::draft::Draft;
use crate::requests::{NewRequest, right_name};
use crate::standing_form::StandingForm;
use crate::state::ERASED;
use crate::{Counters, Vault, VaultError};

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Erased {
    pub subject: SubjectId,
    pub at: Instant,
    /// The ledger entry that proves it.
    pub entry: u64,
    pub n_keys_destroyed: u32,
    /// The request that it answered; its letter can still be had.
    pub request: Option<RequestId>,
}

/// What came of asking for an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Erasure {
    /// It is done.
    Done(Erased),
    /// It goes through connected systems first, and this request tells how far it is.
    UnderWay(RequestId),
}

impl Vault {
    /// Erases a subject in the vault alone, in one unit: keys, records, history, look-ups, events and holds go, every route gives
    /// `subject.erased` from then on, and what stays is a row without reference, the requests without what people wrote in them, and the ledger.
    ///
    /// Every open request of the subject for erasure is answered by it; when there is none, one is opened and answered
    /// in the same unit, so that there is always a receipt and a letter: without a request the caller vouches
    /// for who asked. Erasing again gives the first outcome.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such subject; a legal hold is in force (`hold.in_force`, with its ground); a
    /// request that is not this subject's, exercises another right, is closed, or wants identity proved first.
    pub async fn erase(
        &self,
        caller: &Caller,
        subject: SubjectId,
        request: Option<RequestId>,
    ) -> Result<Erased, VaultError> {
        caller.needs(Scope::Rights)?;
        let draft = match self.draft(caller, subject).await {
            Err(error) if error.code() == "subject.erased" => return self.first_erasure(caller, subject).await,
            draft => draft?,
        };
        if self.beyond_of(&draft.tenant, draft.policy.manifest()).await?.is_some() {
            return Err(VaultError::conflict(
                "erasure.systems_first",
                "nothing was destroyed: the policy's connected systems come first",
            )
            .help("open a request for erasure and approve it"));
        }
        self.erase_in(caller, draft, request, None).await
    }

    /// Erases the subject of a draft; with what its receipt tells, when it went through connected systems.
    pub(crate) async fn erase_in(
        &self,
        caller: &Caller,
        mut draft: Draft,
        request: Option<RequestId>,
        rendering: Option<serde_json::Value>,
    ) -> Result<Erased, VaultError> {
        let subject = draft.subject();
        let manifest = draft.policy.manifest();
        let whose = (&draft.form, subject);
        self.refuse_undecided(caller, &draft.tenant, whose, manifest, RightKind::Erasure).await?;
        self.refuse_while_held(&draft).await?;
        let n_keys = self.store.keys(draft.tenant.id(), subject).await?.len();
        let n_keys = u32::try_from(n_keys).unwrap_or(u32::MAX);
        let (request, answered) = self.answer_erasure_in(&mut draft, request, n_keys).await?;
        self.forget_references_in(&mut draft).await?;
        let erased = draft.enter(EntryBody::Erased { n_keys, request: Some(request) });
        if let Some(rendering) = rendering {
            self.prove_erasure_in(caller, &mut draft, request, &answered, rendering, n_keys).await?;
        }
        let reference = draft.row.reference.take();
        draft.put(Change::ForgetSubject(subject, reference));
        draft.row.erased_entry = Some(erased);
        draft.form = StandingForm { state: ERASED, ..StandingForm::default() };
        self.transient.forget(draft.tenant.id(), subject);
        let at = draft.now;
        let applied = self.apply(draft).await?;
        Counters::add(&self.counters().erasures, 1);
        Ok(Erased { subject, at, entry: applied.entry(erased), n_keys_destroyed: n_keys, request: Some(request) })
    }

    /// Answers the erasure's requests in its draft; returns the one it is told by, and all of them.
    async fn answer_erasure_in(
        &self,
        draft: &mut Draft,
        named: Option<RequestId>,
        n_keys: u32,
    ) -> Result<(RequestId, Vec<RequestId>), VaultError> {
        if let Some(named) = named {
            self.answerable(draft, named, right_name(RightKind::Erasure)).await?;
        }
        let mut open = self.open_requests(&draft.tenant, draft.subject()).await?;
        open.retain(|open| open.right == RightKind::Erasure);
        if open.is_empty() {
            let mut drawn =
                self.draw_request(draft, &NewRequest { right: RightKind::Erasure, country: None, received_at: None })?;
            // INVARIANT: only a caller with the rights scope gets here; it vouches for who asked.
            crate::IdentityProof::Vouched.note_in(&mut drawn.form, draft.now);
            open.push(drawn);
        }
        let told_by = named.or(open.first().map(|open| open.row.id));
        let answered = open.iter().map(crate::requests::OpenRequest::id).collect();
        for mut open in open {
            open.form.n_keys_destroyed = Some(n_keys);
            open.answer_in(draft)?;
        }
        let told_by = told_by.ok_or_else(|| VaultError::damaged("request"))?;
        Ok((told_by, answered))
    }

    /// The outcome that the ledger holds of an erasure that happened.
    async fn first_erasure(&self, caller: &Caller, subject: SubjectId) -> Result<Erased, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let row = self.store.subject(tenant.id(), subject).await?;
        let entry = row.and_then(|row| row.erased_entry).ok_or_else(|| VaultError::damaged("subject"))?;
        let found = self.entries_at(&tenant, &[entry]).await?;
        let Some((_, Entry { at, body, .. })) = found.first().copied() else {
            return Err(VaultError::damaged("ledger entry"));
        };
        let EntryBody::Erased { n_keys, request } = body else { return Err(VaultError::damaged("ledger entry")) };
        Ok(Erased { subject, at, entry, n_keys_destroyed: n_keys, request })
    }
}
