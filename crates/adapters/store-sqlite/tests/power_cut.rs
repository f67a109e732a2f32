//! A power cut at any moment: what was acknowledged is whole, what was under way is whole or not there.
//!
//! Unlike a killed process, a machine that loses its power loses what it had not synced: of the log's tail any
//! part of any sector may be there or not, and of a database into which the log was being emptied any page may
//! be the old or the new one. What SQLite promises is that everything synced before stands.
//! `CANDOR_SEED` decides where; a failure names its trial.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use candor_ledger::{Appender, split_bundle};
use candor_store::conformance::wait;
use candor_store::{Change, RecordRow, Store, SubjectRow, Unit};
use candor_store_sqlite::SqliteStore;
use candor_words::{Entropy, Instant, RecordId, SeededEntropy, SubjectId, TenantId};
use tempfile::TempDir;

const NOW: Instant = Instant::from_millis(1_790_000_000_000);
const TENANT: TenantId = TenantId::from_bytes([1; 16]);
const SUBJECT: SubjectId = SubjectId::from_bytes([2; 16]);
const UNITS: usize = 40;
const ENTRIES_PER_UNIT: usize = 7;
const TRIALS: usize = 150;
const SECTOR_BYTES: usize = 512;
const PAGE_BYTES: usize = 8_192;

struct Dice(SeededEntropy);

