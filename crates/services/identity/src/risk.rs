//! Sign-in risk: what an attempt shows is judged, used for nothing else, and kept only as keyed hashes and counts.
//!
//! A policy asks for it by declaring a purpose of the term `ServiceAccessDetermination` (`policy.rs`); without one nothing is
//! looked at. What of a person's signals may be used, `decide` says at every attempt. [`Identity::judge`] is asked once
//! for each attempt, [`Identity::learn`] once somebody is in. Source: `docs/risk.md`.

mod counts;
mod desk;
mod note;
mod policy;
mod views;

use std::sync::Arc;

use candor_identity_port::{Networks, Place};
use candor_risk::{
    AddressRange, Attempt as Shown, Judgement, Listed, NameKey, Outcome, Signal, SignalSet, Signals, Thresholds,
    UserAgent,
};
use candor_vault::{ErrorKind, Observation, Usable, VaultError};
use candor_words::{Secret, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, RiskOutcome};
use crate::identity::Identity;
use crate::token::Token;
use crate::visit::Visit;
use policy::RiskPolicy;

pub(crate) use counts::Counting;
pub use desk::{RISK_SEEN_MAX, RiskAsked, RiskPage, RiskSeen};
pub use views::{SIGN_INS_MAX, SignInView};

/// No slip has this kind: it sets the key of values' names apart from the names of slips.
const NAMES: u16 = u16::MAX - 2;

/// What becomes of a risky sign-in when the person has no further factor and none can be sent to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithoutFactor {
    /// Nobody is let in: whoever has the password alone may be anybody.
    #[default]
    Deny,
    /// It goes on, as if nothing had been asked.
    Allow,
}

/// What an operator sets.
#[derive(Clone, Default)]
pub struct RiskSettings {
    /// Where addresses are; without it, places count for nobody.
    pub networks: Option<Arc<dyn Networks>>,
    /// Addresses that nobody signs in from.
    pub denied: Vec<AddressRange>,
    /// The bounds on the score.
    pub thresholds: Thresholds,
    /// What becomes of whoever cannot be asked for more.
    pub without_factor: WithoutFactor,
}

/// What an attempt remembers of its judgement, so that there is one for each.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RiskMark {
    pub(crate) outcome: RiskOutcome,
    /// The name of the note of it, when there is one.
    note: Option<[u8; 32]>,
}

/// An attempt that may be looked at: what it shows, and under which policy.
struct Observed {
    shown: Shown,
    usable: Usable,
    listed: Listed,
}

impl Identity {
    /// Says by what sign-ins are judged, once, before anybody signs in; by the usual bounds and without places otherwise.
    pub fn judge_by(&self, settings: RiskSettings) {
        let _ = self.risk.set(settings);
    }

    /// Refuses a risky sign-in for which there is nothing more to ask, unless the operator lets such go on.
    pub(crate) fn refuse_unproved(&self, attempt: &Attempt, risk: RiskOutcome) -> Result<(), VaultError> {
        let is_unproved = risk == RiskOutcome::StepUp && !attempt.methods.is_multi_factor();
        if !is_unproved || self.settings().without_factor == WithoutFactor::Allow {
            return Ok(());
        }
        Err(VaultError::new(
            ErrorKind::Denied,
            "risk.no_factor",
            "nobody was signed in: the sign-in is unusual for this account, and there is no further factor to ask for",
        )
        .help("sign in where you did before, or ask the organisation; an operator can set up mail for codes"))
    }

    fn settings(&self) -> &RiskSettings {
        self.risk.get_or_init(RiskSettings::default)
    }

    /// What the risk of an attempt asks for. Judged once, and noted for the person to see; where the policy has no such
    /// purpose, nothing is looked at and everybody is let in.
    pub(crate) async fn judge(
        &self,
        tenant: TenantId,
        attempt: &mut Attempt,
        visit: &Visit,
    ) -> Result<RiskOutcome, VaultError> {
        if let Some(mark) = &attempt.risk {
            return Ok(mark.outcome);
        }
        let Some(policy) = self.risk_policy(tenant).await? else { return Ok(RiskOutcome::Allow) };
        let observed = self.observe(tenant, &policy, attempt.subject, visit).await?;
        let counts = self.counts(tenant, attempt.subject, &observed.shown).await?;
        let history = counts.history(policy.since(self.now()));
        let mut judgement = candor_risk::judge(&history, observed.listed, &self.settings().thresholds);
        if attempt.is_newcomer {
            judgement = judgement.of_newcomer();
        }
        let outcome = RiskOutcome::from(judgement.outcome);
        let note = self.note(tenant, &policy, attempt, judgement, observed.usable).await?;
        attempt.risk = Some(RiskMark { outcome, note: Some(note) });
        Ok(outcome)
    }

