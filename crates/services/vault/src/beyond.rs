//! Beyond the vault: what a request needs of it while it is on its way through connected systems.
//!
//! The vault reads what names the person against a permit ([`Vault::named_by`]), keeps where the request stands in one
//! unit with what the ledger says of it ([`Vault::change_run`]), and ends it: an erasure in the unit that erases the
//! subject ([`Vault::erase_last`]), any other in one of its own ([`Vault::answer_run`]). Who carries it out there is not its
//! matter ([`Beyond`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use candor_decision::{FieldSet, Intrinsic, Question, View, decide};
use candor_ledger::{CONTROLLER, Digest, EntryBody, FieldBits, RightsReceipt};
use candor_manifest::Manifest;
use candor_manifest::model::{FieldIx, RightKind};
use candor_places::Mark;
use candor_store::{Change, JobRow, PAGE_MAX, RecordRow, Unit};
use candor_words::{Instant, JobId, RequestId, Secret, SubjectId, TenantId};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;
use zeroize::Zeroizing;

use crate::caller::{Caller, Scope};
use crate::draft::Draft;
use crate::erase::{Erased, Erasure};
use crate::live::LiveSubject;
use crate::push::PushForm;
use crate::requests::{NewRequest, OpenRequest, RequestChange, State, view};
use crate::slips::{Expect, NewSlip, PROVED_SLIPS, RUN_SLIPS, SlipChange, request_slip};
use crate::tenant::Tenant;
use crate::{Counters, FromSystem, RequestView, Vault, VaultError};

/// The kind of the job that looks after a request on its way.
pub(crate) const RUN_WATCH: &str = "request.run";
/// The most identifiers of one person.
const IDENTIFIERS_MAX: usize = 1_000;
/// The most pages of entries that a receipt's entry is looked for in.
const ENTRY_PAGES_MAX: usize = 20;

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
    fn read(&self, tenant: TenantId, people: Vec<Vec<NamedBy>>) -> Vec<Receiver<FromSystem>>;

    /// Goes on with a request, and says when to look again; never, when nothing is left to wait for.
    ///
    /// # Errors
    /// The store does not answer.
    async fn go_on(&self, tenant: TenantId, request: RequestId) -> Result<Option<Instant>, VaultError>;
}

/// A value that names the person, opened against a permit.
pub struct NamedBy {
    /// The field, `group.name`.
    pub field: String,
    /// The value.
    pub value: Secret<String>,
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

    /// What names the subject of a request, now and in the past, opened for the right of access. Of each field the last value is
    /// what stood there last; for a push of a correction, what stood there until that.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed or wants identity proved first; the subject was
    /// erased.
    pub async fn named_by(&self, caller: &Caller, request: RequestId) -> Result<Vec<NamedBy>, VaultError> {
        caller.needs(Scope::Rights)?;
        let change = self.change_on_its_way(caller, request).await?;
        change.open.refuse_unproved()?;
        let live = self.live_for(caller, &change.tenant, change.open.row.subject).await?;
        let mut named = self.open_named(caller, &change.tenant, &live, Intrinsic::Access).await?;
        let former = match &change.open.form.push {
            Some(PushForm::Correction { .. }) => self.named_formerly(&change.tenant, request).await?,
            _ => Vec::new(),
        };
        let is_former = |one: &NamedBy| {
            former.iter().any(|known| known.field == one.field && known.value.expose() == one.value.expose())
        };
        named.retain(|one| !is_former(one));
        named.extend(former);
        Ok(named)
    }

    /// What names a subject, opened for a right.
    pub(crate) async fn open_named(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        live: &LiveSubject,
        right: Intrinsic,
    ) -> Result<Vec<NamedBy>, VaultError> {
        let Some((named, entry)) = self.named_with_entry(caller, tenant, live, right).await? else {
            return Ok(Vec::new());
        };
        // INVARIANT: the values leave only after this commit is durable.
        self.commit(Unit::of(tenant.id()).entry(entry)).await?;
        Ok(named)
    }

