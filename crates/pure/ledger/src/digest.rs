//! SHA-256 digests and the two hashes of the tree.
//!
//! Source: RFC 9162 §2.1.1.

use aws_lc_rs::digest::{Context, SHA256, digest};
use candor_words::{HexError, from_hex, to_hex};

/// A SHA-256 digest; in text, lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Hashes bytes as they are.
    pub fn of(bytes: &[u8]) -> Self {
        taken(digest(&SHA256, bytes).as_ref())
    }

    /// Returns the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A digest of bytes that come in pieces.
#[derive(Clone)]
pub struct Hashing(Context);

impl Hashing {
    /// Takes a further piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest of all pieces, one after the other.
    pub fn finish(self) -> Digest {
        taken(self.0.finish().as_ref())
    }
}

impl Default for Hashing {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl std::fmt::Debug for Hashing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hashing")
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Digest {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        from_hex(text).map(Self)
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Leaves up to this long are hashed from the stack in one call, which is twice as fast.
const SHORT_LEAF_BYTES: usize = 512;

/// Hashes an entry as a leaf: SHA-256 of 0x00 and the entry.
pub fn hash_leaf(entry: &[u8]) -> Digest {
    let mut short = [0; SHORT_LEAF_BYTES + 1];
    if let Some(room) = short.get_mut(1..=entry.len()) {
        room.copy_from_slice(entry);
        return Digest::of(short.get(..=entry.len()).unwrap_or_default());
    }
    let mut context = Context::new(&SHA256);
    context.update(&[0]);
    context.update(entry);
    taken(context.finish().as_ref())
}

/// Hashes two subtrees into one: SHA-256 of 0x01, left and right.
pub fn hash_node(left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Digest::of(&bytes)
}

/// INVARIANT: SHA-256 gives 32 bytes.
fn taken(bytes: &[u8]) -> Digest {
    Digest(bytes.try_into().unwrap_or_default())
}
