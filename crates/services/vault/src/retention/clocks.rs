//! What keep rules count from, read from standings and records.

use candor_decision::{Clocks, Plan, RecordDates};
use candor_store::RecordRow;
use candor_words::Instant;

use crate::open::field_at;
use crate::record_form;
use crate::settings::Settings;
use crate::standing_form::{ConsentState, StandingForm};

/// The dates of a subject, in the positions of a plan; lengths that administrators set are left out.
pub(crate) fn clocks(form: &StandingForm, plan: &Plan) -> Clocks {
    let mut clocks = Clocks::default();
    if plan.manifest().keeps.is_empty() {
        return clocks;
    }
    clocks.contract_ends = form.contract.as_ref().and_then(|contract| contract.until);
    clocks.deactivated = form.deactivated_at;
    clocks.last_interest = form.last_interest;
    clocks.last_sign_in = form.last_sign_in;
    clocks.events = form.events.clone();
    for (name, consent) in &form.consents {
        let Some(purpose) = plan.purpose(name) else { continue };
        match (consent.state, consent.until) {
            // A consent that lapses is withdrawn then.
            (ConsentState::Given, Some(until)) => drop(clocks.withdrawn.insert(purpose, until)),
            (ConsentState::Given, None) => clocks.consented.insert(purpose),
            (ConsentState::Refused | ConsentState::Withdrawn, _) => {
                clocks.withdrawn.insert(purpose, consent.at);
            }
            (ConsentState::Unconfirmed, _) => {}
        }
    }
    clocks
}

/// The same with the lengths that administrators set, where an organisation manages the account.
pub(crate) fn with_lengths(mut clocks: Clocks, form: &StandingForm, settings: &Settings, plan: &Plan) -> Clocks {
    if form.managed {
        let set = settings.lengths.iter().filter_map(|(name, span)| Some((plan.manifest().group(name)?, *span)));
        clocks.lengths = set.collect();
    }
    clocks
}

/// The dates of a record.
pub(crate) fn dates(row: &RecordRow) -> RecordDates {
    RecordDates { created: Some(row.created_at), updated: Some(row.updated_at), closed: row.closed_at }
}

/// When the first value of a record ends.
pub(crate) fn first_end(plan: &Plan, clocks: &Clocks, row: &RecordRow) -> Option<Instant> {
    let dates = dates(row);
    let values = record_form::values(&row.sealed).flatten();
    let fields = values.filter_map(|value| field_at(plan, &row.group, value.name));
    fields.filter_map(|field| plan.retention().end(field, clocks, &dates)).map(|end| end.ends_at).min()
}