impl Dice {
    fn of_trial(trial: usize) -> Self {
        let seed: u64 = std::env::var("CANDOR_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_125);
        Self(SeededEntropy::new(seed.wrapping_mul(1_000_003) + trial as u64))
    }

    fn below(&mut self, bound: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        (u64::from_le_bytes(bytes) % bound.max(1) as u64) as usize
    }
}

/// The unit of a number: a subject's version, a record of a length of its own, and entries that name it.
fn unit(n: usize) -> Unit {
    let row = SubjectRow {
        id: SUBJECT,
        reference: None,
        version: n as u64,
        state: 0,
        created_at: NOW,
        updated_at: NOW,
        erased_entry: None,
    };
    let entries = (0..ENTRIES_PER_UNIT).map(|at| format!("entry {at} of unit {n}").into_bytes()).collect();
    Unit { entries, ..Unit::of(TENANT) }.change(Change::PutSubject(row)).change(Change::PutRecord(record(n)))
}

fn record(n: usize) -> RecordRow {
    RecordRow {
        subject: SUBJECT,
        group: "note".to_owned(),
        id: RecordId::from_bytes([n as u8; 16]),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
        closed_at: None,
        sealed: vec![n as u8; 100 + n * 977 % 20_000],
    }
}

/// A store that has taken every unit, and how long its log was when each was acknowledged.
fn written(folder: &Path) -> (SqliteStore, Vec<usize>) {
    let store = SqliteStore::open(folder).unwrap();
    let log_bytes = || fs::metadata(folder.join("candor.db-wal")).unwrap().len() as usize;
    let mut acknowledged = Vec::new();
    for n in 1..=UNITS {
        wait(store.commit(unit(n))).unwrap();
        acknowledged.push(log_bytes());
    }
    assert!(acknowledged.is_sorted(), "the log was emptied meanwhile: make the units smaller");
    (store, acknowledged)
}

/// Opens what the power cut left; returns how many units are there, each of them whole.
fn survived(folder: &Path) -> usize {
    let store = SqliteStore::open(folder).unwrap_or_else(|error| panic!("the store does not open: {error}"));
    let n = wait(store.subject(TENANT, SUBJECT)).unwrap().map_or(0, |row| row.version as usize);
    for n in 1..=n {
        let found = wait(store.record(TENANT, SUBJECT, "note", RecordId::from_bytes([n as u8; 16]))).unwrap();
        assert!(found == Some(record(n)), "record {n} is not as it was written");
    }
    assert_eq!(wait(store.records(TENANT, SUBJECT, None, None, 500)).unwrap().rows.len(), n);
    // The ledger holds the entries of these units and no other, and its tile is that of these entries.
    assert_eq!(wait(store.ledger_size(TENANT)).unwrap() as usize, n * ENTRIES_PER_UNIT);
    let mut log = Appender::new();
    for index in 0..(n * ENTRIES_PER_UNIT).div_ceil(256) {
        let bundle = wait(store.bundle(TENANT, index as u64)).unwrap().unwrap();
        let appended = log.append(&split_bundle(&bundle).unwrap()).unwrap();
        let tile = wait(store.tile(TENANT, 0, index as u64)).unwrap().unwrap();
        assert!(appended.tiles.iter().any(|written| written.level == 0 && written.hashes == tile), "tile {index}");
    }
    // And goes on.
    let next = wait(store.commit(unit(n + 1))).unwrap();
    assert_eq!(next.first_entry as usize, n * ENTRIES_PER_UNIT);
    n
}

#[test]
fn whatever_of_the_logs_tail_reached_the_disk_every_acknowledged_unit_is_there() {
    let folder = TempDir::new().unwrap();
    let (_store, acknowledged) = written(folder.path());
    let (database, log) = ["candor.db", "candor.db-wal"].map(|file| fs::read(folder.path().join(file)).unwrap()).into();
    let mut seen_whole = 0;
    for trial in 0..TRIALS {
        println!("trial {trial}");
        let mut dice = Dice::of_trial(trial);
        // The power went while a unit was being written: all before it was synced.
        let n = 1 + dice.below(UNITS - 1);
        let (synced, end) = (acknowledged[n - 1], acknowledged[n]);
        let mut left = log[..end].to_vec();
        match dice.below(4) {
            // The file had not grown as far.
            0 => left.truncate(synced + dice.below(end - synced + 1)),
            // Some sectors were written, others hold nothing or what was there before.
            1 | 2 => {
                for sector in left[synced..].chunks_mut(SECTOR_BYTES) {
                    match dice.below(3) {
                        0 => sector.fill(0),
                        1 => sector.fill(0x5a),
                        _ => {}
                    }
                }
            }
            // The last sector is torn.
            _ => {
                let at = synced + dice.below(end - synced);
                left[at..].fill(0);
            }
        }
        let cut = TempDir::new().unwrap();
        fs::write(cut.path().join("candor.db"), &database).unwrap();
        fs::write(cut.path().join("candor.db-wal"), &left).unwrap();
        let found = survived(cut.path());
        assert!(found == n || found == n + 1, "trial {trial}: {found} units of {n} acknowledged");
        assert!(found == n || left == log[..end], "trial {trial}: a unit is there that was not written whole");
        seen_whole += usize::from(found > n);
    }
    assert!(seen_whole < TRIALS / 2, "most cuts fall into a unit");
}

#[test]
fn a_power_cut_while_the_log_is_emptied_into_the_database_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let (store, _) = written(folder.path());
    let (before, log) = ["candor.db", "candor.db-wal"].map(|file| fs::read(folder.path().join(file)).unwrap()).into();
    drop(store);
    let after = fs::read(folder.path().join("candor.db")).unwrap();
    assert!(
        fs::read(folder.path().join("candor.db-wal")).map_or(0, |log| log.len()) == 0 && after.len() > before.len()
    );
    for trial in 0..TRIALS / 3 {
        println!("trial {trial}");
        let mut dice = Dice::of_trial(trial);
        // Any page may have been written by then, or torn in its middle.
        let mut database = after[..PAGE_BYTES * (1 + dice.below(after.len() / PAGE_BYTES))].to_vec();
        if database.len() < before.len() {
            database = before.clone();
        }
        for (page, old) in database.chunks_mut(PAGE_BYTES).zip(before.chunks(PAGE_BYTES)) {
            let torn_at = [0, PAGE_BYTES / 2, PAGE_BYTES][dice.below(3)];
            page[torn_at..].copy_from_slice(&old[torn_at..]);
        }
        let cut = TempDir::new().unwrap();
        fs::write(cut.path().join("candor.db"), &database).unwrap();
        fs::write(cut.path().join("candor.db-wal"), &log).unwrap();
        assert_eq!(survived(cut.path()), UNITS, "trial {trial}");
    }
}
