//! Every field has a purpose and an end; what is derived follows from what is there.

use crate::check::draft::{Draft, ReadKeep, ReadPurpose};
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{Derive, Field, FieldIx, ValueKind};
use crate::source::{TextSpan, count};

pub(super) fn hold(draft: &Draft, report: &mut Report) {
    let mut endless: Vec<FieldIx> = Vec::new();
    for (at, field) in draft.fields.iter().enumerate() {
        let Some(field) = field else { continue };
        let at = FieldIx(u16::try_from(count(at)).unwrap_or(u16::MAX));
        with_purpose(at, field, draft, report);
        if !has_end(at, field, draft) {
            endless.push(at);
        }
        derived(at, field, draft, report);
    }
    if !draft.unread.keeps && !draft.unread.purposes {
        refuse_endless(&endless, draft, report);
    }
}

fn with_purpose(at: FieldIx, field: &Field, draft: &Draft, report: &mut Report) {
    if draft.unread.purposes {
        return;
    }
    let span = draft.names.fields.span(at.at());
    let shared = |holder| {
        let mut shares = draft.purposes().flat_map(|read| &read.shares);
        shares.any(|(shared, with, _)| *shared == at && holder == *with)
    };
    if let Some(holder) = field.held_by {
        if !shared(holder) {
            let message = format!("no purpose lets the holder of `{}` have it", field.name);
            let finding = Diagnostic::new(&codes::HELD_FIELD_NOT_SHARED, span, message);
            report.push(finding.help(format!("add `share {} with` and its holder to a purpose", field.name)));
        }
        return;
    }
    if !draft.purposes().any(|read| touches(read, at)) {
        let message = format!("field `{}` is collected for no purpose", field.name);
        let finding = Diagnostic::new(&codes::FIELD_WITHOUT_PURPOSE, span, message);
        report.push(
            finding.help(format!("add `uses {}` to a purpose, or take the field out (GDPR Art. 5(1)(b))", field.name)),
        );
    }
}

/// A field ends with a rule for it or its group, or when all purposes that use it end.
fn has_end(at: FieldIx, field: &Field, draft: &Draft) -> bool {
    let own = draft.keeps.iter().any(|read| read.keep.purpose.is_none() && read.keep.fields.contains(&at));
    if own || field.held_by.is_some() {
        return true;
    }
    let ends = |user: &ReadPurpose| {
        let owner = |read: &ReadKeep| {
            read.keep.purpose.and_then(|at| draft.purposes.get(at.at())?.as_ref()).map(|read| read.name)
        };
        draft.keeps.iter().any(|read| owner(read) == Some(user.name))
    };
    let mut users = draft.purposes().filter(|read| touches(read, at)).peekable();
    users.peek().is_some() && users.all(ends)
}

fn touches(read: &ReadPurpose, at: FieldIx) -> bool {
    read.purpose.uses.contains(&at) || read.shares.iter().any(|(shared, ..)| *shared == at)
}

/// A group of which no field ends is one finding.
fn refuse_endless(endless: &[FieldIx], draft: &Draft, report: &mut Report) {
    let stored = |at: &&FieldIx| draft.field(**at).is_some_and(|field| field.held_by.is_none());
    let mut told: Vec<FieldIx> = Vec::new();
    for (at, group) in draft.groups.iter().enumerate() {
        let Some(group) = group else { continue };
        let fields: Vec<FieldIx> = group.fields.iter().filter(stored).copied().collect();
        if fields.len() > 1 && fields.iter().all(|field| endless.contains(field)) {
            report.push(without_keep(&group.name, draft.names.groups.span(at)));
            told.extend(fields);
        }
    }
    for at in endless.iter().filter(|at| !told.contains(at)) {
        let Some(field) = draft.field(*at) else { continue };
        report.push(without_keep(&field.name, draft.names.fields.span(at.at())));
    }
}

fn without_keep(name: &str, span: TextSpan) -> Diagnostic {
    let finding = Diagnostic::new(&codes::FIELD_WITHOUT_KEEP, span, format!("nothing ends the keeping of `{name}`"));
    finding.help(format!(
        "add a rule such as `keep {name} until 30 days after contract ends, then erase` (GDPR Art. 5(1)(e))"
    ))
}

fn derived(at: FieldIx, field: &Field, draft: &Draft, report: &mut Report) {
    let Some(derivation) = &field.derived else { return };
    let span = draft.names.fields.span(at.at());
    let Some(from) = draft.field(derivation.from) else { return };
    let source = draft.names.fields.span(derivation.from.at());
    if comes_back(at, draft) {
        let message = format!("`{}` is derived from itself", field.name);
        report.push(Diagnostic::new(&codes::DERIVATION_CYCLE, span, message).also(source, "by way of this field"));
        return;
    }
    if from.hashed || from.held_by.is_some() {
        let message = format!("Candor cannot read `{}`, so that nothing can be derived from it", from.name);
        report.push(Diagnostic::new(&codes::HASHED_FIELD_NAMES, span, message).also(source, "declared here"));
    }
    let many = draft.groups.get(from.group.at()).and_then(Option::as_ref).is_some_and(|group| group.many);
    if many && from.group != field.group {
        let message = format!("a subject may have many of `{}`: which one is meant is open", from.name);
        report.push(
            Diagnostic::new(&codes::DERIVATION_FROM_MANY, span, message)
                .also(source, "its group is `many per subject`"),
        );
    }
    let fits = match derivation.by {
        Derive::Copy => from.kind == field.kind,
        Derive::Year => matches!(from.kind, ValueKind::Date | ValueKind::Time),
        Derive::Lowercase | Derive::Domain | Derive::Initials => from.kind == ValueKind::Text,
    };
    if !fits {
        let message = format!("this derivation does not fit the values of `{}`", from.name);
        let finding = Diagnostic::new(&codes::DERIVATION_UNFIT, span, message).also(source, "declared here");
        report.push(finding.help("`year` needs a date or time, `copy` the same kind, the others a text"));
    }
}

fn comes_back(start: FieldIx, draft: &Draft) -> bool {
    let mut at = start;
    for _ in &draft.fields {
        let Some(derivation) = draft.field(at).and_then(|field| field.derived.as_ref()) else { return false };
        at = derivation.from;
        if at == start {
            return true;
        }
    }
    false
}
