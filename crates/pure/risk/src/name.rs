//! Names of values: a keyed hash stands for an address or a user agent wherever counts are kept.
//!
//! Equal values of one level have equal names under one key; without the key a name says nothing, and levels never
//! share one.

use aws_lc_rs::hmac;
use candor_words::{HexError, Secret, from_hex, to_hex};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Level;

const LABEL: &[u8] = b"candor risk v1 value";
const NAME_BYTES: usize = 16;

/// The key that names are made under; one for each tenant.
pub struct NameKey(hmac::Key);

impl NameKey {
    /// Takes a key of 32 random bytes.
    pub fn new(key: &Secret<[u8; 32]>) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.expose()))
    }

    /// The name of a value: HMAC-SHA-256 over label, level and value, its first sixteen bytes.
    pub fn name(&self, level: Level, value: &[u8]) -> ValueName {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [LABEL, level.as_str().as_bytes()] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.update(value);
        let tag = context.sign();
        let mut name = [0; NAME_BYTES];
        name.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        ValueName(name)
    }
}

impl std::fmt::Debug for NameKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NameKey(…)")
    }
}

/// The name of a value of one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueName([u8; NAME_BYTES]);

impl ValueName {
    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; NAME_BYTES] {
        &self.0
    }
}

impl std::fmt::Display for ValueName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl std::str::FromStr for ValueName {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        from_hex(text).map(Self)
    }
}

impl Serialize for ValueName {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ValueName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> NameKey {
        NameKey::new(&Secret::new([byte; 32]))
    }

    #[test]
    fn a_name_depends_on_key_level_and_value() {
        let name = key(1).name(Level::Address, b"192.0.2.1");
        assert_eq!(name, key(1).name(Level::Address, b"192.0.2.1"));
        assert_ne!(name, key(2).name(Level::Address, b"192.0.2.1"));
        assert_ne!(name, key(1).name(Level::Country, b"192.0.2.1"));
        assert_ne!(name, key(1).name(Level::Address, b"192.0.2.2"));
    }

    #[test]
    fn a_name_reads_back_from_its_text() {
        let name = key(1).name(Level::Browser, b"Firefox 128");
        assert_eq!(name.to_string().parse::<ValueName>().unwrap(), name);
        assert_eq!(format!("{:?}", key(1)), "NameKey(…)");
    }
}