    /// Counts a sign-in that was completed, and notes that it was. A device that showed no cookie is known by the one that
    /// it is given now.
    ///
    /// That somebody is in does not hang on it: what cannot be counted is logged, and the sign-in stands.
    pub(crate) async fn learn(&self, tenant: TenantId, attempt: &Attempt, visit: &Visit, given: Option<&Token>) {
        if let Err(error) = self.try_to_learn(tenant, attempt, visit, given).await {
            tracing::warn!(code = error.code(), "a sign-in was not counted towards the risk of later ones");
        }
    }

    async fn try_to_learn(
        &self,
        tenant: TenantId,
        attempt: &Attempt,
        visit: &Visit,
        given: Option<&Token>,
    ) -> Result<(), VaultError> {
        let Some(policy) = self.risk_policy(tenant).await? else { return Ok(()) };
        // Asked anew: an objection that came while a factor was waited for counts.
        let mut shown = self.observe(tenant, &policy, attempt.subject, visit).await?.shown;
        if let Some(device) = given {
            shown = shown.on_device(device.expose(), &self.name_key(tenant).await?);
        }
        let note = attempt.risk.as_ref().and_then(|mark| mark.note);
        self.count(tenant, &policy, attempt, &shown, note).await
    }

    async fn risk_policy(&self, tenant: TenantId) -> Result<Option<RiskPolicy>, VaultError> {
        Ok(RiskPolicy::of(self.vault.plan(tenant, None).await?.manifest()))
    }

    /// What an attempt shows, as far as `decide` lets it be used of this person.
    async fn observe(
        &self,
        tenant: TenantId,
        policy: &RiskPolicy,
        subject: SubjectId,
        visit: &Visit,
    ) -> Result<Observed, VaultError> {
        let fields = policy.fields.iter().map(|(field, _)| field.clone()).collect();
        let observation = Observation { subject, purpose: policy.purpose.clone(), fields };
        let usable = self.vault.may_use(&self.door(tenant), &observation).await?;
        let signals: SignalSet = policy.signals_of(&usable.fields).collect();
        let may_place = signals.has(Signal::Address) || signals.has(Signal::Location);
        let place = match (visit.address, &self.settings().networks) {
            (Some(address), Some(networks)) if may_place => networks.place(address),
            _ => Place::default(),
        };
        let listed = match visit.address {
            Some(address) if signals.has(Signal::Address) => Listed::within(&self.settings().denied, address),
            _ => Listed::No,
        };
        let seen = Signals {
            address: visit.address,
            place,
            user_agent: UserAgent::parse(&visit.user_agent),
            languages: visit.languages.clone(),
            device: visit.device.as_ref().map(|device| device.expose().to_owned()),
            at: self.now(),
        };
        let shown = Shown::new(&seen, signals, &self.name_key(tenant).await?);
        Ok(Observed { shown, usable, listed })
    }

    /// The tenant's key of values' names: what blinds its identifiers blinds these.
    async fn name_key(&self, tenant: TenantId) -> Result<NameKey, VaultError> {
        let key = Secret::new(self.vault.slip_name(tenant, NAMES, b"the key of values' names").await?);
        Ok(NameKey::new(&key))
    }
}

impl From<Outcome> for RiskOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Allow => Self::Allow,
            Outcome::StepUp => Self::StepUp,
            Outcome::Deny => Self::Deny,
        }
    }
}

/// How the ledger numbers an outcome. Source: spec/ledger.md, kind 50.
const fn number_of(judgement: &Judgement) -> u8 {
    match judgement.outcome {
        Outcome::Allow => 1,
        Outcome::StepUp => 2,
        Outcome::Deny => 3,
    }
}
