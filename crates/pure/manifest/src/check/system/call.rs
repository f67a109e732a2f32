//! `find COLUMN by GET "/path/{COLUMN}", …`: the calls by which the rows of a web service are found and changed.

use crate::check::clause;
use crate::check::cursor::{Cursor, Read};
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{
    BodyForm, Call, CallBody, CallMethod, Calls, Condition, FindCall, LinkStands, NextPage, Owner, Place, PlaceErasure,
    System, SystemKind,
};
use crate::source::TextSpan;
use crate::stencil::Stencil;

/// The words with which clauses begin that declare a call.
pub(super) const BEGINNINGS: [&str; 5] = ["find", "list by", "delete by", "change by", "de-identify by"];

const METHODS: [(&str, CallMethod); 5] = [
    ("GET", CallMethod::Get),
    ("POST", CallMethod::Post),
    ("PUT", CallMethod::Put),
    ("PATCH", CallMethod::Patch),
    ("DELETE", CallMethod::Delete),
];

/// Reads a clause that declares a call; returns false when it declares none.
pub(super) fn read(line: &mut Cursor<'_>, system: &System, key: &[String], calls: &mut Calls) -> Read<bool> {
    let start = line.here();
    if !BEGINNINGS.iter().any(|beginning| beginning.split(' ').next() == line.peek()) {
        return Ok(false);
    }
    let key: Vec<&str> = key.iter().map(String::as_str).collect();
    let repeated = if line.eat("find") {
        let column = line.word("a column")?.value.to_owned();
        line.expect("by")?;
        let call = call(line, BodyNeed::Written)?;
        names_row(&call, &[column.as_str()], true)?;
        let is_repeated = calls.find.iter().any(|known| known.column == column);
        calls.find.push(FindCall { column, call: call.call });
        is_repeated
    } else if line.eat("list by") {
        let call = call(line, BodyNeed::Written)?;
        names_row(&call, &[], true)?;
        calls.list.replace(call.call).is_some()
    } else if line.eat("delete by") {
        let call = call(line, BodyNeed::Written)?;
        names_row(&call, &key, false)?;
        calls.delete.replace(call.call).is_some()
    } else if line.eat("change by") {
        let call = call(line, BodyNeed::Derived)?;
        names_row(&call, &key, false)?;
        calls.change.replace(call.call).is_some()
    } else {
        line.expect("de-identify by")?;
        let call = call(line, BodyNeed::Written)?;
        names_row(&call, &key, false)?;
        calls.de_identify.replace(call.call).is_some()
    };
    let span = line.since(start);
    if repeated {
        let finding = Diagnostic::new(&codes::CLAUSE_REPEATED, span, "this call stands twice");
        return Err(finding.help("keep one of them"));
    }
    if system.kind != SystemKind::Http {
        let finding = Diagnostic::new(&codes::CALL_UNFIT, span, "only a system that `is http` is asked by calls");
        return Err(finding.help("take it out: systems of this kind are asked in their own language"));
    }
    Ok(true)
}

/// Whether a call may send what changes without its text being written.
#[derive(Clone, Copy, PartialEq)]
enum BodyNeed {
    Written,
    Derived,
}

/// A call, and what is needed to judge it.
struct ReadCall {
    call: Call,
    columns: Vec<String>,
    target: TextSpan,
}

fn call(line: &mut Cursor<'_>, need: BodyNeed) -> Read<ReadCall> {
    let method = line.choice("a method", &METHODS)?;
    let target = line.text("the path of the call, as a text")?;
    let mut columns = stencil(&target.value, target.span)?;
    if !target.value.starts_with('/') || target.value.starts_with("//") || target.value.contains('#') {
        let message = "this is no path below the service's address";
        let finding = Diagnostic::new(&codes::CALL_MALFORMED, target.span, message);
        return Err(finding.help("begin with one `/`; the host stands where `at env` says"));
    }
    let body = body(line, need, &mut columns)?;
    let (mut rows_at, mut next, mut gone_where, mut fails_where) = (None, None, None, None);
    while line.comma() {
        let start = line.here();
        if line.eat("rows at") {
            let at = line.word("where the rows stand in the answer")?.value.to_owned();
            clause::once(&mut rows_at, at, line.since(start), "rows at")?;
        } else if line.eat("gone where") {
            let condition = condition(line)?;
            clause::once(&mut gone_where, condition, line.since(start), "gone where")?;
        } else if line.eat("fails where") {
            let condition = condition(line)?;
            clause::once(&mut fails_where, condition, line.since(start), "fails where")?;
        } else {
            let page = next_page(line)?;
            clause::once(&mut next, page, line.since(start), "next page")?;
        }
    }
    let call = Call { method, target: target.value, body, rows_at, next, gone_where, fails_where };
    Ok(ReadCall { call, columns, target: target.span })
}

fn next_page(line: &mut Cursor<'_>) -> Read<NextPage> {
    if line.eat("next page by link") {
        return Ok(NextPage::Link);
    }
    if line.eat("next page at") {
        let at = line.word("where the next page is told in the answer")?.value.to_owned();
        if line.eat("as") {
            return Ok(NextPage::Mark { at, parameter: parameter(line)? });
        }
        return Ok(NextPage::Address { at });
    }
    if line.eat("next page after") {
        let column = line.word("a column")?.value.to_owned();
        line.expect("as")?;
        return Ok(NextPage::After { column, parameter: parameter(line)? });
    }
    if line.eat("pages by number as") {
        return Ok(NextPage::Number { parameter: parameter(line)? });
    }
    if line.eat("pages by offset as") {
        return Ok(NextPage::Offset { parameter: parameter(line)? });
    }
    Err(clause::unknown(
        line,
        "a call",
        &["rows at", "next page at", "next page after", "next page by link", "pages by", "gone where", "fails where"],
    ))
}

