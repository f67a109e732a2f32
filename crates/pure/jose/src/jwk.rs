//! One public key as JSON (RFC 7517, 7518, 8037), and its thumbprint (RFC 7638).

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use serde_json::{Map, Value, json};

use crate::object::read_object;
use crate::text::{decode, digest_text, encode};
use crate::{Algorithm, JwkError};

const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=512;
const EXPONENT_BYTES_MAX: usize = 4;
const KEY_ID_BYTES_MAX: usize = 256;
const KEY_BYTES_MAX: usize = 8_192;
/// Members that only a private or symmetric key has.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A public key that verifies one algorithm, with the id by which tokens name it.
#[derive(Clone)]
pub struct Jwk {
    material: Material,
    key_id: Option<Arc<str>>,
    parsed: Arc<ParsedPublicKey>,
}

#[derive(Clone, PartialEq, Eq)]
enum Material {
    Ed25519([u8; 32]),
    P256([u8; 64]),
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
}

impl Jwk {
    /// Reads a key from its JSON text, of at most 8 192 bytes.
    ///
    /// # Errors
    /// No key, of a kind that is not spoken, or with its private part.
    pub fn parse(text: &[u8]) -> Result<Self, JwkError> {
        if text.len() > KEY_BYTES_MAX {
            return Err(JwkError::TooMany { bytes_max: KEY_BYTES_MAX, keys_max: 1 });
        }
        Self::from_members(&read_object(text).ok_or(JwkError::Malformed)?)
    }

    /// Reads a key from its members.
    ///
    /// # Errors
    /// As [`Jwk::parse`].
    pub fn from_members(members: &Map<String, Value>) -> Result<Self, JwkError> {
        if PRIVATE.iter().any(|member| members.contains_key(*member)) {
            return Err(JwkError::Private);
        }
        let material = Material::read(members)?;
        let algorithm = material.algorithm();
        let fits = |name: &str, is: &dyn Fn(&str) -> bool| match members.get(name) {
            None => Ok(()),
            Some(Value::String(value)) if is(value) => Ok(()),
            Some(Value::String(_)) => Err(JwkError::Unsupported),
            Some(_) => Err(JwkError::Malformed),
        };
        fits("alg", &|value| Algorithm::from_name(value) == Some(algorithm))?;
        fits("use", &|value| value == "sig")?;
        match members.get("key_ops") {
            None => {}
            Some(Value::Array(operations)) if operations.iter().any(|one| one == "verify") => {}
            Some(_) => return Err(JwkError::Unsupported),
        }
        let key_id = match members.get("kid") {
            None => None,
            Some(Value::String(id)) if id.len() <= KEY_ID_BYTES_MAX => Some(id.as_str()),
            Some(_) => return Err(JwkError::Malformed),
        };
        Self::of(material, key_id)
    }

    pub(crate) fn ed25519(public: [u8; 32]) -> Result<Self, JwkError> {
        Self::of(Material::Ed25519(public), None).map(Self::named_by_thumbprint)
    }

    pub(crate) fn p256(point: [u8; 64]) -> Result<Self, JwkError> {
        Self::of(Material::P256(point), None).map(Self::named_by_thumbprint)
    }

    pub(crate) fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, JwkError> {
        let material = Material::rsa(modulus, exponent)?;
        Self::of(material, None).map(Self::named_by_thumbprint)
    }

    fn of(material: Material, key_id: Option<&str>) -> Result<Self, JwkError> {
        let parsed = Arc::new(material.parsed()?);
        Ok(Self { material, key_id: key_id.map(Arc::from), parsed })
    }

    fn named_by_thumbprint(mut self) -> Self {
        self.key_id = Some(self.thumbprint().into());
        self
    }

    /// The algorithm that the key verifies, and no other.
    pub const fn algorithm(&self) -> Algorithm {
        self.material.algorithm()
    }

