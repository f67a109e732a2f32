//! A change to one subject while it is put together: guards, rows, entries and the new standing become
//! one unit at the end.

use std::sync::Arc;

use candor_decision::{Clocks, Plan};
use candor_ledger::{Digest, Entry, EntryBody};
use candor_places::{Mark, Turn};
use candor_seal::{KeepClass, KeyVersion};
use candor_store::{Change, Committed, EventRow, Guard, KeyRow, SubjectRow, Unit};
use candor_words::{ApiKeyId, Instant, SubjectId, SubjectRef};
use tokio::sync::OwnedMutexGuard;

use crate::caller::Caller;
use crate::live::{StoredSubject, SubjectKeys};
use crate::push::{Reach, sayings};
use crate::retention::{clocks, first_end, with_lengths};
use crate::standing_form::StandingForm;
use crate::state::{ACTIVE, ERASED};
use crate::tenant::{Policy, Tenant};
use crate::transient::TransientRecord;
use crate::{Vault, VaultError};

/// A change in the making. Nothing of it has happened until [`Vault::apply`].
pub(crate) struct Draft {
    pub tenant: Arc<Tenant>,
    pub policy: Arc<Policy>,
    pub now: Instant,
    pub actor: ApiKeyId,
    pub row: SubjectRow,
    pub reference: SubjectRef,
    pub form: StandingForm,
    pub keys: SubjectKeys,
    pub unit: Unit,
    /// Records that are held in memory once the unit is committed.
    pub transient: Vec<TransientRecord>,
    /// What the person's word was before, as far as connected systems could be told.
    pub said: Vec<(Mark, Turn)>,
    /// How far the change reaches.
    pub reach: Reach,
    /// What keep rules counted from before.
    clocks: Clocks,
    is_new: bool,
    // INVARIANT: held until the unit is committed, so that no two drafts of one subject meet.
    writer: OwnedMutexGuard<()>,
}

impl Draft {
    /// The plan that decides now.
    pub(crate) fn plan(&self) -> &Plan {
        &self.policy.plan
    }

    /// The subject.
    pub(crate) fn subject(&self) -> SubjectId {
        self.row.id
    }

    /// Appends an entry about the subject; returns its place among the unit's entries.
    pub(crate) fn enter(&mut self, body: EntryBody) -> u64 {
        let plan = Digest(*self.policy.plan.digest());
        let entry = Entry { at: self.now, subject: Some(self.reference), actor: Some(self.actor), plan, body };
        self.unit.entries.push(entry.to_bytes());
        self.unit.entries.len() as u64 - 1
    }

    /// Adds a row change.
    pub(crate) fn put(&mut self, change: Change) {
        self.unit.changes.push(change);
    }

    /// Records what happened to the standing, proved by the entry at `entry` among the unit's.
    pub(crate) fn event(&mut self, kind: &str, purpose: Option<&str>, detail: &serde_json::Value, entry: u64) {
        let event = EventRow {
            subject: self.row.id,
            version: self.next_version(),
            at: self.now,
            kind: kind.to_owned(),
            purpose: purpose.map(str::to_owned),
            detail: detail.to_string(),
            standing: self.form.write(),
            entry,
        };
        self.put(Change::AddEvent(event));
    }

    /// Records another thing that happened in the same change; each event has a version of its own.
    pub(crate) fn further_event(&mut self, kind: &str, purpose: Option<&str>, detail: &serde_json::Value, entry: u64) {
        self.row.version += 1;
        self.event(kind, purpose, detail, entry);
    }

    /// When retention has to look at the subject, as far as this draft knows: at once when what rules count from has
    /// changed, else when the first value that it writes ends.
    fn due(&self) -> Option<Instant> {
        if self.form.state == ERASED || self.policy.manifest().keeps.is_empty() {
            return None;
        }
        let clocks = clocks(&self.form, &self.policy.plan);
        if !self.is_new && (clocks != self.clocks || self.lifted()) {
            return Some(self.now);
        }
        let clocks = with_lengths(clocks, &self.form, &self.tenant.settings, &self.policy.plan);
        let written = self.unit.changes.iter().filter_map(|change| match change {
            Change::PutRecord(row) => first_end(&self.policy.plan, &clocks, row),
            _ => None,
        });
        written.min()
    }

    /// True when the draft takes away what stood in the way of keep rules.
    fn lifted(&self) -> bool {
        self.unit.changes.iter().any(|change| match change {
            Change::DeleteHold(..) => true,
            Change::AddEvent(event) => matches!(event.kind.as_str(), "restriction.lifted" | "subject.managed"),
            Change::PutRequest(row) => row.closed_at.is_some(),
            _ => false,
        })
    }

