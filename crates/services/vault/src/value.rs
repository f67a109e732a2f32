//! Values at the door: what a field takes, in what length, from which source.

use std::borrow::Cow;

use candor_manifest::model::{Field, Manifest, Source, ValueKind};
use candor_password::{HashError, PasswordHash};
use serde_json::Value;

use crate::VaultError;

/// The most hashes one value may hold (recovery codes): all of them are compared with a candidate.
pub(crate) const HASHES_MAX: usize = 16;

/// Reads the name of a source: `subject`, `observed`, `linked:google`, …
pub fn source_of(name: &str) -> Option<Source> {
    Some(match name {
        "subject" => Source::Subject,
        "observed" => Source::Observed,
        "derived" => Source::Derived,
        "other_users" => Source::OtherUsers,
        "organisation" => Source::Organisation,
        "partners" => Source::Partners,
        "public" => Source::Public,
        linked => Source::Linked(linked.strip_prefix("linked:").filter(|name| is_name(name))?.to_owned()),
    })
}

/// Writes the name of a source.
pub fn source_name(source: &Source) -> String {
    match source {
        Source::Subject => "subject".to_owned(),
        Source::Observed => "observed".to_owned(),
        Source::Derived => "derived".to_owned(),
        Source::OtherUsers => "other_users".to_owned(),
        Source::Organisation => "organisation".to_owned(),
        Source::Partners => "partners".to_owned(),
        Source::Public => "public".to_owned(),
        Source::Linked(name) => format!("linked:{name}"),
    }
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// A stored source's name, without a copy when it is one of the fixed ones.
pub(crate) fn source_text(name: &str) -> Cow<'static, str> {
    const FIXED: [&str; 7] = ["subject", "observed", "derived", "other_users", "organisation", "partners", "public"];
    FIXED.into_iter().find(|fixed| *fixed == name).map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed)
}

/// The number under which ledger entries know a source.
pub(crate) const fn source_code(source: &Source) -> u8 {
    match source {
        Source::Subject => 0,
        Source::Observed => 1,
        Source::Derived => 2,
        Source::OtherUsers => 3,
        Source::Organisation => 4,
        Source::Linked(_) => 5,
        Source::Partners => 6,
        Source::Public => 7,
    }
}

/// Refuses a value that the field does not take.
pub(crate) fn check(manifest: &Manifest, field: &Field, value: &Value, source: &Source) -> Result<(), VaultError> {
    if let Some(recipient) = field.held_by {
        let recipient = &manifest.recipients[recipient.at()].name;
        return Err(refuse(
            field,
            "field.held_elsewhere",
            "the value was not stored: the policy says another holds it",
        )
        .detail("held_by", recipient)
        .help("send it to that recipient directly; it must not pass through here"));
    }
    if field.derived.is_some() {
        return Err(refuse(
            field,
            "field.derived",
            "the value was not stored: the vault computes this field from another",
        ));
    }
    if !field.sources.contains(source) {
        return Err(refuse(
            field,
            "field.source_undeclared",
            "the value was not stored: the policy does not collect this field from there",
        )
        .detail("source", source_name(source))
        .help("collect it from a source that the policy names, or declare the source"));
    }
    check_kind(field, value)?;
    if field.hashed { check_hashes(field, value) } else { Ok(()) }
}

/// Refuses what is no password hash, or one that could not be verified in bounded time.
fn check_hashes(field: &Field, value: &Value) -> Result<(), VaultError> {
    let texts = match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect::<Vec<_>>(),
    };
    if texts.len() > HASHES_MAX {
        return Err(refuse(field, "hash.too_many", "the value was not stored: it is a list of too many hashes")
            .detail("max", HASHES_MAX)
            .help("keep at most 16 of them"));
    }
    for text in texts {
        let refused = match PasswordHash::parse(text) {
            Ok(_) => continue,
            Err(HashError::UnknownForm) => refuse(
                field,
                "field.hash_expected",
                "the value was not stored: the policy keeps only a password hash of it",
            )
            .help("send an Argon2, bcrypt, PBKDF2 or scrypt hash in its standard text form, or `{\"plain\": …}` to have it hashed"),
            Err(error @ HashError::Malformed { form }) => {
                refuse(field, error.code(), "the value was not stored: the password hash does not keep to its form")
                    .detail("form", form)
                    .help("send the hash whole, as the program wrote it that made it")
            }
            Err(error @ HashError::TooCostly { form }) => {
                refuse(field, error.code(), "the value was not stored: verifying the hash would take too long")
                    .detail("form", form)
                    .help("let the person set a new password")
            }
        };
        return Err(refused);
    }
    Ok(())
}

fn check_kind(field: &Field, value: &Value) -> Result<(), VaultError> {
    let fits = match field.kind {
        ValueKind::Text => value.is_string(),
        ValueKind::Number => value.is_number(),
        ValueKind::Flag => value.is_boolean(),
        ValueKind::Date => {
            value.as_str().is_some_and(|text| text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok())
        }
        ValueKind::Time => value.as_str().is_some_and(|text| text.parse::<candor_words::Instant>().is_ok()),
        ValueKind::List => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
    };
    if !fits {
        return Err(refuse(field, "field.wrong_kind", "the value was not stored: it is not of the field's kind")
            .detail("kind", kind_name(field.kind)));
    }
    let bytes = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::len).sum(),
        _ => 0,
    };
    if bytes > usize::try_from(field.bytes_max).unwrap_or(usize::MAX) {
        return Err(refuse(field, "field.too_long", "the value was not stored: it is longer than the policy allows")
            .detail("bytes_max", field.bytes_max));
    }
    Ok(())
}

fn kind_name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Text => "text",
        ValueKind::Number => "number",
        ValueKind::Flag => "true or false",
        ValueKind::Date => "a date such as 2026-11-21",
        ValueKind::Time => "an RFC 3339 instant",
        ValueKind::List => "a list of texts",
    }
}

fn refuse(field: &Field, code: &'static str, message: &'static str) -> VaultError {
    VaultError::unprocessable(code, message).detail("field", &field.name)
}

/// One spelling per identifier, so that look-ups find what was written otherwise.
pub(crate) fn normalised(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_lowercase(),
        other => other.to_string(),
    }
}
