//! The checker finds what was tampered with, and says where.

use candor_ledger::{Appender, CHECKPOINT_PATH, Entry, Fault, Report, Warning, check_log};
use candor_words::Instant;

use crate::log::{MemoryLog, blobs, disclosure, disclosures, signer};

fn check(log: &MemoryLog, old: Option<&MemoryLog>) -> Report {
    check_log(log, signer().verifier_key(), old.map(|old| old.files[CHECKPOINT_PATH].as_slice()))
}

fn only_fault(log: &MemoryLog) -> Fault {
    let report = check(log, None);
    assert_eq!(report.faults.len(), 1, "{:?}", report.faults);
    report.faults.into_iter().next().unwrap()
}

#[test]
fn a_sound_log_verifies_with_its_counts() {
    let report = check(&MemoryLog::of(&disclosures(1000)), None);
    assert!(report.is_verified(), "{:?}", report.faults);
    assert_eq!((report.n_entries, report.n_tiles), (1000, 5));
    assert_eq!(report.n_by_kind.get("disclosure"), Some(&1000));
    assert!(report.warnings.is_empty());
}

#[test]
fn a_log_of_each_small_and_round_size_verifies() {
    for size in [0, 1, 2, 255, 256, 257, 512, 513] {
        let mut log = MemoryLog::of(&disclosures(size));
        if size == 0 {
            log.sign(&Appender::new());
        }
        let report = check(&log, None);
        assert!(report.is_verified(), "{size}: {:?}", report.faults);
    }
}

#[test]
fn a_log_that_has_grown_verifies_against_its_old_checkpoint() {
    for old in [1, 255, 256, 300, 600] {
        let report = check(&MemoryLog::of(&disclosures(600)), Some(&MemoryLog::of(&disclosures(old))));
        assert!(report.is_verified(), "{old}: {:?}", report.faults);
        assert_eq!(report.old_size, Some(old));
    }
}

#[test]
fn a_forked_log_is_caught_by_an_old_checkpoint() {
    let old = MemoryLog::of(&disclosures(300));
    let mut entries = disclosures(600);
    entries[17] = disclosure(9999).to_bytes();
    let fork = MemoryLog::of(&entries);
    assert!(check(&fork, None).is_verified(), "a fork is sound in itself");
    assert!(matches!(check(&fork, Some(&old)).faults[..], [Fault::HistoryDiffers { old_size: 300, .. }]));
}

#[test]
fn two_checkpoints_of_one_size_and_two_roots_are_a_fork() {
    let one = MemoryLog::of(&disclosures(300));
    let mut entries = disclosures(300);
    entries[299] = disclosure(9999).to_bytes();
    let other = MemoryLog::of(&entries);
    assert!(check(&one, None).is_verified() && check(&other, None).is_verified(), "each is sound in itself");
    for (seen, kept) in [(&one, &other), (&other, &one)] {
        let faults = check(seen, Some(kept)).faults;
        assert!(matches!(faults[..], [Fault::Forked { size: 300, .. }]), "{faults:?}");
        assert!(faults[0].to_string().starts_with("the log was forked: of `300` entries"), "{}", faults[0]);
    }
    assert!(check(&one, Some(&one)).is_verified());
}

#[test]
fn a_shrunk_log_is_caught_by_an_old_checkpoint() {
    let faults = check(&MemoryLog::of(&disclosures(10)), Some(&MemoryLog::of(&disclosures(11)))).faults;
    assert_eq!(faults, [Fault::Shrunk { old_size: 11, size: 10 }]);
}

#[test]
fn a_changed_entry_is_found_at_its_place() {
    let mut log = MemoryLog::of(&disclosures(600));
    let bundle = log.files.get_mut("tile/entries/001").unwrap();
    let entry_bytes = 2 + disclosure(0).to_bytes().len();
    bundle[entry_bytes * 44 + 2 + 10] ^= 1;
    let report = check(&log, None);
    let [
        Fault::TileDiffers { path, position: 44, first_entry: 300, last_entry: 300, .. },
        above,
        Fault::RootDiffers { .. },
    ] = &report.faults[..]
    else {
        panic!("{:?}", report.faults)
    };
    assert_eq!(path, "tile/0/001");
    assert!(matches!(above, Fault::TileDiffers { position: 1, first_entry: 256, last_entry: 511, .. }));
}

