//! Rules over the whole policy, once every declaration has been read.

use crate::diagnostic::Report;

use super::draft::Draft;

mod data;
mod keep;
mod purpose;
mod recipient;
mod rights;

/// Reports every rule that does not hold.
pub(super) fn hold(draft: &Draft, report: &mut Report) {
    data::hold(draft, report);
    purpose::hold(draft, report);
    recipient::hold(draft, report);
    keep::hold(draft, report);
    rights::hold(draft, report);
}
