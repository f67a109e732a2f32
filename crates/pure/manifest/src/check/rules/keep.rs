//! A retention clock starts at an event that can happen.

use crate::check::draft::{Draft, ReadKeep};
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{Basis, KeepEvent};

pub(super) fn hold(draft: &Draft, report: &mut Report) {
    for read in &draft.keeps {
        if read.keep.event == KeepEvent::ConsentWithdrawn && !draft.unread.purposes && !can_be_withdrawn(read, draft) {
            let message = "no consent can be withdrawn here, so that the rule never ends";
            let finding = Diagnostic::new(&codes::KEEP_EVENT_NEVER, read.event, message);
            report.push(finding.help("name an event that happens, such as `contract ends` or `created`"));
        }
    }
}

fn can_be_withdrawn(read: &ReadKeep, draft: &Draft) -> bool {
    let consented = |purpose: &crate::model::Purpose| matches!(purpose.basis, Basis::Consent { .. });
    match read.keep.purpose {
        Some(at) => draft.purposes.get(at.at()).and_then(Option::as_ref).is_none_or(|read| consented(&read.purpose)),
        None => draft.purposes().any(|user| {
            consented(&user.purpose) && user.purpose.uses.iter().any(|field| read.keep.fields.contains(field))
        }),
    }
}