    /// The same with the entry of the disclosure; nothing is given to anybody before that is durable.
    pub(crate) async fn named_with_entry(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        live: &LiveSubject,
        right: Intrinsic,
    ) -> Result<Option<(Vec<NamedBy>, Vec<u8>)>, VaultError> {
        let at = self.now();
        let fields: FieldSet = identifying(live.policy.manifest()).collect();
        let question = of_a_right(tenant, live, right, fields, at);
        Counters::add(&self.counters().decisions, 1);
        let decision = decide(&live.policy.plan, &live.standing, &question);
        let Ok(permit) = decision.permit(crate::read::deadline(at)) else { return Ok(None) };
        let rows = self.rows_of(&tenant.id(), live, permit.fields()).await?;
        Counters::add(&self.counters().permits, 1);
        let spent = permit.spend(self.now()).map_err(|_| VaultError::damaged("permit"))?;
        let (purpose, ground) = (spent.purpose().0, spent.ground() as u8);
        let bits = FieldBits::from_words(spent.fields().as_words());
        let (opened, _) = self.open_fields(live, &rows, spent)?;
        let mut seen = BTreeSet::new();
        let mut named = Vec::new();
        for record in opened {
            for (name, opened) in record.values {
                let field = format!("{}.{name}", record.group);
                for value in texts(&opened.value) {
                    if named.len() < IDENTIFIERS_MAX && seen.insert((field.clone(), Digest::of(value.as_bytes()))) {
                        named.push(NamedBy { field: field.clone(), value: Secret::new(value) });
                    }
                }
            }
        }
        Counters::add(&self.counters().fields_opened, named.len() as u64);
        let n_values = u32::try_from(named.len()).unwrap_or(u32::MAX);
        let body =
            EntryBody::Disclosure { purpose, recipient: CONTROLLER, record: None, fields: bits, n_values, ground };
        let entry = crate::read::entry(live, caller, at, body);
        Ok(Some((named, entry)))
    }

    /// The records of the groups in which fields stand, with their older states.
    pub(crate) async fn rows_of(
        &self,
        tenant: &TenantId,
        live: &LiveSubject,
        fields: FieldSet,
    ) -> Result<Vec<Arc<RecordRow>>, VaultError> {
        let manifest = live.policy.manifest();
        let groups: BTreeSet<&str> =
            fields.iter().map(|field| manifest.groups[manifest.fields[field.at()].group.at()].name.as_str()).collect();
        let mut rows = Vec::new();
        for group in groups {
            let page = self.store.records(*tenant, live.row.id, Some(group), None, PAGE_MAX).await?;
            for row in page.rows {
                if row.version > 1 {
                    let past = self.store.history(*tenant, live.row.id, group, row.id, None, PAGE_MAX).await?;
                    rows.extend(
                        past.rows
                            .into_iter()
                            .map(|old| Arc::new(RecordRow { version: old.version, sealed: old.sealed, ..row.clone() })),
                    );
                }
                rows.push(Arc::new(row));
            }
        }
        Ok(rows)
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

    /// Answers a request that was carried out everywhere, unless it is an erasure.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed, an erasure, or wants identity proved first.
    pub async fn answer_run(
        &self,
        caller: &Caller,
        request: RequestId,
        mut rendering: Value,
        slips: Vec<SlipChange>,
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        let mut change = self.change_on_its_way(caller, request).await?;
        change.open.refuse_unproved()?;
        if change.open.right == RightKind::Erasure {
            return Err(VaultError::damaged("request"));
        }
        rendering["answered_at"] = json!(change.now);
        let proved = EntryBody::RequestProved { request, receipt: digest_of(&rendering)? };
        let mut slips = slips;
        slips.push(SlipChange::Drop(RUN_SLIPS, request_slip(request), Expect::Anything));
        slips.push(kept(request, None, &rendering));
        self.run_in(caller, &mut change, slips, vec![proved]).await?;
        change.open.enter_state(State::Answered, change.now)?;
        let entry =
            self.entry(&change.tenant, change.now, change.reference, change.actor, change.open.entry(State::Answered))?;
        let RequestChange { open, unit, now, .. } = change;
        let mut unit = unit.change(Change::PutRequest(open.row.clone())).entry(entry);
        unit.changes.extend(open.forgotten());
        let committed = self.commit(unit).await?;
        // Said in a unit of its own, for only now it is known; without it, the entry is looked for.
        let known = vec![kept(request, Some(committed.first_entry), &rendering)];
        if let Err(error) = self.change_slips(caller, known, Vec::new()).await {
            tracing::warn!(request.id = %request, code = error.code(), "the place of a receipt's entry was not kept");
        }
        Ok(view(&open.row, open.form, now))
    }

    /// The receipt of a request that went through connected systems: it can be had after the subject is gone.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is still open, or never went there.
    pub async fn rights_receipt(&self, caller: &Caller, request: RequestId) -> Result<RightsReceipt, VaultError> {
        caller.needs(Scope::Rights)?;
        let row = self.run_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        if row.closed_at.is_none() {
            return Err(VaultError::conflict("request.open", "there is no receipt yet: the request is not answered")
                .help("look at its steps, and ask again once it is answered"));
        }
        let slip = self.slip(caller.tenant(), PROVED_SLIPS, request_slip(request)).await?;
        let slip = slip.ok_or_else(|| {
            VaultError::missing("receipt.none", "there is no receipt: the request went through no connected system")
                .help("an erasure's entry has its receipt at the ledger's own address")
        })?;
        let body: Value = serde_json::from_slice(&slip.body).map_err(|_| VaultError::damaged("receipt"))?;
        let entry = match body["entry"].as_u64() {
            Some(entry) => entry,
            None => self.proving_entry(caller, row.subject, &body["receipt"]).await?,
        };
        let proof = self.inclusion(caller.tenant(), entry, None).await?;
        Ok(RightsReceipt::new(body["receipt"].clone(), proof))
    }

    /// The entry that holds a rendering's digest: right behind the erasure's, or among those about the subject.
    async fn proving_entry(&self, caller: &Caller, subject: SubjectId, rendering: &Value) -> Result<u64, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let row = self.store.subject(tenant.id(), subject).await?;
        if let Some(erased) = row.and_then(|row| row.erased_entry) {
            return Ok(erased + 1);
        }
        let digest = digest_of(rendering)?;
        let live = self.live(&tenant, subject).await?;
        self.index_entries(&tenant).await?;
        let mut below = None;
        for _ in 0..ENTRY_PAGES_MAX {
            let page = self.store.entries_of(tenant.id(), live.reference, below, PAGE_MAX).await?;
            let found =
                self.entries_at(&tenant, &page.rows).await?.into_iter().find(
                    |(_, entry)| matches!(entry.body, EntryBody::RequestProved { receipt, .. } if receipt == digest),
                );
            if let Some((at, _)) = found {
                return Ok(at);
            }
            below = page.next;
            if below.is_none() {
                break;
            }
        }
        Err(VaultError::damaged("receipt"))
    }

