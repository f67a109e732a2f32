//! The later ledger, entry by entry: appended as it stands, and applied where it took something away.

use std::collections::HashMap;
use std::sync::Arc;

use candor_ledger::{BUNDLE_ENTRIES_MAX, Digest, Entry, EntryBody, FieldBits, LogSource, bundle_path, split_bundle};
use candor_store::{Change, CheckpointRow, EventRow, Guard, HoldRow, PAGE_MAX, PolicyRow, RecordRow, SubjectRow, Unit};
use candor_words::{HoldId, Instant, RecordId, SubjectId, SubjectRef, to_hex};
use serde_json::{Value, json};

use super::Survivor;
use super::effect::Effect;
use crate::accesses::purpose_of;
use crate::channel::channel_by_number;
use crate::policies::digest_of;
use crate::record_form;
use crate::records::short_name;
use crate::slips::{
    AGENT_SLIPS, CLIENT_SLIPS, FACTOR_SLIPS, STAFF_SLIPS, UPSTREAM_LINK_SLIPS, UPSTREAM_SLIPS, client_name, factor_name,
};
use crate::standing_form::{ConsentForm, ConsentState, ObjectionForm, ObjectionOutcome, RestrictionForm, StandingForm};
use crate::state::erased_row;
use crate::tenant::Tenant;
use crate::{Counters, UNDECLARED, Vault, VaultError};

const WIDTH: u64 = BUNDLE_ENTRIES_MAX as u64;
/// The longest bundle: each entry of the longest kind, after its length.
const BUNDLE_BYTES_MAX: usize = BUNDLE_ENTRIES_MAX * (candor_ledger::ENTRY_BYTES_MAX + 2);
const DEACTIVATED: u8 = 1;

/// What came of taking a ledger over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TakenOver {
    /// How many entries the backup held.
    pub from: u64,
    /// How many the ledger holds now.
    pub to: u64,
    pub n_erased: u64,
    /// Withdrawals, objections, opt-outs, restrictions, holds and the like that were applied.
    pub n_narrowed: u64,
    /// Values, records and keys that were there and are no longer true or wanted.
    pub n_dropped: u64,
    /// Subjects that were made after the backup: nothing of them is left but their entries.
    pub n_lost_subjects: u64,
    /// Writes that came after the backup.
    pub n_lost_writes: u64,
    /// Requests that were received after the backup: look for their letters elsewhere.
    pub n_lost_requests: u64,
}

/// A replay under way.
pub(super) struct Replay<'v> {
    vault: &'v Vault,
    tenant: Arc<Tenant>,
    by_reference: HashMap<SubjectRef, SubjectId>,
    survivor: &'v Survivor<'v>,
    /// Entries that ask for no change of their own, on their way.
    pending: Vec<Vec<u8>>,
    /// How many entries are committed.
    size: u64,
    /// The last policy that the ledger names and nobody holds.
    missing_policy: Option<Digest>,
    told: TakenOver,
}

impl<'v> Replay<'v> {
    pub(super) fn new(
        vault: &'v Vault,
        tenant: Arc<Tenant>,
        by_reference: HashMap<SubjectRef, SubjectId>,
        from: u64,
        survivor: &'v Survivor<'v>,
    ) -> Self {
        let told = TakenOver { from, ..TakenOver::default() };
        Self { vault, tenant, by_reference, survivor, pending: Vec::new(), size: from, missing_policy: None, told }
    }

    /// Takes up every entry from the backup's size to the ledger's.
    pub(super) async fn run(&mut self, source: &(dyn LogSource + Sync), to: u64) -> Result<(), VaultError> {
        let mut at = self.size;
        while at < to {
            let entries = entries_of_log(source, at, to)?;
            at += entries.len() as u64;
            for entry in entries {
                self.entry(entry).await?;
            }
            self.flush(Vec::new()).await?;
        }
        if self.missing_policy.is_some() && !self.survivor.danger_older_policy {
            return Err(VaultError::unprocessable(
                "restore.policy_missing",
                "the ledger was not taken over: a policy that came into force after the backup is not at hand",
            )
            .detail("policy", self.missing_policy.map(|digest| to_hex(&digest.0)).unwrap_or_default())
            .help("name the policy that was in force last with `--policy`, as it was served"));
        }
        Ok(())
    }