#[test]
fn a_changed_tile_is_found_at_its_hash() {
    let mut log = MemoryLog::of(&disclosures(600));
    log.files.get_mut("tile/0/000").unwrap()[32 * 9] ^= 1;
    let Fault::TileDiffers { path, position, .. } = only_fault(&log) else { panic!() };
    assert_eq!((path.as_str(), position), ("tile/0/000", 9));
}

#[test]
fn a_missing_or_short_file_is_named() {
    let sound = MemoryLog::of(&disclosures(600));
    let mut log = sound.clone();
    log.files.remove("tile/1/000.p/2");
    assert_eq!(only_fault(&log), Fault::FileMissing { path: "tile/1/000.p/2".to_owned() });
    let mut log = sound.clone();
    log.files.remove("tile/entries/000");
    assert_eq!(only_fault(&log), Fault::FileMissing { path: "tile/entries/000".to_owned() });
    let mut log = sound.clone();
    log.files.get_mut("tile/0/000").unwrap().truncate(64);
    let path = "tile/0/000".to_owned();
    assert_eq!(only_fault(&log), Fault::TileLength { path, expected: 8192, found: 64 });
    let mut log = sound;
    log.files.remove(CHECKPOINT_PATH);
    assert_eq!(only_fault(&log), Fault::FileMissing { path: CHECKPOINT_PATH.to_owned() });
}

#[test]
fn a_removed_entry_is_found() {
    let mut log = MemoryLog::of(&disclosures(600));
    let bundle = log.files.get_mut("tile/entries/001").unwrap();
    bundle.drain(..2 + disclosure(0).to_bytes().len());
    let path = "tile/entries/001".to_owned();
    assert_eq!(only_fault(&log), Fault::BundleWidth { path, expected: 256, found: 255 });
}

#[test]
fn a_log_rewritten_with_an_old_signature_is_found() {
    let mut log = MemoryLog::of(&disclosures(50));
    let mut entries = disclosures(50);
    entries[3] = disclosure(77).to_bytes();
    let signed = log.files[CHECKPOINT_PATH].clone();
    log = MemoryLog::of(&entries);
    log.files.insert(CHECKPOINT_PATH.to_owned(), signed);
    assert!(matches!(only_fault(&log), Fault::RootDiffers { size: 50, .. }));
}

#[test]
fn a_changed_signature_is_found() {
    let mut log = MemoryLog::of(&disclosures(5));
    let note = log.files.get_mut(CHECKPOINT_PATH).unwrap();
    let at = note.len() - 10;
    note[at] = if note[at] == b'A' { b'B' } else { b'A' };
    assert!(matches!(only_fault(&log), Fault::CheckpointRefused { .. }));
}

#[test]
fn entries_that_are_none_are_listed_up_to_the_bound() {
    let report = check(&MemoryLog::of(&blobs(300)), None);
    assert!(matches!(report.faults[0], Fault::EntryMalformed { index: 0, .. }));
    assert!(matches!(report.faults.last(), Some(Fault::Stopped { .. })));
}

#[test]
fn time_that_goes_back_is_a_warning() {
    let mut entries = disclosures(4);
    let back = Entry { at: Instant::from_millis(0), ..disclosure(2) };
    entries[2] = back.to_bytes();
    let report = check(&MemoryLog::of(&entries), None);
    assert!(report.is_verified());
    assert!(matches!(report.warnings[..], [Warning::TimeGoesBack { index: 2, .. }]));
}

#[test]
fn a_full_file_may_stand_in_for_its_part() {
    // A server that has grown since the checkpoint may have dropped the partial files.
    let mut grown = MemoryLog::of(&disclosures(512));
    let head = MemoryLog::of(&disclosures(300)).files[CHECKPOINT_PATH].clone();
    grown.files.insert(CHECKPOINT_PATH.to_owned(), head);
    grown.files.retain(|path, _| !path.starts_with("tile/entries/001.p") && !path.starts_with("tile/0/001.p"));
    grown.files.insert("tile/1/000.p/1".to_owned(), grown.files["tile/1/000.p/2"][..32].to_vec());
    let report = check(&grown, None);
    assert!(report.is_verified(), "{:?}", report.faults);
}
