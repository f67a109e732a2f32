//! One entry as the directory tells it.

use ldap3::ResultEntry;
use ldap3::asn1::StructureTag;

use crate::name::{Name, normal};

/// One entry. What it says is never printed.
#[derive(Clone, Default)]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) dn: String,
    /// Its attributes, each by its description (`cn;lang-de`, `member;range=0-1499`).
    pub(crate) attributes: Vec<(String, Vec<Vec<u8>>)>,
}

impl Entry {
    /// Reads what the directory sent; nothing, when it is no entry.
    pub(crate) fn read(sent: ResultEntry) -> Option<Self> {
        let mut parts = sent.0.match_id(4)?.expect_constructed()?.into_iter();
        let dn = text(parts.next()?)?;
        let attributes = parts.next()?.expect_constructed()?.into_iter().map(attribute).collect::<Option<Vec<_>>>()?;
        Some(Self { dn, attributes })
    }

    /// The values of an attribute, those with options too.
    pub(crate) fn values<'a>(&'a self, attribute: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let of =
            self.attributes.iter().filter(move |(description, _)| plain(description).eq_ignore_ascii_case(attribute));
        of.flat_map(|(_, values)| values.iter().map(Vec::as_slice))
    }

    /// The values of an attribute as text.
    pub(crate) fn texts<'a>(&'a self, attribute: &'a str) -> impl Iterator<Item = String> {
        self.values(attribute).map(move |value| as_text(attribute, value))
    }

    /// The descriptions under which an attribute has values.
    pub(crate) fn descriptions<'a>(&'a self, attribute: &'a str) -> impl Iterator<Item = &'a str> {
        let names = self.attributes.iter().map(|(description, _)| description.as_str());
        names.filter(move |description| plain(description).eq_ignore_ascii_case(attribute))
    }

    /// Its object classes.
    pub(crate) fn classes(&self) -> Vec<String> {
        self.texts("objectClass").collect()
    }

    /// The attributes and values that its name is made of.
    pub(crate) fn own_parts(&self) -> Vec<(String, String)> {
        let name = Name::parse(&self.dn);
        let parts = name.iter().flat_map(|name| name.own());
        parts.map(|part| (part.attribute.clone(), part.value.clone())).collect()
    }

    /// Whether it has a value that is the same as a text, as directories compare.
    pub(crate) fn has(&self, attribute: &str, value: &str) -> bool {
        let value = normal(value);
        self.texts(attribute).any(|text| normal(&text) == value)
    }
}

/// An attribute without its options.
pub(crate) fn plain(description: &str) -> &str {
    description.split(';').next().unwrap_or(description)
}

/// A value as text: bytes in hexadecimal, and so are Active Directory's ids even when they happen to be text.
pub(crate) fn as_text(attribute: &str, value: &[u8]) -> String {
    let is_bytes = is_bytes(attribute);
    match std::str::from_utf8(value) {
        Ok(text) if !is_bytes => text.to_owned(),
        _ => candor_words::to_hex(value),
    }
}

/// Whether an attribute's values are bytes, whatever the schema calls them.
pub(crate) fn is_bytes(attribute: &str) -> bool {
    let names = ["objectGUID", "objectSid", "mS-DS-ConsistencyGuid", "sIDHistory", "thumbnailPhoto", "jpegPhoto"];
    names.iter().any(|name| name.eq_ignore_ascii_case(attribute))
}

/// The bytes that a text writes in hexadecimal.
pub(crate) fn bytes_of(hexadecimal: &str) -> Option<Vec<u8>> {
    if !hexadecimal.len().is_multiple_of(2) || !hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = (0..hexadecimal.len()).step_by(2).map(|at| hexadecimal.get(at..at + 2));
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

fn attribute(tag: StructureTag) -> Option<(String, Vec<Vec<u8>>)> {
    let mut parts = tag.expect_constructed()?.into_iter();
    let description = text(parts.next()?)?;
    let values = parts.next()?.expect_constructed()?.into_iter().map(StructureTag::expect_primitive);
    Some((description, values.collect::<Option<Vec<_>>>()?))
}

fn text(tag: StructureTag) -> Option<String> {
    String::from_utf8(tag.expect_primitive()?).ok()
}
