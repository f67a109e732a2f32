//! `data NAME "Title", many per subject { … }`: a group of fields.

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{FieldIx, Group, GroupIx};
use crate::tree::Statement;

use super::clause;
use super::cursor::{Cursor, Read};
use super::draft::Draft;
use super::names::declared;

mod field;

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let Some((mut group, block)) = clause::block(statement, report, head) else {
        draft.unread.data = true;
        return;
    };
    let Some(at) = draft.names.groups.get(&group.name).map(GroupIx) else { return };
    if block.statements.is_empty() {
        let finding =
            Diagnostic::new(&codes::GROUP_EMPTY, statement.span, format!("`{}` declares no field", group.name));
        report.push(finding.help("write one a line, such as: email: EmailAddress"));
    }
    for statement in &block.statements {
        let name = declared(statement, 0).map(|name| format!("{}.{}", group.name, name.value));
        let ix = name.as_ref().and_then(|name| draft.names.fields.get(name)).map(FieldIx);
        let read = clause::line(statement, report, |line| field::read(line, &group.name, at, draft));
        draft.unread.data |= read.is_none();
        let Some(ix) = ix else { continue };
        if !group.fields.contains(&ix) {
            group.fields.push(ix);
        }
        if let Some(slot @ None) = draft.fields.get_mut(ix.at()) {
            *slot = read;
        }
    }
    if let Some(slot @ None) = draft.groups.get_mut(at.at()) {
        *slot = Some(group);
    }
}

fn head(line: &mut Cursor<'_>) -> Read<Group> {
    line.expect("data")?;
    let name = line.declared("a name")?.value;
    let title = line.text_if_any().unwrap_or_else(|| in_words(&name));
    let many = line.comma_then("many per subject");
    Ok(Group { name, title, many, fields: Vec::new() })
}

/// `job_title` → `Job title`.
pub(super) fn in_words(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
