//! `NAME "Title": Term, …`: one kind of personal data.

use crate::bounds::{VALUE_BYTES_DEFAULT, VALUE_BYTES_MAX};
use crate::check::clause;
use crate::check::cursor::{Cursor, Read};
use crate::check::data::in_words;
use crate::check::draft::Draft;
use crate::check::reference;
use crate::diagnostic::{Diagnostic, codes};
use crate::dpv;
use crate::model::{Derivation, Derive, Field, GroupIx, RecipientIx, Source, ValueKind};
use crate::source::TextSpan;

const KINDS: [(&str, ValueKind); 6] = [
    ("text", ValueKind::Text),
    ("number", ValueKind::Number),
    ("flag", ValueKind::Flag),
    ("date", ValueKind::Date),
    ("time", ValueKind::Time),
    ("list", ValueKind::List),
];

const DERIVES: [(&str, Derive); 5] = [
    ("copy", Derive::Copy),
    ("lowercase", Derive::Lowercase),
    ("domain", Derive::Domain),
    ("initials", Derive::Initials),
    ("year", Derive::Year),
];

const SOURCES: [(&str, Source); 7] = [
    ("subject", Source::Subject),
    ("observed", Source::Observed),
    ("derived", Source::Derived),
    ("other users", Source::OtherUsers),
    ("organisation", Source::Organisation),
    ("partners", Source::Partners),
    ("public", Source::Public),
];

const CLAUSES: [&str; 10] =
    ["optional", "identifies", "special", "about", "kept", "held", "from", "as", "at", "derived"];

/// The clauses of a field, each at most once.
#[derive(Default)]
struct Clauses {
    optional: Option<()>,
    identifies: Option<TextSpan>,
    special: Option<()>,
    about_others: Option<()>,
    hashed: Option<TextSpan>,
    held_by: Option<(RecipientIx, TextSpan)>,
    sources: Option<Vec<Source>>,
    kind: Option<ValueKind>,
    bytes_max: Option<u32>,
    derived: Option<(Derivation, TextSpan)>,
}

pub(super) fn read(line: &mut Cursor<'_>, group: &str, at: GroupIx, draft: &Draft) -> Read<Field> {
    let name = line.declared("the name of a field")?.value;
    let title = line.text_if_any().unwrap_or_else(|| in_words(&name));
    line.colon()?;
    let term = term(line)?;
    let mut clauses = Clauses::default();
    while line.comma() {
        read_clause(line, draft, &mut clauses)?;
    }
    refuse_contradictions(&clauses)?;
    let derived = clauses.derived.map(|(derivation, _)| derivation);
    let default_source = if derived.is_some() { Source::Derived } else { Source::Subject };
    Ok(Field {
        name: format!("{group}.{name}"),
        title,
        group: at,
        special: clauses.special.is_some() || term.special,
        term: term.name.to_owned(),
        kind: clauses.kind.unwrap_or(ValueKind::Text),
        bytes_max: clauses.bytes_max.unwrap_or(VALUE_BYTES_DEFAULT),
        optional: clauses.optional.is_some(),
        identifies: clauses.identifies.is_some(),
        about_others: clauses.about_others.is_some(),
        hashed: clauses.hashed.is_some(),
        held_by: clauses.held_by.map(|(holder, _)| holder),
        sources: clauses.sources.unwrap_or_else(|| vec![default_source]),
        derived,
    })
}

