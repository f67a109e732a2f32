//! Tree to checked manifest: what the words mean, whether every name is declared, whether every rule holds.
//!
//! First every name is collected ([`names`]), then each kind of declaration is read by the module called
//! after it, then [`rules`] looks at the whole. Everything that is wrong is reported at once.

use crate::diagnostic::{Diagnostic, Report, Severity, codes};
use crate::model::Manifest;
use crate::parse::parse_into;
use crate::source::Source;
use crate::spell;
use crate::tree::{Statement, Tree};

mod age;
mod clause;
mod collection;
mod cursor;
mod data;
mod draft;
mod keep;
mod names;
mod notice;
mod organisations;
mod policy;
mod purpose;
mod recipient;
mod reference;
mod rights;
mod rules;
mod scrub;
mod staff;
mod system;

use draft::{Draft, Unread};

/// A manifest that holds every rule, and what is still to be said of it.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The manifest.
    pub manifest: Manifest,
    /// Findings that do not refuse the text.
    pub warnings: Vec<Diagnostic>,
}

/// Reads a policy, of one file or several, and checks it whole.
///
/// # Errors
/// Every finding, warnings too, in the order of the text, when at least one of them is an error.
pub fn check(sources: &[Source]) -> Result<Checked, Vec<Diagnostic>> {
    let mut report = Report::default();
    let tree = parse_into(sources, &mut report);
    let manifest = read(&tree, &mut report);
    let findings = report.sorted();
    match manifest {
        Some(manifest) if findings.iter().all(|finding| finding.severity == Severity::Warning) => {
            Ok(Checked { manifest, warnings: findings })
        }
        _ => Err(findings),
    }
}

/// The declarations, by the word that begins each.
pub(crate) const DECLARATIONS: [&str; 18] = [
    "policy",
    "controller",
    "authority",
    "law",
    "honours",
    "sells",
    "data",
    "purpose",
    "recipient",
    "keep",
    "rights",
    "staff",
    "collect",
    "scrub",
    "age",
    "notice",
    "organisations",
    "system",
];

fn read(tree: &Tree, report: &mut Report) -> Option<Manifest> {
    let statements: Vec<&Statement> = tree.files.iter().flat_map(|file| &file.statements).collect();
    for statement in &statements {
        refuse_unknown(statement, report);
    }
    let names = names::collect(&statements, report);
    let mut draft = Draft::new(names);
    if statements.iter().any(|statement| statement.broken) {
        draft.unread = Unread { data: true, purposes: true, keeps: true, rights: true };
    }
    let all =
        |word: &'static str| statements.iter().copied().filter(move |statement| statement.first_word() == Some(word));
    policy::read(&statements, &mut draft, report);
    all("recipient").for_each(|statement| recipient::read(statement, &mut draft, report));
    all("data").for_each(|statement| data::read(statement, &mut draft, report));
    all("purpose").for_each(|statement| purpose::read(statement, &mut draft, report));
    all("keep").for_each(|statement| keep::read(statement, &mut draft, report));
    all("rights").for_each(|statement| rights::read(statement, &mut draft, report));
    all("staff").for_each(|statement| staff::read(statement, &mut draft, report));
    all("collect").for_each(|statement| collection::read(statement, &mut draft, report));
    all("scrub").for_each(|statement| scrub::read(statement, &mut draft, report));
    all("age").for_each(|statement| age::read(statement, &mut draft, report));
    all("notice").for_each(|statement| notice::read(statement, &mut draft, report));
    all("organisations").for_each(|statement| organisations::read(statement, &mut draft, report));
    all("system").for_each(|statement| system::read(statement, &mut draft, report));
    rules::hold(&draft, report);
    draft.finish()
}

fn refuse_unknown(statement: &Statement, report: &mut Report) {
    let known = |word: &str| DECLARATIONS.contains(&word);
    if statement.broken || statement.first_word().is_some_and(known) {
        return;
    }
    let Some(first) = statement.parts.first().and_then(|part| part.atoms.first()) else { return };
    let finding = match statement.first_word() {
        Some(word) => Diagnostic::new(&codes::UNKNOWN_DECLARATION, first.span, format!("`{word}` declares nothing"))
            .help("a declaration begins with policy, data, purpose, recipient, keep, rights and the like")
            .perhaps(spell::nearest(word, DECLARATIONS)),
        None => Diagnostic::new(&codes::UNKNOWN_DECLARATION, first.span, "a declaration begins with a word"),
    };
    report.push(finding);
}
