//! The ledgers' ends, kept in the writer's memory, and how a group's entries are written.
//!
//! Entries of a group are appended once per tenant. Full tiles and bundles are rows that never
//! change; what is not full yet is written as one small piece per group (`ledger_tail`).

use std::collections::hash_map::{Entry, HashMap};

use candor_ledger::{Appended, Appender, HASH_BYTES, Next, TILE_WIDTH};
use candor_store::StoreError;
use rusqlite::Connection;

use crate::failure::Refused;
use crate::table::{ledgers, logs};

const WIDTH: u64 = TILE_WIDTH as u64;
/// How many ledgers' ends are kept; each takes up to 100 KiB.
const LOGS_MAX: usize = 64;

/// The ledgers that were written lately, by tenant number.
#[derive(Default)]
pub(crate) struct Logs {
    of: HashMap<i64, Log>,
}

/// One ledger's end.
pub(crate) struct Log {
    appender: Appender,
    /// The bytes of the last, partial bundle.
    tail_bytes: usize,
}

/// A ledger's end after a group that is not committed yet.
pub(crate) struct Advance {
    next: Next,
    tail_bytes: usize,
}

impl Logs {
    /// Returns a ledger's end, from the database when it is not at hand.
    pub(crate) fn load(&mut self, connection: &Connection, tenant: i64) -> Result<&Log, Refused> {
        match self.of.entry(tenant) {
            Entry::Occupied(log) => Ok(log.into_mut()),
            Entry::Vacant(room) => Ok(room.insert(Log::restore(connection, tenant)?)),
        }
    }

    /// Lets go of a ledger that is there no more.
    pub(crate) fn forget(&mut self, tenant: i64) {
        self.of.remove(&tenant);
    }

    /// Lets go of ledgers that can be loaded again, when there are many.
    pub(crate) fn shrink(&mut self) {
        if self.of.len() > LOGS_MAX {
            self.of.clear();
        }
    }

    /// Moves a ledger's end after the commit; one that does not fit is loaded anew next time.
    pub(crate) fn advance(&mut self, tenant: i64, to: Advance) {
        let Some(log) = self.of.get_mut(&tenant) else { return };
        log.tail_bytes = to.tail_bytes;
        if log.appender.commit(to.next).is_err() {
            self.of.remove(&tenant);
        }
    }
}

impl Log {
    fn restore(connection: &Connection, tenant: i64) -> Result<Self, Refused> {
        let size = ledgers::size(connection, tenant)?;
        let bundle = match size % WIDTH {
            0 => Vec::new(),
            _ => logs::bundle(connection, tenant, size / WIDTH)?.unwrap_or_default(),
        };
        let tail_bytes = bundle.len();
        let tiles = |level, index, _| logs::tile(connection, tenant, level, index).ok().flatten();
        let damaged = Refused::Store(StoreError::Damaged { what: "ledger" });
        let appender = Appender::restore(size, &tiles, bundle).map_err(|_| damaged)?;
        Ok(Self { appender, tail_bytes })
    }

    pub(crate) fn size(&self) -> u64 {
        self.appender.size()
    }

    /// Writes the rows of new entries; the end stays where it is until [`Logs::advance`].
    pub(crate) fn write(&self, connection: &Connection, tenant: i64, entries: &[Vec<u8>]) -> Result<Advance, Refused> {
        let unfit = Refused::Unfit("an entry is longer than entries may be");
        let (appended, next) = self.appender.prepare(entries).map_err(|_| unfit)?;
        let (from, to) = (appended.first_index, appended.size);
        let same_bundle = from / WIDTH == to / WIDTH;
        if !same_bundle {
            logs::clear_tail(connection, tenant)?;
        }
        let tail = write_full(connection, tenant, appended)?;
        if to % WIDTH != 0 {
            // What earlier groups wrote of this bundle is in their pieces.
            let (hashes_at, bytes_at) =
                if same_bundle { ((from % WIDTH) as usize * HASH_BYTES, self.tail_bytes) } else { (0, 0) };
            let damaged = Refused::Store(StoreError::Damaged { what: "ledger" });
            let piece = tail.hashes.get(hashes_at..).zip(tail.entries.get(bytes_at..));
            let (hashes, bytes) = piece.ok_or(damaged)?;
            let first = if same_bundle { from } else { to / WIDTH * WIDTH };
            logs::add_tail(connection, tenant, first, hashes, bytes)?;
        }
        ledgers::set_size(connection, tenant, to)?;
        Ok(Advance { next, tail_bytes: tail.entries.len() })
    }
}

/// The partial bundle and its tile, empty when there is none.
#[derive(Default)]
struct Tail {
    hashes: Vec<u8>,
    entries: Vec<u8>,
}

/// Writes what is a row of its own, and returns the rest.
fn write_full(connection: &Connection, tenant: i64, appended: Appended) -> rusqlite::Result<Tail> {
    let mut tail = Tail::default();
    for tile in appended.tiles {
        if tile.level == 0 {
            // The full one is in the bundle.
            if tile.width() < TILE_WIDTH {
                tail.hashes = tile.hashes;
            }
        } else {
            logs::put_tile(connection, tenant, tile.level, tile.index, &tile.hashes)?;
        }
    }
    for bundle in appended.bundles {
        if bundle.width < TILE_WIDTH {
            tail.entries = bundle.bytes;
        } else {
            logs::put_bundle(connection, tenant, bundle.index, &bundle.bytes)?;
        }
    }
    Ok(tail)
}
