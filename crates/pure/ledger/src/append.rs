//! Puts entries at the end of the log and says which tiles and bundles to write.
//!
//! Two steps, so that a failed transaction changes nothing: [`Appender::prepare`] works the new
//! state out, the store writes it, and only then [`Appender::commit`] makes it the present one.
//! Touched tiles and bundles are written whole; a full one is never touched again.
//!
//! ```
//! use candor_ledger::Appender;
//!
//! let mut log = Appender::new();
//! let (appended, next) = log.prepare(&[b"first".as_slice(), b"second"])?;
//! for (path, bytes) in appended.files() {
//!     // write, in the transaction that also writes what the entries speak of
//!     assert!(path.starts_with("tile/") && !bytes.is_empty());
//! }
//! // the transaction has committed:
//! log.commit(next)?;
//! assert_eq!((log.size(), log.root()), (2, appended.root));
//! # Ok::<(), candor_ledger::AppendError>(())
//! ```

use crate::bundle::{BUNDLE_ENTRIES_MAX, put_entry, split_bundle};
use crate::entry::ENTRY_BYTES_MAX;
use crate::proof::TileReader;
use crate::tile::{HASH_BYTES, TILE_WIDTH, TileSource, partial_width};
use crate::tree::Tree;
use crate::{Digest, ProofError, bundle_path, hash_leaf, tile_path};

const TILE_BYTES: usize = TILE_WIDTH as usize * HASH_BYTES;

/// A tile to write, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileWrite {
    /// The tile's level; level 0 holds leaf hashes.
    pub level: u8,
    /// The tile's position in its level.
    pub index: u64,
    /// Its hashes, 32 bytes each.
    pub hashes: Vec<u8>,
}

impl TileWrite {
    /// Returns how many hashes it holds; 256 is a full tile, which stays as it is for ever.
    pub fn width(&self) -> u16 {
        (self.hashes.len() / HASH_BYTES) as u16
    }
}

/// A bundle to write, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleWrite {
    /// The bundle's position.
    pub index: u64,
    /// How many entries it holds; 256 is a full bundle, which stays as it is for ever.
    pub width: u16,
    /// The entries, each after its length in two bytes.
    pub bytes: Vec<u8>,
}

/// What an append amounts to: where the entries are, and what the store has to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The position of the first new entry; the others follow it.
    pub first_index: u64,
    /// The log's new size.
    pub size: u64,
    /// The new root, to be signed.
    pub root: Digest,
    /// Tiles to write.
    pub tiles: Vec<TileWrite>,
    /// Bundles to write.
    pub bundles: Vec<BundleWrite>,
}

impl Appended {
    /// Lists what to write as files: paths as tlog-tiles has them, and their bytes.
    pub fn files(&self) -> impl Iterator<Item = (String, &[u8])> {
        let tiles =
            self.tiles.iter().map(|tile| (tile_path(tile.level, tile.index, tile.width()), tile.hashes.as_slice()));
        let bundles = self.bundles.iter().map(|one| (bundle_path(one.index, one.width), one.bytes.as_slice()));
        tiles.chain(bundles)
    }
}

/// The state after a prepared append; [`Appender::commit`] takes it.
#[derive(Debug)]
pub struct Next {
    from_size: u64,
    edge: Edge,
}

/// Why an append or a restoration did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// An entry longer than entries may be.
    #[error("nothing was appended: an entry is longer than `{ENTRY_BYTES_MAX}` bytes; shorten it")]
    EntryTooLong,
    /// Another append was committed since this one was prepared.
    #[error(
        "the append was not committed: the log has grown from `{prepared_at}` to `{size}` entries since; prepare it again"
    )]
    Stale {
        /// The size that the append was prepared for.
        prepared_at: u64,
        /// The present size.
        size: u64,
    },
    /// The tiles of the log's edge cannot be read.
    #[error("the log was not restored: a tile of its edge cannot be read; restore the store")]
    TileUnreadable(#[source] ProofError),
    /// The last bundle is not that of the tiles.
    #[error("the log was not restored: its last bundle does not match its tiles; restore the store")]
    BundleDiffers,
}

/// The log's right edge: all that is needed to append.
#[derive(Debug, Default)]
pub struct Appender {
    edge: Edge,
}

impl Appender {
    /// Begins an empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes up a log of `size` entries again, from its tiles and its last, partial bundle
    /// (empty when `size` is a multiple of 256).
    ///
    /// # Errors
    /// `TileUnreadable`, or `BundleDiffers` when the bundle's entries are not those of the tiles.
    pub fn restore(size: u64, tiles: &dyn TileSource, bundle: Vec<u8>) -> Result<Self, AppendError> {
        let mut reader = TileReader::new(tiles, size);
        let peaks = reader.peaks().map_err(AppendError::TileUnreadable)?;
        let mut edge = Edge { tree: Tree::from_peaks(size, peaks), tiles: Vec::new(), bundle };
        let mut level = 0;
        while let Some(hashes) = size.checked_shr(8 * u32::from(level)).filter(|hashes| *hashes > 0) {
            let index = hashes / u64::from(TILE_WIDTH);
            let width = usize::from(partial_width(size, level, index));
            let hashes = if width == 0 {
                Vec::new()
            } else {
                reader.hashes(level, index).map_err(AppendError::TileUnreadable)?
            };
            edge.tiles.push(hashes);
            level += 1;
        }
        if !edge.bundle_matches() {
            return Err(AppendError::BundleDiffers);
        }
        Ok(Self { edge })
    }

