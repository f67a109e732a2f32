//! Aggregates and research rows: what de-identified purposes see, and nothing else of anybody.
//!
//! Every subject's record goes through `decide` with the de-identified view, so that whoever objected,
//! never consented or is restricted is not counted. Identifiers are refused before anybody is looked at;
//! combinations of values that fewer subjects share than the policy's smallest group are suppressed, with whatever
//! would give them away (`suppress.rs`), and only their number is told. One ledger entry covers the whole answer. Source: promises a02, c13.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use candor_decision::{FieldSet, Ground, Plan, Question, Reason, RecipientIx, Standing, View, decide};
use candor_ledger::{CONTROLLER, Digest, Entry, EntryBody, FieldBits};
use candor_store::{PAGE_MAX, Page, RecordRow, Unit, page_rows};
use candor_words::{Instant, SubjectId, TenantId};
use serde::Serialize;
use serde_json::Value;

use crate::caller::{Caller, Scope};
use crate::read::{deadline, expand};
use crate::records::short_name;
use crate::subjects::Willing;
use crate::tenant::{Policy, Tenant};
use crate::{Counters, ErrorKind, Vault, VaultError};

mod suppress;

use suppress::Cell;

pub use suppress::AGGREGATE_FIELDS_MAX;

/// The most combinations of values that one answer may be made of.
pub const AGGREGATE_GROUPS_MAX: usize = 10_000;
/// The most bytes of distinct values that one answer may be made of.
pub const AGGREGATE_BYTES_MAX: usize = 16 << 20;

/// How many subjects share each combination of values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aggregate {
    /// The fields that make a combination.
    #[serde(skip)]
    pub fields: Vec<String>,
    /// The combinations that enough subjects share, most frequent first.
    pub groups: Vec<AggregateGroup>,
    /// How many combinations were left out because too few subjects share them.
    pub suppressed_groups: u64,
    /// How many subjects must share a combination, as the policy says.
    pub group_min: u32,
    /// The ledger entry.
    pub entry: u64,
}

/// A combination of values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AggregateGroup {
    /// By `group.field`; `null` where a record has no value.
    pub values: BTreeMap<String, Value>,
    /// How many different subjects have it.
    pub subjects: u64,
}

/// A record without its subject, and without its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResearchRow {
    /// By `group.field`; `null` where the record has no value.
    pub values: BTreeMap<String, Value>,
}

