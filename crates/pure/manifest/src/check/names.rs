//! Every declared name and its position, before anything is read.

use std::collections::HashMap;

use crate::bounds::DECLARATIONS_MAX;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{FIELDS_MAX, PURPOSES_DECLARED_MAX, RECIPIENTS_MAX};
use crate::source::{Spanned, TextSpan};
use crate::tree::{Atom, AtomKind, Statement};

use super::cursor;

/// Names of one kind: where each is declared, and its position among its kind.
#[derive(Debug, Default)]
pub(crate) struct Known {
    by_name: HashMap<String, (u16, TextSpan)>,
    order: Vec<TextSpan>,
}

impl Known {
    pub fn get(&self, name: &str) -> Option<u16> {
        self.by_name.get(name).map(|(at, _)| *at)
    }

    /// Where the one at this position is declared.
    pub fn span(&self, at: usize) -> TextSpan {
        self.order.get(at).copied().unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.order.len()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    fn add(&mut self, what: &str, most: usize, name: Spanned<String>, report: &mut Report) {
        if let Some((_, first)) = self.by_name.get(&name.value) {
            let message = format!("{what} `{}` is declared twice", name.value);
            let finding = Diagnostic::new(&codes::NAME_DECLARED_TWICE, name.span, message);
            report.push(finding.because("the second").also(*first, "the first").help("give one of them another name"));
            return;
        }
        if self.order.len() >= most {
            if self.order.len() == most {
                self.order.push(name.span);
                let message = format!("a policy has at most {most} {what}s");
                report.push(Diagnostic::new(&codes::TOO_MANY, name.span, message));
            }
            return;
        }
        // INVARIANT: every `most` is at most 512, so that the position fits.
        let at = u16::try_from(self.order.len()).unwrap_or(u16::MAX);
        self.order.push(name.span);
        self.by_name.insert(name.value, (at, name.span));
    }
}

/// All names of a policy.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub groups: Known,
    pub fields: Known,
    pub purposes: Known,
    pub recipients: Known,
    pub staff: Known,
    pub collections: Known,
    pub systems: Known,
}

/// Collects the names that the statements declare; reports those that are malformed, repeated or too many.
pub(crate) fn collect(statements: &[&Statement], report: &mut Report) -> Names {
    let mut names = Names::default();
    for statement in statements {
        let Some(name) = declared(statement, 1) else { continue };
        match statement.first_word() {
            Some("data") => group(statement, name, &mut names, report),
            Some("purpose") => add(&mut names.purposes, "purpose", PURPOSES_DECLARED_MAX, name, report),
            Some("recipient") => add(&mut names.recipients, "recipient", RECIPIENTS_MAX, name, report),
            Some("staff") => add(&mut names.staff, "role", DECLARATIONS_MAX, name, report),
            Some("collect") => add(&mut names.collections, "collection", DECLARATIONS_MAX, name, report),
            Some("system") => add(&mut names.systems, "system", DECLARATIONS_MAX, name, report),
            _ => {}
        }
    }
    names
}

/// The word at a place of a statement's first part.
pub(crate) fn declared(statement: &Statement, at: usize) -> Option<Spanned<&str>> {
    match statement.parts.first()?.atoms.get(at)? {
        Atom { kind: AtomKind::Word(value), span } => Some(Spanned { value, span: *span }),
        _ => None,
    }
}

fn add(known: &mut Known, what: &str, most: usize, name: Spanned<&str>, report: &mut Report) {
    // A malformed name is known all the same, so that its uses are not reported too.
    report.keep(cursor::name(name));
    known.add(what, most, Spanned { value: name.value.to_owned(), span: name.span }, report);
}

fn group(statement: &Statement, name: Spanned<&str>, names: &mut Names, report: &mut Report) {
    add(&mut names.groups, "group", DECLARATIONS_MAX, name, report);
    let Some(block) = &statement.block else { return };
    for field in &block.statements {
        let Some(word) = declared(field, 0) else { continue };
        report.keep(cursor::name(word));
        let dotted = Spanned { value: format!("{}.{}", name.value, word.value), span: word.span };
        names.fields.add("field", FIELDS_MAX, dotted, report);
    }
}
