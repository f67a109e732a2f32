//! Tiles: the tree cut into pieces of eight levels, 256 hashes wide, that never change once full.
//!
//! Source: C2SP tlog-tiles.

use crate::Digest;

/// How many hashes a full tile holds.
pub const TILE_WIDTH: u16 = 256;
/// The bytes of each hash in a tile.
pub const HASH_BYTES: usize = 32;
/// How many levels of the tree one tile spans.
pub(crate) const TILE_HEIGHT: u32 = 8;

/// Gives tiles as they were written.
pub trait TileSource {
    /// Returns at least the first `width` hashes of a tile, 32 bytes each; `None` when the tile
    /// is not there. A wider state of the same tile may be given in its place.
    fn tile(&self, level: u8, index: u64, width: u16) -> Option<Vec<u8>>;
}

impl<F: Fn(u8, u64, u16) -> Option<Vec<u8>>> TileSource for F {
    fn tile(&self, level: u8, index: u64, width: u16) -> Option<Vec<u8>> {
        self(level, index, width)
    }
}

/// Returns how many hashes a tile has in a log of `size` entries; 0 when it does not exist yet.
pub fn partial_width(size: u64, level: u8, index: u64) -> u16 {
    let hashes = size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0);
    let before = index.saturating_mul(u64::from(TILE_WIDTH));
    hashes.saturating_sub(before).min(u64::from(TILE_WIDTH)) as u16
}

/// Reads the hash at a position of a tile.
pub(crate) fn hash_at(tile: &[u8], position: usize) -> Option<Digest> {
    let start = position.checked_mul(HASH_BYTES)?;
    let bytes = tile.get(start..start + HASH_BYTES)?;
    bytes.try_into().ok().map(Digest)
}
