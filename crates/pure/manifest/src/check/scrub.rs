//! `scrub FIELD by …`: what is done to a value before it is stored (GDPR Art. 5(1)(c)).

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{FieldIx, Scrub, Scrubber, ValueKind};
use crate::source::{Spanned, TextSpan};
use crate::tree::Statement;

use super::clause;
use super::cursor::{Cursor, Read};
use super::draft::Draft;
use super::reference;

#[derive(Clone, Copy)]
enum Method {
    Hash,
    Truncate,
    Drop,
    Generalise,
    Identifiers,
    Pattern,
}

const METHODS: [(&str, Method); 6] = [
    ("hash", Method::Hash),
    ("truncate to", Method::Truncate),
    ("drop", Method::Drop),
    ("generalise to", Method::Generalise),
    ("identifiers", Method::Identifiers),
    ("pattern", Method::Pattern),
];

const COARSER: [(&str, &str); 4] =
    [("year", "year"), ("month", "month"), ("network", "network"), ("country", "country")];

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let read = clause::line(statement, report, |line| {
        line.expect("scrub")?;
        let field = reference::field(line, draft)?;
        line.expect("by")?;
        let by = method(line)?;
        refuse_unfit(field, &by, draft)?;
        Ok(Scrub { field: field.value, by })
    });
    draft.scrubs.extend(read);
}

fn method(line: &mut Cursor<'_>) -> Read<Scrubber> {
    Ok(match line.choice("a treatment", &METHODS)? {
        Method::Hash => Scrubber::Hash,
        Method::Truncate => Scrubber::Truncate { characters: line.number("how many characters stay", 1, 100_000)? },
        Method::Drop => Scrubber::Drop,
        Method::Generalise => Scrubber::Generalise { to: line.choice("a coarser value", &COARSER)?.to_owned() },
        Method::Identifiers => Scrubber::Identifiers,
        Method::Pattern => {
            let pattern = line.text("a pattern")?;
            refuse_malformed(&pattern)?;
            line.expect("to")?;
            Scrubber::Pattern { matches: pattern.value, with: line.text("what stands in its place")?.value }
        }
    })
}

fn refuse_unfit(field: Spanned<FieldIx>, by: &Scrubber, draft: &Draft) -> Read<()> {
    let Some(declared) = draft.field(field.value) else { return Ok(()) };
    let refuse = |code, message: &str| {
        let at: TextSpan = draft.names.fields.span(field.value.at());
        Err(Diagnostic::new(code, field.span, message).also(at, "declared here"))
    };
    if declared.identifies {
        return refuse(&codes::SCRUB_ON_IDENTIFIER, "a scrubbed value would no longer identify the subject");
    }
    if declared.held_by.is_some() || declared.hashed || declared.derived.is_some() {
        return refuse(&codes::SCRUB_UNFIT, "Candor does not store this value as it was given");
    }
    if !fits(declared.kind, by) {
        return refuse(&codes::SCRUB_UNFIT, "values of this kind cannot be treated so");
    }
    Ok(())
}

fn fits(kind: ValueKind, by: &Scrubber) -> bool {
    match kind {
        ValueKind::Text | ValueKind::List => true,
        ValueKind::Number | ValueKind::Flag => matches!(by, Scrubber::Hash | Scrubber::Drop),
        ValueKind::Date | ValueKind::Time => match by {
            Scrubber::Hash | Scrubber::Drop | Scrubber::Truncate { .. } => true,
            Scrubber::Generalise { to } => to == "year" || to == "month",
            Scrubber::Identifiers | Scrubber::Pattern { .. } => false,
        },
    }
}

/// Checks the shape of a regular expression: what is opened is closed, what repeats has something to repeat, and
/// nothing needs back-tracking.
fn refuse_malformed(pattern: &Spanned<String>) -> Read<()> {
    match fault(&pattern.value) {
        Some(fault) => {
            Err(Diagnostic::new(&codes::PATTERN_MALFORMED, pattern.span, format!("in this pattern {fault}")))
        }
        None => Ok(()),
    }
}

fn fault(pattern: &str) -> Option<&'static str> {
    let mut depth = 0_u32;
    let mut in_class = false;
    let mut repeats_nothing = true;
    let mut characters = pattern.chars().peekable();
    while let Some(c) = characters.next() {
        let was_nothing = std::mem::replace(&mut repeats_nothing, false);
        match c {
            '\\' => match characters.next() {
                Some('1'..='9') => return Some("a back-reference stands"),
                Some(_) => {}
                None => return Some("nothing follows the last backslash"),
            },
            ']' if in_class => in_class = false,
            _ if in_class => {}
            '[' => {
                in_class = true;
                characters.next_if_eq(&'^');
                characters.next_if_eq(&']');
            }
            '(' => {
                depth += 1;
                repeats_nothing = true;
                if characters.next_if_eq(&'?').is_some() && !matches!(characters.next(), Some(':' | 'i')) {
                    return Some("a group is of a kind that is not known");
                }
            }
            ')' if depth == 0 => return Some("a `)` has no `(`"),
            ')' => depth -= 1,
            '|' => repeats_nothing = true,
            '*' | '+' | '?' if was_nothing => return Some("a repetition has nothing to repeat"),
            _ => {}
        }
    }
    match (in_class, depth, pattern.is_empty()) {
        (true, ..) => Some("a `[` is not closed"),
        (_, 1.., _) => Some("a `(` is not closed"),
        (_, _, true) => Some("nothing stands"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn patterns_of_the_right_shape_pass() {
        for pattern in ["secret=[^ ]+", "(a|b)*c?", "[]a]+", "\\d{2,4}", "(?:x)+", "[+*?]"] {
            assert_eq!(fault(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn patterns_of_a_wrong_shape_do_not() {
        for pattern in ["", "(", ")", "[a", "*a", "(+)", "a\\", "(a)\\1", "(?=a)", "(?<n>a)"] {
            assert!(fault(pattern).is_some(), "{pattern}");
        }
    }
}
