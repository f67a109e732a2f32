//! The growing edge of the tree: the roots of its perfect subtrees, largest first.
//!
//! Promises: one more leaf costs two hashes on average, and the root at most 63 more.
//! Source: RFC 9162 §2.1.1 and §2.1.2.

use crate::tile::TILE_HEIGHT;
use crate::{Digest, hash_node};

/// A tree known by its size and the roots of its perfect subtrees.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    size: u64,
    peaks: Vec<Digest>,
}

impl Tree {
    /// Takes the peaks of a tree of `size` leaves, largest first, one per bit of `size`.
    pub(crate) fn from_peaks(size: u64, peaks: Vec<Digest>) -> Self {
        Self { size, peaks }
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, and tells `on_tile_hash` of each hash that belongs in a tile, with the
    /// tile's level.
    pub(crate) fn push(&mut self, leaf: Digest, mut on_tile_hash: impl FnMut(usize, &Digest)) {
        let mut hash = leaf;
        let mut height = 0;
        loop {
            if height % TILE_HEIGHT == 0 {
                on_tile_hash((height / TILE_HEIGHT) as usize, &hash);
            }
            // A set bit means that a left sibling of this height waits among the peaks.
            if (self.size >> height) & 1 == 0 {
                break;
            }
            let Some(left) = self.peaks.pop() else { break };
            hash = hash_node(&left, &hash);
            height += 1;
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// Returns the root; that of the empty tree is the hash of nothing.
    pub(crate) fn root(&self) -> Digest {
        let right_to_left = self.peaks.iter().rev().copied();
        right_to_left.reduce(|right, left| hash_node(&left, &right)).unwrap_or_else(|| Digest::of(b""))
    }
}
