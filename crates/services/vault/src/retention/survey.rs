//! What retention has to know before it goes to connected systems: when fields end, for whom they do not, and whose are over.

use std::collections::BTreeMap;

use candor_decision::{Clocks, FieldSet, Intrinsic, Plan, RecordDates};
use candor_manifest::Manifest;
use candor_manifest::model::{FieldIx, GroupIx, Owner, PlaceErasure};
use candor_places::{Began, Ending};
use candor_store::{PAGE_MAX, Unit};
use candor_words::{Instant, Span, SubjectId, TenantId};

use super::reckon::obstacle;
use super::{clocks, with_lengths};
use crate::beyond::NamedBy;
use crate::caller::Caller;
use crate::policies::PlanInForce;
use crate::standing_form::StandingForm;
use crate::state::{ANONYMOUS, ERASED};
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// The most people of a tenant for whom something else holds than for everybody: under a hold or a restriction, or with a length
/// that an administrator set.
pub const PROTECTED_MAX: usize = 100_000;

/// Somebody for whom something else holds than for everybody.
pub struct KeptPerson {
    /// What names them.
    pub named: Vec<NamedBy>,
    /// Why nothing of theirs ends: the ground of a hold, or `restriction`.
    pub held: Option<String>,
    /// Lengths that administrators set hold for them.
    pub is_managed: bool,
    /// The fields in systems that are over.
    pub ended: Vec<String>,
}

/// What retention has to know before it goes to connected systems.
pub struct RetentionSurvey {
    /// As of which instant.
    pub at: Instant,
    /// The policy that decides.
    pub plan: PlanInForce,
    /// When fields end.
    pub endings: Vec<Ending>,
    /// When they end for managed accounts.
    pub managed: Vec<Ending>,
    /// The people under a hold or a restriction, and those with lengths of their own.
    pub people: Vec<KeptPerson>,
    /// Everybody else of whom fields are over.
    pub ended: Vec<(SubjectId, Vec<String>)>,
}

impl Vault {
    /// Looks at every subject of a tenant once.
    ///
    /// # Errors
    /// The store does not answer; more than [`PROTECTED_MAX`] people are protected.
    pub async fn survey_retention(&self, id: TenantId) -> Result<RetentionSurvey, VaultError> {
        let at = self.now();
        let tenant = self.tenant(id).await?;
        let plan = self.plan(id, None).await?;
        let (endings, managed) = endings_of(&tenant, &plan, at);
        let mut survey = RetentionSurvey { at, endings, managed, people: Vec::new(), ended: Vec::new(), plan };
        let has_managed = survey.endings != survey.managed;
        let mut after = None;
        loop {
            let page = self.store.subjects(id, after, PAGE_MAX).await?;
            let subjects: Vec<SubjectId> =
                page.rows.iter().filter(|row| !matches!(row.state, ERASED | ANONYMOUS)).map(|row| row.id).collect();
            self.survey_page(&tenant, &subjects, has_managed, &mut survey).await?;
            after = page.next;
            if after.is_none() {
                return Ok(survey);
            }
        }
    }

    /// When fields end now, for everybody and for managed accounts.
    ///
    /// # Errors
    /// No such tenant, or no policy is in force.
    pub async fn retention_endings(&self, id: TenantId) -> Result<(Vec<Ending>, Vec<Ending>), VaultError> {
        let (at, tenant) = (self.now(), self.tenant(id).await?);
        Ok(endings_of(&tenant, &*self.plan(id, None).await?, at))
    }

    async fn survey_page(
        &self,
        tenant: &Tenant,
        subjects: &[SubjectId],
        has_managed: bool,
        survey: &mut RetentionSurvey,
    ) -> Result<(), VaultError> {
        let mut special = Vec::new();
        for retained in self.store.retained(tenant.id(), subjects).await? {
            let subject = retained.state.row.id;
            let form = retained.state.last_event.as_ref().map(StandingForm::after).transpose()?.unwrap_or_default();
            let clocks = with_lengths(clocks(&form, &survey.plan), &form, &tenant.settings, &survey.plan);
            let ended = ended_fields(&survey.plan, &clocks, survey.at);
            let held = obstacle(&form, &retained.state.holds, survey.at).map(|obstacle| obstacle.ground);
            let is_managed = has_managed && form.managed;
            if held.is_some() || is_managed {
                special.push((subject, held, is_managed, ended));
            } else if !ended.is_empty() {
                survey.ended.push((subject, ended));
            }
        }
        if survey.people.len() + special.len() > PROTECTED_MAX {
            return Err(VaultError::unprocessable(
                "retention.too_many_held",
                format!("connected systems were not looked at: more than {PROTECTED_MAX} people are under a hold, a restriction or a length of their own"),
            )
            .help("end the rows there by hand, or lift what is not needed any more"));
        }
        let ids: Vec<SubjectId> = special.iter().map(|(subject, ..)| *subject).collect();
        let named = self.named_all(tenant, &ids).await?;
        for ((subject, held, is_managed, ended), named) in special.into_iter().zip(named) {
            // What stands for somebody under a hold is meant by any name that they had; nothing ends by one that is another's by now.
            let named = match held {
                Some(_) => named,
                None => self.without_others(tenant, Some(subject), named).await?,
            };
            survey.people.push(KeptPerson { named, held, is_managed, ended });
        }
        Ok(())
    }

