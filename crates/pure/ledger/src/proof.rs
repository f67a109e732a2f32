//! Makes proofs from tiles.
//!
//! Source: RFC 9162 §2.1.3.1 (inclusion) and §2.1.4.1 (consistency).

use std::collections::HashMap;

use crate::tile::{HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, TileSource, hash_at, partial_width};
use crate::{Digest, hash_node};

/// Shows that an entry is in the tree of a given size.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    /// The entry's position.
    pub index: u64,
    /// The size of the tree that it is in.
    pub size: u64,
    /// The siblings from the leaf up to the root.
    pub path: Vec<Digest>,
}

/// Shows that the tree of one size begins with all of a smaller one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyProof {
    /// The smaller size.
    pub old_size: u64,
    /// The larger size.
    pub size: u64,
    /// The hashes in RFC 9162's order.
    pub path: Vec<Digest>,
}

/// Why a proof was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A position or size beyond the tree.
    #[error("the proof was not made: the log has only `{size}` entries; ask within them")]
    BeyondSize {
        /// The tree's size.
        size: u64,
    },
    /// A tile is not there.
    #[error(
        "the proof was not made: tile `{index}` of level `{level}` is missing at width `{width}`; restore the store"
    )]
    TileMissing {
        /// The tile's level.
        level: u8,
        /// The tile's position.
        index: u64,
        /// How many of its hashes are needed.
        width: u16,
    },
    /// A tile has fewer hashes than the log's size says.
    #[error(
        "the proof was not made: tile `{index}` of level `{level}` is shorter than the log's size says; restore the store"
    )]
    TileShort {
        /// The tile's level.
        level: u8,
        /// The tile's position.
        index: u64,
    },
}

/// Proves that the entry at `index` is in the log of `size` entries.
///
/// # Errors
/// `BeyondSize`, and a tile that is missing or short.
pub fn inclusion_proof(tiles: &dyn TileSource, index: u64, size: u64) -> Result<InclusionProof, ProofError> {
    if index >= size {
        return Err(ProofError::BeyondSize { size });
    }
    let mut reader = TileReader::new(tiles, size);
    let mut path = Vec::new();
    let (mut from, mut to) = (0, size);
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            path.push(reader.range(middle, to)?);
            to = middle;
        } else {
            path.push(reader.range(from, middle)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(InclusionProof { index, size, path })
}

/// Proves that the log of `size` entries begins with that of `old_size`. From an old size of 0
/// there is nothing to prove and the path is empty.
///
/// # Errors
/// `BeyondSize`, and a tile that is missing or short.
pub fn consistency_proof(tiles: &dyn TileSource, old_size: u64, size: u64) -> Result<ConsistencyProof, ProofError> {
    if old_size > size {
        return Err(ProofError::BeyondSize { size });
    }
    let mut path = Vec::new();
    if old_size > 0 {
        let mut reader = TileReader::new(tiles, size);
        let (mut from, mut to) = (0, size);
        while to > old_size {
            let middle = from + split(to - from);
            if old_size <= middle {
                path.push(reader.range(middle, to)?);
                to = middle;
            } else {
                path.push(reader.range(from, middle)?);
                from = middle;
            }
        }
        // The old tree's own last subtree: the verifier knows it only when it is the whole old tree.
        if from > 0 {
            path.push(reader.range(from, to)?);
        }
    }
    path.reverse();
    Ok(ConsistencyProof { old_size, size, path })
}

/// Returns the root of the log's first `size` entries.
///
/// # Errors
/// A tile that is missing or short.
pub fn root_at(tiles: &dyn TileSource, size: u64) -> Result<Digest, ProofError> {
    if size == 0 {
        return Ok(Digest::of(b""));
    }
    TileReader::new(tiles, size).range(0, size)
}

/// Returns the largest power of two below `n`, for `n` of at least 2.
fn split(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// Reads hashes out of tiles, each tile once.
pub(crate) struct TileReader<'a> {
    tiles: &'a dyn TileSource,
    size: u64,
    read: HashMap<(u8, u64), Vec<u8>>,
}

impl<'a> TileReader<'a> {
    pub(crate) fn new(tiles: &'a dyn TileSource, size: u64) -> Self {
        Self { tiles, size, read: HashMap::new() }
    }

    /// Returns the roots of the perfect subtrees of the whole tree, largest first.
    pub(crate) fn peaks(&mut self) -> Result<Vec<Digest>, ProofError> {
        let mut peaks = Vec::new();
        let mut from = 0;
        while from < self.size {
            let height = (self.size - from).ilog2();
            peaks.push(self.subtree(height, from >> height)?);
            from += 1 << height;
        }
        Ok(peaks)
    }

    /// Returns the hashes of a tile, cut to the width that the log's size gives it.
    pub(crate) fn hashes(&mut self, level: u8, index: u64) -> Result<Vec<u8>, ProofError> {
        self.tile(level, index).map(<[u8]>::to_vec)
    }

    /// Returns the root of the entries `from..to`. INVARIANT: `from` is a multiple of the
    /// smallest power of two that is not below `to - from`, as RFC 9162's splits give it.
    fn range(&mut self, from: u64, to: u64) -> Result<Digest, ProofError> {
        let n = to - from;
        if n.is_power_of_two() {
            let height = n.trailing_zeros();
            return self.subtree(height, from >> height);
        }
        let middle = from + split(n);
        let left = self.range(from, middle)?;
        Ok(hash_node(&left, &self.range(middle, to)?))
    }

    /// Returns the root of the perfect subtree of a height, at its position among those.
    fn subtree(&mut self, height: u32, position: u64) -> Result<Digest, ProofError> {
        let level = (height / TILE_HEIGHT) as u8;
        let n_hashes = 1 << (height % TILE_HEIGHT);
        let first = position * n_hashes;
        let index = first / u64::from(TILE_WIDTH);
        let start = (first % u64::from(TILE_WIDTH)) as usize;
        let tile = self.tile(level, index)?;
        let mut hashes = Vec::with_capacity(n_hashes as usize);
        for at in start..start + n_hashes as usize {
            hashes.push(hash_at(tile, at).ok_or(ProofError::TileShort { level, index })?);
        }
        while hashes.len() > 1 {
            hashes = hashes.as_chunks().0.iter().map(|[left, right]| hash_node(left, right)).collect();
        }
        hashes.first().copied().ok_or(ProofError::TileShort { level, index })
    }

    fn tile(&mut self, level: u8, index: u64) -> Result<&[u8], ProofError> {
        use std::collections::hash_map::Entry::{Occupied, Vacant};
        let tile = match self.read.entry((level, index)) {
            Occupied(read) => read.into_mut(),
            Vacant(room) => {
                let width = partial_width(self.size, level, index);
                let missing = ProofError::TileMissing { level, index, width };
                let mut tile = self.tiles.tile(level, index, width).ok_or(missing)?;
                let bytes = usize::from(width) * HASH_BYTES;
                if tile.len() < bytes {
                    return Err(ProofError::TileShort { level, index });
                }
                tile.truncate(bytes);
                room.insert(tile)
            }
        };
        Ok(tile)
    }
}
