//! The transparency report: how often authorities asked and were answered, and on what grounds fields
//! left at all. Counted from the ledger alone, so that it can be checked against it.
//!
//! A tenant's ledger is walked once, bundle by bundle; the tally is kept, and the next report reads only
//! what was appended since.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use candor_decision::Ground;
use candor_ledger::{CONTROLLER, Entry, EntryBody};
use candor_manifest::model::RecipientRole;
use candor_words::{Instant, TenantId};
use parking_lot::Mutex;
use serde::Serialize;

use crate::accesses::{ground_of, recipient_of};
use crate::disclosures::Step;
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// A year in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TransparencyReport {
    /// Which year, in UTC.
    pub year: i16,
    /// Disclosures to authorities that somebody proposed.
    pub authority_proposed: u64,
    /// Of those, how many a second person approved.
    pub authority_approved: u64,
    /// Of those, how many were refused.
    pub authority_refused: u64,
    /// How often fields were disclosed to an authority.
    pub authority_disclosed: u64,
    /// How often fields were given to the subjects themselves: access and portability.
    pub to_subjects: u64,
    /// Every other disclosure.
    pub disclosures: Vec<DisclosureCount>,
    /// How many entries of the ledger the tally rests on.
    pub ledger_size: u64,
}

/// How often fields left for one recipient on one ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisclosureCount {
    /// Who received them; absent for the controller itself.
    pub recipient: Option<String>,
    /// On what ground.
    pub ground: Option<Ground>,
    /// How often.
    pub n_disclosures: u64,
}

/// What was counted so far, by tenant.
#[derive(Default)]
pub(crate) struct Tallies(Mutex<HashMap<TenantId, Arc<tokio::sync::Mutex<Tally>>>>);

#[derive(Default)]
struct Tally {
    walked_to: u64,
    years: BTreeMap<i16, Year>,
}

#[derive(Default)]
struct Year {
    proposed: u64,
    approved: u64,
    refused: u64,
    disclosed: u64,
    to_subjects: u64,
    others: BTreeMap<(Option<String>, u8), u64>,
}

impl Vault {
    /// Reports on a year, up to the ledger's present size.
    ///
    /// # Errors
    /// There is no such tenant.
    pub async fn transparency(&self, tenant: TenantId, year: i16) -> Result<TransparencyReport, VaultError> {
        let tenant = self.tenant(tenant).await?;
        let tally = Arc::clone(self.tallies.0.lock().entry(tenant.id()).or_default());
        // Held over the walk: a second report waits for the first instead of walking too.
        let mut tally = tally.lock().await;
        let size = self.store.ledger_size(tenant.id()).await?;
        while tally.walked_to < size {
            for (position, entry) in self.entries_from(&tenant, tally.walked_to).await? {
                tally.add(&tenant, &entry);
                tally.walked_to = position + 1;
            }
        }
        Ok(tally.report(year))
    }
}

impl Tally {
    fn add(&mut self, tenant: &Tenant, entry: &Entry) {
        let (year, policy) = (year_of(entry.at), tenant.policy_of(entry.plan.as_bytes()));
        match entry.body {
            EntryBody::Approval { step, .. } => {
                let year = self.years.entry(year).or_default();
                match Step::from_number(step) {
                    Some(Step::Proposed) => year.proposed += 1,
                    Some(Step::Approved) => year.approved += 1,
                    Some(Step::Refused) => year.refused += 1,
                    None => {}
                }
            }
            EntryBody::Disclosure { purpose, recipient, ground, .. } => {
                let year = self.years.entry(year).or_default();
                let plan = policy.map(|policy| &policy.plan);
                let is_right =
                    plan.is_some_and(|plan| plan.as_intrinsic(candor_decision::PurposeIx(purpose)).is_some());
                let to_authority = recipient != CONTROLLER
                    && policy
                        .and_then(|policy| policy.manifest().recipients.get(usize::from(recipient)))
                        .is_some_and(|recipient| recipient.role == RecipientRole::Authority);
                if is_right {
                    year.to_subjects += 1;
                } else {
                    year.disclosed += u64::from(to_authority);
                    *year.others.entry((recipient_of(plan, recipient), ground)).or_default() += 1;
                }
            }
            _ => {}
        }
    }

    fn report(&self, number: i16) -> TransparencyReport {
        let report = TransparencyReport { year: number, ledger_size: self.walked_to, ..TransparencyReport::default() };
        let Some(year) = self.years.get(&number) else { return report };
        let counts = year.others.iter().map(|((recipient, ground), n_disclosures)| DisclosureCount {
            recipient: recipient.clone(),
            ground: ground_of(*ground),
            n_disclosures: *n_disclosures,
        });
        TransparencyReport {
            authority_proposed: year.proposed,
            authority_approved: year.approved,
            authority_refused: year.refused,
            authority_disclosed: year.disclosed,
            to_subjects: year.to_subjects,
            disclosures: counts.collect(),
            ..report
        }
    }
}

fn year_of(at: Instant) -> i16 {
    let stamp = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    stamp.to_zoned(jiff::tz::TimeZone::UTC).year()
}
