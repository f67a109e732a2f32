//! What narrows a standing: applied as an event that the entry at hand proves.

use candor_ledger::{Digest, Entry};
use candor_store::{Change, EventRow, HoldRow, SubjectRow};
use candor_words::{HoldId, Instant, SubjectId, to_hex};
use serde_json::{Value, json};

use super::{Replay, not_applicable};
use crate::accesses::purpose_of;
use crate::channel::channel_by_number;
use crate::restore::effect::Effect;
use crate::standing_form::{ConsentForm, ConsentState, ObjectionForm, ObjectionOutcome, RestrictionForm, StandingForm};
use crate::{UNDECLARED, VaultError};

const DEACTIVATED: u8 = 1;

impl Replay<'_> {
    /// Applies what narrows a standing, as an event that the entry at hand proves.
    pub(super) async fn narrow(&mut self, subject: SubjectId, effect: Effect, entry: &Entry) -> Result<(), VaultError> {
        let Some(state) = self.vault.store.subject_state(self.tenant.id(), subject).await? else { return Ok(()) };
        let mut form = state.last_event.as_ref().map(StandingForm::after).transpose()?.unwrap_or_default();
        let plan = self.tenant.policy_of(&entry.plan.0).map(|policy| &policy.plan);
        let name = |purpose| Some(purpose_of(plan, purpose)).filter(|name| name != UNDECLARED);
        let mut changes = Vec::new();
        let (kind, purpose, detail) = match effect {
            Effect::EndConsent { purpose, text, state } => {
                let purpose = name(purpose);
                end_consent(&mut form, purpose.as_deref(), &text, state, entry.at);
                let kind = if state == ConsentState::Refused { "consent.refused" } else { "consent.withdrawn" };
                (kind, purpose, json!({ "text": to_hex(&text.0), "method": null }))
            }
            Effect::UnconfirmConsents => {
                for consent in form.consents.values_mut().filter(|consent| consent.state == ConsentState::Given) {
                    consent.state = ConsentState::Unconfirmed;
                }
                ("consent.unconfirmed", None, json!({}))
            }
            Effect::Object { purpose } => {
                let purpose = name(purpose);
                for purpose in self.these_or_all(purpose.as_deref()) {
                    let kept = form.objections.get(&purpose).map(|objection| objection.outcome);
                    let outcome = if self.is_marketing(&purpose) || kept == Some(ObjectionOutcome::Upheld) {
                        ObjectionOutcome::Upheld
                    } else {
                        ObjectionOutcome::Pending
                    };
                    form.objections.insert(purpose, ObjectionForm { at: entry.at, outcome });
                }
                ("objection.made", purpose, json!({}))
            }
            Effect::OptOut { purpose, channel } => {
                let purpose = name(purpose);
                let channel = channel_by_number(channel).ok_or_else(not_applicable)?;
                for purpose in self.these_or_all(purpose.as_deref()) {
                    form.opt_outs.insert((purpose, channel.to_owned()));
                }
                ("message.opt_out", purpose, json!({ "channel": channel }))
            }
            Effect::Restrict => {
                form.restriction =
                    Some(RestrictionForm { since: entry.at, allowed: Vec::new(), until: None, agreement: None });
                ("restriction.placed", None, json!({ "allowed": [] }))
            }
            Effect::Deactivate => {
                form.state = form.state.max(DEACTIVATED);
                ("subject.deactivated", None, json!({}))
            }
            Effect::Hold(hold) => {
                form.holds.insert(hold.to_string(), None);
                changes.push(Change::PutHold(lost_hold(subject, hold, entry.at)));
                ("hold.placed", None, json!({ "hold": hold }))
            }
            Effect::EndInstructions => {
                form.instructions.clear();
                ("instruction.taken_back", None, json!({}))
            }
            Effect::EndContract => {
                if let Some(contract) = &mut form.contract {
                    contract.until = Some(contract.until.map_or(entry.at, |until| until.min(entry.at)));
                }
                ("contract.ended", None, json!({}))
            }
            Effect::DoubtAge => {
                form.age = Some("under".to_owned());
                ("age.set", None, json!({ "age": "under" }))
            }
            _ => return Ok(()),
        };
        changes.extend(self.event(&state.row, &form, kind, purpose, detail, entry.at));
        self.flush(changes).await?;
        self.told.n_narrowed += 1;
        Ok(())
    }

    fn event(
        &self,
        row: &SubjectRow,
        form: &StandingForm,
        kind: &str,
        purpose: Option<String>,
        mut detail: Value,
        at: Instant,
    ) -> [Change; 2] {
        detail["restored"] = true.into();
        let version = row.version + 1;
        let event = EventRow {
            subject: row.id,
            version,
            at,
            kind: kind.to_owned(),
            purpose,
            detail: detail.to_string(),
            standing: form.write(),
            entry: self.position(),
        };
        let row = SubjectRow { version, state: form.state, updated_at: at, ..row.clone() };
        [Change::AddEvent(event), Change::PutSubject(row)]
    }

    /// The purpose that was meant; every one of every policy at hand, when that cannot be told.
    fn these_or_all(&self, purpose: Option<&str>) -> Vec<String> {
        match purpose {
            Some(purpose) => vec![purpose.to_owned()],
            None => {
                let manifests = self.tenant.policies.iter().map(|policy| policy.manifest());
                let mut names: Vec<String> = manifests
                    .flat_map(|manifest| manifest.purposes.iter().map(|purpose| purpose.name.clone()))
                    .collect();
                names.sort_unstable();
                names.dedup();
                names
            }
        }
    }

    fn is_marketing(&self, name: &str) -> bool {
        let mut purposes = self.tenant.policies.iter().flat_map(|policy| &policy.manifest().purposes);
        purposes.any(|purpose| purpose.name == name && purpose.is_marketing)
    }
}

fn end_consent(form: &mut StandingForm, purpose: Option<&str>, text: &Digest, state: ConsentState, at: Instant) {
    match purpose {
        Some(purpose) => {
            let ended = ConsentForm { state, at, text: to_hex(&text.0), until: None, shown_at: None };
            form.consents.insert(purpose.to_owned(), ended);
        }
        // Which one cannot be told: none holds.
        None => {
            for consent in form.consents.values_mut() {
                (consent.state, consent.at) = (state, at);
            }
        }
    }
}

/// The ground of a hold is not in the ledger.
fn lost_hold(subject: SubjectId, hold: HoldId, placed_at: Instant) -> HoldRow {
    let ground = format!("ground lost in a restore; see hold {hold} in the case files");
    HoldRow { id: hold, subject, ground, placed_at, until: None }
}
