//! What a run would do now, and why: nothing is changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_decision::RuleIx;
use candor_store::PAGE_MAX;
use candor_words::{Instant, SubjectId, TenantId};
use serde::Serialize;

use super::reckon::{HELD_MS, Reckoned, Turn, reckon};
use super::view::text_of;
use crate::caller::{Caller, Scope};
use crate::state::{ANONYMOUS, ERASED};
use crate::{Vault, VaultError};

/// The most subjects that a preview looks at.
pub const PREVIEW_SUBJECTS_MAX: u64 = 100_000;
/// How many subjects stand as examples.
const EXAMPLES: usize = 3;

/// What a run would do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetentionPreview {
    /// As of which instant.
    pub at: Instant,
    /// How many subjects something is due of.
    pub n_subjects: u64,
    /// By rule and outcome.
    pub outcomes: Vec<RuleOutcome>,
    /// How many subjects of whom nothing would be left.
    pub n_erased: u64,
    /// What would go but for an order to keep it, by its ground.
    pub held_back: Vec<HeldBack>,
    /// When the next subject is looked at after these.
    pub next_due_at: Option<Instant>,
    /// True when more subjects are due than were looked at.
    pub truncated: bool,
}

/// What one rule would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleOutcome {
    /// Its position in the policy.
    pub rule: Option<u16>,
    /// The rule as the policy would write it.
    pub text: String,
    /// `erased`, `anonymised`, `quarantined`, `set_aside` or `found_again`.
    pub outcome: &'static str,
    /// How many subjects.
    pub n_subjects: u64,
    /// How many records.
    pub n_records: u64,
    /// How many values.
    pub n_values: u64,
    /// The first few of the subjects.
    pub examples: Vec<SubjectId>,
}

/// What does not go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldBack {
    /// The ground of the hold as the tenant states it, or `restriction`.
    pub ground: String,
    /// How many subjects.
    pub n_subjects: u64,
    /// The first few of them.
    pub examples: Vec<SubjectId>,
}

#[derive(Default)]
struct Count {
    n_subjects: u64,
    n_records: u64,
    n_values: u64,
    examples: Vec<SubjectId>,
}

impl Vault {
    /// Says what [`Vault::run_retention`] would do now. Looks at no more than [`PREVIEW_SUBJECTS_MAX`] subjects.
    ///
    /// # Errors
    /// The caller lacks the admin scope; the store does not answer.
    pub async fn preview_retention(&self, caller: &Caller) -> Result<RetentionPreview, VaultError> {
        caller.needs(Scope::Admin)?;
        self.preview_retention_of(caller.tenant()).await
    }

    /// The same on behalf of whoever holds the machine: `candor retention --dry-run`.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn preview_retention_of(&self, id: TenantId) -> Result<RetentionPreview, VaultError> {
        let at = self.now();
        let tenant = self.tenant(id).await?;
        let policy = Arc::clone(tenant.policy_at(at)?);
        let mut counts: BTreeMap<(Option<RuleIx>, Turn), Count> = BTreeMap::new();
        let mut held: BTreeMap<String, Count> = BTreeMap::new();
        let (mut n_subjects, mut n_looked, mut n_erased, mut after) = (0, 0, 0, None);
        // Who is held back waits a day from look to look.
        let until = Instant::from_millis(at.as_millis().saturating_add(HELD_MS));
        loop {
            let page = self.store.due(id, until, after, PAGE_MAX).await?;
            let subjects: Vec<SubjectId> = page.rows.iter().map(|row| row.subject).collect();
            for retained in self.store.retained(id, &subjects).await? {
                n_looked += 1;
                let subject = retained.state.row.id;
                if matches!(retained.state.row.state, ERASED | ANONYMOUS) {
                    continue;
                }
                let records = self.all_records(&tenant, subject, &retained).await?;
                let reckoned = reckon(&policy.plan, &tenant.settings, retained, records, at)?;
                n_subjects += u64::from(!reckoned.changes.is_empty());
                match &reckoned.obstacle {
                    Some(obstacle) if reckoned.changes.iter().any(|change| change.removes()) => {
                        held.entry(obstacle.ground.clone()).or_default().add(subject);
                    }
                    Some(_) => {}
                    None => {
                        n_erased += u64::from(reckoned.is_over);
                        count(&reckoned, &mut counts);
                    }
                }
            }
            after = page.next;
            if after.is_none() || n_looked >= PREVIEW_SUBJECTS_MAX {
                break;
            }
        }
        let manifest = policy.manifest();
        let outcomes = counts.into_iter().map(|((rule, turn), count)| RuleOutcome {
            rule: rule.map(|rule| rule.0),
            text: rule
                .and_then(|rule| policy.plan.retention().rule(rule))
                .map_or_else(|| "no rule's time is over any more".to_owned(), |keep| text_of(manifest, keep)),
            outcome: turn.name(),
            n_subjects: count.n_subjects,
            n_records: count.n_records,
            n_values: count.n_values,
            examples: count.examples,
        });
        let held_back = held.into_iter().map(|(ground, count)| HeldBack {
            ground,
            n_subjects: count.n_subjects,
            examples: count.examples,
        });
        Ok(RetentionPreview {
            at,
            n_subjects,
            outcomes: outcomes.collect(),
            n_erased,
            held_back: held_back.collect(),
            next_due_at: self.store.next_due(id, at).await?,
            truncated: after.is_some(),
        })
    }
}

fn count(reckoned: &Reckoned, counts: &mut BTreeMap<(Option<RuleIx>, Turn), Count>) {
    let mut of_one: BTreeMap<(Option<RuleIx>, Turn), (u64, u64)> = BTreeMap::new();
    for change in &reckoned.changes {
        let mut of_record: BTreeMap<(Option<RuleIx>, Turn), u64> = BTreeMap::new();
        for (_, rule, turn) in change.values.values() {
            let rule = if *turn == Turn::FoundAgain { None } else { *rule };
            *of_record.entry((rule, *turn)).or_default() += 1;
        }
        for (key, n_values) in of_record {
            let sums = of_one.entry(key).or_default();
            *sums = (sums.0 + 1, sums.1 + n_values);
        }
    }
    for (key, (n_records, n_values)) in of_one {
        let count = counts.entry(key).or_default();
        count.n_records += n_records;
        count.n_values += n_values;
        count.add(reckoned.row.id);
    }
}

impl Count {
    fn add(&mut self, subject: SubjectId) {
        self.n_subjects += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(subject);
        }
    }
}