impl Vault {
    /// Counts how many subjects share each combination of values of some fields of one data group.
    ///
    /// # Errors
    /// The caller lacks the read scope or is not bound to the purpose; the purpose is not declared or not
    /// de-identified; a field is an identifier, or not for the purpose, or of another group; more than 10 000
    /// combinations.
    pub async fn aggregate(&self, caller: &Caller, purpose: &str, by: &[String]) -> Result<Aggregate, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let survey = self.survey(&tenant, caller, purpose, by).await?;
        let tally = self.tally(&tenant, &survey).await?;
        let n_groups = tally.groups.len();
        let mut shown = tally.shown(survey.group_min)?;
        shown.sort_by(|(one, a), (other, b)| b.n_subjects.cmp(&a.n_subjects).then_with(|| one.cmp(other)));
        let suppressed_groups = (n_groups - shown.len()) as u64;
        let groups: Vec<AggregateGroup> = shown
            .into_iter()
            .map(|(key, count)| Ok(AggregateGroup { values: survey.values(&key)?, subjects: count.n_subjects }))
            .collect::<Result<_, VaultError>>()?;
        let entry = self.log_survey(&tenant, caller, &survey, groups.len()).await?;
        Ok(Aggregate { fields: survey.names, groups, suppressed_groups, group_min: survey.group_min, entry })
    }

    /// Rows of some fields of one data group, without whose they are, in the order of their values; only such
    /// rows as enough subjects share.
    ///
    /// `after` counts rows. Each page is of the moment it was asked for.
    ///
    /// # Errors
    /// Those of [`Vault::aggregate`].
    pub async fn research(
        &self,
        caller: &Caller,
        purpose: &str,
        fields: &[String],
        after: Option<u64>,
        limit: usize,
    ) -> Result<Page<ResearchRow, u64>, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let survey = self.survey(&tenant, caller, purpose, fields).await?;
        let tally = self.tally(&tenant, &survey).await?;
        let (from, most) = (after.unwrap_or(0), page_rows(limit) as u64);
        let mut rows = Vec::new();
        let mut at = 0_u64;
        for (key, count) in tally.shown(survey.group_min)? {
            let begins = from.max(at);
            at = at.saturating_add(count.n_records);
            let n_here = at.min(from.saturating_add(most)).saturating_sub(begins);
            if n_here > 0 {
                let row = ResearchRow { values: survey.values(&key)? };
                rows.extend(std::iter::repeat_n(row, usize::try_from(n_here).unwrap_or_default()));
            }
        }
        let end = from.saturating_add(rows.len() as u64);
        self.log_survey(&tenant, caller, &survey, rows.len()).await?;
        Ok(Page { rows, next: (end < at).then_some(end) })
    }

    /// What is to be counted, if the policy allows it of anybody; a refusal by the policy is logged.
    async fn survey(
        &self,
        tenant: &Tenant,
        caller: &Caller,
        purpose: &str,
        names: &[String],
    ) -> Result<Survey, VaultError> {
        caller.needs(Scope::Read)?;
        caller.may_ask_for(purpose)?;
        let at = self.now();
        let policy = tenant.policy_at(at)?;
        Counters::add(&self.counters().decisions, 1);
        match Survey::of(tenant.id(), policy, caller, (purpose, names), at) {
            Ok(survey) => Ok(survey),
            Err(Unfit::Input(error)) => Err(error),
            Err(Unfit::Policy { error, body }) => {
                Counters::add(&self.counters().refusals, 1);
                let entry = self.entry(tenant, at, None, Some(caller.key()), *body)?;
                self.commit(Unit::of(tenant.id()).entry(entry)).await?;
                Err(error)
            }
        }
    }

    /// Walks all subjects' records of the group, a page at a time, and counts.
    async fn tally(&self, tenant: &Tenant, survey: &Survey) -> Result<Tally, VaultError> {
        let mut tally = Tally::default();
        let mut of_one = OfOne::default();
        let mut after = None;
        loop {
            let page = self.store.records_of_group(tenant.id(), &survey.group, after, PAGE_MAX).await?;
            let mut rows = page.rows.into_iter().map(Arc::new).peekable();
            while let Some(first) = rows.next() {
                let subject = first.subject;
                let mut theirs = vec![first];
                while let Some(next) = rows.next_if(|row| row.subject == subject) {
                    theirs.push(next);
                }
                if of_one.subject != Some(subject) {
                    of_one = OfOne { subject: Some(subject), keys: HashSet::new() };
                }
                for key in self.keys_of(tenant, survey, subject, &theirs).await? {
                    let is_new = of_one.keys.insert(key.clone());
                    tally.add(key, is_new)?;
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(tally);
            }
        }
    }

    /// The combinations in some records of one subject; none when the policy keeps the subject out.
    async fn keys_of(
        &self,
        tenant: &Tenant,
        survey: &Survey,
        subject: SubjectId,
        rows: &[Arc<RecordRow>],
    ) -> Result<Vec<String>, VaultError> {
        let live = match self.glance(tenant, subject).await {
            Ok(live) => live,
            // Erased since the page was read.
            Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Missing) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let plan = &live.policy.plan;
        if plan.digest() != survey.policy.plan.digest() {
            return Err(VaultError::new(
                ErrorKind::Unavailable,
                "policy.changed",
                "the policy changed while subjects were counted",
            )
            .help("ask again"));
        }
        Counters::add(&self.counters().decisions, 1);
        let decision = decide(plan, &live.standing, &Question { subject, gpc: live.form.gpc, ..survey.question });
        // All of the fields or none: a combination with holes would say who withheld one.
        if decision.allowed() != survey.question.fields {
            return Ok(Vec::new());
        }
        let Ok(permit) = decision.permit(deadline(survey.question.at)) else { return Ok(Vec::new()) };
        Counters::add(&self.counters().permits, 1);
        let spent = permit.spend(survey.question.at).map_err(|_| VaultError::damaged("permit"))?;
        let (opened, _) = self.open_fields(&live, rows, spent)?;
        let n_values: usize = opened.iter().map(|record| record.values.len()).sum();
        Counters::add(&self.counters().fields_opened, n_values as u64);
        let keys = opened.iter().map(|record| {
            let value =
                |name: &String| record.values.get(short_name(name)).map_or(Value::Null, |value| value.value.clone());
            Value::Array(survey.names.iter().map(value).collect()).to_string()
        });
        Ok(keys.collect())
    }

    async fn log_survey(
        &self,
        tenant: &Tenant,
        caller: &Caller,
        survey: &Survey,
        n_rows: usize,
    ) -> Result<u64, VaultError> {
        let body = EntryBody::Disclosure {
            purpose: survey.question.purpose.0,
            recipient: survey.question.recipient.map_or(CONTROLLER, |recipient| recipient.0),
            record: None,
            fields: FieldBits::from_words(survey.question.fields.as_words()),
            n_values: u32::try_from(n_rows.saturating_mul(survey.names.len())).unwrap_or(u32::MAX),
            ground: survey.ground as u8,
        };
        let plan = Digest(*survey.policy.plan.digest());
        let entry = Entry { at: survey.question.at, subject: None, actor: Some(caller.key()), plan, body };
        // INVARIANT: the answer leaves only after this commit is durable.
        Ok(self.commit(Unit::of(tenant.id()).entry(entry.to_bytes())).await?.first_entry)
    }
}

