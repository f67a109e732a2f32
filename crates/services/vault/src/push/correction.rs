//! Corrections that are made at once, on their way to whoever holds the fields outside (GDPR Art. 16, 19).
//!
//! The push stands in the unit of the correction and carries no value: what the fields hold is read when a system is reached
//! ([`Vault::corrected_now`]), so that of two corrections the older never overwrites the newer. What named the person until then
//! is kept beside it, sealed under their own key, for systems know them by that; it goes when the push is over.

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_decision::{FieldSet, Intrinsic, decide};
use candor_ledger::{CONTROLLER, EntryBody, FieldBits};
use candor_manifest::Manifest;
use candor_manifest::model::FieldIx;
use candor_store::{Change, Unit};
use candor_words::{RecordId, RequestId, Secret, SubjectId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use super::PushForm;
use crate::beyond::{identifying, of_a_right, texts};
use crate::caller::{Caller, Scope};
use crate::derive::followers;
use crate::draft::Draft;
use crate::records::NewRecord;
use crate::slips::{FORMER_NAME_SLIPS, SLIP_BYTES_MAX, request_slip};
use crate::tenant::Tenant;
use crate::{Counters, ErrorKind, NamedBy, Vault, VaultError};

/// What was put right, without the values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionForm {
    /// The data group.
    pub group: String,
    /// Which of its records.
    pub record: RecordId,
    /// The fields that were given, `group.name`.
    pub fields: Vec<String>,
    /// Those of them that were emptied.
    pub emptied: Vec<String>,
}

/// Identifiers that a correction replaced, `group.name` with its value, older ones first.
#[derive(Default, Serialize, Deserialize)]
struct Former(Vec<(String, String)>);

impl Drop for Former {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}

impl CorrectionForm {
    /// What values put right in a record.
    pub fn of(record: RecordId, new: &NewRecord) -> Self {
        let name = |name: &String| format!("{}.{name}", new.group);
        let emptied = new.values.iter().filter(|(_, value)| value.is_null()).map(|(field, _)| name(field)).collect();
        Self { group: new.group.clone(), record, fields: new.values.keys().map(name).collect(), emptied }
    }

    /// The fields with those that follow them, as a policy declares them; of what is kept as a hash nothing leaves the vault.
    pub fn reach(&self, manifest: &Manifest) -> Vec<FieldIx> {
        let given: Vec<FieldIx> = self.fields.iter().filter_map(|name| manifest.field(name)).collect();
        let mut all = followers(manifest, &given);
        all.retain(|ix| manifest.fields.get(ix.at()).is_some_and(|field| !field.hashed));
        all
    }
}

impl Vault {
    /// Puts into the draft of a correction that whoever holds its fields outside is to hear of it.
    pub(crate) async fn push_correction_in(
        &self,
        draft: &mut Draft,
        correction: CorrectionForm,
    ) -> Result<(), VaultError> {
        let Some(beyond) = self.beyond.get().and_then(std::sync::Weak::upgrade) else { return Ok(()) };
        let (tenant, policy) = (Arc::clone(&draft.tenant), Arc::clone(&draft.policy));
        let fields = correction.reach(policy.manifest());
        if !beyond.corrects(tenant.id(), &tenant.row.slug, policy.manifest(), &fields).await? {
            return Ok(());
        }
        let former = self.former_names(draft, &fields).await?;
        let mut bits = FieldBits::EMPTY;
        for field in &fields {
            bits.insert(field.at());
        }
        let push = self.open_in(draft, PushForm::Correction { correction }, bits)?;
        if !former.0.is_empty() {
            let body = Zeroizing::new(serde_json::to_vec(&former).map_err(|_| VaultError::damaged("push"))?);
            self.put_own_slip(draft, FORMER_NAME_SLIPS, request_slip(push), &body)?;
        }
        Ok(())
    }

