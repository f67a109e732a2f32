//! Telling recipients (GDPR Art. 19): whom, by which identifier, how often, and what became of it.
//!
//! A recipient is told when the policy says where (`told at`), and shares with it something that names this person: by a purpose
//! that needs no yes of theirs, or to which they said yes, or because the ledger says that it was given something. It learns which right was exercised
//! and the one identifier that it knows already, no other value. Everybody else is listed, for the person to ask. How each is
//! told is in `recipients/how.rs`.

use candor_ledger::{EntryBody, FieldBits};
use candor_manifest::Manifest;
use candor_manifest::model::{Basis, FieldIx, Purpose, Recipient, RecipientIx, Share, SpecialBasis};
use candor_places::Mark;
use candor_vault::{Caller, ConsentState, PlanInForce, StandingForm, VaultError};
use candor_words::{Instant, Secret, TenantId};
use serde::{Deserialize, Serialize};

use crate::Rights;
use crate::keep::With;
use crate::machine::Trouble;
use crate::named::Named;
use crate::run::Run;

mod how;
mod words;

pub use how::{ANSWER_WAIT, Teller};

/// How often a recipient that does not take it is told again: about a day long.
const TELLS_MAX: u32 = 30;
const BACK_OFF_MS: i64 = 1_000;
const BACK_OFF_MS_MAX: i64 = 3_600_000;
/// Stands for the tellings of a request among the parts that are under way.
pub(crate) const TELLING: usize = usize::MAX;

/// What becomes of a recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Telling {
    /// Its position in the policy.
    pub recipient: u16,
    /// The field that names the person to it.
    pub field: u16,
    pub state: TellingState,
    pub attempts: u32,
    pub again_at: Option<Instant>,
    pub told_at: Option<Instant>,
    pub trouble: Option<Trouble>,
}

/// Where the telling of a recipient stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TellingState {
    Waiting,
    Told,
    /// The person has to ask it.
    GivenUp,
}

/// What the tellings of a request want now.
pub(crate) enum Tells {
    Now,
    Later(Instant),
    Nothing,
}

/// What a recipient is told.
pub(crate) struct Notice<'a> {
    /// Names it: the same for every attempt.
    pub id: String,
    pub manifest: &'a Manifest,
    pub recipient: &'a Recipient,
    pub of: NoticeOf,
    /// What was put right, by field; of other rights nothing.
    pub fields: Vec<String>,
    pub request: candor_words::RequestId,
    pub named_by: &'a str,
    pub value: Secret<String>,
    pub at: Instant,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoticeOf {
    Rectification,
    Erasure,
    Restriction,
    RestrictionLifted,
}

/// Why a recipient was not told.
#[derive(Clone)]
pub(crate) struct Untold {
    pub is_passing: bool,
    pub trouble: Trouble,
}

/// Whether a right is told to recipients.
pub(crate) fn is_told(right: &str, push: Option<&Mark>) -> bool {
    matches!(push, Some(Mark::Restriction)) || matches!(right, "rectification" | "erasure" | "restriction")
}

/// Whether the policy says of any recipient where it is told.
pub(crate) fn any_told(manifest: &Manifest) -> bool {
    manifest.recipients.iter().any(|recipient| recipient.told_at.is_some())
}

/// The recipients that are to be told of a request.
pub(crate) fn tellings(
    manifest: &Manifest,
    standing: &StandingForm,
    was_given: &[String],
    corrected: &[String],
    named: &Named,
) -> Vec<Telling> {
    let told = (0_u16..).zip(&manifest.recipients).filter(|(_, recipient)| recipient.told_at.is_some());
    let telling = told.filter_map(|(at, recipient)| {
        let had_some = was_given.contains(&recipient.name);
        let shares: Vec<(&Purpose, &Share)> = manifest
            .purposes
            .iter()
            .flat_map(|purpose| purpose.shares.iter().map(move |share| (purpose, share)))
            .filter(|(purpose, share)| {
                share.with == RecipientIx(at) && (had_some || may_have_had(standing, purpose, share, &recipient.name))
            })
            .collect();
        let fields = || shares.iter().flat_map(|(_, share)| share.fields.iter().copied());
        let name = |field: FieldIx| manifest.fields.get(field.at()).map(|field| field.name.as_str());
        // Of what is put right, those are told who have it.
        if !corrected.is_empty() && !fields().filter_map(name).any(|name| corrected.iter().any(|it| it == name)) {
            return None;
        }
        let mut identifying: Vec<FieldIx> = fields()
            .filter(|ix| manifest.fields.get(ix.at()).is_some_and(|field| field.identifies && !field.hashed))
            .collect();
        identifying.sort_unstable();
        let by = identifying.into_iter().find(|ix| name(*ix).is_some_and(|name| named.known_as(name).is_some()))?;
        let (state, told_at, trouble) = (TellingState::Waiting, None, None);
        Some(Telling { recipient: at, field: by.0, state, attempts: 0, again_at: None, told_at, trouble })
    });
    telling.collect()
}

/// Whether a share was allowed at some time: what waits for a yes that never came was never given out.
fn may_have_had(standing: &StandingForm, purpose: &Purpose, share: &Share, recipient: &str) -> bool {
    if share.on_instruction {
        return standing.instructions.contains(&(purpose.name.clone(), recipient.to_owned()));
    }
    let is_asked =
        matches!(purpose.basis, Basis::Consent { .. }) || purpose.special == Some(SpecialBasis::ExplicitConsent);
    let said_yes = || {
        let said = standing.consents.get(&purpose.name).map(|consent| consent.state);
        matches!(said, Some(ConsentState::Given | ConsentState::Withdrawn))
    };
    !is_asked || said_yes()
}

