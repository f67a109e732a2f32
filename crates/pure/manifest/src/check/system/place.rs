//! `place NAME key COLUMN { … }`: a table, object class or resource of a system.

use crate::check::clause;
use crate::check::cursor::{Cursor, Read};
use crate::check::draft::Draft;
use crate::check::reference;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{
    Calls, Condition, Link, LinkStands, Owner, Place, PlaceClock, PlaceColumn, PlaceErasure, PlaceMark, System,
    SystemKind,
};
use crate::source::{Spanned, TextSpan};
use crate::tree::Statement;

use super::{ReadPlace, call, clock, mark, opendsr};

const ERASURES: [(&str, PlaceErasure); 3] =
    [("delete", PlaceErasure::Delete), ("de-identify", PlaceErasure::DeIdentify), ("keep", PlaceErasure::Keep)];

/// The clauses of a place, as far as they have been read.
#[derive(Default)]
struct Clauses {
    only_where: Option<Condition>,
    owners: Vec<Spanned<Owner>>,
    accessed_by: Vec<Owner>,
    columns: Vec<PlaceColumn>,
    on_erasure: Option<PlaceErasure>,
    kept_because: Option<String>,
    marks: Vec<PlaceMark>,
    clocks: Vec<PlaceClock>,
    others: Vec<(String, TextSpan)>,
    calls: Calls,
}

pub(super) fn read(statement: &Statement, system: &System, draft: &Draft, report: &mut Report) -> Option<ReadPlace> {
    let head = |line: &mut Cursor<'_>| {
        if !line.eat("place") {
            return Err(clause::unknown(line, "a system", &["place"]));
        }
        let name = line.word("the name of the place")?;
        line.expect("key")?;
        let mut key = vec![line.word("the column that names a row")?.value.to_owned()];
        while line.comma() {
            key.push(line.word("a column of the key")?.value.to_owned());
        }
        Ok((name.value.to_owned(), name.span, key))
    };
    let ((name, span, key), block) = clause::block(statement, report, head)?;
    let mut clauses = Clauses::default();
    let mut missed = false;
    for statement in &block.statements {
        missed |=
            clause::line(statement, report, |line| read_clause(line, system, &key, draft, &mut clauses)).is_none();
    }
    if missed {
        return None;
    }
    if clauses.owners.is_empty() {
        let finding = Diagnostic::new(&codes::OWNER_MISSING, span, format!("nobody owns the rows of `{name}`"));
        report.push(finding.help("add `owned by subject through COLUMN as FIELD` or `owned by PLACE through COLUMN`"));
    }
    if clauses.on_erasure.is_none() {
        let message = format!("nothing is said of what erasure does in `{name}`");
        let finding = Diagnostic::new(&codes::ERASURE_NOT_STATED, span, message);
        report.push(finding.help("add `on erasure delete`, `on erasure de-identify` or `on erasure keep`"));
    }
    let owner = clauses.owners.first()?.span;
    let place = Place {
        name,
        key,
        only_where: clauses.only_where,
        owned_by: clauses.owners.into_iter().map(|owner| owner.value).collect(),
        accessed_by: clauses.accessed_by,
        columns: clauses.columns,
        on_erasure: clauses.on_erasure?,
        kept_because: clauses.kept_because,
        marks: clauses.marks,
        clocks: clauses.clocks,
        calls: (clauses.calls != Calls::default()).then_some(clauses.calls),
    };
    call::check(&place, system, span, report);
    opendsr::check(&place, system, span, report);
    Some(ReadPlace { place, name: span, owner, others: clauses.others })
}

