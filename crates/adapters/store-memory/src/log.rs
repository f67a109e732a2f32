//! One tenant's ledger in memory: the appender, and the tiles and bundles it wrote.

use std::collections::BTreeMap;

use candor_ledger::{AppendError, Appended, Appender};

#[derive(Debug, Default)]
pub(crate) struct Log {
    appender: Appender,
    pub(crate) tiles: BTreeMap<(u8, u64), Vec<u8>>,
    pub(crate) bundles: BTreeMap<u64, Vec<u8>>,
}

impl Log {
    pub(crate) fn size(&self) -> u64 {
        self.appender.size()
    }

    /// Appends all entries or none.
    pub(crate) fn append(&mut self, entries: &[Vec<u8>]) -> Result<(), AppendError> {
        if entries.is_empty() {
            return Ok(());
        }
        let Appended { tiles, bundles, .. } = self.appender.append(entries)?;
        self.tiles.extend(tiles.into_iter().map(|tile| ((tile.level, tile.index), tile.hashes)));
        self.bundles.extend(bundles.into_iter().map(|bundle| (bundle.index, bundle.bytes)));
        Ok(())
    }
}
