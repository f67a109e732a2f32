//! A restore without the later ledger: whatever may have been said since is taken as said.
//!
//! Nobody can tell who withdrew, objected or declined after the backup. So every consent waits for its confirmation,
//! every purpose that knows an objection has one pending, every message that can be declined is. Who has values and
//! no key in the newer key file was erased. The ledger goes on under a new name, so that no auditor takes it for the
//! one that was lost.

use candor_ledger::{CheckpointSigner, EntryBody};
use candor_manifest::model::OptOut;
use candor_store::{Change, EventRow, Guard, PAGE_MAX, SubjectRow, Unit};
use candor_words::SubjectId;
use serde_json::json;

use crate::backup::BackupTenant;
use crate::channel::channel_name;
use crate::choice::{Told, told};
use crate::objections::can_object;
use crate::standing_form::{ConsentState, ObjectionForm, ObjectionOutcome, StandingForm};
use crate::state::erased_row;
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// What a restore without the later ledger left in doubt.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InDoubt {
    /// Subjects whose choices are taken as taken back.
    pub n_subjects: u64,
    /// Subjects that have no key any more, and are erased.
    pub n_erased: u64,
    /// The key that verifies the ledger from now on.
    pub verifier_key: String,
}

impl Vault {
    /// Lets a tenant go on although its later ledger is lost: see the opening of this file.
    ///
    /// # Errors
    /// The backup is not the one that was signed; the store does not answer.
    pub async fn restore_without_ledger(&self, backup: &BackupTenant) -> Result<InDoubt, VaultError> {
        let tenant = self.tenant(backup.tenant).await?;
        self.check_backup_head(&tenant, backup).await?;
        self.restore_indexes(&tenant).await?;
        let now = self.now();
        let mut settings = tenant.settings.clone();
        let origin = next_origin(tenant.signer.verifier_key().name());
        let mut row = tenant.row.clone();
        let signer = CheckpointSigner::new(&origin, &tenant.first_key()?.checkpoint_seed())
            .map_err(|_| VaultError::damaged("checkpoint key"))?;
        row.verifier_key = signer.verifier_key().to_string();
        settings.ledger_origin = Some(origin);
        row.settings = settings.write().ok_or_else(|| VaultError::damaged("tenant settings"))?;
        let mut doubt = InDoubt { verifier_key: row.verifier_key.clone(), ..InDoubt::default() };
        let body = EntryBody::Restored { size: backup.ledger_size, lost: 1 };
        let entry = self.entry(&tenant, now, None, None, body)?;
        let unit = Unit::of(tenant.id()).guard(Guard::LedgerSize(backup.ledger_size));
        self.commit(unit.change(Change::PutTenant(row)).entry(entry)).await?;
        self.tenants_epoch.move_on();
        let tenant = self.tenant(backup.tenant).await?;
        let mut after = None;
        loop {
            let page = self.store.subjects(tenant.id(), after, PAGE_MAX).await?;
            for row in page.rows.into_iter().filter(|row| row.reference.is_some()) {
                self.doubt_subject(&tenant, row, &mut doubt).await?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        self.keep_rules_anew(&tenant).await?;
        self.newest_checkpoint(&tenant).await?;
        Ok(doubt)
    }

    async fn doubt_subject(&self, tenant: &Tenant, row: SubjectRow, doubt: &mut InDoubt) -> Result<(), VaultError> {
        let now = self.now();
        let subject = row.id;
        if self.has_lost_its_keys(tenant, subject).await? {
            let entry = self.entry(tenant, now, row.reference, None, EntryBody::Erased { n_keys: 0, request: None })?;
            let forgotten = Change::ForgetSubject(subject, row.reference);
            let gone = Change::PutSubject(erased_row(row, 0, now));
            self.commit(Unit::of(tenant.id()).change(forgotten).change(gone).entry(entry)).await?;
            doubt.n_erased += 1;
            return Ok(());
        }
        let last = self.store.subject_state(tenant.id(), subject).await?.and_then(|state| state.last_event);
        let form = last.as_ref().map(StandingForm::after).transpose()?.unwrap_or_default();
        let mut doubted = form.clone();
        doubt_standing(tenant, &mut doubted, now)?;
        if doubted == form {
            return Ok(());
        }
        let mut detail = json!({ "restored": true, "ledger": "lost" });
        let body = told(self.entropy.as_ref(), Told::ConsentUnconfirmed, &mut detail);
        let entry = self.entry(tenant, now, row.reference, None, body)?;
        let version = row.version + 1;
        let event = EventRow {
            subject,
            version,
            at: now,
            kind: "subject.restored".to_owned(),
            purpose: None,
            detail: detail.to_string(),
            standing: doubted.write(),
            entry: 0,
        };
        let row = SubjectRow { version, updated_at: now, ..row };
        self.commit(Unit::of(tenant.id()).change(Change::AddEvent(event)).change(Change::PutSubject(row)).entry(entry))
            .await?;
        doubt.n_subjects += 1;
        Ok(())
    }

    /// True when there are records and no key that could open one.
    async fn has_lost_its_keys(&self, tenant: &Tenant, subject: SubjectId) -> Result<bool, VaultError> {
        if !self.store.keys(tenant.id(), subject).await?.is_empty() {
            return Ok(false);
        }
        Ok(!self.store.records(tenant.id(), subject, None, None, 1).await?.rows.is_empty())
    }
}

/// Everything that may have been said since is taken as said.
fn doubt_standing(tenant: &Tenant, form: &mut StandingForm, now: candor_words::Instant) -> Result<(), VaultError> {
    for consent in form.consents.values_mut().filter(|consent| consent.state == ConsentState::Given) {
        consent.state = ConsentState::Unconfirmed;
    }
    for purpose in &tenant.policy_at(now)?.manifest().purposes {
        if can_object(purpose) {
            let outcome = if purpose.is_marketing { ObjectionOutcome::Upheld } else { ObjectionOutcome::Pending };
            form.objections.entry(purpose.name.clone()).or_insert(ObjectionForm { at: now, outcome });
        }
        if purpose.opt_out == OptOut::Offered {
            let channels = purpose.channels.iter().map(|channel| channel_name(*channel).to_owned());
            form.opt_outs.extend(channels.map(|channel| (purpose.name.clone(), channel)));
        }
    }
    Ok(())
}

/// `name` → `name/restored-1` → `name/restored-2`: what follows a ledger that was lost.
fn next_origin(origin: &str) -> String {
    let numbered = origin.rsplit_once("/restored-");
    let numbered = numbered.and_then(|(name, number)| Some((name, number.parse::<u32>().ok()?)));
    let (name, number) = numbered.unwrap_or((origin, 0));
    format!("{name}/restored-{}", number.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_that_follows_a_lost_one_counts_on() {
        assert_eq!(next_origin("candor.local/acme"), "candor.local/acme/restored-1");
        assert_eq!(next_origin("candor.local/acme/restored-1"), "candor.local/acme/restored-2");
    }
}
