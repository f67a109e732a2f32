//! Pushes: a restriction, an objection or a withdrawal on its way to the connected systems that can hold it, and its lifting;
//! and a correction that was made at once (`push/correction.rs`).
//!
//! In the vault it holds at once; the push stands in the same unit, and is then a run with steps like any request's
//! ([`Beyond`](crate::Beyond)). What it carries is read when each system is reached, not when it was opened: of two that
//! overtake each other, both bring what holds now. It is nobody's request: no clock runs for it, and no list of requests shows it.

use std::collections::BTreeSet;
use std::sync::Arc;

use candor_ledger::{EntryBody, FieldBits, RESTRICTION};
use candor_manifest::model::RightKind;
use candor_places::{Mark, Turn};
use candor_store::{Change, JobRow, Page, RequestRow, Unit};
use candor_words::{Instant, JobId, RequestId, Span, SpanUnit, SubjectId};
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, Scope};
use crate::draft::Draft;
use crate::requests::{OpenRequest, RequestForm, State, form_of};
use crate::slips::{Expect, IDENTIFIER_SLIPS, RUN_SLIPS, SlipChange, request_slip};
use crate::standing_form::{ConsentState, ObjectionOutcome, StandingForm};
use crate::state::{ANONYMOUS, ERASED};
use crate::{Vault, VaultError};

mod correction;

pub use correction::CorrectionForm;
pub(crate) use correction::forget_former;

/// The kind of a push's row among the requests, where those of others have their right's name.
pub const PUSH: &str = "push";
/// The kind of the job that pushes what ends by itself.
pub(crate) const PUSH_LATER: &str = "push.later";
/// When a push should be done: Art. 19 and 7(3) say without delay.
const WITHIN: Span = Span::new(3, SpanUnit::Day);

/// What a push carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PushForm {
    /// The person's word.
    Mark {
        /// What is marked.
        mark: Mark,
        /// The purpose's position in the policy of then.
        purpose: Option<u16>,
    },
    /// What was put right.
    Correction {
        /// Its fields.
        correction: CorrectionForm,
    },
}

/// A push as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PushView {
    /// Its id: where requests on their way are looked at, it is one of them.
    pub id: RequestId,
    /// About whom.
    pub subject: SubjectId,
    /// The purpose to which was said no, or no longer; none for a restriction or a correction.
    pub purpose: Option<String>,
    /// The fields that were put right; none for what else a push carries.
    pub corrected: Vec<String>,
    /// `received`, `planned`, `running`, `answered` when it is done everywhere, `withdrawn` when the person was erased meanwhile.
    pub state: String,
    /// Since when.
    pub since: Instant,
    /// When it was done everywhere.
    pub closed_at: Option<Instant>,
}

/// How far a change of a standing reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// To the connected systems that can hold it too.
    #[default]
    Everywhere,
    /// No further than the vault: whoever changes it sees to the systems.
    Vault,
}

#[derive(Serialize, Deserialize)]
struct Later {
    subject: SubjectId,
    mark: Mark,
}

impl StandingForm {
    /// What the person's word is at an instant; none when they said nothing that systems could be told.
    pub fn says(&self, mark: &Mark, at: Instant) -> Option<Turn> {
        let holds = |until: Option<Instant>| until.is_none_or(|until| at < until);
        let purpose = match mark {
            Mark::Restriction => {
                let is_restricted = self.restriction.as_ref().is_some_and(|restriction| holds(restriction.until));
                return Some(if is_restricted { Turn::Set } else { Turn::Lifted });
            }
            Mark::No(purpose) => purpose,
        };
        let objection = self.objections.get(purpose).map(|objection| objection.outcome);
        if matches!(objection, Some(ObjectionOutcome::Pending | ObjectionOutcome::Upheld)) {
            return Some(Turn::Set);
        }
        match self.consents.get(purpose) {
            Some(consent) => match consent.state {
                ConsentState::Withdrawn | ConsentState::Refused => Some(Turn::Set),
                ConsentState::Given if holds(consent.until) => Some(Turn::Lifted),
                ConsentState::Given => Some(Turn::Set),
                ConsentState::Unconfirmed => None,
            },
            None => objection.map(|_| Turn::Lifted),
        }
    }

    /// All that systems could be told.
    fn sayings(&self, at: Instant) -> Vec<(Mark, Turn)> {
        let purposes: BTreeSet<&String> = self.consents.keys().chain(self.objections.keys()).collect();
        let marks = purposes.into_iter().map(|purpose| Mark::No(purpose.clone()));
        let said = [Mark::Restriction].into_iter().chain(marks);
        said.filter_map(|mark| self.says(&mark, at).map(|turn| (mark, turn))).collect()
    }