fn term(line: &mut Cursor<'_>) -> Read<&'static dpv::Term> {
    let word = line.word("a DPV term for the kind of data")?;
    dpv::data(word.value).ok_or_else(|| {
        Diagnostic::new(&codes::DATA_TERM_UNKNOWN, word.span, format!("`{}` is no kind of personal data", word.value))
            .help("name a term of the W3C Data Privacy Vocabulary 2.3, such as EmailAddress")
            .perhaps(dpv::personal_data().nearest(word.value))
    })
}

fn read_clause(line: &mut Cursor<'_>, draft: &Draft, clauses: &mut Clauses) -> Read<()> {
    let start = line.here();
    match line.peek() {
        Some("optional") if line.eat("optional") => clause::once(&mut clauses.optional, (), start, "optional"),
        Some("identifies") => {
            let span = line.expect("identifies the subject")?;
            clause::once(&mut clauses.identifies, span, span, "identifies")
        }
        Some("special") => {
            let span = line.expect("special category")?;
            clause::once(&mut clauses.special, (), span, "special category")
        }
        Some("about") => {
            let span = line.expect("about others")?;
            clause::once(&mut clauses.about_others, (), span, "about others")
        }
        Some("kept") => {
            let span = line.expect("kept as hash")?;
            clause::once(&mut clauses.hashed, span, span, "kept as hash")
        }
        Some("held") => {
            line.expect("held by")?;
            let holder = reference::recipient(line, draft)?.value;
            let span = line.since(start);
            clause::once(&mut clauses.held_by, (holder, span), span, "held by")
        }
        Some("from") if line.eat("from") => {
            let sources = sources(line)?;
            clause::once(&mut clauses.sources, sources, line.since(start), "from")
        }
        Some("as") if line.eat("as") => {
            let kind = line.choice("a kind of value", &KINDS)?;
            clause::once(&mut clauses.kind, kind, line.since(start), "as")
        }
        Some("at") => {
            line.expect("at most")?;
            let bytes = line.number("the most bytes", 1, VALUE_BYTES_MAX)?;
            line.expect("bytes")?;
            clause::once(&mut clauses.bytes_max, bytes, line.since(start), "at most")
        }
        Some("derived") => {
            line.expect("derived from")?;
            let from = reference::field(line, draft)?.value;
            line.expect("by")?;
            let by = line.choice("a derivation", &DERIVES)?;
            let span = line.since(start);
            clause::once(&mut clauses.derived, (Derivation { from, by }, span), span, "derived from")
        }
        _ => Err(clause::unknown(line, "a field", &CLAUSES)),
    }
}

/// Reads sources between commas, up to the first clause of another kind.
fn sources(line: &mut Cursor<'_>) -> Read<Vec<Source>> {
    let mut sources = Vec::new();
    loop {
        let source = if line.eat("linked") {
            Source::Linked(line.name("the name of what is linked")?.value)
        } else {
            let mut choices = SOURCES.to_vec();
            choices.push(("linked NAME", Source::Subject));
            line.choice("a source", &choices)?
        };
        if !sources.contains(&source) {
            sources.push(source);
        }
        // `derived` is a source and the beginning of a clause: what follows tells.
        if line.next_is(&CLAUSES) && !line.next_is_alone("derived") || !line.comma() {
            return Ok(sources);
        }
    }
}

fn refuse_contradictions(clauses: &Clauses) -> Read<()> {
    if let Some((_, held)) = clauses.held_by {
        let stored = clauses.hashed.map(|span| (span, "kept as hash"));
        let stored = stored.or(clauses.identifies.map(|span| (span, "identifies the subject")));
        let stored = stored.or(clauses.derived.as_ref().map(|(_, span)| (*span, "derived")));
        if let Some((span, what)) = stored {
            let message = format!("`{what}` speaks of a value that Candor stores, but another holds it");
            let finding = Diagnostic::new(&codes::HELD_FIELD_STORED, span, message).also(held, "another holds it");
            return Err(finding.help("take one of the two out"));
        }
    }
    if let (Some(hashed), Some(identifies)) = (clauses.hashed, clauses.identifies) {
        let message = "a hash cannot be looked up, so that it cannot identify";
        return Err(
            Diagnostic::new(&codes::HASHED_FIELD_NAMES, identifies, message).also(hashed, "only a hash is kept")
        );
    }
    Ok(())
}