    /// The id by which a token names the key.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The SHA-256 thumbprint in base64url. Source: RFC 7638; RFC 8037, appendix A.3.
    pub fn thumbprint(&self) -> String {
        // The required members in the order of their names, without white space.
        let text = match &self.material {
            Material::Ed25519(x) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(x)),
            Material::P256(point) => {
                let (x, y) = point.split_at(32);
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, encode(x), encode(y))
            }
            Material::Rsa { modulus, exponent } => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, encode(exponent), encode(modulus))
            }
        };
        digest_text(text.as_bytes())
    }

    /// The key as a JSON object, with id, algorithm and use.
    pub fn to_json(&self) -> Value {
        let mut json = self.bare_json();
        json["alg"] = self.algorithm().name().into();
        json["use"] = "sig".into();
        if let Some(id) = self.key_id() {
            json["kid"] = id.into();
        }
        json
    }

    /// The key and nothing beside it, as a proof carries it.
    pub(crate) fn bare_json(&self) -> Value {
        match &self.material {
            Material::Ed25519(x) => json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(x) }),
            Material::P256(point) => {
                let (x, y) = point.split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) })
            }
            Material::Rsa { modulus, exponent } => {
                json!({ "kty": "RSA", "n": encode(modulus), "e": encode(exponent) })
            }
        }
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

impl Material {
    fn read(members: &Map<String, Value>) -> Result<Self, JwkError> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let bytes = |name: &str| text(name).and_then(decode).ok_or(JwkError::Malformed);
        let coordinate = |name: &str| <[u8; 32]>::try_from(bytes(name)?).map_err(|_| JwkError::Malformed);
        match (text("kty").ok_or(JwkError::Malformed)?, text("crv")) {
            ("OKP", Some("Ed25519")) => Ok(Self::Ed25519(coordinate("x")?)),
            ("EC", Some("P-256")) => {
                let mut point = [0; 64];
                point[..32].copy_from_slice(&coordinate("x")?);
                point[32..].copy_from_slice(&coordinate("y")?);
                Ok(Self::P256(point))
            }
            ("RSA", _) => Self::rsa(&bytes("n")?, &bytes("e")?),
            _ => Err(JwkError::Unsupported),
        }
    }

    /// Some providers write a leading zero: it is left out, as RFC 7518, section 6.3.1.1 wants it.
    fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, JwkError> {
        let (modulus, exponent) = (without_zeros(modulus), without_zeros(exponent));
        let fits = MODULUS_BYTES.contains(&modulus.len()) && (1..=EXPONENT_BYTES_MAX).contains(&exponent.len());
        // Even numbers are no modulus or exponent, and 1 would make every signature verify.
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
        if !fits || !is_odd(modulus) || !is_odd(exponent) || exponent == [1] {
            return Err(JwkError::Unsupported);
        }
        Ok(Self::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
    }

    const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::EdDsa,
            Self::P256(_) => Algorithm::Es256,
            Self::Rsa { .. } => Algorithm::Rs256,
        }
    }

    /// A point off its curve is refused here.
    fn parsed(&self) -> Result<ParsedPublicKey, JwkError> {
        let parsed = match self {
            Self::Ed25519(public) => ParsedPublicKey::new(&ED25519, public),
            Self::P256(point) => {
                let mut uncompressed = [4; 65];
                uncompressed[1..].copy_from_slice(point);
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, uncompressed)
            }
            Self::Rsa { modulus, exponent } => {
                RsaPublicKeyComponents { n: modulus, e: exponent }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            }
        };
        parsed.map_err(|_| JwkError::Malformed)
    }
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let n_zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(n_zeros..).unwrap_or_default()
}

impl fmt::Debug for Jwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jwk({}, {})", self.algorithm(), self.thumbprint())
    }
}

impl PartialEq for Jwk {
    fn eq(&self, other: &Self) -> bool {
        self.material == other.material && self.key_id == other.key_id
    }
}

impl Eq for Jwk {}

impl serde::Serialize for Jwk {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(to)
    }
}