    /// When a saying ends by itself.
    fn says_until(&self, mark: &Mark) -> Option<Instant> {
        match mark {
            Mark::Restriction => self.restriction.as_ref().and_then(|restriction| restriction.until),
            Mark::No(purpose) => {
                let given = self.consents.get(purpose).filter(|consent| consent.state == ConsentState::Given);
                given.and_then(|consent| consent.until)
            }
        }
    }
}

/// What somebody's word was before a change.
pub(crate) fn sayings(form: &StandingForm, at: Instant) -> Vec<(Mark, Turn)> {
    form.sayings(at)
}

impl Vault {
    /// Puts into a draft what of its change connected systems are to be told.
    pub(crate) async fn push_in(&self, draft: &mut Draft) -> Result<(), VaultError> {
        let is_over = matches!(draft.form.state, ERASED | ANONYMOUS);
        if draft.reach == Reach::Vault || draft.is_new() || is_over {
            return Ok(());
        }
        let after = draft.form.sayings(draft.now);
        let before = std::mem::take(&mut draft.said);
        let was = |mark: &Mark| before.iter().find(|(known, _)| known == mark).map(|(_, turn)| *turn);
        // A first yes is what whoever asked for it is waiting for: there is no mark to be taken away.
        let is_told = |mark: &Mark, turn: Turn| match was(mark) {
            Some(was) => was != turn,
            None => turn == Turn::Set,
        };
        let changed: Vec<Mark> =
            after.iter().filter(|(mark, turn)| is_told(mark, *turn)).map(|(mark, _)| mark.clone()).collect();
        let ends: Vec<(Mark, Instant)> =
            after.iter().filter_map(|(mark, _)| Some((mark.clone(), draft.form.says_until(mark)?))).collect();
        if changed.is_empty() && ends.is_empty() {
            return Ok(());
        }
        let Some(beyond) = self.beyond.get().and_then(std::sync::Weak::upgrade) else { return Ok(()) };
        let (tenant, policy) = (Arc::clone(&draft.tenant), Arc::clone(&draft.policy));
        let holds = async |mark: &Mark| beyond.holds(tenant.id(), &tenant.row.slug, policy.manifest(), mark).await;
        for mark in changed {
            if holds(&mark).await? {
                self.open_push_in(draft, mark)?;
            }
        }
        let now = draft.now;
        for (mark, at) in ends.into_iter().filter(|(_, at)| *at > now) {
            if holds(&mark).await? {
                draft.put(Change::PutJob(self.later(draft, mark, at)));
            }
        }
        Ok(())
    }

    fn open_push_in(&self, draft: &mut Draft, mark: Mark) -> Result<(), VaultError> {
        let purpose = match &mark {
            Mark::Restriction => None,
            Mark::No(purpose) => draft.plan().purpose(purpose).map(|ix| ix.0),
        };
        self.open_in(draft, PushForm::Mark { mark, purpose }, FieldBits::EMPTY).map(drop)
    }

    /// Opens a push in a draft, of a correction with its fields; the job that begins it stands in the same unit.
    fn open_in(&self, draft: &mut Draft, form: PushForm, fields: FieldBits) -> Result<RequestId, VaultError> {
        let row = RequestRow {
            id: RequestId::random(self.entropy.as_ref()),
            subject: draft.subject(),
            version: 0,
            kind: PUSH.to_owned(),
            state: String::new(),
            received_at: draft.now,
            due_at: draft.now.plus(WITHIN),
            closed_at: None,
            detail: String::new(),
        };
        let (id, right) = (row.id, right_of_push(&form));
        let told = told(id, &form, fields, State::Received);
        let mut open = OpenRequest { row, form: RequestForm { push: Some(form), ..RequestForm::default() }, right };
        open.enter_state(State::Received, draft.now)?;
        draft.enter(told);
        let watch = self.run_watch(draft.tenant.id(), id, draft.now);
        draft.put(Change::PutRequest(open.row));
        draft.put(Change::PutJob(watch));
        Ok(id)
    }

    /// The job that pushes what ends then by itself; one for what ended otherwise meanwhile finds nothing changed.
    fn later(&self, draft: &Draft, mark: Mark, run_at: Instant) -> JobRow {
        let unique = match &mark {
            Mark::Restriction => String::new(),
            Mark::No(purpose) => purpose.clone(),
        };
        JobRow {
            id: JobId::random(self.entropy.as_ref()),
            tenant: draft.tenant.id(),
            kind: PUSH_LATER.to_owned(),
            unique: format!("{PUSH_LATER} {} {} {unique}", draft.subject(), run_at.as_millis()),
            payload: serde_json::to_string(&Later { subject: draft.subject(), mark }).unwrap_or_default(),
            run_at,
            attempts: 0,
            leased_until: None,
        }
    }

