//! A change to a request: begun on an open one, concluded in one unit with its entry. Its subject may be gone.

use std::sync::Arc;

use candor_ledger::EntryBody;
use candor_manifest::model::RightKind;
use candor_store::{Change, Guard, RequestRow, Unit};
use candor_words::{Instant, RequestId, SubjectRef};

use super::{NEW, RequestForm, RequestView, State, forget_proving, form_of, right_of, unknown, view};
use crate::caller::Caller;
use crate::draft::Draft;
use crate::push::{forget_former, right_of_push};
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// A change to a request alone: the subject may be gone.
pub(crate) struct RequestChange {
    pub tenant: Arc<Tenant>,
    pub reference: Option<SubjectRef>,
    pub actor: Option<candor_words::ApiKeyId>,
    pub now: Instant,
    pub open: OpenRequest,
    pub unit: Unit,
}

/// A request about a right that is not closed.
pub(crate) struct OpenRequest {
    pub row: RequestRow,
    pub form: RequestForm,
    pub right: RightKind,
}

impl Vault {
    /// Begins a change to a request alone.
    pub(crate) async fn change(&self, caller: &Caller, request: RequestId) -> Result<RequestChange, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let row = self.right_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        self.change_of(tenant, OpenRequest::of(row)?, Some(caller)).await
    }

    /// Begins a change to a request, or to a push, that goes through connected systems.
    pub(crate) async fn change_on_its_way(
        &self,
        caller: &Caller,
        request: RequestId,
    ) -> Result<RequestChange, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let row = self.run_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        self.change_of(tenant, OpenRequest::of(row)?, Some(caller)).await
    }

    pub(super) async fn change_of(
        &self,
        tenant: Arc<Tenant>,
        open: OpenRequest,
        caller: Option<&Caller>,
    ) -> Result<RequestChange, VaultError> {
        let subject = self.store.subject(tenant.id(), open.row.subject).await?;
        let mut unit = Unit::of(tenant.id()).guard(Guard::RequestVersion(open.row.id, open.row.version));
        if let Some(caller) = caller {
            caller.mark_in(&mut unit);
        }
        let reference = subject.and_then(|row| row.reference);
        Ok(RequestChange { tenant, reference, actor: caller.map(Caller::key), now: self.now(), open, unit })
    }

    /// What answers a request of which an export is the answer; whoever records the export commits it.
    pub(crate) fn answered_by_export(&self, mut change: RequestChange) -> Result<Unit, VaultError> {
        change.open.refuse_unproved()?;
        change.open.enter_state(State::Answered, change.now)?;
        let body = change.open.entry(State::Answered);
        let entry = self.entry(&change.tenant, change.now, change.reference, change.actor, body)?;
        Ok(change.unit.change(Change::PutRequest(change.open.row)).entry(entry))
    }

    pub(crate) async fn conclude_request(
        &self,
        mut change: RequestChange,
        state: State,
    ) -> Result<RequestView, VaultError> {
        change.open.enter_state(state, change.now)?;
        let entry = self.entry(&change.tenant, change.now, change.reference, change.actor, change.open.entry(state))?;
        let mut unit = change.unit.change(Change::PutRequest(change.open.row.clone())).entry(entry);
        if change.open.row.closed_at.is_some() {
            unit.changes.extend(change.open.forgotten());
        }
        self.commit(unit).await?;
        Ok(view(&change.open.row, change.open.form, change.now))
    }
}

impl OpenRequest {
    pub(super) fn of(row: RequestRow) -> Result<Self, VaultError> {
        if row.closed_at.is_some() {
            return Err(VaultError::conflict("request.closed", "nothing was changed: the request is closed")
                .detail("state", row.state));
        }
        Self::open_or_closed(row)
    }

    /// Of a row that may be closed: a dispute outlives its request.
    pub(super) fn open_or_closed(row: RequestRow) -> Result<Self, VaultError> {
        let form = form_of(&row)?;
        let pushed = form.push.as_ref().map(right_of_push);
        let right = right_of(&row.kind).or(pushed).ok_or_else(unknown)?;
        Ok(Self { form, row, right })
    }

    /// Refuses an answer before the proof of identity that the policy wants first.
    pub(crate) fn refuse_unproved(&self) -> Result<(), VaultError> {
        if self.form.identity_first && !self.form.identity_is_proved() {
            return Err(VaultError::conflict(
                "request.identity_unproved",
                "the request was not answered: the policy wants identity proved first",
            )
            .help("check who is asking, note it on the request, then answer"));
        }
        Ok(())
    }

    /// Answers it in a draft of its subject; one that was only drawn is received and answered at once.
    pub(crate) fn answer_in(mut self, draft: &mut Draft) -> Result<(), VaultError> {
        match self.row.version {
            NEW => {
                draft.enter(self.entry(State::Received));
            }
            version => draft.unit.guards.push(Guard::RequestVersion(self.row.id, version)),
        }
        self.enter_state(State::Answered, draft.now)?;
        draft.enter(self.entry(State::Answered));
        draft.put(Change::PutRequest(self.row));
        Ok(())
    }

    pub(crate) fn enter_state(&mut self, state: State, now: Instant) -> Result<(), VaultError> {
        state.name().clone_into(&mut self.row.state);
        self.row.version += 1;
        if matches!(state, State::Answered | State::Refused | State::Withdrawn) {
            self.row.closed_at = Some(now);
        }
        self.write()
    }

    /// What is kept of it only until it is over.
    pub(crate) fn forgotten(&self) -> Vec<Change> {
        let former = self.form.push.is_some().then(|| forget_former(self.row.id));
        [forget_proving(self.row.id)].into_iter().chain(former).collect()
    }

    pub(super) fn write(&mut self) -> Result<(), VaultError> {
        self.row.detail = serde_json::to_string(&self.form).map_err(|_| VaultError::damaged("request"))?;
        Ok(())
    }

    pub(crate) fn entry(&self, state: State) -> EntryBody {
        if let Some(push) = &self.form.push {
            return crate::push::entry(self.row.id, push, state);
        }
        let right = RightKind::ALL.iter().position(|right| *right == self.right);
        let right = right.and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX);
        EntryBody::Request { request: self.row.id, right, state: state as u8, due: self.row.due_at }
    }
}