    /// Says in the ledger that it was taken over, and signs it.
    pub(super) async fn conclude(mut self, now: Instant) -> Result<TakenOver, VaultError> {
        let tenant = self.vault.tenant(self.tenant.id()).await?;
        let body = EntryBody::Restored { size: self.told.from, lost: 0 };
        self.pending.push(self.vault.entry(&tenant, now, None, None, body)?);
        self.flush(Vec::new()).await?;
        self.vault.keep_rules_anew(&tenant).await?;
        let (size, note) = self.vault.ledger_head(tenant.id()).await?;
        let kept = Change::PutCheckpoint(CheckpointRow { size, signed_at: now, note });
        self.vault.commit(Unit::of(tenant.id()).change(kept)).await?;
        self.told.to = size;
        Ok(self.told)
    }

    async fn entry(&mut self, bytes: Vec<u8>) -> Result<(), VaultError> {
        let entry = Entry::decode(&bytes).map_err(|_| not_applicable())?;
        let effect = Effect::of(&entry.body);
        let subject = entry.subject.and_then(|reference| self.by_reference.get(&reference).copied());
        self.count_lost(&entry, subject.is_some());
        self.pending.push(bytes);
        match (effect, subject) {
            (Effect::Unknown, _) => Err(not_applicable()),
            (Effect::RevokeKey(key), _) => self.revoke(key, entry.at).await,
            (Effect::SwitchOff(name), _) => self.switch_off(name).await,
            (Effect::Policy(digest), _) => self.policy(digest, &entry).await,
            (Effect::DropClient(client), _) => {
                self.flush(vec![Change::DeleteSlip(CLIENT_SLIPS, client_name(client))]).await
            }
            (Effect::DropUpstream(upstream), _) => {
                self.flush(vec![Change::DeleteSlip(UPSTREAM_SLIPS, factor_name(upstream))]).await
            }
            (Effect::DropAgent(agent), _) => {
                self.flush(vec![Change::DeleteSlip(AGENT_SLIPS, factor_name(agent))]).await
            }
            (_, None) | (Effect::Nothing, _) => Ok(()),
            (Effect::Erase, Some(subject)) => self.erase(subject, &entry).await,
            (Effect::DestroyClass(class), Some(subject)) => self.destroy_class(subject, class).await,
            (Effect::DeleteRecord { record, group }, Some(subject)) => {
                let group = self.name_of_group(&entry, group);
                self.drop_values(subject, record, group.as_deref(), None).await
            }
            (Effect::Supersede { record, fields }, Some(subject)) => {
                self.supersede(subject, record, &fields, &entry).await
            }
            (Effect::DropFactor(factor), Some(_)) => {
                self.flush(vec![Change::DeleteSlip(FACTOR_SLIPS, factor_name(factor))]).await
            }
            (Effect::DropLinks, Some(subject)) => {
                self.flush(vec![Change::DeleteSlipsOf(subject, UPSTREAM_LINK_SLIPS)]).await
            }
            (Effect::DropStaff, Some(subject)) => self.flush(vec![Change::DeleteSlipsOf(subject, STAFF_SLIPS)]).await,
            (effect, Some(subject)) => self.narrow(subject, effect, &entry).await,
        }
    }

    fn count_lost(&mut self, entry: &Entry, is_known: bool) {
        let told = &mut self.told;
        match entry.body {
            EntryBody::SubjectCreated => told.n_lost_subjects += 1,
            EntryBody::RecordWritten { .. } | EntryBody::Rectified { .. } if is_known => told.n_lost_writes += 1,
            EntryBody::Request { state: 0, .. } if is_known => told.n_lost_requests += 1,
            _ => {}
        }
    }