fn parameter(line: &mut Cursor<'_>) -> Read<String> {
    Ok(line.word("the name of a parameter")?.value.to_owned())
}

fn body(line: &mut Cursor<'_>, need: BodyNeed, columns: &mut Vec<String>) -> Read<Option<CallBody>> {
    let start = line.here();
    let form = if line.eat("with form") {
        BodyForm::Form
    } else if line.eat("with json") {
        BodyForm::Json
    } else {
        return Ok(None);
    };
    if !line.at_text() {
        if need == BodyNeed::Derived {
            return Ok(Some(CallBody { form, text: None }));
        }
        return Err(line.expected("what is sent, as a text"));
    }
    let text = line.text("what is sent, as a text")?;
    let malformed = |message: &str| Diagnostic::new(&codes::CALL_MALFORMED, line.since(start), message.to_owned());
    match form {
        BodyForm::Form => columns.extend(stencil(&text.value, text.span)?),
        BodyForm::Json => {
            let value: serde_json::Value = serde_json::from_str(&text.value)
                .map_err(|_| malformed("this is no JSON").help("places for values stand within its quotes"))?;
            texts(&value, &mut |inner| {
                columns.extend(stencil(inner, text.span)?);
                Ok(())
            })?;
        }
    }
    Ok(Some(CallBody { form, text: Some(text.value) }))
}

/// Every text within JSON.
fn texts(value: &serde_json::Value, see: &mut dyn FnMut(&str) -> Read<()>) -> Read<()> {
    match value {
        serde_json::Value::String(text) => see(text),
        serde_json::Value::Array(values) => values.iter().try_for_each(|value| texts(value, see)),
        serde_json::Value::Object(object) => object.values().try_for_each(|value| texts(value, see)),
        _ => Ok(()),
    }
}

fn stencil(text: &str, span: TextSpan) -> Read<Vec<String>> {
    match Stencil::parse(text) {
        Ok(stencil) => Ok(stencil.columns().map(str::to_owned).collect()),
        Err(why) => Err(Diagnostic::new(&codes::CALL_MALFORMED, span, why)),
    }
}

fn condition(line: &mut Cursor<'_>) -> Read<Condition> {
    let column = line.word("a column")?.value.to_owned();
    line.expect("is")?;
    let value = line.text("a value, as a text")?.value;
    Ok(Condition { column, values: vec![value] })
}

/// A call says which row it means, and asks for nothing that nobody knows.
fn names_row(call: &ReadCall, by: &[&str], is_all: bool) -> Read<()> {
    let names = |column: &&str| call.columns.iter().any(|known| known == column);
    let unknown = call.columns.iter().find(|column| is_all && !by.contains(&column.as_str()));
    if let Some(column) = unknown {
        let message = format!("nothing is known for `{{{column}}}` when rows are looked for");
        let finding = Diagnostic::new(&codes::CALL_NAMES_NO_ROW, call.target, message);
        return Err(finding.help("the column behind `find` alone has a value here"));
    }
    if by.is_empty() || by.iter().any(names) {
        return Ok(());
    }
    let wanted: Vec<String> = by.iter().map(|column| format!("`{{{column}}}`")).collect();
    let message = "the call does not say which row it means";
    Err(Diagnostic::new(&codes::CALL_NAMES_NO_ROW, call.target, message)
        .help(format!("put {} where the value goes", wanted.join(" or "))))
}

/// Refuses a place of a web service that cannot be asked for what its other clauses want of it.
pub(super) fn check(place: &Place, system: &System, span: TextSpan, report: &mut Report) {
    if system.kind != SystemKind::Http {
        return;
    }
    let none = Calls::default();
    let calls = place.calls.as_ref().unwrap_or(&none);
    let mut missing = |message: String, help: String| {
        report.push(Diagnostic::new(&codes::CALL_MISSING, span, message).help(help));
    };
    let mut asked: Vec<&str> = Vec::new();
    for owner in place.owned_by.iter().chain(&place.accessed_by) {
        let column = match owner {
            Owner::Subject { column, .. } => Some(column.as_str()),
            Owner::Place(link) if link.stands == LinkStands::Here => Some(link.through.as_str()),
            Owner::Place(_) => place.key.first().map(String::as_str),
        };
        let Some(column) = column.filter(|column| !asked.contains(column)) else { continue };
        asked.push(column);
        if calls.list.is_none() && !calls.find.iter().any(|find| find.column == column) {
            let message = format!("rows of `{}` cannot be found by `{column}`", place.name);
            missing(message, format!("add `find {column} by GET \"/…{{{column}}}\"` or `list by GET \"/…\"`"));
        }
    }
    let is_possible = match place.on_erasure {
        PlaceErasure::Delete => calls.delete.is_some(),
        PlaceErasure::DeIdentify => calls.change.is_some() || calls.de_identify.is_some(),
        PlaceErasure::Keep => true,
    };
    if !is_possible {
        let clause = if place.on_erasure == PlaceErasure::Delete { "delete by DELETE" } else { "change by POST" };
        let message = format!("no call does in `{}` what erasure asks", place.name);
        missing(message, format!("add `{clause} \"/…{{{}}}\"`", place.key.first().map_or("", String::as_str)));
    }
    if !place.marks.is_empty() && calls.change.is_none() {
        let message = format!("no call sets in `{}` what marks a restriction or a no", place.name);
        missing(message, format!("add `change by POST \"/…{{{}}}\"`", place.key.first().map_or("", String::as_str)));
    }
}
