//! `staff NAME "Title" for PURPOSE, …`: who of the controller's own people reads for what.

use crate::diagnostic::Report;
use crate::model::StaffRole;
use crate::tree::Statement;

use super::clause;
use super::data::in_words;
use super::draft::Draft;
use super::reference;

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let read = clause::line_with(statement, report, |line, report| {
        line.expect("staff")?;
        let name = line.declared("a name")?.value;
        let title = line.text_if_any().unwrap_or_else(|| in_words(&name));
        line.expect("for")?;
        let mut purposes = Vec::new();
        loop {
            if let Some(purpose) = report.keep(reference::purpose(line, draft))
                && !purposes.contains(&purpose.value)
            {
                purposes.push(purpose.value);
            }
            if !line.comma() {
                return Ok(StaffRole { name, title, purposes });
            }
        }
    });
    draft.roles.extend(read);
}
