//! `keep … until …, then …`: how long, and what then happens (GDPR Art. 5(1)(e)).

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{FieldIx, Keep, KeepAction, KeepEvent, PurposeIx};
use crate::source::{Spanned, TextSpan};
use crate::tree::Statement;

use super::clause;
use super::cursor::{Cursor, Read};
use super::draft::{Draft, ReadKeep};
use super::reference;

/// The words of what happens at the end.
pub(super) const ACTIONS: [(&str, KeepAction); 3] =
    [("erase", KeepAction::Erase), ("anonymise", KeepAction::Anonymise), ("quarantine", KeepAction::Quarantine)];

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let mut missed = false;
    let read = clause::line_with(statement, report, |line, report| {
        line.expect("keep")?;
        let (list, unknown) = reference::fields(line, draft, report);
        missed = unknown;
        // What another holds is not kept here: the rule of a group passes it over.
        let is_here = |field: &FieldIx| draft.field(*field).is_none_or(|field| field.held_by.is_none());
        let targets = list.iter().flat_map(|named| {
            let fields = named.fields.iter().filter(|field| !named.by_group || is_here(field));
            fields.map(|field| (*field, named.by_group))
        });
        let mut read = read_rule(line, None, targets.clone().map(|(field, _)| field).collect())?;
        read.single = targets.filter(|(_, by_group)| !by_group).map(|(field, _)| field).collect();
        let spans = list.iter().map(|named| Spanned { value: named.by_group, span: named.span }).collect::<Vec<_>>();
        report.keep(refuse_repeated(&read, &spans, draft));
        Ok(read)
    });
    draft.unread.keeps |= missed || read.is_none();
    draft.keeps.extend(read);
}

/// Reads `until [SPAN after] EVENT, then ACTION [within SPAN] [for SPAN][, grace SPAN]`.
pub(super) fn read_rule(line: &mut Cursor<'_>, purpose: Option<PurposeIx>, fields: Vec<FieldIx>) -> Read<ReadKeep> {
    line.expect("until")?;
    let start = line.here();
    let after = if line.peek().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit())) {
        let span = line.span("a length of time")?;
        line.expect("after")?;
        Some(span)
    } else {
        None
    };
    let event_at = line.here();
    let event = if line.eat("event") {
        KeepEvent::Named(line.name("the name of an event")?.value)
    } else {
        let mut choices = KeepEvent::WORDS.to_vec();
        choices.push(("event NAME", KeepEvent::Created));
        line.choice("an event", &choices)?
    };
    let event_at = line.since(event_at);
    if !line.comma_then("then") {
        return Err(without_action(line, start));
    }
    let action = line.choice("what happens then", &ACTIONS)?;
    let within = if line.eat("within") { Some(line.span("a length of time")?) } else { None };
    let is_sealed = action == KeepAction::Quarantine;
    let sealed_for = if is_sealed && line.eat("for") { Some(line.span("a length of time")?) } else { None };
    let grace = if line.comma_then("grace") { Some(line.span("a length of time")?) } else { None };
    let keep = Keep { fields, purpose, event, after, action, within, sealed_for, grace };
    Ok(ReadKeep { keep, single: Vec::new(), event: event_at })
}

fn without_action(line: &Cursor<'_>, start: TextSpan) -> Diagnostic {
    if line.at_end() {
        let message = "nothing is said of what happens then";
        let finding = Diagnostic::new(&codes::KEEP_WITHOUT_ACTION, line.since(start), message);
        return finding.help("add `, then erase`, `, then anonymise` or `, then quarantine`");
    }
    line.expected("`, then` and what happens")
}

/// Two clocks for the same thing are fine (the first to end decides), two from the same event are not.
fn refuse_repeated(read: &ReadKeep, targets: &[Spanned<bool>], draft: &Draft) -> Read<()> {
    let Some(target) = targets.first() else { return Ok(()) };
    let same = |other: &&ReadKeep| {
        other.keep.purpose.is_none()
            && other.keep.event == read.keep.event
            && other.single.is_empty() == target.value
            && other.keep.fields.iter().any(|field| read.keep.fields.contains(field))
    };
    match draft.keeps.iter().find(same) {
        Some(other) => {
            let message = "a rule from the same event stands for the same thing";
            let finding = Diagnostic::new(&codes::KEEP_REPEATED, read.event, message).because("the second");
            Err(finding.also(other.event, "the first").help("keep one of them"))
        }
        None => Ok(()),
    }
}
