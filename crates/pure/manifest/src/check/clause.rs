//! What all readers do alike: read a head to its end, go through a block, refuse a word the block does not know.

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::source::TextSpan;
use crate::spell;
use crate::tree::{Block, Statement};

use super::cursor::{Cursor, Read};

/// Reads a statement without block, whole.
pub(crate) fn line<T>(
    statement: &Statement,
    report: &mut Report,
    read: impl FnOnce(&mut Cursor<'_>) -> Read<T>,
) -> Option<T> {
    line_with(statement, report, |line, _| read(line))
}

/// As [`line`], for a reader that may find several things wrong and read on.
pub(crate) fn line_with<T>(
    statement: &Statement,
    report: &mut Report,
    read: impl FnOnce(&mut Cursor<'_>, &mut Report) -> Read<T>,
) -> Option<T> {
    if let Some(block) = statement.block.as_ref().filter(|_| !statement.broken) {
        let finding = Diagnostic::new(&codes::BLOCK_UNEXPECTED, block.open, "no block can follow here");
        report.push(finding.also(statement.span, "this is one line").help("take the block out"));
    }
    head(statement, report, read)
}

/// Reads the words of a statement to their end, whether a block follows or not.
pub(crate) fn head<T>(
    statement: &Statement,
    report: &mut Report,
    read: impl FnOnce(&mut Cursor<'_>, &mut Report) -> Read<T>,
) -> Option<T> {
    if statement.broken {
        return None;
    }
    let mut cursor = Cursor::new(statement);
    let outcome = read(&mut cursor, report).and_then(|value| cursor.finish().map(|()| value));
    report.keep(outcome)
}

/// Reads the head of a statement that has a block, and returns both.
pub(crate) fn block<'t, T>(
    statement: &'t Statement,
    report: &mut Report,
    read: impl FnOnce(&mut Cursor<'_>) -> Read<T>,
) -> Option<(T, &'t Block)> {
    let value = head(statement, report, |line, _| read(line))?;
    let Some(block) = &statement.block else {
        let finding = Diagnostic::new(&codes::BLOCK_MISSING, statement.span, "a block is missing behind this");
        report.push(finding.help("write `{` at the end of the line, its clauses below, then `}`"));
        return None;
    };
    Some((value, block))
}

/// What a word that begins no clause of a block is told.
pub(crate) fn unknown(cursor: &Cursor<'_>, owner: &str, known: &[&str]) -> Diagnostic {
    let Some(word) = cursor.peek() else { return cursor.expected("a clause") };
    Diagnostic::new(&codes::UNKNOWN_CLAUSE, cursor.here(), format!("{owner} has no clause `{word}`"))
        .help(format!("its clauses begin with: {}", known.join(", ")))
        .perhaps(spell::nearest(word, known.iter().copied()))
}

/// Puts a clause in its place, or refuses it when one stands there.
pub(crate) fn once<T>(slot: &mut Option<T>, value: T, span: TextSpan, what: &str) -> Read<()> {
    if slot.is_some() {
        let finding = Diagnostic::new(&codes::CLAUSE_REPEATED, span, format!("`{what}` stands twice"));
        return Err(finding.help("keep one of them"));
    }
    *slot = Some(value);
    Ok(())
}
