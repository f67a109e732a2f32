//! A recipient that gets nothing should not be declared; an authority gets what it is granted, request by request.

use crate::check::draft::Draft;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::RecipientRole;

pub(super) fn hold(draft: &Draft, report: &mut Report) {
    if draft.unread.purposes || draft.unread.data {
        return;
    }
    for (at, read) in draft.recipients.iter().enumerate() {
        let Some(read) = read else { continue };
        let used = draft.purposes().any(|purpose| purpose.purpose.shares.iter().any(|share| share.with.at() == at));
        let holds = draft.fields.iter().flatten().any(|field| field.held_by.is_some_and(|holder| holder.at() == at));
        if !used && !holds && read.recipient.role != RecipientRole::Authority {
            let message = format!("no purpose shares with `{}`", read.recipient.name);
            let finding = Diagnostic::new(&codes::RECIPIENT_UNUSED, draft.names.recipients.span(at), message);
            report.push(finding.help("add a `share … with` clause, or take the recipient out"));
        } else if read.recipient.told_at.is_some() && !knows_somebody(draft, at) {
            let message = format!("`{}` is to be told about people, and knows nobody by a name", read.recipient.name);
            let finding = Diagnostic::new(&codes::RECIPIENT_KNOWS_NOBODY, draft.names.recipients.span(at), message);
            report.push(finding.help("share a field with it that identifies the subject, or take `told at` out"));
        }
    }
}

/// Whether a purpose shares with a recipient what identifies somebody.
fn knows_somebody(draft: &Draft, at: usize) -> bool {
    let shares = draft.purposes().flat_map(|purpose| &purpose.purpose.shares).filter(|share| share.with.at() == at);
    shares.flat_map(|share| &share.fields).any(|field| draft.field(*field).is_some_and(|field| field.identifies))
}
