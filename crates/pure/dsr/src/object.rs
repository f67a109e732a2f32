//! Members of JSON objects, read one by one, so that an error names the member and nothing of what stands in it.

use candor_words::{Instant, Secret};
use serde_json::{Map, Value};

/// A member is missing or not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the member `{member}` {why}")]
pub struct MemberError {
    /// Which.
    pub member: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

pub(crate) type Object = Map<String, Value>;

const fn wrong(member: &'static str, why: &'static str) -> MemberError {
    MemberError { member, why }
}

/// A text of 1 to `bytes_max` bytes, when it is there.
pub(crate) fn text<'a>(of: &'a Object, member: &'static str, bytes_max: usize) -> Result<Option<&'a str>, MemberError> {
    match of.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Err(wrong(member, "is empty")),
        Some(Value::String(text)) if text.len() > bytes_max => Err(wrong(member, "is longer than it may be")),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(member, "is no text")),
    }
}

/// A text that must be there.
pub(crate) fn needed<'a>(of: &'a Object, member: &'static str, bytes_max: usize) -> Result<&'a str, MemberError> {
    text(of, member, bytes_max)?.ok_or(wrong(member, "is missing"))
}

/// A text that says who somebody is.
pub(crate) fn secret(
    of: &Object,
    member: &'static str,
    bytes_max: usize,
) -> Result<Option<Secret<String>>, MemberError> {
    Ok(text(of, member, bytes_max)?.map(|text| Secret::new(text.to_owned())))
}

/// An instant of RFC 3339 that must be there.
pub(crate) fn instant(of: &Object, member: &'static str) -> Result<Instant, MemberError> {
    needed(of, member, 64)?.parse().map_err(|_| wrong(member, "is no instant of RFC 3339"))
}

/// A list of at most `most` members; empty when it is not there.
pub(crate) fn list<'a>(of: &'a Object, member: &'static str, most: usize) -> Result<&'a [Value], MemberError> {
    match of.get(member) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) if items.len() > most => Err(wrong(member, "has more members than it may have")),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(wrong(member, "is no list")),
    }
}

/// One of the words of an enumeration.
pub(crate) fn word<T>(
    of: &Object,
    member: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, MemberError> {
    text(of, member, 64)?.map(|word| read(word).ok_or(wrong(member, "is none of the words it may be"))).transpose()
}