    /// True for somebody who is not there yet.
    pub(crate) const fn is_new(&self) -> bool {
        self.is_new
    }

    fn next_version(&self) -> u64 {
        if self.is_new { self.row.version } else { self.row.version + 1 }
    }

    /// The newest key of a class; drawn, wrapped and put when the subject has none.
    pub(crate) fn key(&mut self, vault: &Vault, class: KeepClass) -> Result<KeyVersion, VaultError> {
        if let Some(key) = self.keys.newest(class) {
            return Ok(key.name().version);
        }
        let version = KeyVersion::FIRST;
        let (key, wrapped) =
            self.tenant.key()?.create_subject_key(vault.entropy.as_ref(), self.row.id, class, version)?;
        self.keys.push(key);
        self.put(Change::PutKey(KeyRow {
            subject: self.row.id,
            class: class.get(),
            version: u32::from(version.get()),
            wrapped: wrapped.as_bytes().to_vec(),
        }));
        Ok(version)
    }
}

impl Vault {
    /// Begins a change to a subject that exists.
    pub(crate) async fn draft(&self, caller: &Caller, subject: SubjectId) -> Result<Draft, VaultError> {
        caller.may_reach(subject)?;
        let writer = self.stripes.hold(subject).await;
        let tenant = self.tenant(caller.tenant()).await?;
        let StoredSubject { row, reference, form, keys } = self.stored_subject(&tenant, subject).await?;
        let now = self.now();
        let policy = Arc::clone(tenant.policy_at(now)?);
        let mut unit = Unit::of(tenant.id()).guard(Guard::SubjectVersion(subject, row.version));
        caller.mark_in(&mut unit);
        let actor = caller.key();
        let (clocks, said) = (clocks(&form, &policy.plan), sayings(&form, now));
        Ok(Draft {
            tenant,
            policy,
            now,
            actor,
            row,
            reference,
            form,
            keys,
            unit,
            transient: Vec::new(),
            said,
            reach: Reach::default(),
            clocks,
            is_new: false,
            writer,
        })
    }

    /// Begins a new subject.
    pub(crate) async fn draft_new(&self, caller: &Caller) -> Result<Draft, VaultError> {
        caller.reaches_all()?;
        let subject = SubjectId::random(self.entropy.as_ref());
        let reference = SubjectRef::random(self.entropy.as_ref());
        let writer = self.stripes.hold(subject).await;
        let tenant = self.tenant(caller.tenant()).await?;
        let now = self.now();
        let policy = Arc::clone(tenant.policy_at(now)?);
        let row = SubjectRow {
            id: subject,
            reference: Some(reference),
            version: 1,
            state: ACTIVE,
            created_at: now,
            updated_at: now,
            erased_entry: None,
        };
        let mut unit = Unit::of(tenant.id()).guard(Guard::SubjectAbsent(subject));
        caller.mark_in(&mut unit);
        Ok(Draft {
            tenant,
            policy,
            now,
            actor: caller.key(),
            row,
            reference,
            form: StandingForm::default(),
            keys: SubjectKeys::none(),
            unit,
            transient: Vec::new(),
            said: Vec::new(),
            reach: Reach::default(),
            clocks: Clocks::default(),
            is_new: true,
            writer,
        })
    }

    /// Makes the draft happen, whole or not at all; durable and seen by every read when this returns.
    pub(crate) async fn apply(&self, mut draft: Draft) -> Result<Applied, VaultError> {
        self.push_in(&mut draft).await?;
        let mut row = draft.row.clone();
        row.version = draft.next_version();
        row.state = draft.form.state;
        row.updated_at = draft.now;
        let subject = row.id;
        let due = draft.due();
        draft.unit.changes.push(Change::PutSubject(row));
        if let Some(at) = due {
            draft.unit.changes.push(Change::HastenDue(subject, at));
        }
        let following = self.aftermath_of(&draft).await;
        let (tenant, transient) = (draft.tenant.id(), draft.transient);
        self.transient.refuse_when_full(&transient, draft.now)?;
        let committed = self.commit_about(draft.unit, subject, draft.writer, following).await?;
        self.transient.take(tenant, transient);
        Ok(Applied { committed })
    }
}

/// What a draft became.
pub(crate) struct Applied {
    pub committed: Committed,
}

impl Applied {
    /// The position in the ledger of the entry that was at `at` among the unit's.
    pub(crate) fn entry(&self, at: u64) -> u64 {
        self.committed.first_entry + at
    }
}
