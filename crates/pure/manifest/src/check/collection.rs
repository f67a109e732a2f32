//! `collect NAME "Title" { … }`: automatic collection that an administrator may switch.

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{Collection, FieldIx};
use crate::source::Spanned;
use crate::tree::{Block, Statement};

use super::clause;
use super::cursor::{Cursor, Read};
use super::data::in_words;
use super::draft::Draft;
use super::reference;

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let head = |line: &mut Cursor<'_>| {
        line.expect("collect")?;
        let name = line.declared("a name")?;
        Ok((name.value, name.span, line.text_if_any()))
    };
    let Some(((name, span, title), block)) = clause::block(statement, report, head) else { return };
    let (fields, on, missed) = read_block(block, draft, report);
    if fields.is_empty() && !missed {
        let finding = Diagnostic::new(&codes::COLLECTION_WITHOUT_FIELD, span, format!("`{name}` covers nothing"));
        report.push(finding.help("add a clause such as `covers usage.events`"));
    }
    if on.is_none() && !missed {
        let finding =
            Diagnostic::new(&codes::EXPECTED_WORD, span, format!("nothing is said of whether `{name}` is on"));
        report.push(finding.help("add `on, switched by administrators` or `off, switched by administrators`"));
    }
    let title = title.unwrap_or_else(|| in_words(&name));
    let value = Collection { name, title, fields, on: on.unwrap_or(false) };
    draft.collections.push(Spanned { value, span });
}

fn read_block(block: &Block, draft: &Draft, report: &mut Report) -> (Vec<FieldIx>, Option<bool>, bool) {
    let mut fields: Vec<FieldIx> = Vec::new();
    let mut on = None;
    let mut missed = false;
    for statement in &block.statements {
        let read = clause::line_with(statement, report, |line, report| {
            if !line.eat("covers") {
                return switch(line, &mut on);
            }
            let (list, unknown) = reference::fields(line, draft, report);
            missed |= unknown;
            for field in list.iter().flat_map(|named| &named.fields) {
                if !fields.contains(field) {
                    fields.push(*field);
                }
            }
            Ok(())
        });
        missed |= read.is_none();
    }
    (fields, on, missed)
}

fn switch(line: &mut Cursor<'_>, on: &mut Option<bool>) -> Read<()> {
    let start = line.here();
    let is_on = match line.peek() {
        Some("on") => true,
        Some("off") => false,
        _ => return Err(clause::unknown(line, "a collection", &["covers", "on", "off"])),
    };
    line.word("on or off")?;
    if line.comma() {
        line.expect("switched by administrators")?;
    }
    clause::once(on, is_on, line.since(start), "on or off")
}
