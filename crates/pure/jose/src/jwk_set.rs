//! The public keys of a party (RFC 7517, section 5), as it publishes them.

use serde_json::{Value, json};

use crate::object::read_object;
use crate::{Algorithm, Jwk, JwkError};

/// How long the text of a set may be.
pub const KEY_SET_BYTES_MAX: usize = 131_072;
/// How many keys a set may hold.
pub const KEYS_MAX: usize = 64;

/// Public keys, each with its own algorithm.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

impl JwkSet {
    /// Makes a set; of more than [`KEYS_MAX`] keys the first ones.
    pub fn of(keys: impl IntoIterator<Item = Jwk>) -> Self {
        Self { keys: keys.into_iter().take(KEYS_MAX).collect() }
    }

    /// Reads a set. Keys of kinds that are not spoken are left out, as RFC 7517, section 5 wants it; so are keys with
    /// their private part, which nobody should trust any more.
    ///
    /// # Errors
    /// Too long, too many keys, or no set of keys.
    pub fn parse(text: &[u8]) -> Result<Self, JwkError> {
        let too_many = JwkError::TooMany { bytes_max: KEY_SET_BYTES_MAX, keys_max: KEYS_MAX };
        if text.len() > KEY_SET_BYTES_MAX {
            return Err(too_many);
        }
        let members = read_object(text).ok_or(JwkError::Malformed)?;
        let keys = members.get("keys").and_then(Value::as_array).ok_or(JwkError::Malformed)?;
        if keys.len() > KEYS_MAX {
            return Err(too_many);
        }
        let read = |key: &Value| key.as_object().and_then(|members| Jwk::from_members(members).ok());
        Ok(Self { keys: keys.iter().filter_map(read).collect() })
    }

    /// The keys, in the order in which they were given.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// The set as a JSON object.
    pub fn to_json(&self) -> Value {
        json!({ "keys": self.keys })
    }

    /// The keys that may have made a signature: those of its algorithm, and of the id that it names, if any.
    pub(crate) fn candidates(&self, algorithm: Algorithm, key_id: Option<&str>) -> impl Iterator<Item = &Jwk> {
        let is_named = move |key: &&Jwk| key_id.is_none_or(|id| key.key_id() == Some(id));
        self.keys.iter().filter(move |key| key.algorithm() == algorithm).filter(is_named)
    }
}

impl serde::Serialize for JwkSet {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(to)
    }
}
