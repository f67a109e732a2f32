//! Appending: tiles equal a computation from scratch, whatever the batches; nothing happens
//! before the commit.

use candor_ledger::{
    AppendError, Appender, BUNDLE_ENTRIES_MAX, BundleError, Digest, ENTRY_BYTES_MAX, TileSource, hash_leaf, hash_node,
    join_bundle, split_bundle,
};
use proptest::prelude::*;

use crate::log::{MemoryLog, blobs};

/// All tiles of a log, by the definition: level 0 holds the leaf hashes, each next level the
/// roots of the full tiles below.
fn tiles_from_scratch(entries: &[Vec<u8>]) -> Vec<Vec<Digest>> {
    let mut levels = vec![entries.iter().map(|entry| hash_leaf(entry)).collect::<Vec<_>>()];
    while levels.last().unwrap().len() >= 256 {
        let next = levels.last().unwrap().chunks_exact(256).map(perfect_root).collect();
        levels.push(next);
    }
    levels
}

fn perfect_root(hashes: &[Digest]) -> Digest {
    match hashes {
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len() / 2);
            hash_node(&perfect_root(left), &perfect_root(right))
        }
    }
}

fn check_tiles(entries: &[Vec<u8>], log: &MemoryLog) {
    for (level, hashes) in tiles_from_scratch(entries).iter().enumerate() {
        for (index, expected) in hashes.chunks(256).enumerate() {
            let tile = log.tile(level as u8, index as u64, expected.len() as u16).unwrap();
            let bytes: Vec<u8> = expected.iter().flat_map(|hash| hash.0).collect();
            assert_eq!(tile, bytes, "tile {index} of level {level}");
        }
    }
}

#[test]
fn tiles_of_three_levels_equal_those_computed_from_scratch() {
    let entries: Vec<Vec<u8>> = (0..70_000_u32).map(|i| i.to_be_bytes().to_vec()).collect();
    let log = MemoryLog::of(&entries);
    check_tiles(&entries, &log);
}

#[test]
fn an_append_of_nothing_writes_nothing() {
    let mut appender = Appender::new();
    appender.append(&blobs(300)).unwrap();
    let appended = appender.append::<Vec<u8>>(&[]).unwrap();
    assert_eq!((appended.first_index, appended.size), (300, 300));
    assert!(appended.tiles.is_empty() && appended.bundles.is_empty());
}

#[test]
fn a_prepared_append_that_is_dropped_changes_nothing() {
    let mut appender = Appender::new();
    appender.append(&blobs(10)).unwrap();
    let root = appender.root();
    drop(appender.prepare(&blobs(5)).unwrap());
    assert_eq!((appender.size(), appender.root()), (10, root));
}

#[test]
fn an_append_prepared_before_another_was_committed_is_stale() {
    let mut appender = Appender::new();
    let (_, first) = appender.prepare(&blobs(1)).unwrap();
    let (_, second) = appender.prepare(&blobs(2)).unwrap();
    appender.commit(first).unwrap();
    assert_eq!(appender.commit(second), Err(AppendError::Stale { prepared_at: 0, size: 1 }));
    assert_eq!(appender.size(), 1);
}

#[test]
fn an_entry_beyond_the_bound_is_refused() {
    let appender = Appender::new();
    assert!(appender.prepare(&[vec![0; ENTRY_BYTES_MAX]]).is_ok());
    assert_eq!(appender.prepare(&[vec![0; ENTRY_BYTES_MAX + 1]]).unwrap_err(), AppendError::EntryTooLong);
}

#[test]
fn a_log_is_not_restored_with_the_bundle_of_another() {
    let log = MemoryLog::of(&blobs(300));
    let bundle = log.files["tile/entries/001.p/44"].clone();
    assert!(Appender::restore(300, &log, bundle.clone()).is_ok());
    let mut other = bundle.clone();
    *other.last_mut().unwrap() ^= 1;
    assert_eq!(Appender::restore(300, &log, other).unwrap_err(), AppendError::BundleDiffers);
    assert_eq!(Appender::restore(300, &log, Vec::new()).unwrap_err(), AppendError::BundleDiffers);
    assert!(matches!(Appender::restore(600, &log, bundle), Err(AppendError::TileUnreadable(_))));
}

#[test]
fn a_bundle_gives_its_entries_back() {
    let entries = blobs(BUNDLE_ENTRIES_MAX);
    let log = MemoryLog::of(&entries);
    let bundle = &log.files["tile/entries/000"];
    assert_eq!(split_bundle(bundle).unwrap(), entries);
    assert_eq!(&join_bundle(&entries), bundle);
}

#[test]
fn what_is_not_a_bundle_is_refused() {
    assert_eq!(split_bundle(&[0]), Err(BundleError::CutShort));
    assert_eq!(split_bundle(&[0, 2, 7]), Err(BundleError::CutShort));
    assert_eq!(split_bundle(&[0xff, 0xff]), Err(BundleError::EntryTooLong));
    assert_eq!(split_bundle(&[0; 2 * 257]), Err(BundleError::TooMany));
    assert_eq!(split_bundle(&[0; 2 * 256]).map(|entries| entries.len()), Ok(256));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_batches_make_no_difference(cuts in prop::collection::vec(0usize..700, 1..12)) {
        let entries = blobs(cuts.iter().sum());
        let whole = Appender::new().prepare(&entries).unwrap().0;
        let mut log = MemoryLog::default();
        let mut appender = Appender::new();
        let mut rest = entries.as_slice();
        for cut in cuts {
            let (now, later) = rest.split_at(cut);
            let (appended, next) = appender.prepare(now).unwrap();
            log.write(&appended);
            appender.commit(next).unwrap();
            rest = later;
        }
        prop_assert_eq!(appender.root(), whole.root);
        check_tiles(&entries, &log);
        for (path, bytes) in whole.files() {
            prop_assert_eq!(log.files[&path].as_slice(), bytes);
        }
    }

    #[test]
    fn a_restored_log_goes_on_like_the_old_one(size in 0usize..1500, more in 1usize..600) {
        let entries = blobs(size + more);
        let mut old = Appender::new();
        let mut log = MemoryLog::default();
        let appended = old.append(&entries[..size]).unwrap();
        log.write(&appended);
        let bundle = appended.bundles.last().filter(|last| last.width < 256).map(|last| last.bytes.clone());
        let mut restored = Appender::restore(size as u64, &log, bundle.unwrap_or_default()).unwrap();
        prop_assert_eq!(restored.root(), old.root());
        prop_assert_eq!(restored.append(&entries[size..]).unwrap(), old.append(&entries[size..]).unwrap());
    }
}