    /// Puts what an erasure's receipt tells into its unit, for every request that it answers. Its entry stands right behind
    /// the erasure's.
    pub(crate) async fn prove_erasure_in(
        &self,
        caller: &Caller,
        draft: &mut Draft,
        told_by: RequestId,
        answered: &[RequestId],
        mut rendering: Value,
        n_keys: u32,
    ) -> Result<(), VaultError> {
        rendering["answered_at"] = json!(draft.now);
        rendering["requests"] = json!(answered);
        rendering["vault"] = json!({ "did": "erased", "n_keys_destroyed": n_keys });
        draft.enter(EntryBody::RequestProved { request: told_by, receipt: digest_of(&rendering)? });
        let tenant = Arc::clone(&draft.tenant);
        for request in answered {
            let run = SlipChange::Drop(RUN_SLIPS, request_slip(*request), Expect::Anything);
            for change in [run, kept(*request, None, &rendering)] {
                self.slip_in(caller, &tenant, change, &mut draft.unit).await?;
            }
        }
        Ok(())
    }
}

fn kept(request: RequestId, entry: Option<u64>, rendering: &Value) -> SlipChange {
    let body = json!({ "entry": entry, "receipt": rendering }).to_string().into_bytes();
    let slip = NewSlip {
        kind: PROVED_SLIPS,
        name: request_slip(request),
        owner: None,
        expires_at: None,
        body: Zeroizing::new(body),
    };
    SlipChange::Put(slip, Expect::Anything)
}

fn digest_of(rendering: &Value) -> Result<Digest, VaultError> {
    RightsReceipt::digest_of(rendering).ok_or_else(|| VaultError::damaged("receipt"))
}

/// A question that a right asks, whatever the policy says of purposes.
pub(crate) fn of_a_right(
    tenant: &Tenant,
    live: &LiveSubject,
    right: Intrinsic,
    fields: FieldSet,
    at: Instant,
) -> Question {
    Question {
        tenant: tenant.id(),
        subject: live.row.id,
        purpose: live.policy.plan.intrinsic(right),
        recipient: None,
        fields,
        channel: None,
        view: View::Identified,
        gpc: false,
        approved: false,
        at,
    }
}

pub(crate) fn identifying(manifest: &Manifest) -> impl Iterator<Item = FieldIx> {
    let fields = (0_u16..).map(FieldIx).zip(&manifest.fields);
    fields.filter(|(_, field)| field.identifies && !field.hashed).map(|(ix, _)| ix)
}

/// The texts of a value: itself, or each of a list.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

impl OpenRequest {
    /// Which request.
    pub(crate) const fn id(&self) -> RequestId {
        self.row.id
    }
}
