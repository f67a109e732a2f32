//! The later ledger, entry by entry: appended as it stands, and applied where it took something away.
//!
//! What narrows a standing is applied in `replay/narrow.rs`, what takes values away in `replay/dropped.rs`.

use std::collections::HashMap;
use std::sync::Arc;

use candor_ledger::{Digest, Entry, EntryBody, LogSource};
use candor_store::{Change, CheckpointRow, Guard, PolicyRow, Unit};
use candor_words::{Instant, SubjectId, SubjectRef, to_hex};

use super::Survivor;
use super::bundles::entries_of_log;
use super::effect::Effect;
use crate::policies::digest_of;
use crate::slips::{
    AGENT_SLIPS, CLIENT_SLIPS, FACTOR_SLIPS, STAFF_SLIPS, UPSTREAM_LINK_SLIPS, UPSTREAM_SLIPS, client_name, factor_name,
};
use crate::state::erased_row;
use crate::tenant::Tenant;
use crate::{Counters, Vault, VaultError};

mod dropped;
mod narrow;

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

    fn name_of_group(&self, entry: &Entry, group: u16) -> Option<String> {
        let policy = self.tenant.policy_of(&entry.plan.0)?;
        policy.manifest().groups.get(usize::from(group)).map(|group| group.name.clone())
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

fn not_applicable() -> VaultError {
    VaultError::unprocessable(
        "restore.entry_unknown",
        "the surviving ledger was not taken over: it holds an entry that this program cannot apply",
    )
    .help("restore with the program that wrote it, or a newer one")
}
