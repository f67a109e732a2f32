//! `created at COLUMN`: when something happened to a row from which keep rules count.

use crate::check::cursor::{Cursor, Read};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{KeepEvent, PlaceClock, System, SystemKind};

/// Reads the clause, if this is one.
pub(super) fn read(line: &mut Cursor<'_>, system: &System, clocks: &mut Vec<PlaceClock>) -> Read<bool> {
    let start = line.here();
    let event = if line.eat("event") {
        KeepEvent::Named(line.name("the name of an event")?.value)
    } else {
        match KeepEvent::WORDS.iter().find(|(phrase, _)| line.eat(phrase)) {
            Some((_, event)) => event.clone(),
            None => return Ok(false),
        }
    };
    line.expect("at")?;
    let column = line.word("the column that says when")?.value.to_owned();
    let span = line.since(start);
    if !matches!(system.kind, SystemKind::Postgres | SystemKind::Mariadb | SystemKind::Sqlite) {
        let message = "only a database is asked which of its rows are over their time";
        let help = "take it out: here rows end with what the vault knows of their person";
        return Err(Diagnostic::new(&codes::CLOCK_UNFIT, span, message).help(help));
    }
    if event == KeepEvent::ConsentWithdrawn {
        let message = "the vault knows when consent was withdrawn";
        return Err(Diagnostic::new(&codes::CLOCK_UNFIT, span, message).help("take it out"));
    }
    if clocks.iter().any(|known| known.event == event) {
        let finding = Diagnostic::new(&codes::CLAUSE_REPEATED, span, "this event has a column here already");
        return Err(finding.help("keep one of them"));
    }
    clocks.push(PlaceClock { event, column });
    Ok(true)
}
