//! Walks the bundles in order, computes every tile anew, and compares.

use candor_words::Instant;

use super::{FAULTS_MAX, Fault, LogSource, Report, WARNINGS_MAX, Warning, chain};
use crate::bundle::{BUNDLE_BYTES_MAX, BUNDLE_ENTRIES_MAX, split_bundle};
use crate::checkpoint::Checkpoint;
use crate::path::{bundle_path, tile_path};
use crate::tile::{HASH_BYTES, TILE_WIDTH, hash_at};
use crate::tree::Tree;
use crate::{Entry, hash_leaf};

/// An entry bears the instant at which its work began, and takes its place when the work is committed: those that ran
/// side by side may change places by as long as a unit waits.
const SIDE_BY_SIDE_MILLIS: i64 = 60_000;
const TILE_BYTES: usize = TILE_WIDTH as usize * HASH_BYTES;

fn is_odd(before: Instant, at: Instant) -> bool {
    before.as_millis().saturating_sub(at.as_millis()) > SIDE_BY_SIDE_MILLIS
}

/// Reads all that the checkpoint covers; stops where nothing further can be computed.
pub(super) fn walk(source: &dyn LogSource, head: &Checkpoint, old: Option<&Checkpoint>, report: &mut Report) {
    let mut walk = Walk { source, old, report, tree: Tree::default(), tiles: Vec::new() };
    if walk.bundles(head.size).is_none() {
        return;
    }
    walk.partial_tiles();
    let computed = walk.tree.root();
    if computed != head.root {
        walk.fault(Fault::RootDiffers { size: head.size, computed, signed: head.root });
    }
}

struct Walk<'a> {
    source: &'a dyn LogSource,
    old: Option<&'a Checkpoint>,
    report: &'a mut Report,
    tree: Tree,
    /// Per level, the hashes of the tile that is filling up.
    tiles: Vec<Vec<u8>>,
}

