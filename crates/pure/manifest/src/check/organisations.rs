//! `organisations { … }`: what an organisation that manages accounts may do.

use candor_words::Span;

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::Organisations;
use crate::source::Spanned;
use crate::tree::Statement;

use super::clause;
use super::cursor::{Cursor, Read};
use super::draft::Draft;

/// The clauses, each at most once.
#[derive(Default)]
struct Clauses {
    claim: Option<Span>,
    decide: Option<()>,
    retention: Option<(Span, Span)>,
}

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let head = |line: &mut Cursor<'_>| line.expect("organisations");
    let Some((span, block)) = clause::block(statement, report, head) else { return };
    if let Some(first) = &draft.organisations {
        let finding = Diagnostic::new(&codes::DECLARED_TWICE, span, "`organisations` is declared twice");
        report.push(finding.because("the second").also(first.span, "the first").help("a policy has it once"));
        return;
    }
    let mut clauses = Clauses::default();
    for statement in &block.statements {
        clause::line(statement, report, |line| read_clause(line, &mut clauses));
    }
    let value = Organisations {
        claim_notice: clauses.claim,
        decide_requests: clauses.decide.is_some(),
        retention: clauses.retention,
    };
    draft.organisations = Some(Spanned { value, span });
}

fn read_clause(line: &mut Cursor<'_>, clauses: &mut Clauses) -> Read<()> {
    let start = line.here();
    match line.peek() {
        Some("claim") => {
            line.expect("claim accounts after notice of")?;
            let notice = line.span("a length of time")?;
            clause::once(&mut clauses.claim, notice, line.since(start), "claim accounts")
        }
        Some("decide") => {
            let span = line.expect("decide requests")?;
            clause::once(&mut clauses.decide, (), span, "decide requests")
        }
        Some("set") => {
            line.expect("set retention between")?;
            let bounds_at = line.here();
            let least = line.span("a length of time")?;
            line.expect("and")?;
            let most = line.span("a length of time")?;
            if least.approximate_seconds() > most.approximate_seconds() {
                let message = format!("{least} is longer than {most}");
                let finding = Diagnostic::new(&codes::RETENTION_REVERSED, line.since(bounds_at), message);
                return Err(finding.help("write the shorter one first"));
            }
            clause::once(&mut clauses.retention, (least, most), line.since(start), "set retention")
        }
        _ => Err(clause::unknown(line, "this block", &["claim", "decide", "set"])),
    }
}