impl Run {
    /// What the tellings want now.
    pub(crate) fn tells(&self, now: Instant) -> Tells {
        let waiting = self.tellings.iter().filter(|telling| telling.state == TellingState::Waiting);
        match waiting.map(|telling| telling.again_at.unwrap_or(now)).min() {
            Some(at) if at <= now => Tells::Now,
            Some(at) => Tells::Later(at),
            None => Tells::Nothing,
        }
    }
}

impl Telling {
    fn note(&mut self, told: Result<(), Untold>, now: Instant) {
        (self.attempts, self.again_at) = (self.attempts.saturating_add(1), None);
        match told {
            Ok(()) => (self.state, self.told_at, self.trouble) = (TellingState::Told, Some(now), None),
            Err(untold) => {
                self.trouble = Some(untold.trouble);
                if !untold.is_passing || self.attempts >= TELLS_MAX {
                    self.state = TellingState::GivenUp;
                    return;
                }
                let doubled = 1_i64.checked_shl((self.attempts - 1).min(30)).unwrap_or(i64::MAX);
                let wait_ms = BACK_OFF_MS.saturating_mul(doubled).min(BACK_OFF_MS_MAX);
                self.again_at = Some(Instant::from_millis(now.as_millis().saturating_add(wait_ms)));
            }
        }
    }
}

impl Rights {
    /// Tells on a task of its own whoever is to be told now, and goes on with the request.
    pub(crate) fn launch_tellings(&self, tenant: TenantId, run: Run) {
        let Some(this) = self.this.upgrade() else { return };
        tokio::spawn(async move {
            let request = run.request;
            let done = this.tell_all(tenant, run).await;
            this.flying.lock().remove(&(request, TELLING, crate::machine::Which::Act));
            match done {
                Ok(()) => this.kick(tenant, request),
                Err(error) => {
                    tracing::warn!(request.id = %request, code = error.code(), "recipients were not told; it is tried again");
                }
            }
        });
    }

    async fn tell_all(&self, tenant: TenantId, run: Run) -> Result<(), VaultError> {
        let office = self.vault.office(tenant);
        let plan = self.plan_of(tenant, &run.plan).await?;
        let slug = self.slug(tenant).await?;
        let now = self.vault.now();
        for (at, telling) in run.tellings.iter().enumerate() {
            let is_due = telling.again_at.is_none_or(|again_at| again_at <= now);
            if telling.state == TellingState::Waiting && is_due {
                self.tell_recipient(&office, &slug, &plan, &run, at).await?;
            }
        }
        Ok(())
    }

    async fn tell_recipient(
        &self,
        office: &Caller,
        slug: &str,
        plan: &PlanInForce,
        run: &Run,
        at: usize,
    ) -> Result<(), VaultError> {
        let Some(telling) = run.tellings.get(at) else { return Ok(()) };
        let manifest = plan.manifest();
        let (Some(recipient), Some(field)) =
            (manifest.recipients.get(usize::from(telling.recipient)), manifest.fields.get(usize::from(telling.field)))
        else {
            return Ok(());
        };
        let named = self.named(office.tenant(), run.request).await?;
        let value = named.as_ref().and_then(|(named, _)| named.known_as(&field.name));
        let told = match value {
            Some(value) => {
                if telling.attempts == 0 {
                    // INVARIANT: durable before anything leaves.
                    let entry = told_entry(run, telling, 1);
                    let begun = self.change(office, run.request, |_| Ok(With { told: vec![entry], ..With::default() }));
                    if begun.await?.is_none() {
                        return Ok(());
                    }
                }
                let notice = Notice {
                    id: format!("{}.{}", run.request, recipient.name),
                    manifest,
                    recipient,
                    of: self.notice_of(office, run).await?,
                    fields: run.corrected.clone(),
                    request: run.request,
                    named_by: &field.name,
                    value,
                    at: self.vault.now(),
                };
                self.tell_notice(slug, &notice).await
            }
            None => Err(never("recipient.unnamed", "nothing that it knows names the person any more")),
        };
        let now = self.vault.now();
        self.change(office, run.request, |run| {
            let request = run.clone();
            let Some(telling) = run.tellings.get_mut(at) else { return Ok(With::default()) };
            telling.note(told.clone(), now);
            let state = match telling.state {
                TellingState::Waiting => None,
                TellingState::Told => Some(2),
                TellingState::GivenUp => Some(3),
            };
            let told = state.map(|state| told_entry(&request, telling, state));
            Ok(With { told: told.into_iter().collect(), ..With::default() })
        })
        .await
        .map(drop)
    }

    async fn notice_of(&self, office: &Caller, run: &Run) -> Result<NoticeOf, VaultError> {
        let Some(mark) = &run.push else {
            return Ok(match run.right.as_str() {
                "erasure" => NoticeOf::Erasure,
                "rectification" => NoticeOf::Rectification,
                _ if run.correction.is_some() => NoticeOf::Rectification,
                _ => NoticeOf::Restriction,
            });
        };
        Ok(match self.turn_of(office, run.subject, mark).await? {
            Some(candor_places::Turn::Set) => NoticeOf::Restriction,
            _ => NoticeOf::RestrictionLifted,
        })
    }
}

fn told_entry(run: &Run, telling: &Telling, state: u8) -> EntryBody {
    let mut fields = FieldBits::from_words(&[]);
    fields.insert(usize::from(telling.field));
    EntryBody::RecipientTold { request: run.request, recipient: telling.recipient, fields, state }
}

/// Why nobody will ever be told there.
pub(crate) fn never(code: &str, text: impl Into<String>) -> Untold {
    Untold { is_passing: false, trouble: Trouble { code: code.to_owned(), text: text.into() } }
}
