//! The decision table: purpose × recipient × field, as `candor table` prints it.
//!
//! Each row is decided by [`decide`] itself, for a subject who has agreed to everything, so that
//! the table cannot disagree with what runs. [`Row::unless`] lists what would still refuse it.

use candor_manifest::model::{FieldIx, PurposeIx, RecipientIx};
use candor_words::{Instant, SubjectId, TenantId};

use crate::gate::{self, Gates};
use crate::plan::{ChannelRule, PurposeRule, SpecialRule};
use crate::{
    AgeState, ContractState, FieldSet, Ground, Instructions, Plan, PurposeSet, Question, Reason, Standing, View, decide,
};

/// One line of the decision table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What for.
    pub purpose: PurposeIx,
    /// Who receives the field; `None` means the controller itself uses it.
    pub recipient: Option<RecipientIx>,
    /// Which field.
    pub field: FieldIx,
    /// Allowed on a ground, or refused whatever the subject agrees to.
    pub outcome: Result<Ground, Reason>,
    unless: Gates,
    needs_explicit_consent: bool,
}

impl Row {
    /// The reasons for which an allowed row may still be refused, in the order of [`Reason`]; those
    /// that hold for every purpose (an erased or anonymous subject, an empty question) are left out.
    pub fn unless(&self) -> impl Iterator<Item = Reason> {
        let is_instructed = self.outcome == Ok(Ground::Instruction);
        let explicit = self.needs_explicit_consent.then_some(Reason::SpecialConsentMissing);
        let instruction = is_instructed.then_some(Reason::InstructionMissing);
        let gates = if self.outcome.is_ok() { self.unless } else { Gates::NONE };
        gates.reasons().chain(explicit).chain(instruction)
    }
}

impl Plan {
    /// Every row: for each purpose the controller itself, then each recipient with which the purpose
    /// shares, and for each of them every field. Other recipients receive nothing
    /// ([`Reason::RecipientNotShared`]).
    pub fn table(&self) -> impl Iterator<Item = Row> + '_ {
        self.purposes().flat_map(move |purpose| {
            let recipients = std::iter::once(None).chain(self.recipients_of(purpose).map(Some));
            recipients.flat_map(move |recipient| self.rows(purpose, recipient))
        })
    }

    fn rows(&self, purpose: PurposeIx, recipient: Option<RecipientIx>) -> Vec<Row> {
        let Some(rule) = self.rule(purpose) else { return Vec::new() };
        let decision = decide(self, &agreed_to_everything(purpose, recipient), &asked(self, rule, purpose, recipient));
        let unless = self.unless(purpose, rule, recipient);
        let rows = decision.explain(self).into_iter().map(|(field, outcome)| Row {
            purpose,
            recipient,
            field,
            outcome,
            unless,
            needs_explicit_consent: outcome.is_ok()
                && rule.special == SpecialRule::ByConsent
                && self.kinds().special.contains(field),
        });
        rows.collect()
    }

    fn unless(&self, purpose: PurposeIx, rule: &PurposeRule, recipient: Option<RecipientIx>) -> Gates {
        let to_authority = recipient.and_then(|recipient| self.is_authority(recipient)).unwrap_or(false);
        let offers_opt_out = rule.channels.iter().any(|channel| matches!(channel, ChannelRule::Slot(_)));
        rule.stopped_by
            // Consent that must be given again is consent that is missing.
            .minus(gate::ALWAYS.or(gate::CONSENT_AGAIN))
            .minus(gate::ANONYMOUS)
            .minus(gate::KEEP_ENDED.when(!self.retention().ends_by_itself(purpose)))
            .or(gate::NOT_APPROVED.when(to_authority))
            .or(gate::OPTED_OUT.when(offers_opt_out))
    }
}

fn agreed_to_everything(purpose: PurposeIx, recipient: Option<RecipientIx>) -> Standing {
    Standing {
        consents: PurposeSet::of(purpose),
        contract: ContractState::ActiveUntil(None),
        instructions: recipient.map(|recipient| (purpose, recipient)).into_iter().collect::<Instructions>(),
        age: AgeState::AtLeast,
        holds: 1,
        ..Standing::default()
    }
}

fn asked(plan: &Plan, rule: &PurposeRule, purpose: PurposeIx, recipient: Option<RecipientIx>) -> Question {
    let fields: FieldSet = plan.all_fields();
    Question {
        tenant: TenantId::from_bytes([0; 16]),
        subject: SubjectId::from_bytes([0; 16]),
        purpose,
        recipient,
        fields,
        channel: None,
        view: if rule.is_de_identified { View::DeIdentified } else { View::Identified },
        gpc: false,
        approved: true,
        at: Instant::from_millis(0),
    }
}