/// What is counted, for which purpose: allowed by the policy before any subject is looked at.
struct Survey {
    policy: Arc<Policy>,
    group: String,
    names: Vec<String>,
    group_min: u32,
    ground: Ground,
    question: Question,
}

/// Why nothing is counted.
enum Unfit {
    /// What was asked makes no sense, or the key is not made for it.
    Input(VaultError),
    /// The policy refuses it of anybody.
    Policy { error: VaultError, body: Box<EntryBody> },
}

impl From<VaultError> for Unfit {
    fn from(error: VaultError) -> Self {
        Self::Input(error)
    }
}

impl Survey {
    fn of(
        tenant: TenantId,
        policy: &Arc<Policy>,
        caller: &Caller,
        (purpose, names): (&str, &[String]),
        at: Instant,
    ) -> Result<Self, Unfit> {
        let plan = &policy.plan;
        if names.is_empty() || names.len() > crate::read::ASKED_FIELDS_MAX {
            return Err(VaultError::bad("aggregate.fields_count", "from 1 to 512 fields may be counted by").into());
        }
        let purpose = plan.purpose(purpose).ok_or_else(|| Unfit::whole(u16::MAX, Reason::PurposeUndeclared))?;
        let reserved = || Unfit::whole(u16::MAX, Reason::PurposeReserved);
        let declared = plan.manifest().purposes.get(purpose.at()).ok_or_else(reserved)?;
        let group_min = declared.de_identified.ok_or_else(identified)?.group_min;
        let recipient = match caller.recipient_for(None)? {
            Some(name) => {
                Some(plan.recipient(name).ok_or_else(|| Unfit::whole(purpose.0, Reason::RecipientUndeclared))?)
            }
            None => None,
        };
        let (fields, undeclared) = expand(plan, purpose, recipient, names);
        if let Some(field) = undeclared.first() {
            return Err(Unfit::policy(purpose.0, recipient, Reason::FieldUndeclared, FieldSet::EMPTY, &field.field));
        }
        let question = Question {
            tenant,
            subject: SubjectId::from_bytes([0; 16]),
            purpose,
            recipient,
            fields,
            channel: None,
            view: View::DeIdentified,
            gpc: false,
            approved: false,
            at,
        };
        refuse_by_policy(plan, &question)?;
        if fields.iter().count() > AGGREGATE_FIELDS_MAX {
            return Err(VaultError::unprocessable(
                "aggregate.fields_too_many",
                format!("nothing was counted: at most {AGGREGATE_FIELDS_MAX} fields are counted by at once"),
            )
            .help("name fewer fields; a data group's name stands for all of its fields that the purpose may use")
            .into());
        }
        let group = group_of(plan, fields)?;
        let names = fields.iter().map(|field| plan.field_name(field).to_owned()).collect();
        let ground = Ground::from(&declared.basis);
        Ok(Self { group, names, group_min, ground, question, policy: Arc::clone(policy) })
    }

    /// The values that a key stands for.
    fn values(&self, key: &str) -> Result<BTreeMap<String, Value>, VaultError> {
        let values: Vec<Value> = serde_json::from_str(key).map_err(|_| VaultError::damaged("sealed value"))?;
        Ok(self.names.iter().cloned().zip(values).collect())
    }
}