    /// Commits what is pending, with changes that speak of the last entry of it.
    async fn flush(&mut self, changes: Vec<Change>) -> Result<(), VaultError> {
        if self.pending.is_empty() && changes.is_empty() {
            return Ok(());
        }
        let entries = std::mem::take(&mut self.pending);
        let mut unit = Unit::of(self.tenant.id()).guard(Guard::LedgerSize(self.size));
        self.size += entries.len() as u64;
        unit.changes = changes;
        unit.entries = entries;
        self.vault.commit(unit).await?;
        Ok(())
    }

    /// Where the entry at hand will stand among those of the next unit.
    fn position(&self) -> u64 {
        (self.pending.len() as u64).saturating_sub(1)
    }

    async fn erase(&mut self, subject: SubjectId, entry: &Entry) -> Result<(), VaultError> {
        let Some(row) = self.vault.store.subject(self.tenant.id(), subject).await? else { return Ok(()) };
        let gone = erased_row(row, self.position(), entry.at);
        let changes = vec![Change::ForgetSubject(subject, entry.subject), Change::PutSubject(gone)];
        self.flush(changes).await?;
        if let Some(reference) = entry.subject {
            self.by_reference.remove(&reference);
        }
        Counters::add(&self.vault.counters().erasures, 1);
        self.told.n_erased += 1;
        Ok(())
    }

