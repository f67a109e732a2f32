//! `place NAME key COLUMN { … }`: a table, object class or resource of a system.

use crate::check::clause;
use crate::check::cursor::{Cursor, Read};
use crate::check::draft::Draft;
use crate::check::reference;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{FieldIx, Owner, Place, PlaceErasure, System, SystemKind};
use crate::source::{Spanned, TextSpan};
use crate::tree::Statement;

use super::ReadPlace;

const ERASURES: [(&str, PlaceErasure); 3] =
    [("delete", PlaceErasure::Delete), ("de-identify", PlaceErasure::DeIdentify), ("keep", PlaceErasure::Keep)];

/// The clauses of a place, as far as they have been read.
#[derive(Default)]
struct Clauses {
    owner: Option<Spanned<Owner>>,
    accessed_by: Vec<(String, String)>,
    columns: Vec<(FieldIx, String)>,
    on_erasure: Option<PlaceErasure>,
    others: Vec<(String, TextSpan)>,
}

pub(super) fn read(statement: &Statement, system: &System, draft: &Draft, report: &mut Report) -> Option<ReadPlace> {
    let head = |line: &mut Cursor<'_>| {
        if !line.eat("place") {
            return Err(clause::unknown(line, "a system", &["place"]));
        }
        let name = line.word("the name of the place")?;
        line.expect("key")?;
        Ok((name.value.to_owned(), name.span, line.word("the column that names a row")?.value.to_owned()))
    };
    let ((name, span, key), block) = clause::block(statement, report, head)?;
    let mut clauses = Clauses::default();
    let mut missed = false;
    for statement in &block.statements {
        missed |= clause::line(statement, report, |line| read_clause(line, system, draft, &mut clauses)).is_none();
    }
    if missed {
        return None;
    }
    if clauses.owner.is_none() {
        let finding = Diagnostic::new(&codes::OWNER_MISSING, span, format!("nobody owns the rows of `{name}`"));
        report.push(finding.help("add `owned by subject through COLUMN as FIELD` or `owned by PLACE through COLUMN`"));
    }
    if clauses.on_erasure.is_none() {
        let message = format!("nothing is said of what erasure does in `{name}`");
        let finding = Diagnostic::new(&codes::ERASURE_NOT_STATED, span, message);
        report.push(finding.help("add `on erasure delete`, `on erasure de-identify` or `on erasure keep`"));
    }
    let owner = clauses.owner?;
    let place = Place {
        name,
        key,
        owned_by: owner.value,
        accessed_by: clauses.accessed_by,
        columns: clauses.columns,
        on_erasure: clauses.on_erasure?,
    };
    Some(ReadPlace { place, name: span, owner: owner.span, others: clauses.others })
}

fn read_clause(line: &mut Cursor<'_>, system: &System, draft: &Draft, clauses: &mut Clauses) -> Read<()> {
    let start = line.here();
    if line.eat("owned by") {
        let value = owner(line, draft, clauses)?;
        let span = line.since(start);
        if let Some(first) = &clauses.owner {
            let finding = Diagnostic::new(&codes::OWNER_AMBIGUOUS, span, "a row has one owner").because("the second");
            return Err(finding.also(first.span, "the first").help("write `accessed by` for who else it speaks of"));
        }
        clauses.owner = Some(Spanned { value, span });
        return Ok(());
    }
    if line.eat("accessed by") {
        let edge = through(line, clauses)?;
        clauses.accessed_by.push(edge);
        return Ok(());
    }
    if line.eat("on erasure") {
        let at = line.here();
        let erasure = line.choice("what erasure does", &ERASURES)?;
        refuse_impossible(erasure, line.since(at), system)?;
        return clause::once(&mut clauses.on_erasure, erasure, line.since(start), "on erasure");
    }
    if line.peek().is_some_and(|word| word.contains('.')) {
        let field = reference::field(line, draft)?.value;
        line.expect("at")?;
        let column = line.word("a column")?;
        if clauses.columns.iter().any(|(known, _)| *known == field) {
            let finding =
                Diagnostic::new(&codes::CLAUSE_REPEATED, line.since(start), "this field has a column here already");
            return Err(finding.help("keep one of them"));
        }
        clauses.columns.push((field, column.value.to_owned()));
        return Ok(());
    }
    Err(clause::unknown(line, "a place", &["owned by", "accessed by", "on erasure", "a field"]))
}

fn owner(line: &mut Cursor<'_>, draft: &Draft, clauses: &mut Clauses) -> Read<Owner> {
    if !line.eat("subject") {
        let (place, through) = through(line, clauses)?;
        return Ok(Owner::Place { place, through });
    }
    line.expect("through")?;
    let column = line.word("a column")?.value.to_owned();
    line.expect("as")?;
    let by = reference::field(line, draft)?;
    if draft.field(by.value).is_some_and(|field| !field.identifies) {
        let message = "this field does not identify a subject";
        let finding = Diagnostic::new(&codes::OWNER_NOT_IDENTIFIER, by.span, message);
        let at = draft.names.fields.span(by.value.at());
        return Err(finding.also(at, "declared here").help("name a field that `identifies the subject`"));
    }
    Ok(Owner::Subject { by: by.value, column })
}

/// Reads `PLACE through COLUMN`.
fn through(line: &mut Cursor<'_>, clauses: &mut Clauses) -> Read<(String, String)> {
    let place = line.word("a place")?;
    line.expect("through")?;
    let column = line.word("a column")?;
    clauses.others.push((place.value.to_owned(), place.span));
    Ok((place.value.to_owned(), column.value.to_owned()))
}

/// A SCIM resource has attributes that must not be empty: it can be deleted, not blanked.
fn refuse_impossible(erasure: PlaceErasure, span: TextSpan, system: &System) -> Read<()> {
    if system.kind != SystemKind::Scim || erasure != PlaceErasure::DeIdentify {
        return Ok(());
    }
    let message = "a SCIM resource cannot be kept without who it is about";
    Err(Diagnostic::new(&codes::ERASURE_IMPOSSIBLE, span, message).help("write `delete`, or `keep`"))
}
