//! `age at least N, otherwise …`: below which age nothing is knowingly collected (GDPR Art. 8).

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::AgeRule;
use crate::source::Spanned;
use crate::tree::Statement;

use super::clause;
use super::cursor::{Cursor, Read};
use super::draft::Draft;
use super::keep::ACTIONS;

/// No law of an age is above this.
const AGE_MAX: u8 = 21;

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let Some(value) = clause::line(statement, report, rule) else { return };
    let span = statement.span;
    if let Some(first) = &draft.age {
        let finding = Diagnostic::new(&codes::DECLARED_TWICE, span, "`age` is declared twice").because("the second");
        report.push(finding.also(first.span, "the first").help("a policy has it once"));
        return;
    }
    draft.age = Some(Spanned { value, span });
}

fn rule(line: &mut Cursor<'_>) -> Read<AgeRule> {
    line.expect("age")?;
    line.expect("at least")?;
    let age = line.word("an age in years")?;
    let at_least = age.value.parse().ok().filter(|years| (1..=AGE_MAX).contains(years)).ok_or_else(|| {
        let message = format!("an age is a whole number from 1 to {AGE_MAX}, not `{}`", age.value);
        Diagnostic::new(&codes::AGE_OUT_OF_BOUNDS, age.span, message)
    })?;
    if !line.comma_then("otherwise") {
        return Err(line.expected("`, otherwise` and what happens"));
    }
    Ok(AgeRule { at_least, otherwise: line.choice("what happens", &ACTIONS)? })
}
