//! Beyond the vault: what a request needs of it while it is on its way through connected systems.
//!
//! The vault reads what names the person against a permit (`beyond/named.rs`), keeps where the request stands in one unit with what the
//! ledger says of it ([`Vault::change_run`]), and ends it with proof (`beyond/proof.rs`): an erasure in the unit that erases the
//! subject ([`Vault::erase_last`]), any other in one of its own ([`Vault::answer_run`]). Who carries it out there is not its
//! matter ([`Beyond`]).

use std::sync::Arc;

use async_trait::async_trait;
use candor_ledger::EntryBody;
use candor_manifest::Manifest;
use candor_manifest::model::{FieldIx, RightKind};
use candor_places::Mark;
use candor_store::{Change, JobRow, Unit};
use candor_words::{Instant, JobId, RequestId, SubjectId, TenantId};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;

use crate::caller::{Caller, Scope};
use crate::draft::Draft;
use crate::erase::{Erased, Erasure};
use crate::requests::{NewRequest, OpenRequest, RequestChange, State, view};
use crate::slips::SlipChange;
use crate::tenant::Tenant;
use crate::{FromSystem, RequestView, Vault, VaultError};

mod named;
mod proof;

pub use named::NamedBy;
pub(crate) use named::{identifying, of_a_right, texts};

/// The kind of the job that looks after a request on its way.
pub(crate) const RUN_WATCH: &str = "request.run";

/// Carries requests out in connected systems.
#[async_trait]
pub trait Beyond: Send + Sync + 'static {
    /// Whether any system that the policy declares is connected, for a tenant and its slug.
    ///
    /// # Errors
    /// The store does not answer.
    async fn reaches(&self, tenant: TenantId, slug: &str, manifest: &Manifest) -> Result<bool, VaultError>;

    /// Whether anybody outside can be told of this, for the tenant of a slug: a connected system that the policy has mark it, or,
    /// of a restriction, a recipient.
    ///
    /// # Errors
    /// The store does not answer.
    async fn holds(&self, tenant: TenantId, slug: &str, manifest: &Manifest, mark: &Mark) -> Result<bool, VaultError>;

    /// Whether anybody outside has one of some fields and hears when it is put right, for the tenant of a slug: a connected system
    /// that is mapped for it, or a recipient that is told and with which it is shared.
    ///
    /// # Errors
    /// The store does not answer.
    async fn corrects(
        &self,
        tenant: TenantId,
        slug: &str,
        manifest: &Manifest,
        fields: &[FieldIx],
    ) -> Result<bool, VaultError>;

    /// Begins to carry a request out that may be answered; once begun, it does nothing.
    ///
    /// # Errors
    /// What stands in the way.
    async fn begin(&self, caller: &Caller, request: RequestId) -> Result<(), VaultError>;

    /// Reads every row that is of some people or speaks of them, from all systems at once, and each system once for all of them:
    /// for each person the rows that are theirs. Whoever reads may stop at any time, which stops nobody else.
    fn read(&self, tenant: TenantId, people: Vec<(SubjectId, Vec<NamedBy>)>) -> Vec<Receiver<FromSystem>>;

    /// Goes on with a request, and says when to look again; never, when nothing is left to wait for.
    ///
    /// # Errors
    /// The store does not answer.
    async fn go_on(&self, tenant: TenantId, request: RequestId) -> Result<Option<Instant>, VaultError>;
}

/// A state that a request enters on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It is known what would be done.
    Planned,
    /// It is approved, and being done.
    Running,
}

/// What changes of a request on its way, together or not at all.
#[derive(Default)]
pub struct RunChange {
    /// The state it enters.
    pub state: Option<RunState>,
    /// What is kept of it.
    pub slips: Vec<SlipChange>,
    /// What the ledger says.
    pub told: Vec<EntryBody>,
    /// When somebody looks after it, unless that is settled already.
    pub watch_at: Option<Instant>,
}

impl Vault {
    /// Gives the vault whoever carries requests out in connected systems, once, before it serves.
    pub fn reach_by(&self, beyond: &Arc<dyn Beyond>) {
        let _ = self.beyond.set(Arc::downgrade(beyond));
    }

    /// Whoever carries requests out there, when a system of the policy is connected.
    pub(crate) async fn beyond_of(
        &self,
        tenant: &Tenant,
        manifest: &Manifest,
    ) -> Result<Option<Arc<dyn Beyond>>, VaultError> {
        let Some(beyond) = self.beyond.get().and_then(std::sync::Weak::upgrade) else { return Ok(None) };
        let is_reached = beyond.reaches(tenant.id(), &tenant.row.slug, manifest).await?;
        Ok(is_reached.then_some(beyond))
    }

    /// Erases a subject wherever it is known: in connected systems first, which takes a while, else at once.
    ///
    /// # Errors
    /// Those of [`Vault::erase`], and what stands in the way of beginning.
    pub async fn erase_everywhere(
        &self,
        caller: &Caller,
        subject: SubjectId,
        request: Option<RequestId>,
    ) -> Result<Erasure, VaultError> {
        caller.needs(Scope::Rights)?;
        let draft = match self.draft(caller, subject).await {
            Err(error) if error.code() == "subject.erased" => {
                return self.erase(caller, subject, request).await.map(Erasure::Done);
            }
            draft => draft?,
        };
        let Some(beyond) = self.beyond_of(&draft.tenant, draft.policy.manifest()).await? else {
            drop(draft);
            return self.erase(caller, subject, request).await.map(Erasure::Done);
        };
        self.refuse_undecided(
            caller,
            &draft.tenant,
            (&draft.form, subject),
            draft.policy.manifest(),
            RightKind::Erasure,
        )
        .await?;
        self.refuse_while_held(&draft).await?;
        let request = self.request_of_erasure(caller, draft, request).await?;
        // What the caller's write leaves behind stands in the unit that opened the request.
        beyond.begin(&caller.carrying_out().unmarked(), request).await?;
        Ok(Erasure::UnderWay(request))
    }

