//! `uses …` and `share … with …`: which fields a purpose reads, and who else gets which.

use crate::check::cursor::{Cursor, Read};
use crate::check::draft::Draft;
use crate::check::reference::{self, Named};
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{FieldIx, RecipientIx, Share};

use super::Clauses;

/// Reads what stands behind `uses`. A group stands for its fields, those that another holds left out.
pub(super) fn read_uses(line: &mut Cursor<'_>, draft: &Draft, clauses: &mut Clauses, report: &mut Report) {
    let (list, missed) = reference::fields(line, draft, report);
    clauses.missed |= missed;
    for named in list {
        for field in &named.fields {
            let held = draft.field(*field).is_some_and(|field| field.held_by.is_some());
            if !held {
                clauses.uses.push((*field, named.span));
            } else if !named.by_group {
                report.push(refuse_held(*field, &named, draft));
            }
        }
    }
}

fn refuse_held(field: FieldIx, named: &Named, draft: &Draft) -> Diagnostic {
    let finding =
        Diagnostic::new(&codes::HELD_FIELD_USED, named.span, "Candor does not have this field: another holds it");
    finding
        .also(draft.names.fields.span(field.at()), "declared here")
        .help("share it with its holder: `share FIELD with RECIPIENT`")
}

/// Reads what stands behind `share`.
pub(super) fn read_share(line: &mut Cursor<'_>, draft: &Draft, clauses: &mut Clauses, report: &mut Report) -> Read<()> {
    let (list, missed) = reference::fields(line, draft, report);
    clauses.missed |= missed;
    line.expect("with")?;
    let with = reference::recipient(line, draft)?.value;
    let on_instruction = line.comma_then("on instruction");
    let mut fields: Vec<FieldIx> = Vec::new();
    for named in list {
        for field in &named.fields {
            if !is_shareable(*field, &named, with, draft, report) {
                continue;
            }
            clauses.shared.push((*field, with, named.span));
            if !fields.contains(field) {
                fields.push(*field);
            }
        }
    }
    clauses.shares.push(Share { with, fields, on_instruction });
    Ok(())
}

fn is_shareable(at: FieldIx, named: &Named, with: RecipientIx, draft: &Draft, report: &mut Report) -> bool {
    let Some(field) = draft.field(at) else { return true };
    if field.hashed {
        let message = format!("`{}` is kept as a hash and leaves Candor for nobody", field.name);
        let finding = Diagnostic::new(&codes::HASHED_FIELD_SHARED, named.span, message);
        report.push(
            finding.also(draft.names.fields.span(at.at()), "declared here").help("name the other fields one by one"),
        );
        return false;
    }
    match field.held_by {
        Some(holder) if holder != with => {
            if !named.by_group {
                let message = "Candor cannot share this field: another holds it";
                let finding = Diagnostic::new(&codes::HELD_FIELD_USED, named.span, message);
                report.push(finding.also(draft.names.fields.span(at.at()), "declared here"));
            }
            false
        }
        _ => true,
    }
}