    /// What names some of the people whose fields are over, each disclosure told in one unit.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn kept_people(
        &self,
        id: TenantId,
        ended: &[(SubjectId, Vec<String>)],
    ) -> Result<Vec<KeptPerson>, VaultError> {
        let tenant = self.tenant(id).await?;
        let mut people = Vec::with_capacity(ended.len());
        for ended in ended.chunks(PAGE_MAX) {
            let ids: Vec<SubjectId> = ended.iter().map(|(subject, _)| *subject).collect();
            let named = self.named_all(&tenant, &ids).await?;
            for (named, (subject, ended)) in named.into_iter().zip(ended) {
                // Nothing of theirs ends by a name that is another's by now.
                let named = self.without_others(&tenant, Some(*subject), named).await?;
                people.push(KeptPerson { named, held: None, is_managed: false, ended: ended.clone() });
            }
        }
        Ok(people)
    }

    async fn named_all(&self, tenant: &Tenant, subjects: &[SubjectId]) -> Result<Vec<Vec<NamedBy>>, VaultError> {
        let office = Caller::office(tenant.id());
        let (mut all, mut unit) = (Vec::with_capacity(subjects.len()), Unit::of(tenant.id()));
        for subject in subjects {
            let found = match self.glance(tenant, *subject).await {
                Ok(live) => self.named_with_entry(&office, tenant, &live, Intrinsic::Access).await?,
                // Erased meanwhile.
                Err(error) if error.kind() == crate::ErrorKind::Gone => None,
                Err(error) => return Err(error),
            };
            let (named, entry) = found.unzip();
            unit.entries.extend(entry);
            all.push(named.unwrap_or_default());
        }
        if !unit.entries.is_empty() {
            // INVARIANT: the values leave only after this commit is durable.
            self.commit(unit).await?;
        }
        Ok(all)
    }
}

/// The fields that stand in systems where something is done about them.
pub(super) fn in_systems(manifest: &Manifest) -> FieldSet {
    let places = manifest.systems.iter().flat_map(|system| &system.places);
    let places = places.filter(|place| place.on_erasure != PlaceErasure::Keep);
    places
        .flat_map(|place| {
            let owners = place.owned_by.iter().filter_map(|owner| match owner {
                Owner::Subject { by, .. } => Some(*by),
                Owner::Place(_) => None,
            });
            owners.chain(place.columns.iter().map(|column| column.field)).collect::<Vec<_>>()
        })
        .collect()
}

/// The fields in systems that are over by what is known of a person, by name.
pub(super) fn ended_fields(plan: &Plan, clocks: &Clocks, at: Instant) -> Vec<String> {
    let is_over = |field: &FieldIx| {
        plan.retention().end(*field, clocks, &RecordDates::never()).is_some_and(|end| end.erase_at <= at)
    };
    let name = |field: FieldIx| plan.manifest().fields.get(field.at()).map(|field| field.name.clone());
    in_systems(plan.manifest()).iter().filter(is_over).filter_map(name).collect()
}

fn endings_of(tenant: &Tenant, plan: &Plan, at: Instant) -> (Vec<Ending>, Vec<Ending>) {
    let set = tenant.settings.lengths.iter();
    let lengths: BTreeMap<GroupIx, Span> =
        set.filter_map(|(name, span)| Some((plan.manifest().group(name)?, *span))).collect();
    (endings(plan, &BTreeMap::new(), at), endings(plan, &lengths, at))
}

/// When every field ends, for what began by which instant.
fn endings(plan: &Plan, lengths: &BTreeMap<GroupIx, Span>, at: Instant) -> Vec<Ending> {
    let retention = plan.retention();
    let fields = (0_u16..).map(FieldIx).zip(&plan.manifest().fields);
    fields
        .map(|(ix, field)| Ending {
            field: field.name.clone(),
            all: retention
                .rules_of(ix)
                .into_iter()
                .map(|any| {
                    let began = any.iter().filter_map(|rule| {
                        let by = retention.erased_if_begun_by(*rule, lengths.get(&field.group).copied(), at)?;
                        let keep = retention.rule(*rule)?;
                        Some(Began { event: keep.event.clone(), by })
                    });
                    began.collect()
                })
                .collect(),
        })
        .collect()
}