impl Walk<'_> {
    /// `None` when the walk cannot go on: a bundle is unreadable, or there are too many faults.
    fn bundles(&mut self, size: u64) -> Option<()> {
        let width_max = BUNDLE_ENTRIES_MAX as u64;
        self.compare_history();
        for index in 0..size.div_ceil(width_max) {
            let width = (size - index * width_max).min(width_max) as u16;
            self.bundle(index, width)?;
            if self.report.faults.len() >= FAULTS_MAX {
                self.fault(Fault::Stopped { n_faults: FAULTS_MAX });
                return None;
            }
        }
        Some(())
    }

    fn bundle(&mut self, index: u64, width: u16) -> Option<()> {
        let (path, bytes) = self.fetch(|width| bundle_path(index, width), width, BUNDLE_BYTES_MAX)?;
        let entries = match split_bundle(&bytes) {
            Ok(entries) => entries,
            Err(error) => {
                self.fault(Fault::BundleMalformed { path, reason: error.to_string() });
                return None;
            }
        };
        let expected = usize::from(width);
        // A full bundle may stand in for its partial state; a partial one has its exact width.
        let Some(entries) =
            entries.get(..expected).filter(|_| path != bundle_path(index, width) || entries.len() == expected)
        else {
            self.fault(Fault::BundleWidth { path, expected, found: entries.len() });
            return None;
        };
        for entry in entries {
            self.entry(entry, &path);
        }
        Some(())
    }

    fn entry(&mut self, bytes: &[u8], path: &str) {
        let index = self.tree.size();
        match Entry::decode(bytes) {
            Ok(entry) => self.count(index, &entry),
            Err(error) => {
                let (path, reason) = (path.to_owned(), chain(&error));
                self.fault(Fault::EntryMalformed { index, path, reason });
            }
        }
        let mut full = Vec::new();
        let tiles = &mut self.tiles;
        self.tree.push(hash_leaf(bytes), |level, hash| {
            if tiles.len() <= level {
                tiles.resize_with(level + 1, Vec::new);
            }
            let Some(tile) = tiles.get_mut(level) else { return };
            tile.extend_from_slice(&hash.0);
            if tile.len() == TILE_BYTES {
                full.push((level, std::mem::take(tile)));
            }
        });
        for (level, hashes) in full {
            let index = (self.tree.size() >> (8 * (level as u32 + 1))) - 1;
            self.compare_tile(level as u8, index, &hashes);
        }
        self.compare_history();
    }

    fn count(&mut self, index: u64, entry: &Entry) {
        let report = &mut *self.report;
        report.n_entries += 1;
        *report.n_by_kind.entry(entry.body.kind_name()).or_default() += 1;
        report.first_at.get_or_insert(entry.at);
        if let Some(before) = report.last_at.replace(entry.at).filter(|before| is_odd(*before, entry.at)) {
            report.n_warnings += 1;
            if report.warnings.len() < WARNINGS_MAX {
                report.warnings.push(Warning::TimeGoesBack { index, at: entry.at, before });
            }
        }
    }

    /// Once the walk has as many entries as the older checkpoint, their root must be its root.
    fn compare_history(&mut self) {
        let Some(old) = self.old.filter(|old| old.size == self.tree.size()) else { return };
        let computed = self.tree.root();
        if computed != old.root && old.size != self.report.size {
            self.fault(Fault::HistoryDiffers { old_size: old.size, computed, signed: old.root });
        }
    }

    fn partial_tiles(&mut self) {
        let tiles = std::mem::take(&mut self.tiles);
        for (level, hashes) in tiles.iter().enumerate().filter(|(_, hashes)| !hashes.is_empty()) {
            let index = (self.tree.size() >> (8 * level as u32)) / u64::from(TILE_WIDTH);
            self.compare_tile(level as u8, index, hashes);
        }
    }

    fn compare_tile(&mut self, level: u8, index: u64, computed: &[u8]) {
        self.report.n_tiles += 1;
        let width = (computed.len() / HASH_BYTES) as u16;
        let Some((path, published)) = self.fetch(|width| tile_path(level, index, width), width, TILE_BYTES) else {
            return;
        };
        let exact = path == tile_path(level, index, width);
        if published.len() < computed.len() || (exact && published.len() != computed.len()) {
            let (expected, found) = (computed.len(), published.len());
            self.fault(Fault::TileLength { path, expected, found });
            return;
        }
        for position in 0..u64::from(width) {
            let (ours, theirs) = (hash_at(computed, position as usize), hash_at(&published, position as usize));
            let (Some(computed), Some(published)) = (ours, theirs) else { return };
            if computed != published {
                // Later differences in the same tile say nothing new.
                let shift = 8 * u32::from(level);
                let first_entry = (index * u64::from(TILE_WIDTH) + position) << shift;
                let last_entry = first_entry + (1 << shift) - 1;
                self.fault(Fault::TileDiffers { path, position, first_entry, last_entry, computed, published });
                return;
            }
        }
    }

    /// Reads a file at its width; a log may keep only the full file once there is one.
    fn fetch(&mut self, path: impl Fn(u16) -> String, width: u16, bytes_max: usize) -> Option<(String, Vec<u8>)> {
        let mut at = path(width);
        let mut found = self.source.fetch(&at, bytes_max);
        if width < TILE_WIDTH && matches!(found, Ok(None)) {
            let full = path(TILE_WIDTH);
            found = self.source.fetch(&full, bytes_max);
            if matches!(found, Ok(Some(_))) {
                at = full;
            }
        }
        match found {
            Ok(Some(bytes)) => return Some((at, bytes)),
            Ok(None) => self.fault(Fault::FileMissing { path: at }),
            Err(error) => self.fault(Fault::FileUnreadable { path: at, reason: error.reason }),
        }
        None
    }

    fn fault(&mut self, fault: Fault) {
        self.report.faults.push(fault);
    }
}