    /// Returns how many entries the log holds.
    pub fn size(&self) -> u64 {
        self.edge.tree.size()
    }

    /// Returns the present root.
    pub fn root(&self) -> Digest {
        self.edge.tree.root()
    }

    /// Works an append out, and leaves the log as it is.
    ///
    /// # Errors
    /// `EntryTooLong`.
    pub fn prepare<E: AsRef<[u8]>>(&self, entries: &[E]) -> Result<(Appended, Next), AppendError> {
        if entries.iter().any(|entry| entry.as_ref().len() > ENTRY_BYTES_MAX) {
            return Err(AppendError::EntryTooLong);
        }
        let first_index = self.size();
        let mut edge = self.edge.clone();
        let mut appended = Appended {
            first_index,
            size: first_index,
            root: Digest::default(),
            tiles: Vec::new(),
            bundles: Vec::new(),
        };
        for entry in entries {
            edge.push(entry.as_ref(), &mut appended);
        }
        edge.write_partial(&mut appended);
        appended.size = edge.tree.size();
        appended.root = edge.tree.root();
        Ok((appended, Next { from_size: first_index, edge }))
    }

    /// Makes a prepared append the present state, after the store has written it.
    ///
    /// # Errors
    /// `Stale` when another append was committed in between; the log is then as it was.
    pub fn commit(&mut self, next: Next) -> Result<(), AppendError> {
        if next.from_size != self.size() {
            return Err(AppendError::Stale { prepared_at: next.from_size, size: self.size() });
        }
        self.edge = next.edge;
        Ok(())
    }

    /// Prepares and commits at once, for a store that cannot fail.
    ///
    /// # Errors
    /// `EntryTooLong`.
    pub fn append<E: AsRef<[u8]>>(&mut self, entries: &[E]) -> Result<Appended, AppendError> {
        let (appended, next) = self.prepare(entries)?;
        self.commit(next)?;
        Ok(appended)
    }
}

/// The tree's peaks, the partial tile of each level, and the partial bundle.
#[derive(Debug, Clone, Default)]
struct Edge {
    tree: Tree,
    tiles: Vec<Vec<u8>>,
    bundle: Vec<u8>,
}

impl Edge {
    /// INVARIANT: the entry's length was checked and fits two bytes.
    fn push(&mut self, entry: &[u8], appended: &mut Appended) {
        let index = self.tree.size() / BUNDLE_ENTRIES_MAX as u64;
        put_entry(&mut self.bundle, entry);
        let Self { tree, tiles, bundle } = self;
        let size = tree.size() + 1;
        tree.push(hash_leaf(entry), |level, hash| {
            if tiles.len() <= level {
                tiles.resize_with(level + 1, Vec::new);
            }
            let Some(tile) = tiles.get_mut(level) else { return };
            tile.extend_from_slice(&hash.0);
            if tile.len() == TILE_BYTES {
                let index = (size >> (8 * (level as u32 + 1))) - 1;
                let hashes = std::mem::replace(tile, Vec::with_capacity(TILE_BYTES));
                appended.tiles.push(TileWrite { level: level as u8, index, hashes });
            }
        });
        if size.is_multiple_of(BUNDLE_ENTRIES_MAX as u64) {
            let next = Vec::with_capacity(bundle.len());
            appended.bundles.push(BundleWrite { index, width: TILE_WIDTH, bytes: std::mem::replace(bundle, next) });
        }
    }

    /// Adds the partial tiles and the partial bundle that the append has changed.
    fn write_partial(&self, appended: &mut Appended) {
        let (before, size) = (appended.first_index, self.tree.size());
        for (level, hashes) in self.tiles.iter().enumerate() {
            let shift = 8 * level as u32;
            if !hashes.is_empty() && before >> shift != size >> shift {
                let index = (size >> shift) / u64::from(TILE_WIDTH);
                appended.tiles.push(TileWrite { level: level as u8, index, hashes: hashes.clone() });
            }
        }
        let width = (size % BUNDLE_ENTRIES_MAX as u64) as u16;
        if width > 0 && before != size {
            let index = size / BUNDLE_ENTRIES_MAX as u64;
            appended.bundles.push(BundleWrite { index, width, bytes: self.bundle.clone() });
        }
    }

    fn bundle_matches(&self) -> bool {
        let Ok(entries) = split_bundle(&self.bundle) else { return false };
        let leaves: Vec<u8> = entries.iter().flat_map(|entry| hash_leaf(entry).0).collect();
        leaves == self.tiles.first().map_or(&[][..], Vec::as_slice)
    }
}
