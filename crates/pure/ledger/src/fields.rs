//! Which fields of the plan an entry speaks of, as a bitmap without trailing zero bytes.

/// The most fields a plan may number.
pub const FIELDS_MAX: usize = 512;

const BYTES_MAX: usize = FIELDS_MAX / 8;

/// A set of field positions in the plan's order, 0 to 511.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FieldBits([u8; BYTES_MAX]);

impl FieldBits {
    /// The set without fields.
    pub const EMPTY: Self = Self([0; BYTES_MAX]);

    /// Takes the words of a bitset: field `i` is bit `i % 64` of word `i / 64`. Words beyond
    /// the eighth are not looked at.
    pub fn from_words(words: &[u64]) -> Self {
        let mut bits = Self::EMPTY;
        for (room, word) in bits.0.chunks_exact_mut(8).zip(words) {
            room.copy_from_slice(&word.to_le_bytes());
        }
        bits
    }

    /// Adds a field; `false` when its position is beyond [`FIELDS_MAX`].
    pub fn insert(&mut self, position: usize) -> bool {
        match self.0.get_mut(position / 8) {
            Some(byte) => {
                *byte |= 1 << (position % 8);
                true
            }
            None => false,
        }
    }

    /// Tells whether a field is in the set.
    pub fn contains(&self, position: usize) -> bool {
        self.0.get(position / 8).is_some_and(|byte| byte & (1 << (position % 8)) != 0)
    }

    /// Lists the positions in rising order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..FIELDS_MAX).filter(|position| self.contains(*position))
    }

    /// Returns the canonical bytes: no zero byte at the end.
    pub fn trimmed(&self) -> &[u8] {
        let len = self.0.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        self.0.get(..len).unwrap_or_default()
    }

    /// Reads canonical bytes; `None` when too long or with a zero byte at the end.
    pub fn from_trimmed(bytes: &[u8]) -> Option<Self> {
        let mut bits = Self::EMPTY;
        bits.0.get_mut(..bytes.len())?.copy_from_slice(bytes);
        (bytes.last() != Some(&0)).then_some(bits)
    }
}

impl FromIterator<usize> for FieldBits {
    /// Positions beyond [`FIELDS_MAX`] are left out.
    fn from_iter<I: IntoIterator<Item = usize>>(positions: I) -> Self {
        let mut bits = Self::EMPTY;
        for position in positions {
            bits.insert(position);
        }
        bits
    }
}

impl std::fmt::Debug for FieldBits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl serde::Serialize for FieldBits {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for FieldBits {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let positions = Vec::<usize>::deserialize(from)?;
        if positions.iter().any(|position| *position >= FIELDS_MAX) {
            return Err(serde::de::Error::custom("a field position is beyond `511`"));
        }
        Ok(positions.into_iter().collect())
    }
}