    async fn destroy_class(&mut self, subject: SubjectId, class: u16) -> Result<(), VaultError> {
        self.flush(vec![Change::DeleteKeys(subject, class)]).await?;
        self.told.n_dropped += 1;
        let mut after = None;
        loop {
            let page = self.vault.store.records(self.tenant.id(), subject, None, after, PAGE_MAX).await?;
            for row in page.rows {
                self.rewrite(row, |_, value| value.class != class).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn supersede(
        &mut self,
        subject: SubjectId,
        record: RecordId,
        fields: &FieldBits,
        entry: &Entry,
    ) -> Result<(), VaultError> {
        let Some(policy) = self.tenant.policy_of(&entry.plan.0).map(Arc::clone) else {
            return self.drop_values(subject, record, None, None).await;
        };
        let manifest = policy.manifest();
        for at in fields.iter() {
            let Some(field) = manifest.fields.get(at) else { continue };
            let group = manifest.groups[field.group.at()].name.as_str();
            self.drop_values(subject, record, Some(group), Some(short_name(&field.name))).await?;
        }
        Ok(())
    }

    /// Takes values out of a record, in a group or, when it is not known, in whichever; all of them, or one.
    async fn drop_values(
        &mut self,
        subject: SubjectId,
        record: RecordId,
        group: Option<&str>,
        name: Option<&str>,
    ) -> Result<(), VaultError> {
        let rows = match group {
            Some(group) => {
                self.vault.store.record(self.tenant.id(), subject, group, record).await?.into_iter().collect()
            }
            None => self.rows_with_id(subject, record).await?,
        };
        for row in rows {
            if name.is_none() {
                self.forget_indexes(&row).await?;
                self.flush(vec![Change::DeleteRecord(subject, row.group.clone(), record)]).await?;
                self.told.n_dropped += 1;
            } else {
                self.rewrite(row, |held, _| name.is_some_and(|name| held != name)).await?;
            }
        }
        Ok(())
    }

    async fn rows_with_id(&self, subject: SubjectId, record: RecordId) -> Result<Vec<RecordRow>, VaultError> {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = self.vault.store.records(self.tenant.id(), subject, None, after, PAGE_MAX).await?;
            rows.extend(page.rows.into_iter().filter(|row| row.id == record));
            after = page.next;
            if after.is_none() {
                return Ok(rows);
            }
        }
    }

    async fn forget_indexes(&mut self, row: &RecordRow) -> Result<(), VaultError> {
        let form = record_form::read(&row.sealed).ok_or_else(|| VaultError::damaged("record"))?;
        let indexes = form.values().filter_map(|value| value.index);
        let changes: Vec<Change> = indexes.map(|index| Change::DeleteIndex(index, row.subject)).collect();
        if changes.is_empty() { Ok(()) } else { self.flush(changes).await }
    }

    /// Writes a record without the values that are not to stay.
    async fn rewrite(
        &mut self,
        row: RecordRow,
        stays: impl Fn(&str, &record_form::SealedValue) -> bool,
    ) -> Result<(), VaultError> {
        let mut form = record_form::read(&row.sealed).ok_or_else(|| VaultError::damaged("record"))?;
        let before = form.len();
        let mut changes = Vec::new();
        form.retain(|name, value| {
            let stays = stays(name, value);
            changes.extend(value.index.filter(|_| !stays).map(|index| Change::DeleteIndex(index, row.subject)));
            stays
        });
        if form.len() == before {
            return Ok(());
        }
        self.told.n_dropped += (before - form.len()) as u64;
        changes.push(Change::PutRecord(RecordRow {
            sealed: record_form::write(&form),
            version: row.version + 1,
            ..row
        }));
        self.flush(changes).await
    }

    fn name_of_group(&self, entry: &Entry, group: u16) -> Option<String> {
        let policy = self.tenant.policy_of(&entry.plan.0)?;
        policy.manifest().groups.get(usize::from(group)).map(|group| group.name.clone())
    }

    /// Applies what narrows a standing, as an event that the entry at hand proves.
    async fn narrow(&mut self, subject: SubjectId, effect: Effect, entry: &Entry) -> Result<(), VaultError> {
        let Some(state) = self.vault.store.subject_state(self.tenant.id(), subject).await? else { return Ok(()) };
        let mut form = state.last_event.as_ref().map(StandingForm::after).transpose()?.unwrap_or_default();
        let plan = self.tenant.policy_of(&entry.plan.0).map(|policy| &policy.plan);
        let name = |purpose| Some(purpose_of(plan, purpose)).filter(|name| name != UNDECLARED);
        let mut changes = Vec::new();
        let (kind, purpose, detail) = match effect {
            Effect::EndConsent { purpose, text, state } => {
                let purpose = name(purpose);
                end_consent(&mut form, purpose.as_deref(), &text, state, entry.at);
                let kind = if state == ConsentState::Refused { "consent.refused" } else { "consent.withdrawn" };
                (kind, purpose, json!({ "text": to_hex(&text.0), "method": null }))
            }
            Effect::UnconfirmConsents => {
                for consent in form.consents.values_mut().filter(|consent| consent.state == ConsentState::Given) {
                    consent.state = ConsentState::Unconfirmed;
                }
                ("consent.unconfirmed", None, json!({}))
            }
            Effect::Object { purpose } => {
                let purpose = name(purpose);
                for purpose in self.these_or_all(purpose.as_deref()) {
                    let kept = form.objections.get(&purpose).map(|objection| objection.outcome);
                    let outcome = if self.is_marketing(&purpose) || kept == Some(ObjectionOutcome::Upheld) {
                        ObjectionOutcome::Upheld
                    } else {
                        ObjectionOutcome::Pending
                    };
                    form.objections.insert(purpose, ObjectionForm { at: entry.at, outcome });
                }
                ("objection.made", purpose, json!({}))
            }
            Effect::OptOut { purpose, channel } => {
                let purpose = name(purpose);
                let channel = channel_by_number(channel).ok_or_else(not_applicable)?;
                for purpose in self.these_or_all(purpose.as_deref()) {
                    form.opt_outs.insert((purpose, channel.to_owned()));
                }
                ("message.opt_out", purpose, json!({ "channel": channel }))
            }
            Effect::Restrict => {
                form.restriction =
                    Some(RestrictionForm { since: entry.at, allowed: Vec::new(), until: None, agreement: None });
                ("restriction.placed", None, json!({ "allowed": [] }))
            }
            Effect::Deactivate => {
                form.state = form.state.max(DEACTIVATED);
                ("subject.deactivated", None, json!({}))
            }
            Effect::Hold(hold) => {
                form.holds.insert(hold.to_string(), None);
                changes.push(Change::PutHold(lost_hold(subject, hold, entry.at)));
                ("hold.placed", None, json!({ "hold": hold }))
            }
            Effect::EndInstructions => {
                form.instructions.clear();
                ("instruction.taken_back", None, json!({}))
            }
            Effect::EndContract => {
                if let Some(contract) = &mut form.contract {
                    contract.until = Some(contract.until.map_or(entry.at, |until| until.min(entry.at)));
                }
                ("contract.ended", None, json!({}))
            }
            Effect::DoubtAge => {
                form.age = Some("under".to_owned());
                ("age.set", None, json!({ "age": "under" }))
            }
            _ => return Ok(()),
        };
        changes.extend(self.event(&state.row, &form, kind, purpose, detail, entry.at));
        self.flush(changes).await?;
        self.told.n_narrowed += 1;
        Ok(())
    }

    fn event(
        &self,
        row: &SubjectRow,
        form: &StandingForm,
        kind: &str,
        purpose: Option<String>,
        mut detail: Value,
        at: Instant,
    ) -> [Change; 2] {
        detail["restored"] = true.into();
        let version = row.version + 1;
        let event = EventRow {
            subject: row.id,
            version,
            at,
            kind: kind.to_owned(),
            purpose,
            detail: detail.to_string(),
            standing: form.write(),
            entry: self.position(),
        };
        let row = SubjectRow { version, state: form.state, updated_at: at, ..row.clone() };
        [Change::AddEvent(event), Change::PutSubject(row)]
    }

    /// The purpose that was meant; every one of every policy at hand, when that cannot be told.
    fn these_or_all(&self, purpose: Option<&str>) -> Vec<String> {
        match purpose {
            Some(purpose) => vec![purpose.to_owned()],
            None => {
                let manifests = self.tenant.policies.iter().map(|policy| policy.manifest());
                let mut names: Vec<String> = manifests
                    .flat_map(|manifest| manifest.purposes.iter().map(|purpose| purpose.name.clone()))
                    .collect();
                names.sort_unstable();
                names.dedup();
                names
            }
        }
    }

    fn is_marketing(&self, name: &str) -> bool {
        let mut purposes = self.tenant.policies.iter().flat_map(|policy| &policy.manifest().purposes);
        purposes.any(|purpose| purpose.name == name && purpose.is_marketing)
    }

    async fn revoke(&mut self, key: candor_words::ApiKeyId, at: Instant) -> Result<(), VaultError> {
        let row = self.vault.store.api_key(key).await?.filter(|row| row.tenant == self.tenant.id());
        let Some(mut row) = row.filter(|row| row.revoked_at.is_none()) else { return Ok(()) };
        row.revoked_at = Some(at);
        self.told.n_narrowed += 1;
        self.flush(vec![Change::PutApiKey(row)]).await
    }

    async fn switch_off(&mut self, name: Digest) -> Result<(), VaultError> {
        let collections = self.tenant.policies.iter().flat_map(|policy| &policy.manifest().collections);
        let mut settings = self.tenant.settings.clone();
        // A collection that no policy at hand knows is off as long as none does.
        let named: Vec<String> = collections
            .filter(|collection| Digest::of(collection.name.as_bytes()) == name)
            .map(|collection| collection.name.clone())
            .collect();
        for name in named {
            settings.collections.insert(name, false);
        }
        let mut row = self.tenant.row.clone();
        row.settings = settings.write().ok_or_else(|| VaultError::damaged("tenant settings"))?;
        self.told.n_narrowed += 1;
        self.flush(vec![Change::PutTenant(row)]).await?;
        self.reload().await
    }

    async fn policy(&mut self, digest: Digest, entry: &Entry) -> Result<(), VaultError> {
        let EntryBody::PolicyInForce { effective_at, .. } = entry.body else { return Ok(()) };
        if self.tenant.policy_of(&digest.0).is_some() {
            self.missing_policy = None;
            return Ok(());
        }
        let offered = self.survivor.policies.iter().find(|sources| digest_of(sources) == digest.0);
        let Some(sources) = offered else {
            self.missing_policy = Some(digest);
            return Ok(());
        };
        let row = PolicyRow { digest: digest.0, effective_at, put_at: entry.at, sources: sources.clone() };
        self.missing_policy = None;
        self.flush(vec![Change::PutPolicy(row)]).await?;
        self.reload().await
    }

    async fn reload(&mut self) -> Result<(), VaultError> {
        self.vault.tenants_epoch.move_on();
        self.tenant = self.vault.tenant(self.tenant.id()).await?;
        Ok(())
    }
}

fn end_consent(form: &mut StandingForm, purpose: Option<&str>, text: &Digest, state: ConsentState, at: Instant) {
    match purpose {
        Some(purpose) => {
            let ended = ConsentForm { state, at, text: to_hex(&text.0), until: None, shown_at: None };
            form.consents.insert(purpose.to_owned(), ended);
        }
        // Which one cannot be told: none holds.
        None => {
            for consent in form.consents.values_mut() {
                (consent.state, consent.at) = (state, at);
            }
        }
    }
}

/// The ground of a hold is not in the ledger.
fn lost_hold(subject: SubjectId, hold: HoldId, placed_at: Instant) -> HoldRow {
    let ground = format!("ground lost in a restore; see hold {hold} in the case files");
    HoldRow { id: hold, subject, ground, placed_at, until: None }
}

/// The entries of one bundle from a position on, of a log of `to` entries; at least one.
pub(crate) fn entries_of_log(source: &(dyn LogSource + Sync), at: u64, to: u64) -> Result<Vec<Vec<u8>>, VaultError> {
    let (index, first) = (at / WIDTH, at / WIDTH * WIDTH);
    let width = (to - first).min(WIDTH);
    let bytes = fetch(source, index, width)?;
    let entries = split_bundle(&bytes).map_err(|_| unreadable())?;
    let skipped = usize::try_from(at - first).map_err(|_| unreadable())?;
    let width = usize::try_from(width).map_err(|_| unreadable())?;
    let wanted = entries.get(skipped..width).filter(|entries| !entries.is_empty()).ok_or_else(unreadable)?;
    Ok(wanted.iter().map(|entry| entry.to_vec()).collect())
}

/// A bundle at the width that the ledger's size asks for, or full.
fn fetch(source: &(dyn LogSource + Sync), index: u64, width: u64) -> Result<Vec<u8>, VaultError> {
    let width = u16::try_from(width).map_err(|_| unreadable())?;
    let full = u16::try_from(WIDTH).map_err(|_| unreadable())?;
    for width in [width, full] {
        if let Some(bytes) = source.fetch(&bundle_path(index, width), BUNDLE_BYTES_MAX).map_err(|_| unreadable())? {
            return Ok(bytes);
        }
    }
    Err(unreadable())
}

fn unreadable() -> VaultError {
    VaultError::unprocessable(
        "restore.ledger_unreadable",
        "the surviving ledger was not taken over: a file of it cannot be read",
    )
    .help("check the place it was named at, then restore again")
}

fn not_applicable() -> VaultError {
    VaultError::unprocessable(
        "restore.entry_unknown",
        "the surviving ledger was not taken over: it holds an entry that this program cannot apply",
    )
    .help("restore with the program that wrote it, or a newer one")
}
