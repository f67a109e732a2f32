//! Deciding: a handful of AND operations; the reasons are worked out when somebody asks.
//!
//! A decision depends on nothing but the plan, the standing and the question, so that any past one
//! can be replayed.

use candor_manifest::model::FieldIx;
use candor_words::Instant;

use crate::gate;
use crate::permit::{Permit, Refusal};
use crate::plan::{PurposeRule, ShareRule, SpecialRule};
use crate::{FieldSet, Ground, Plan, Question, Reason, Standing, View};

/// Says which of the fields asked for may be used, and keeps why the others may not.
///
/// The gates of [`Reason`] come first, in its order; each refuses all fields. Then the purpose's row
/// (or, with a recipient, the share's) says field by field. Source: ARCHITECTURE.md, invariants 3, 4.
#[inline]
pub fn decide(plan: &Plan, standing: &Standing, question: &Question) -> Decision {
    let Some(rule) = plan.rule(question.purpose) else {
        return Decision::stopped(plan, question, Reason::PurposeUndeclared);
    };
    let to_authority = match question.recipient.map(|recipient| plan.is_authority(recipient)) {
        None => false,
        Some(Some(is_authority)) => is_authority,
        Some(None) => return Decision::stopped(plan, question, Reason::RecipientUndeclared),
    };
    let raised = gate::raised(rule, standing, question, to_authority);
    if let Some(reason) = raised.and(rule.stopped_by).first() {
        return Decision::stopped(plan, question, reason);
    }
    by_field(plan, rule, standing, question)
}

#[inline]
fn by_field(plan: &Plan, rule: &PurposeRule, standing: &Standing, question: &Question) -> Decision {
    let outgrown = &standing.outgrown;
    let has_consent = standing.consents.contains(question.purpose) && !outgrown.is_whole(question.purpose);
    let (open, always_open, is_instructed) = match question.recipient {
        None => (rule.uses.open, rule.uses.open, false),
        Some(recipient) => match plan.share(rule, recipient) {
            None => (FieldSet::EMPTY, FieldSet::EMPTY, false),
            Some(share) => {
                let is_instructed = standing.instructions.contains(question.purpose, recipient);
                (open_to(share, is_instructed), share.always.open, is_instructed)
            }
        },
    };
    let is_compared = question.view == View::Compared;
    // What is compared leaves for nobody, so no share counts.
    let compared = if question.recipient.is_none() { rule.compares } else { FieldSet::EMPTY };
    let mut allowed = question.fields.and(if is_compared { &compared } else { &open });
    if rule.special == SpecialRule::ByConsent && !has_consent {
        allowed = allowed.minus(&plan.kinds().special);
    }
    if question.view == View::DeIdentified {
        allowed = allowed.minus(&plan.kinds().identifying);
    }
    let uncovered = match rule.ground {
        Ground::Consent => outgrown.fields(question.purpose, question.recipient),
        _ => FieldSet::EMPTY,
    };
    allowed = allowed.minus(&uncovered);
    let by_instruction = is_instructed && !allowed.is_within(&always_open);
    Decision {
        question: *question,
        plan_digest: *plan.digest(),
        allowed,
        uncovered,
        stopped: None,
        ground: if by_instruction { Ground::Instruction } else { rule.ground },
        has_consent,
        is_instructed,
        stays_inside: rule.opens_hashes || is_compared,
    }
}

#[inline]
fn open_to(share: &ShareRule, is_instructed: bool) -> FieldSet {
    if is_instructed { share.always.open.or(&share.instructed.open) } else { share.always.open }
}

/// The answer to one question.
#[derive(Debug)]
#[must_use]
pub struct Decision {
    pub(crate) question: Question,
    pub(crate) plan_digest: [u8; 32],
    pub(crate) allowed: FieldSet,
    pub(crate) ground: Ground,
    pub(crate) stays_inside: bool,
    uncovered: FieldSet,
    stopped: Option<Reason>,
    has_consent: bool,
    is_instructed: bool,
}

/// A decision in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every field asked for may be used.
    Granted,
    /// Some may.
    Partly,
    /// None may.
    Refused,
}

impl Decision {
    fn stopped(plan: &Plan, question: &Question, reason: Reason) -> Self {
        Self {
            question: *question,
            plan_digest: *plan.digest(),
            allowed: FieldSet::EMPTY,
            // A refusal rests on nothing; no permit comes of it.
            ground: Ground::LegalObligation,
            stays_inside: false,
            uncovered: FieldSet::EMPTY,
            stopped: Some(reason),
            has_consent: false,
            is_instructed: false,
        }
    }