impl Unfit {
    fn whole(purpose: u16, reason: Reason) -> Self {
        let body =
            EntryBody::Refusal { purpose, recipient: CONTROLLER, reason: reason as u16, fields: FieldBits::EMPTY };
        Self::Policy { error: refused(reason), body: Box::new(body) }
    }

    fn policy(purpose: u16, recipient: Option<RecipientIx>, reason: Reason, fields: FieldSet, named: &str) -> Self {
        let recipient = recipient.map_or(CONTROLLER, |recipient| recipient.0);
        let fields = FieldBits::from_words(fields.as_words());
        let body = EntryBody::Refusal { purpose, recipient, reason: reason as u16, fields };
        Self::Policy { error: refused(reason).detail("field", named), body: Box::new(body) }
    }
}

/// What the policy says of anybody: of a subject with every basis and no objection.
fn refuse_by_policy(plan: &Plan, question: &Question) -> Result<(), Unfit> {
    let decision = decide(plan, &Standing::willing(), question);
    let reason = |field| decision.reason(plan, field).map(|reason| (field, reason));
    match question.fields.iter().find_map(reason) {
        Some((field, reason)) => {
            let named = plan.field_name(field);
            Err(Unfit::policy(question.purpose.0, question.recipient, reason, decision.refused(), named))
        }
        None => Ok(()),
    }
}

fn group_of(plan: &Plan, fields: FieldSet) -> Result<String, VaultError> {
    let manifest = plan.manifest();
    let mut groups: Vec<_> = fields.iter().map(|field| manifest.fields[field.at()].group).collect();
    groups.dedup();
    match groups[..] {
        [group] => Ok(manifest.groups[group.at()].name.clone()),
        _ => Err(VaultError::unprocessable("aggregate.groups_mixed", "the fields are of more than one data group")
            .help("name fields of one group: joining groups would single people out")),
    }
}

fn refused(reason: Reason) -> VaultError {
    VaultError::denied(reason.code(), format!("nothing was counted: {}", reason.message())).help(reason.help())
}

fn identified() -> VaultError {
    VaultError::denied(
        "purpose.identified",
        "nothing was counted: the policy does not declare the purpose as de-identified",
    )
    .help("name a purpose that the policy declares `de-identified`")
}

/// What was counted so far, in the order of values.
#[derive(Default)]
struct Tally {
    groups: BTreeMap<String, Count>,
    bytes: usize,
}

#[derive(Default)]
struct Count {
    n_subjects: u64,
    n_records: u64,
}

/// The combinations already counted of the subject whose records are being walked.
#[derive(Default)]
struct OfOne {
    subject: Option<SubjectId>,
    keys: HashSet<String>,
}

impl Tally {
    fn add(&mut self, key: String, is_new_of_subject: bool) -> Result<(), VaultError> {
        if !self.groups.contains_key(&key) {
            self.bytes += key.len();
            if self.groups.len() == AGGREGATE_GROUPS_MAX || self.bytes > AGGREGATE_BYTES_MAX {
                return Err(too_many());
            }
        }
        let count = self.groups.entry(key).or_default();
        count.n_records += 1;
        count.n_subjects += u64::from(is_new_of_subject);
        Ok(())
    }

    /// The combinations that may be shown.
    fn shown(self, group_min: u32) -> Result<Vec<(String, Count)>, VaultError> {
        let mut numbers = HashMap::new();
        let mut cells = Vec::with_capacity(self.groups.len());
        for (key, count) in &self.groups {
            let values: Vec<Value> = serde_json::from_str(key).map_err(|_| VaultError::damaged("sealed value"))?;
            let number = |value: Value| {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                *numbers.entry(value.to_string()).or_insert(next)
            };
            cells.push(Cell { values: values.into_iter().map(number).collect(), n_subjects: count.n_subjects });
        }
        let is_shown = suppress::shown(&cells, u64::from(group_min));
        Ok(self.groups.into_iter().zip(is_shown).filter_map(|(group, is_shown)| is_shown.then_some(group)).collect())
    }
}

fn too_many() -> VaultError {
    VaultError::unprocessable(
        "aggregate.groups_too_many",
        "nothing was counted: the values make more than 10 000 combinations, or more than 16 MiB of them",
    )
    .help("name fewer fields, or fields with coarser values")
}