    /// The open request that an erasure is told by; opened when there is none.
    async fn request_of_erasure(
        &self,
        caller: &Caller,
        draft: Draft,
        named: Option<RequestId>,
    ) -> Result<RequestId, VaultError> {
        let mut draft = draft;
        if let Some(named) = named {
            self.answerable(&draft, named, crate::right_name(RightKind::Erasure)).await?;
            return Ok(named);
        }
        let open = self.open_requests(&draft.tenant, draft.subject()).await?;
        let ready = open.iter().find(|open| open.right == RightKind::Erasure && open.refuse_unproved().is_ok());
        if let Some(open) = ready {
            return Ok(open.row.id);
        }
        let new = NewRequest { right: RightKind::Erasure, country: None, received_at: None };
        let mut drawn = self.draw_request(&draft, &new)?;
        // INVARIANT: only a caller with the rights scope gets here; it vouches for who asked.
        crate::IdentityProof::Vouched.note_in(&mut drawn.form, draft.now);
        drawn.form.identity_documents &= caller.is_person();
        drawn.enter_state(State::Received, draft.now)?;
        draft.put(self.escalation(draft.tenant.id(), &drawn));
        draft.enter(drawn.entry(State::Received));
        draft.put(Change::PutRequest(drawn.row.clone()));
        self.commit(draft.unit).await?;
        Ok(drawn.row.id)
    }

    /// Changes where an open request stands on its way, with what the ledger says of it, in one unit.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed; somebody else changed it meanwhile.
    pub async fn change_run(
        &self,
        caller: &Caller,
        request: RequestId,
        run: RunChange,
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        let mut change = self.change_on_its_way(caller, request).await?;
        self.run_in(caller, &mut change, run.slips, run.told).await?;
        if let Some(run_at) = run.watch_at {
            change.unit.changes.push(Change::PutJob(self.run_watch(change.tenant.id(), request, run_at)));
        }
        match run.state {
            Some(RunState::Planned) => self.conclude_request(change, State::Planned).await,
            Some(RunState::Running) => self.conclude_request(change, State::Running).await,
            None => {
                let RequestChange { open, unit, now, .. } = change;
                self.commit(unit).await?;
                Ok(view(&open.row, open.form, now))
            }
        }
    }

    async fn run_in(
        &self,
        caller: &Caller,
        change: &mut RequestChange,
        slips: Vec<SlipChange>,
        told: Vec<EntryBody>,
    ) -> Result<(), VaultError> {
        for slip in slips {
            self.slip_in(caller, &change.tenant, slip, &mut change.unit).await?;
        }
        for body in told {
            let entry = self.entry(&change.tenant, change.now, change.reference, change.actor, body)?;
            change.unit.entries.push(entry);
        }
        Ok(())
    }

    pub(crate) fn run_watch(&self, tenant: TenantId, request: RequestId, run_at: Instant) -> JobRow {
        JobRow {
            id: JobId::random(self.entropy.as_ref()),
            tenant,
            kind: RUN_WATCH.to_owned(),
            unique: format!("{RUN_WATCH} {request}"),
            payload: json!({ "request": request }).to_string(),
            run_at,
            attempts: 0,
            leased_until: None,
        }
    }

    /// Runs the job that looks after a request: goes on with it, and writes itself down again while there is something to wait for.
    pub(crate) async fn watch_run(&self, job: &JobRow) -> Result<Unit, VaultError> {
        let payload: Value = serde_json::from_str(&job.payload).map_err(|_| VaultError::damaged("job"))?;
        let request = payload["request"].as_str().and_then(|text| text.parse().ok());
        let request: RequestId = request.ok_or_else(|| VaultError::damaged("job"))?;
        let Some(beyond) = self.beyond.get().and_then(std::sync::Weak::upgrade) else {
            return Err(VaultError::unprocessable(
                "systems.none",
                "the request was not carried on: this program reaches no system",
            )
            .help("run a server that does"));
        };
        let unit = Unit::of(job.tenant);
        Ok(match beyond.go_on(job.tenant, request).await? {
            Some(again_at) => unit.change(Change::PutJob(self.run_watch(job.tenant, request, again_at))),
            None => unit,
        })
    }

    /// Erases the subject of a request that was carried out everywhere else, in the unit that answers it; what was done is
    /// kept beside the subject's keys' end, and the ledger holds its digest.
    ///
    /// # Errors
    /// Those of [`Vault::erase`].
    pub async fn erase_last(
        &self,
        caller: &Caller,
        subject: SubjectId,
        request: RequestId,
        rendering: Value,
    ) -> Result<Erased, VaultError> {
        caller.needs(Scope::Rights)?;
        let draft = self.draft(caller, subject).await?;
        self.erase_in(caller, draft, Some(request), Some(rendering)).await
    }
}

impl OpenRequest {
    /// Which request.
    pub(crate) const fn id(&self) -> RequestId {
        self.row.id
    }
}