    /// What stands, before a draft is committed, in those of some fields that name the person.
    async fn former_names(&self, draft: &Draft, fields: &[FieldIx]) -> Result<Former, VaultError> {
        let manifest = draft.policy.manifest();
        let named: FieldSet = identifying(manifest).filter(|field| fields.contains(field)).collect();
        if named.is_empty() {
            return Ok(Former::default());
        }
        let live = self.live(&draft.tenant, draft.subject()).await?;
        let question = of_a_right(&draft.tenant, &live, Intrinsic::Storage, named, draft.now);
        let decision = decide(&live.policy.plan, &live.standing, &question);
        let Ok(permit) = decision.permit(crate::read::deadline(draft.now)) else { return Ok(Former::default()) };
        let rows = self.rows_of(&draft.tenant.id(), &live, permit.fields()).await?;
        let spent = permit.spend(self.now()).map_err(|_| VaultError::damaged("permit"))?;
        // INVARIANT: the permit stays inside: what it opens is sealed again under the same person's key.
        let (opened, _) = self.open_fields(&live, &rows, spent)?;
        let mut former = Former::default();
        let mut n_bytes = 0;
        // Older states stand before newer ones: of too many, the oldest are left out.
        for record in opened.iter().rev() {
            for (name, opened) in &record.values {
                for value in texts(&opened.value) {
                    let field = format!("{}.{name}", record.group);
                    n_bytes += 2 * (field.len() + value.len()) + 16;
                    if n_bytes < SLIP_BYTES_MAX {
                        former.0.push((field, value));
                    }
                }
            }
        }
        former.0.reverse();
        Ok(former)
    }

    /// What named the subject of a push until its correction, older values first.
    pub(crate) async fn named_formerly(&self, tenant: &Tenant, push: RequestId) -> Result<Vec<NamedBy>, VaultError> {
        let Some(slip) = self.slip(tenant.id(), FORMER_NAME_SLIPS, request_slip(push)).await? else {
            return Ok(Vec::new());
        };
        let mut former: Former = serde_json::from_slice(&slip.body).map_err(|_| VaultError::damaged("slip"))?;
        let named = former.0.drain(..).map(|(field, value)| NamedBy { field, value: Secret::new(value) });
        Ok(named.collect())
    }

    /// What the fields of a correction hold now: a newer value where they were corrected again, none where this correction
    /// emptied them. What was taken away otherwise, as by a keep rule, is not among them.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such subject; `correction.withheld` while the subject's standing lets nobody read
    /// them.
    pub async fn corrected_now(
        &self,
        caller: &Caller,
        subject: SubjectId,
        correction: &CorrectionForm,
    ) -> Result<BTreeMap<String, Option<Value>>, VaultError> {
        caller.needs(Scope::Rights)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let live = self.live_for(caller, &tenant, subject).await?;
        let (plan, at) = (&live.policy.plan, self.now());
        let fields: FieldSet = correction.fields.iter().filter_map(|name| plan.field(name)).collect();
        let question = of_a_right(&tenant, &live, Intrinsic::Rectification, fields, at);
        Counters::add(&self.counters().decisions, 1);
        let permit = decide(plan, &live.standing, &question).permit(crate::read::deadline(at));
        let permit = permit.map_err(|_| withheld())?;
        let rows = match self.rows_for(&tenant, &live, Some(correction.record), permit.fields()).await {
            Err(error) if error.kind() == ErrorKind::Missing => Vec::new(),
            rows => rows?,
        };
        Counters::add(&self.counters().permits, 1);
        let spent = permit.spend(self.now()).map_err(|_| VaultError::damaged("permit"))?;
        let (purpose, ground) = (spent.purpose().0, spent.ground() as u8);
        let bits = FieldBits::from_words(spent.fields().as_words());
        let (opened, _) = self.open_fields(&live, &rows, spent)?;
        let mut now: BTreeMap<String, Option<Value>> = BTreeMap::new();
        for record in opened {
            let group = record.group;
            now.extend(record.values.into_iter().map(|(name, it)| (format!("{group}.{name}"), Some(it.value))));
        }
        if !now.is_empty() {
            let n_values = u32::try_from(now.len()).unwrap_or(u32::MAX);
            let record = Some(correction.record);
            let body = EntryBody::Disclosure { purpose, recipient: CONTROLLER, record, fields: bits, n_values, ground };
            // INVARIANT: the values leave only after this commit is durable.
            self.commit(Unit::of(tenant.id()).entry(crate::read::entry(&live, caller, at, body))).await?;
            Counters::add(&self.counters().fields_opened, u64::from(n_values));
        }
        for emptied in &correction.emptied {
            now.entry(emptied.clone()).or_insert(None);
        }
        Ok(now)
    }
}

/// Forgets what named the person until a correction, when its push is over.
pub(crate) fn forget_former(push: RequestId) -> Change {
    Change::DeleteSlip(FORMER_NAME_SLIPS, request_slip(push))
}

fn withheld() -> VaultError {
    VaultError::conflict(
        "correction.withheld",
        "the corrected values were not read: while the account is as it is now, they may not be used",
    )
    .help("it is tried again by itself")
}
