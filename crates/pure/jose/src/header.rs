//! The header of a signature (RFC 7515, section 4): read whole, and refused when it would choose key or rules.

use serde_json::{Map, Value};

use crate::object::read_object;
use crate::{Algorithm, JwsError};

const TYPE_BYTES_MAX: usize = 64;
const KEY_ID_BYTES_MAX: usize = 256;

/// Parameters with which a token would bring or point to its own key, or change what is signed. `jwk` stands first:
/// it alone is read elsewhere, in proofs.
const REFUSED: [&str; 9] = ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc", "epk"];

pub(crate) struct Header {
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<String>,
    pub(crate) typ: Option<String>,
    /// The key of a proof.
    pub(crate) key: Option<Map<String, Value>>,
}

impl Header {
    /// Reads the header of a token: no key may stand in it.
    pub(crate) fn of_token(bytes: &[u8]) -> Result<Self, JwsError> {
        Self::read(bytes, &REFUSED)
    }

    /// Reads the header of a proof, which brings its key.
    pub(crate) fn of_proof(bytes: &[u8]) -> Result<Self, JwsError> {
        Self::read(bytes, &REFUSED[1..])
    }

    fn read(bytes: &[u8], refused: &[&'static str]) -> Result<Self, JwsError> {
        let mut members = read_object(bytes).ok_or(JwsError::Malformed)?;
        if let Some(parameter) = refused.iter().find(|name| members.contains_key(**name)) {
            return Err(JwsError::HeaderRefused { parameter });
        }
        let Some(Value::String(algorithm)) = members.get("alg") else { return Err(JwsError::Malformed) };
        let algorithm = Algorithm::from_name(algorithm).ok_or(JwsError::AlgorithmRefused)?;
        let key_id = text(&members, "kid", KEY_ID_BYTES_MAX)?;
        let typ = text(&members, "typ", TYPE_BYTES_MAX)?;
        let key = match members.remove("jwk") {
            None => None,
            Some(Value::Object(key)) => Some(key),
            Some(_) => return Err(JwsError::Malformed),
        };
        Ok(Self { algorithm, key_id, typ, key })
    }

    /// Whether the token is of a type. Source: RFC 7515, section 4.1.9 (`application/` may be left out; letter case
    /// does not count).
    pub(crate) fn is_of_type(&self, expected: &str) -> bool {
        let Some(typ) = self.typ.as_deref() else { return false };
        let bare = |text: &str| {
            let text = text.to_ascii_lowercase();
            text.strip_prefix("application/").map(str::to_owned).unwrap_or(text)
        };
        bare(typ) == bare(expected)
    }
}

fn text(members: &Map<String, Value>, name: &str, bytes_max: usize) -> Result<Option<String>, JwsError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if text.len() <= bytes_max => Ok(Some(text.clone())),
        Some(_) => Err(JwsError::Malformed),
    }
}