    /// Runs that job: opens the push, in the unit that finishes the job.
    pub(crate) async fn push_later(&self, job: &JobRow) -> Result<Unit, VaultError> {
        let later: Later = serde_json::from_str(&job.payload).map_err(|_| VaultError::damaged("job"))?;
        let unit = Unit::of(job.tenant);
        let mut draft = match self.draft(&Caller::office(job.tenant), later.subject).await {
            Err(error) if matches!(error.kind(), crate::ErrorKind::Gone | crate::ErrorKind::Missing) => {
                return Ok(unit);
            }
            draft => draft?,
        };
        // What was said anew meanwhile ends at another instant.
        let ended = draft.form.says_until(&later.mark).is_some_and(|until| until <= draft.now);
        if ended {
            self.open_push_in(&mut draft, later.mark)?;
            // The subject itself does not change: its version stays, and is only guarded.
            self.commit(draft.unit).await?;
        }
        Ok(unit)
    }

    /// The pushes about a subject, by id. A page may hold fewer than were asked for, and still be followed by another.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or does not reach the subject; there is no such subject, or it was erased.
    pub async fn pushes(
        &self,
        caller: &Caller,
        subject: SubjectId,
        after: Option<RequestId>,
        limit: usize,
    ) -> Result<Page<PushView, RequestId>, VaultError> {
        caller.needs(Scope::Rights)?;
        caller.may_reach(subject)?;
        let tenant = self.tenant(caller.tenant()).await?;
        self.live(&tenant, subject).await?;
        let page = self.store.requests(tenant.id(), Some(subject), after, limit).await?;
        let rows = page.rows.iter().filter(|row| row.kind == PUSH).map(push_view).collect::<Result<_, _>>()?;
        Ok(Page { rows, next: page.next })
    }

    /// What a push carries; none for a request.
    ///
    /// # Errors
    /// The caller lacks the rights scope; there is neither a push nor a request of this id.
    pub async fn push_of(&self, caller: &Caller, id: RequestId) -> Result<Option<PushForm>, VaultError> {
        caller.needs(Scope::Rights)?;
        let row = self.run_row(caller, id).await?;
        Ok(form_of(&row)?.push)
    }

    /// Ends a push of somebody who was erased: nothing is left to be marked.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such push, or it is over.
    pub async fn end_push(&self, caller: &Caller, push: RequestId) -> Result<(), VaultError> {
        caller.needs(Scope::Rights)?;
        let mut change = self.change_on_its_way(caller, push).await?;
        if change.open.form.push.is_none() {
            return Err(VaultError::damaged("request"));
        }
        for kind in [RUN_SLIPS, IDENTIFIER_SLIPS] {
            let slip = SlipChange::Drop(kind, request_slip(push), Expect::Anything);
            self.slip_in(caller, &change.tenant, slip, &mut change.unit).await?;
        }
        self.conclude_request(change, State::Withdrawn).await.map(drop)
    }
}

/// The right that a push is about.
pub(crate) const fn right_of_push(form: &PushForm) -> RightKind {
    match form {
        PushForm::Mark { mark: Mark::Restriction, .. } => RightKind::Restriction,
        PushForm::Mark { mark: Mark::No(_), .. } => RightKind::Objection,
        PushForm::Correction { .. } => RightKind::Rectification,
    }
}

/// What the ledger says of a push that is open. The fields of a correction were told when it was opened, by their places in
/// the policy of then.
pub(crate) fn entry(push: RequestId, form: &PushForm, state: State) -> EntryBody {
    told(push, form, FieldBits::EMPTY, state)
}

fn told(push: RequestId, form: &PushForm, fields: FieldBits, state: State) -> EntryBody {
    let state = state as u8;
    match form {
        PushForm::Mark { mark: Mark::Restriction, .. } => EntryBody::Pushed { push, purpose: RESTRICTION, state },
        PushForm::Mark { purpose, .. } => {
            EntryBody::Pushed { push, purpose: purpose.unwrap_or(RESTRICTION - 1), state }
        }
        PushForm::Correction { .. } => EntryBody::CorrectionPushed { push, fields, state },
    }
}

fn push_view(row: &RequestRow) -> Result<PushView, VaultError> {
    let (purpose, corrected) = match form_of(row)?.push.ok_or_else(|| VaultError::damaged("request"))? {
        PushForm::Mark { mark: Mark::Restriction, .. } => (None, Vec::new()),
        PushForm::Mark { mark: Mark::No(purpose), .. } => (Some(purpose), Vec::new()),
        PushForm::Correction { correction } => (None, correction.fields),
    };
    let RequestRow { id, subject, received_at, closed_at, .. } = *row;
    Ok(PushView { id, subject, purpose, corrected, state: row.state.clone(), since: received_at, closed_at })
}
