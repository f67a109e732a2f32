//! Legal holds: while one is in force, nothing of the subject is destroyed.

use candor_words::Instant;

use crate::VaultError;
use crate::standing_form::StandingForm;

/// Refuses destruction while a hold is in force, and states that there is one.
pub(crate) fn refuse_while_held(form: &StandingForm, now: Instant) -> Result<(), VaultError> {
    if form.holds.values().any(|until| until.is_none_or(|until| now < until)) {
        return Err(VaultError::conflict("hold.in_force", "nothing was destroyed: a legal hold is in force on the subject")
            .help("lift the hold first, or wait until it ends; `holds` states its ground"));
    }
    Ok(())
}