    /// What was asked.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// The fields that may be used.
    pub fn allowed(&self) -> FieldSet {
        self.allowed
    }

    /// The fields that were asked for and may not be used.
    pub fn refused(&self) -> FieldSet {
        self.question.fields.minus(&self.allowed)
    }

    /// The decision in one word.
    pub fn verdict(&self) -> Verdict {
        if self.allowed.is_empty() {
            Verdict::Refused
        } else if self.allowed == self.question.fields {
            Verdict::Granted
        } else {
            Verdict::Partly
        }
    }

    /// The reason for which the question was refused as a whole; `None` when each field was looked at.
    pub fn stopped_by(&self) -> Option<Reason> {
        self.stopped.or(self.question.fields.is_empty().then_some(Reason::QuestionEmpty))
    }

    /// Why a field was refused; `None` when it is allowed or was not asked for. `plan` is the one
    /// that decided.
    pub fn reason(&self, plan: &Plan, field: FieldIx) -> Option<Reason> {
        if self.allowed.contains(field) || !self.question.fields.contains(field) {
            return None;
        }
        self.stopped.or_else(|| self.field_reason(plan, field))
    }

    /// Each field asked for, with the ground on which it may be used or the reason why it may not.
    pub fn explain(&self, plan: &Plan) -> Vec<(FieldIx, Result<Ground, Reason>)> {
        let fields = self.question.fields.iter();
        let explained = fields.map(|field| match self.reason(plan, field) {
            Some(reason) => (field, Err(reason)),
            None => (field, Ok(self.field_ground(plan, field))),
        });
        explained.collect()
    }

    /// Turns the decision into the key to the fields it allows, good until `deadline`, and at most
    /// [`crate::PERMIT_MILLIS_MAX`] after the instant of the question.
    ///
    /// # Errors
    /// No field is allowed.
    pub fn permit(self, deadline: Instant) -> Result<Permit, Refusal> {
        Permit::mint(self, deadline)
    }

    fn field_reason(&self, plan: &Plan, field: FieldIx) -> Option<Reason> {
        let rule = plan.rule(self.question.purpose)?;
        let share = self.question.recipient.and_then(|recipient| plan.share(rule, recipient));
        let (named, unnamed) = match (self.question.recipient, share) {
            (None, _) => (rule.uses.named, rule.unnamed),
            (Some(_), None) => (FieldSet::EMPTY, Reason::RecipientNotShared),
            (Some(_), Some(share)) => (share.always.named.or(&share.instructed.named), Reason::RecipientNotShared),
        };
        let kinds = plan.kinds();
        let is_special = kinds.special.contains(field);
        let hides_identifiers = rule.is_de_identified || self.question.view == View::DeIdentified;
        let waits_for_instruction =
            share.is_some_and(|share| !self.is_instructed && !share.always.named.contains(field));
        let is_compared = self.question.view == View::Compared;
        let may_compare = is_compared && self.question.recipient.is_none() && !rule.is_intrinsic;
        let opens_hashes = if is_compared { may_compare } else { rule.opens_hashes };
        let checks = [
            (!kinds.declared.contains(field), Reason::FieldUndeclared),
            (!named.contains(field), unnamed),
            (kinds.held.contains(field), Reason::FieldHeldElsewhere),
            (kinds.hashed.contains(field) && !opens_hashes, Reason::FieldHashed),
            (is_compared && !kinds.hashed.contains(field), Reason::ViewCompared),
            (is_special && rule.special == SpecialRule::Closed, Reason::SpecialConditionMissing),
            (is_special && rule.special == SpecialRule::ByConsent && !self.has_consent, Reason::SpecialConsentMissing),
            (hides_identifiers && kinds.identifying.contains(field), Reason::ViewDeIdentified),
            (waits_for_instruction, Reason::InstructionMissing),
            (self.uncovered.contains(field), Reason::FieldConsentAgain),
        ];
        checks.into_iter().find(|(applies, _)| *applies).map(|(_, reason)| reason)
    }

    fn field_ground(&self, plan: &Plan, field: FieldIx) -> Ground {
        let Some(rule) = plan.rule(self.question.purpose) else { return self.ground };
        let share = self.question.recipient.and_then(|recipient| plan.share(rule, recipient));
        match share {
            Some(share) if !share.always.open.contains(field) => Ground::Instruction,
            _ => rule.ground,
        }
    }
}