fn read_clause(
    line: &mut Cursor<'_>,
    system: &System,
    key: &[String],
    draft: &Draft,
    clauses: &mut Clauses,
) -> Read<()> {
    let start = line.here();
    if call::read(line, system, key, &mut clauses.calls)? {
        return Ok(());
    }
    if line.eat("only where") {
        let condition = condition(line)?;
        return clause::once(&mut clauses.only_where, condition, line.since(start), "only where");
    }
    if line.eat("owned jointly by") {
        if clauses.owners.is_empty() {
            let finding = Diagnostic::new(&codes::OWNER_MISSING, line.since(start), "nobody shares these rows yet");
            return Err(finding.help("write the first owner as `owned by …`, above this line"));
        }
        let value = owner(line, draft, clauses)?;
        clauses.owners.push(Spanned { value, span: line.since(start) });
        return Ok(());
    }
    if line.eat("owned by") {
        let value = owner(line, draft, clauses)?;
        let span = line.since(start);
        if let Some(first) = clauses.owners.first() {
            let finding = Diagnostic::new(&codes::OWNER_AMBIGUOUS, span, "a row has one owner").because("the second");
            let help = "write `owned jointly by` when both own it, `accessed by` for who else it speaks of";
            return Err(finding.also(first.span, "the first").help(help));
        }
        clauses.owners.push(Spanned { value, span });
        return Ok(());
    }
    if line.eat("accessed by") {
        let who = owner(line, draft, clauses)?;
        clauses.accessed_by.push(who);
        return Ok(());
    }
    if mark::read(line, key, draft, &mut clauses.marks)? {
        return Ok(());
    }
    if line.eat("on erasure") {
        let at = line.here();
        let erasure = line.choice("what erasure does", &ERASURES)?;
        refuse_impossible(erasure, line.since(at), system)?;
        if erasure == PlaceErasure::Keep {
            clauses.kept_because = line.text_if_any();
        }
        return clause::once(&mut clauses.on_erasure, erasure, line.since(start), "on erasure");
    }
    if clock::read(line, system, &mut clauses.clocks)? {
        return Ok(());
    }
    if line.peek().is_some_and(|word| word.contains('.')) {
        let field = reference::field(line, draft)?.value;
        line.expect("at")?;
        let column = line.word("a column")?.value.to_owned();
        let only_where = if line.eat("where") { Some(condition(line)?) } else { None };
        if clauses.columns.iter().any(|known| known.field == field) {
            let finding =
                Diagnostic::new(&codes::CLAUSE_REPEATED, line.since(start), "this field has a column here already");
            return Err(finding.help("keep one of them"));
        }
        clauses.columns.push(PlaceColumn { field, column, only_where });
        return Ok(());
    }
    let mut known = vec![
        "only where",
        "owned by",
        "owned jointly by",
        "accessed by",
        "on erasure",
        "on restriction set",
        "on objection to",
        "on withdrawal of",
        "created at",
        "a field",
    ];
    if system.kind == SystemKind::Http {
        known.extend(call::BEGINNINGS);
    }
    Err(clause::unknown(line, "a place", &known))
}

fn owner(line: &mut Cursor<'_>, draft: &Draft, clauses: &mut Clauses) -> Read<Owner> {
    if !line.eat("subject") {
        return Ok(Owner::Place(link(line, clauses)?));
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

/// Reads `PLACE through COLUMN` and `PLACE through PLACE.COLUMN`.
fn link(line: &mut Cursor<'_>, clauses: &mut Clauses) -> Read<Link> {
    let place = line.word("a place")?;
    line.expect("through")?;
    let column = line.word("a column")?;
    clauses.others.push((place.value.to_owned(), place.span));
    let there = column.value.strip_prefix(place.value).and_then(|rest| rest.strip_prefix('.'));
    let (through, stands) = there.map_or((column.value, LinkStands::Here), |there| (there, LinkStands::There));
    Ok(Link { place: place.value.to_owned(), through: through.to_owned(), stands })
}

/// Reads `COLUMN is "VALUE" {, "VALUE"}`.
fn condition(line: &mut Cursor<'_>) -> Read<Condition> {
    let column = line.word("a column")?.value.to_owned();
    line.expect("is")?;
    let mut values = vec![line.text("a value, as a text")?.value];
    while line.comma() {
        values.push(line.text("a value, as a text")?.value);
    }
    Ok(Condition { column, values })
}

/// A SCIM resource has attributes that must not be empty: it can be deleted, not blanked.
fn refuse_impossible(erasure: PlaceErasure, span: TextSpan, system: &System) -> Read<()> {
    if system.kind != SystemKind::Scim || erasure != PlaceErasure::DeIdentify {
        return Ok(());
    }
    let message = "a SCIM resource cannot be kept without who it is about";
    Err(Diagnostic::new(&codes::ERASURE_IMPOSSIBLE, span, message).help("write `delete`, or `keep`"))
}
