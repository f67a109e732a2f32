//! What is said about a body that is refused.

use axum::http::StatusCode;
use serde_path_to_error::{Path, Segment};

use super::form::DEPTH_MAX;
use crate::Problem;

pub(super) fn too_large(bytes_max: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body.too_large", format!("the body is longer than {bytes_max} bytes"))
        .help("send less at once")
        .with("bytes_max", bytes_max)
}

pub(super) fn not_utf8() -> Problem {
    bad("body.not_utf8", "the body is not UTF-8").help("encode the body as UTF-8")
}

pub(super) fn too_deep() -> Problem {
    bad("body.too_deep", format!("the body nests deeper than {DEPTH_MAX} levels"))
        .help("send fewer arrays and objects inside each other")
}

pub(super) fn key_twice(pointer: &str) -> Problem {
    bad("body.duplicate_key", "an object in the body names the same key twice")
        .help("name each key once")
        .with("pointer", pointer)
}

pub(super) fn not_an_object() -> Problem {
    bad("body.wrong_type", "the body is not an object").help("send one JSON object").with("pointer", "")
}

pub(super) fn malformed(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    bad("body.malformed", format!("the body is not JSON from line {line}, column {column} on"))
        .help("send one JSON value and nothing after it")
}

/// Tells what an operation did not understand of a text that is JSON.
pub(super) fn of_meaning(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let said = error.inner().to_string();
    let at = pointer(error.path());
    if let Some(name) = named(&said, "missing field `") {
        return bad("body.missing_field", format!("the body lacks the field `{name}`"))
            .help("send the field")
            .with("pointer", format!("{at}/{}", escaped(name)));
    }
    let expected = expected(&said);
    if said.starts_with("unknown field") {
        return bad("body.unknown_field", "the body holds a field that the operation does not know")
            .help(format!("send only {expected}"))
            .with("pointer", unknown_at(&at, &said));
    }
    bad("body.wrong_type", format!("a value is not {expected}"))
        .help("compare the body with the operation's description at `/docs`")
        .with("pointer", at)
}

fn bad(code: &'static str, detail: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, detail)
}

/// The name between the opening words and the next backtick.
fn named<'a>(said: &'a str, opening: &str) -> Option<&'a str> {
    said.strip_prefix(opening)?.split('`').next()
}

/// What serde expected: the part of its sentence that comes from our types, never from the body.
fn expected(said: &str) -> String {
    let said = said.rsplit_once(" at line ").map_or(said, |(sentence, _)| sentence);
    match said.rsplit_once(", expected ") {
        Some((_, expected)) => expected.to_owned(),
        None if said.contains("invalid ") || said.contains('"') => "of the expected type".to_owned(),
        None => format!("as expected: {said}"),
    }
}

/// The pointer of an unknown field: serde's path may end at the object or at the field.
fn unknown_at(at: &str, said: &str) -> String {
    let name = named(said, "unknown field `").map(escaped).unwrap_or_default();
    let whole = format!("/{name}");
    if at.ends_with(&whole) { at.to_owned() } else { format!("{at}{whole}") }
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer.push_str(&index.to_string()),
            Segment::Map { key } => pointer.push_str(&escaped(key)),
            Segment::Enum { variant } => pointer.push_str(&escaped(variant)),
            Segment::Unknown => pointer.push('?'),
        }
    }
    pointer
}

/// A key as it stands in a JSON pointer, cut to a length that fits a message.
pub(super) fn escaped(key: &str) -> String {
    key.chars().take(64).collect::<String>().replace('~', "~0").replace('/', "~1")
}
