//! `notice of … by …`: how people are told of changes to the policy.

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{Channel, NoticeClass, NoticeRule};
use crate::source::Spanned;
use crate::tree::Statement;

use super::clause;
use super::cursor::{Cursor, Read};
use super::draft::Draft;
use super::purpose::CHANNELS;

const CLASSES: [(&str, NoticeClass); 3] = [
    ("any change", NoticeClass::Any),
    ("significant change", NoticeClass::Significant),
    ("transfer", NoticeClass::Transfer),
];

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let Some(value) = clause::line(statement, report, rule) else { return };
    let span = statement.span;
    if let Some(first) = draft.notices.iter().find(|notice| notice.value.of == value.of) {
        let finding = Diagnostic::new(&codes::DECLARED_TWICE, span, "a notice of this is declared twice");
        report.push(finding.because("the second").also(first.span, "the first").help("write it in one line"));
        return;
    }
    draft.notices.push(Spanned { value, span });
}

fn rule(line: &mut Cursor<'_>) -> Read<NoticeRule> {
    line.expect("notice")?;
    line.expect("of")?;
    let of = line.choice("a class of change", &CLASSES)?;
    line.expect("by")?;
    let mut by: Vec<Channel> = vec![line.choice("a channel", &CHANNELS)?];
    let mut before = None;
    while line.comma() {
        if line.peek().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit())) {
            before = Some(line.span("a length of time")?);
            line.expect("before")?;
            break;
        }
        let channel = line.choice("a channel", &CHANNELS)?;
        if !by.contains(&channel) {
            by.push(channel);
        }
    }
    Ok(NoticeRule { of, by, before })
}
