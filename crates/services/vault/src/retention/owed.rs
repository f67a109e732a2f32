//! Who is owed an end in connected systems: somebody who is forgotten here by the same rules, before the systems were reached.
//!
//! When keep rules take away what names a subject, and fields of theirs are over in connected systems too, the unit that does so
//! leaves a slip under the tenant's key: by what they are found there, and what is over. It goes once every system is done, at
//! the latest after [`OWED_DAYS`] days, and stands in no backup. See ADR 36.

use candor_decision::{FieldSet, Intrinsic, Plan, RecordDates};
use candor_store::Unit;
use candor_words::{Instant, Secret};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::carry_out::Acting;
use super::reckon::Reckoned;
use super::survey::ended_fields;
use super::{clocks, with_lengths};
use crate::beyond::NamedBy;
use crate::caller::Caller;
use crate::slips::{Expect, KEEPING_SLIPS, NewSlip, SlipChange};
use crate::{Vault, VaultError};

/// How long it is kept at most.
pub const OWED_DAYS: i64 = 90;
const DAY_MS: i64 = 86_400_000;
/// The most bytes of what names one person.
const NAMED_BYTES_MAX: usize = 40 << 10;

/// Somebody who is owed an end in connected systems.
#[derive(Serialize, Deserialize)]
pub struct Owed {
    /// What names them: field and value.
    pub named: Vec<(String, String)>,
    /// The fields that are over.
    pub ended: Vec<String>,
    /// The systems that are done.
    #[serde(default)]
    pub done: Vec<String>,
    /// The systems that were asked, and in which rows wait for others to go.
    #[serde(default)]
    pub waiting: Vec<String>,
}

// Who somebody is, is never printed.
impl std::fmt::Debug for Owed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Owed").field("ended", &self.ended).field("done", &self.done).finish_non_exhaustive()
    }
}

impl Drop for Owed {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.named.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}

impl Owed {
    /// What names them.
    pub fn named_by(&self) -> Vec<NamedBy> {
        let named = self.named.iter();
        named.map(|(field, value)| NamedBy { field: field.clone(), value: Secret::new(value.clone()) }).collect()
    }

    /// When it is dropped whatever became of it.
    pub fn expires_at(now: Instant) -> Instant {
        Instant::from_millis(now.as_millis().saturating_add(OWED_DAYS * DAY_MS))
    }
}

impl Vault {
    /// Leaves a slip about somebody whose identifiers this unit takes away.
    pub(super) async fn owe_systems(
        &self,
        acting: Acting<'_>,
        unit: &mut Unit,
        reckoned: &Reckoned,
    ) -> Result<(), VaultError> {
        let (tenant, plan) = (acting.tenant, &acting.policy.plan);
        if plan.manifest().systems.is_empty() || reckoned.obstacle.is_some() || !forgets(plan, reckoned) {
            return Ok(());
        }
        if self.beyond_of(tenant, plan.manifest()).await?.is_none() {
            return Ok(());
        }
        let clocks = with_lengths(clocks(&reckoned.form, plan), &reckoned.form, &tenant.settings, plan);
        let ended = ended_fields(plan, &clocks, acting.now);
        let out_of_reach = still_kept(plan, &clocks, &ended);
        if out_of_reach > 0 {
            tracing::warn!(
                n_fields = out_of_reach,
                "somebody is forgotten here while fields of theirs are kept longer in connected systems: say in the policy by which column the clock starts there"
            );
        }
        if ended.is_empty() {
            return Ok(());
        }
        let office = Caller::office(tenant.id());
        let live = self.glance(tenant, reckoned.row.id).await?;
        let Some((named, entry)) = self.named_with_entry(&office, tenant, &live, Intrinsic::Access).await? else {
            return Ok(());
        };
        let mut n_bytes = 0;
        let fits = |named: &NamedBy| {
            n_bytes += named.field.len() + named.value.expose().len() + 8;
            n_bytes <= NAMED_BYTES_MAX
        };
        let named: Vec<(String, String)> =
            named.into_iter().filter(fits).map(|it| (it.field, it.value.expose().clone())).collect();
        if named.is_empty() {
            return Ok(());
        }
        let owed = Owed { named, ended, done: Vec::new(), waiting: Vec::new() };
        let body = serde_json::to_vec(&serde_json::json!({ "owed": owed })).map_err(|_| VaultError::damaged("slip"))?;
        let mut name = [0; 32];
        self.entropy.fill(&mut name);
        let slip = NewSlip {
            kind: KEEPING_SLIPS,
            name,
            owner: None,
            expires_at: Some(Owed::expires_at(acting.now)),
            body: Zeroizing::new(body),
        };
        unit.entries.push(entry);
        self.slip_in(&office, tenant, SlipChange::Put(slip, Expect::Absent), unit).await
    }
}

/// Whether what names the subject goes.
fn forgets(plan: &Plan, reckoned: &Reckoned) -> bool {
    let identifies = |field: candor_manifest::model::FieldIx| {
        plan.manifest().fields.get(field.at()).is_some_and(|field| field.identifies)
    };
    let removed = reckoned.changes.iter().flat_map(|change| change.values.values());
    reckoned.is_over || removed.into_iter().any(|(field, _, turn)| turn.removes() && identifies(*field))
}

/// How many fields in systems end with what the vault knows of people, and not yet.
fn still_kept(plan: &Plan, clocks: &candor_decision::Clocks, ended: &[String]) -> usize {
    let fields: FieldSet = super::survey::in_systems(plan.manifest());
    let ends =
        |field: &candor_manifest::model::FieldIx| plan.retention().end(*field, clocks, &RecordDates::never()).is_some();
    let name =
        |field: candor_manifest::model::FieldIx| plan.manifest().fields.get(field.at()).map(|it| it.name.clone());
    fields.iter().filter(ends).filter_map(name).filter(|name| !ended.contains(name)).count()
}
