//! `rights under LAW { … }`: which rights, and within what time they are answered (GDPR Art. 12(3)).

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::law::clocks;
use crate::model::{Law, Right, RightKind};
use crate::source::{Spanned, TextSpan};
use crate::tree::Statement;

use super::clause;
use super::cursor::{Cursor, Read};
use super::draft::Draft;
use super::policy;

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let head = |line: &mut Cursor<'_>| {
        line.expect("rights")?;
        line.expect("under")?;
        let law = policy::law(line)?;
        refuse_law(law, draft).map(|()| law)
    };
    let Some((law, block)) = clause::block(statement, report, head) else {
        draft.unread.rights = true;
        return;
    };
    draft.rights_blocks.push(law);
    for statement in &block.statements {
        let read = clause::line_with(statement, report, |line, report| right(line, law.value, draft, report));
        draft.unread.rights |= read.is_none();
        draft.rights.extend(read);
    }
}

fn refuse_law(law: Spanned<Law>, draft: &Draft) -> Read<()> {
    let word = law.value.word();
    if let Some(first) = draft.rights_blocks.iter().find(|block| block.value == law.value) {
        let message = format!("rights under `{word}` stand twice");
        let finding = Diagnostic::new(&codes::DECLARED_TWICE, law.span, message).because("the second");
        return Err(finding.also(first.span, "the first").help("write them in one block"));
    }
    if !draft.laws.is_empty() && draft.laws.iter().all(|named| named.value != law.value) {
        let message = format!("the policy does not name the law `{word}`");
        let finding = Diagnostic::new(&codes::LAW_NOT_NAMED, law.span, message);
        return Err(finding.help(format!("add `{word}` to its `law` line")));
    }
    Ok(())
}

fn right(line: &mut Cursor<'_>, law: Law, draft: &Draft, report: &mut Report) -> Read<Spanned<Right>> {
    let start = line.here();
    let kind = line.choice("a right", &RightKind::ALL.map(|kind| (kind.words(), kind)))?;
    let name = line.since(start);
    line.expect("within")?;
    let within_at = line.here();
    let within = line.span("a length of time")?;
    let within_at = line.since(within_at);
    let (mut extendable, mut identity) = (None, None);
    while line.comma() {
        let start = line.here();
        if line.eat("extendable by") {
            let at = line.here();
            let span = line.span("a length of time")?;
            clause::once(
                &mut extendable,
                Spanned { value: span, span: line.since(at) },
                line.since(start),
                "extendable",
            )?;
        } else if line.eat("after identity is proved") {
            let by_documents = line.eat("by documents");
            clause::once(&mut identity, by_documents, line.since(start), "after identity is proved")?;
        } else {
            return Err(clause::unknown(line, "a right", &["extendable by", "after identity is proved"]));
        }
    }
    let right = Right {
        kind,
        law,
        within,
        extendable: extendable.map(|span| span.value),
        identity_first: identity.is_some(),
        identity_documents: identity == Some(true),
    };
    refuse_repeated(&right, name, draft)?;
    refuse_late(&right, name, within_at, extendable.map(|span| span.span), report);
    Ok(Spanned { value: right, span: name })
}

fn refuse_repeated(right: &Right, name: TextSpan, draft: &Draft) -> Read<()> {
    let same = |other: &&Spanned<Right>| other.value.law == right.law && other.value.kind == right.kind;
    match draft.rights.iter().find(same) {
        Some(first) => {
            let message = format!("`{}` stands twice under this law", right.kind.words());
            let finding = Diagnostic::new(&codes::RIGHT_REPEATED, name, message).because("the second");
            Err(finding.also(first.span, "the first").help("keep one of them"))
        }
        None => Ok(()),
    }
}

fn refuse_late(right: &Right, name: TextSpan, within: TextSpan, extension: Option<TextSpan>, report: &mut Report) {
    let Some(clock) = clocks::clock(right.law, right.kind) else {
        let message = format!("`{}` does not give the right of {}", right.law.word(), right.kind.words());
        let finding = Diagnostic::new(&codes::RIGHT_NOT_IN_LAW, name, message);
        report.push(finding.help("the policy promises it all the same; take it out if that is not meant"));
        return;
    };
    if let Some(most) = clock.within
        && right.within.approximate_seconds() > most.approximate_seconds()
    {
        let message = format!("the law wants an answer within {most}");
        let finding = Diagnostic::new(&codes::DEADLINE_PAST_LAW, within, message).because(clock.source);
        report.push(finding.help(format!("write `within {most}` or less")));
    }
    let (Some(span), Some(extendable), true) = (extension, right.extendable, clock.within.is_some()) else { return };
    match clock.extension {
        Some(most) if extendable.approximate_seconds() <= most.approximate_seconds() => {}
        Some(most) => {
            let message = format!("the law allows an extension of {most}");
            let finding = Diagnostic::new(&codes::EXTENSION_PAST_LAW, span, message).because(clock.source);
            report.push(finding.help(format!("write `extendable by {most}` or less")));
        }
        None => {
            let message = "the law allows no extension here";
            report.push(Diagnostic::new(&codes::EXTENSION_PAST_LAW, span, message).because(clock.source));
        }
    }
}
