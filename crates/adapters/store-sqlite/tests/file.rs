//! What only a store in a file has to do: survive, refuse, and forget on disk too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use candor_ledger::{Digest, hash_leaf, split_bundle};
use candor_store::conformance::wait;
use candor_store::{
    Change, CommitError, Committed, Guard, HistoryRow, JobRow, RecordRow, Store, StoreError, SubjectRow, Unit,
};
use candor_store_sqlite::{OpenError, SqliteStore};
use candor_words::{Instant, JobId, RecordId, SubjectId, TenantId};
use rusqlite::Connection;
use tempfile::TempDir;

const NOW: Instant = Instant::from_millis(1_790_000_000_000);
const TENANT: TenantId = TenantId::from_bytes([1; 16]);
const SUBJECT: SubjectId = SubjectId::from_bytes([2; 16]);
/// Stands for ciphertext; found again in the files if it is there.
const SEALED: &[u8] = b"a sealed value that is easy to find";

fn subject(version: u64) -> SubjectRow {
    SubjectRow { id: SUBJECT, reference: None, version, state: 0, created_at: NOW, updated_at: NOW, erased_entry: None }
}

fn record(n: u8) -> RecordRow {
    RecordRow {
        subject: SUBJECT,
        group: "contact".to_owned(),
        id: RecordId::from_bytes([n; 16]),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
        closed_at: None,
        sealed: SEALED.repeat(100),
    }
}

fn commit(store: &SqliteStore, unit: Unit) -> Result<Committed, CommitError> {
    wait(store.commit(unit))
}

fn entries(count: usize) -> Unit {
    Unit { entries: vec![b"entry".to_vec(); count], ..Unit::of(TENANT) }
}

fn database(directory: &Path) -> Connection {
    Connection::open(directory.join("candor.db")).unwrap()
}

fn holds_sealed(directory: &Path) -> bool {
    let files = ["candor.db", "candor.db-wal"].map(|file| fs::read(directory.join(file)).unwrap_or_default());
    files.iter().any(|bytes| bytes.windows(SEALED.len()).any(|window| window == SEALED))
}

#[test]
fn everything_is_there_after_a_restart_and_the_ledger_goes_on() {
    let directory = TempDir::new().unwrap();
    let mut size = 0;
    for count in [3, 250, 3, 300, 1, 211, 1] {
        let store = SqliteStore::open(directory.path()).unwrap();
        let unit = entries(count).change(Change::PutSubject(subject(size))).guard(Guard::LedgerSize(size));
        assert_eq!(commit(&store, unit), Ok(Committed { first_entry: size, size: size + count as u64 }));
        assert_eq!(wait(store.subject(TENANT, SUBJECT)).unwrap(), Some(subject(size)));
        size += count as u64;
    }
    let store = SqliteStore::open(directory.path()).unwrap();
    let bundle = |index| wait(store.bundle(TENANT, index)).unwrap().unwrap();
    let widths: Vec<usize> = (0..4).map(|index| split_bundle(&bundle(index)).unwrap().len()).collect();
    assert_eq!(widths, [256, 256, 256, 1]);
    assert_eq!(wait(store.tile(TENANT, 1, 0)).unwrap().unwrap().len(), 3 * 32);
}

#[test]
fn a_full_bundle_is_kept_packed_and_its_tile_not_at_all() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let entry =
        |n: u16| [&b"what every entry of a ledger has in common, plan and actor"[..], &n.to_be_bytes()].concat();
    let written: Vec<Vec<u8>> = (0..300).map(entry).collect();
    commit(&store, Unit { entries: written.clone(), ..Unit::of(TENANT) }).unwrap();
    let bundle = wait(store.bundle(TENANT, 0)).unwrap().unwrap();
    assert_eq!(split_bundle(&bundle).unwrap(), written[..256]);
    let hashes: Vec<u8> = written[..256].iter().flat_map(|entry| hash_leaf(entry).0).collect();
    assert_eq!(wait(store.tile(TENANT, 0, 0)).unwrap().unwrap(), hashes);
    let count = |sql| database(directory.path()).query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM tiles WHERE level = 0"), 0);
    assert!(count("SELECT length(entries) FROM bundles") < bundle.len() as i64 / 5);
}

#[test]
fn a_damaged_bundle_is_reported() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    commit(&store, entries(256)).unwrap();
    database(directory.path()).execute("UPDATE bundles SET entries = substr(entries, 1, 3)", []).unwrap();
    commit(&store, Unit::of(TENANT)).unwrap();
    assert_eq!(wait(store.bundle(TENANT, 0)), Err(StoreError::Damaged { what: "row" }));
    assert_eq!(wait(store.tile(TENANT, 0, 0)), Err(StoreError::Damaged { what: "row" }));
}

#[test]
fn ids_that_end_in_zeros_keep_their_order_and_come_back_whole() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let id = |first: &[u8]| RecordId::from_bytes(std::array::from_fn(|at| first.get(at).copied().unwrap_or(0)));
    let ids = [id(&[]), id(&[1]), id(&[1, 0, 0, 5]), id(&[1, 0, 1]), id(&[1; 16]), id(&[2, 0, 0, 0, 0, 0, 0, 0, 1])];
    let mut unit = Unit::of(TENANT);
    for id in ids.iter().rev() {
        for group in ["visit", "contact"] {
            unit = unit.change(Change::PutRecord(RecordRow { id: *id, group: group.to_owned(), ..record(0) }));
        }
    }
    commit(&store, unit).unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = wait(store.records(TENANT, SUBJECT, None, after, 1)).unwrap();
        found.extend(page.rows.into_iter().map(|row| (row.group, row.id)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let expected = ["contact", "visit"].into_iter().flat_map(|group| ids.map(|id| (group.to_owned(), id)));
    assert_eq!(found, expected.collect::<Vec<_>>());
    let of_group = wait(store.records_of_group(TENANT, "visit", Some((SUBJECT, ids[1])), 2)).unwrap();
    assert_eq!(of_group.rows.iter().map(|row| row.id).collect::<Vec<_>>(), ids[2..4]);
    for id in ids {
        assert_eq!(wait(store.record(TENANT, SUBJECT, "visit", id)).unwrap().map(|row| row.id), Some(id));
    }
}

/// A data directory of the first schema, with the records.
fn of_the_first_schema(directory: &Path, rows: &[RecordRow]) -> Connection {
    let first = include_str!("../src/schema/001.sql");
    let before = database(directory);
    before.execute_batch(first).unwrap();
    before
        .execute_batch("CREATE TABLE migrations (number INTEGER PRIMARY KEY, checksum BLOB NOT NULL) STRICT")
        .unwrap();
    before.execute("INSERT INTO migrations VALUES (1, ?1)", [Digest::of(first.as_bytes()).0]).unwrap();
    before.pragma_update(None, "application_id", 0x4341_4e44).unwrap();
    before.execute("INSERT INTO tenant_numbers VALUES (1, ?1)", [TENANT.as_bytes()]).unwrap();
    for row in rows {
        let values = rusqlite::params![
            row.subject.as_bytes(),
            row.group,
            row.id.as_bytes(),
            row.version,
            row.created_at.as_millis(),
            row.updated_at.as_millis(),
            row.closed_at.map(Instant::as_millis),
            row.sealed
        ];
        before.execute("INSERT INTO records VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", values).unwrap();
    }
    before
}

#[test]
fn records_of_the_first_schema_are_there_in_the_newest() {
    let directory = TempDir::new().unwrap();
    let mut rows: Vec<RecordRow> = [0, 7].map(record).to_vec();
    rows.push(RecordRow { id: RecordId::from_bytes([0x10; 16]), ..record(0) });
    let mut ends_in_zero = [0x10; 16];
    ends_in_zero[14..].fill(0);
    rows.push(RecordRow { id: RecordId::from_bytes(ends_in_zero), version: 3, closed_at: Some(NOW), ..record(0) });
    rows.push(RecordRow { updated_at: Instant::from_millis(NOW.as_millis() + 5), ..record(9) });
    drop(of_the_first_schema(directory.path(), &rows));
    let store = SqliteStore::open(directory.path()).unwrap();
    for row in rows {
        assert_eq!(wait(store.record(TENANT, SUBJECT, "contact", row.id)).unwrap(), Some(row));
    }
}

#[test]
fn older_versions_of_the_first_schema_go_to_the_group_that_they_were_of() {
    let directory = TempDir::new().unwrap();
    let of = |n, group: &str, version| RecordRow { group: group.to_owned(), version, ..record(n) };
    let rows = [
        of(0, "contact", 4),
        of(0, "profile", 3),
        of(0, "ticket", 1),
        of(7, "ticket", 2),
        RecordRow { subject: SubjectId::from_bytes([3; 16]), ..of(0, "visit", 9) },
    ];
    let before = of_the_first_schema(directory.path(), &rows);
    let add = "INSERT INTO history VALUES (1, ?1, ?2, ?3, ?4, ?5)";
    // The first two may be of either only record that has come so far; of the last there is no record any more.
    for (n, version) in [(0_u8, 1), (0, 2), (0, 3), (7, 1), (8, 1)] {
        let values = rusqlite::params![SUBJECT.as_bytes(), [n; 16], version, NOW.as_millis(), SEALED];
        before.execute(add, values).unwrap();
    }
    drop(before);
    let store = SqliteStore::open(directory.path()).unwrap();
    let versions = |group, n| wait(store.history(TENANT, SUBJECT, group, RecordId::from_bytes([n; 16]), None, 10));
    let row = |group: &str, n, version| HistoryRow {
        subject: SUBJECT,
        group: group.to_owned(),
        record: RecordId::from_bytes([n; 16]),
        version,
        until: NOW,
        sealed: SEALED.to_owned(),
    };
    assert_eq!(versions("contact", 0).unwrap().rows, [row("contact", 0, 3)]);
    assert_eq!(versions("ticket", 7).unwrap().rows, [row("ticket", 7, 1)]);
    let left = "SELECT count(*) FROM history";
    assert_eq!(database(directory.path()).query_row(left, [], |row| row.get::<_, i64>(0)).unwrap(), 2);
}

#[test]
fn what_was_acknowledged_survives_a_crash() {
    let (directory, crashed) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let store = SqliteStore::open(directory.path()).unwrap();
    let mut acknowledged = 0;
    for n in 1..=40 {
        let unit = entries(7).change(Change::PutSubject(subject(n))).change(Change::PutRecord(record(n as u8)));
        acknowledged = commit(&store, unit).unwrap().size;
    }
    // The files as a power cut would leave them: the log is not in the database yet.
    for file in ["candor.db", "candor.db-wal"] {
        fs::copy(directory.path().join(file), crashed.path().join(file)).unwrap();
    }
    // The last group was torn on its way to the disk.
    let log = crashed.path().join("candor.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    bytes.extend_from_slice(&[0x55; 5_000]);
    fs::write(&log, bytes).unwrap();

    let survivor = SqliteStore::open(crashed.path()).unwrap();
    assert_eq!(wait(survivor.ledger_size(TENANT)).unwrap(), acknowledged);
    assert_eq!(wait(survivor.subject(TENANT, SUBJECT)).unwrap(), Some(subject(40)));
    assert_eq!(wait(survivor.records(TENANT, SUBJECT, None, None, 100)).unwrap().rows.len(), 40);
    assert_eq!(commit(&survivor, entries(1)).unwrap().first_entry, acknowledged);
}

#[test]
fn a_log_cut_anywhere_leaves_whole_units() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    for n in 1..=10 {
        commit(&store, entries(1).change(Change::PutSubject(subject(n)))).unwrap();
    }
    let bytes = fs::read(directory.path().join("candor.db-wal")).unwrap();
    let mut seen = Vec::new();
    for part in 0..=20 {
        let crashed = TempDir::new().unwrap();
        fs::copy(directory.path().join("candor.db"), crashed.path().join("candor.db")).unwrap();
        fs::write(crashed.path().join("candor.db-wal"), &bytes[..bytes.len() * part / 20]).unwrap();
        // Cut before the schema was whole, it is made anew.
        let survivor = SqliteStore::open(crashed.path()).unwrap();
        let version = wait(survivor.subject(TENANT, SUBJECT)).unwrap().map_or(0, |row| row.version);
        assert_eq!(wait(survivor.ledger_size(TENANT)).unwrap(), version);
        assert!(commit(&survivor, entries(300)).is_ok());
        seen.push(version);
    }
    assert!(seen.is_sorted());
    assert_eq!(seen.last(), Some(&10));
}

#[test]
fn what_was_forgotten_right_before_a_crash_is_gone_once_the_store_is_open_again() {
    let (directory, crashed) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let store = SqliteStore::open(directory.path()).unwrap();
    commit(&store, Unit { changes: (0..50).map(|n| Change::PutRecord(record(n))).collect(), ..Unit::of(TENANT) })
        .unwrap();
    // Somebody reads, so that the log cannot be emptied, as when the crash comes right after the answer.
    let other = database(directory.path());
    other.execute_batch("BEGIN; SELECT * FROM records LIMIT 1;").unwrap();
    commit(&store, Unit::of(TENANT).change(Change::ForgetSubject(SUBJECT, None))).unwrap();
    for file in ["candor.db", "candor.db-wal"] {
        fs::copy(directory.path().join(file), crashed.path().join(file)).unwrap();
    }
    assert!(holds_sealed(crashed.path()));

    let _survivor = SqliteStore::open(crashed.path()).unwrap();
    let began = std::time::Instant::now();
    while holds_sealed(crashed.path()) {
        assert!(began.elapsed().as_secs() < 60, "the value is still in a file");
        std::thread::yield_now();
    }
}

#[test]
fn what_was_forgotten_is_in_no_file_any_more() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    commit(&store, Unit { changes: (0..50).map(|n| Change::PutRecord(record(n))).collect(), ..Unit::of(TENANT) })
        .unwrap();
    assert!(holds_sealed(directory.path()));
    // A reader's snapshot must not keep the log alive.
    assert_eq!(wait(store.records(TENANT, SUBJECT, None, None, 100)).unwrap().rows.len(), 50);
    commit(&store, Unit::of(TENANT).change(Change::ForgetSubject(SUBJECT, None))).unwrap();
    // The log is emptied right after the answer, as no unit waits: looked for until it is.
    let began = std::time::Instant::now();
    while holds_sealed(directory.path()) {
        assert!(began.elapsed().as_secs() < 60, "the value is still in a file");
        std::thread::yield_now();
    }
}

#[test]
fn closing_empties_the_log_and_ends_the_writing() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    commit(&store, entries(5)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(store.close());
    assert_eq!(fs::metadata(directory.path().join("candor.db-wal")).map_or(0, |log| log.len()), 0);
    assert!(matches!(commit(&store, entries(1)), Err(CommitError::Store(StoreError::Unavailable { .. }))));
    assert_eq!(wait(store.ledger_size(TENANT)).unwrap(), 5);
    runtime.block_on(store.close());
}

#[test]
fn units_brought_before_the_drop_are_committed() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    commit(&store, entries(1)).unwrap();
    drop(store);
    assert_eq!(wait(SqliteStore::open(directory.path()).unwrap().ledger_size(TENANT)).unwrap(), 1);
}

#[test]
fn a_second_server_on_the_directory_is_refused() {
    let directory = TempDir::new().unwrap();
    let first = SqliteStore::open(directory.path()).unwrap();
    let Err(refused) = SqliteStore::open(directory.path()) else { panic!("the second one was opened") };
    assert!(matches!(refused, OpenError::InUse { .. }));
    assert!(refused.to_string().contains("stop that one first"));
    drop(first);
    assert!(SqliteStore::open(directory.path()).is_ok());
}

#[test]
fn a_database_of_a_newer_program_is_refused_and_left_alone() {
    let directory = TempDir::new().unwrap();
    drop(SqliteStore::open(directory.path()).unwrap());
    database(directory.path()).pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(directory.path().join("candor.db")).unwrap();
    let refused = SqliteStore::open(directory.path()).err().unwrap();
    assert!(matches!(refused, OpenError::Newer { found: 99, .. }));
    assert_eq!(fs::read(directory.path().join("candor.db")).unwrap(), before);
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    let directory = TempDir::new().unwrap();
    database(directory.path()).execute_batch("CREATE TABLE theirs (x)").unwrap();
    let before = fs::read(directory.path().join("candor.db")).unwrap();
    assert!(matches!(SqliteStore::open(directory.path()), Err(OpenError::Foreign { found: 0 })));
    assert_eq!(fs::read(directory.path().join("candor.db")).unwrap(), before);
}

#[test]
fn a_migration_that_differs_is_refused() {
    let directory = TempDir::new().unwrap();
    drop(SqliteStore::open(directory.path()).unwrap());
    database(directory.path()).execute("UPDATE migrations SET checksum = zeroblob(32)", []).unwrap();
    assert!(matches!(SqliteStore::open(directory.path()), Err(OpenError::MigrationDiffers { number: 1 })));
}

#[test]
fn a_file_that_is_no_database_is_damaged() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("candor.db"), "not a database at all, but long enough".repeat(100)).unwrap();
    let refused = SqliteStore::open(directory.path()).err().unwrap();
    assert!(matches!(refused, OpenError::Store(StoreError::Damaged { .. })), "{refused:?}");
}

#[test]
fn a_directory_that_cannot_be_made_is_refused_with_its_name() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let refused = SqliteStore::open(&file).err().unwrap();
    assert!(matches!(refused, OpenError::Directory { .. }));
    assert!(refused.to_string().contains("cannot be used"));
}

#[cfg(unix)]
#[test]
fn a_read_only_directory_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let directory = TempDir::new().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o500)).unwrap();
    // The superuser may write anywhere: nothing to see then.
    if fs::write(directory.path().join("probe"), "").is_err() {
        assert!(matches!(SqliteStore::open(directory.path()), Err(OpenError::Directory { .. })));
    }
}

#[test]
fn a_damaged_row_is_reported_without_its_content() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    commit(&store, Unit::of(TENANT).change(Change::PutSubject(subject(1)))).unwrap();
    database(directory.path()).execute("UPDATE subjects SET reference = x'0102'", []).unwrap();
    commit(&store, Unit::of(TENANT)).unwrap();
    assert_eq!(wait(store.subject(TENANT, SUBJECT)), Err(StoreError::Damaged { what: "row" }));
}

#[test]
fn a_ledger_whose_tail_was_changed_is_not_appended_to() {
    let directory = TempDir::new().unwrap();
    commit(&SqliteStore::open(directory.path()).unwrap(), entries(3)).unwrap();
    database(directory.path()).execute("UPDATE ledger_tail SET entries = x'000141'", []).unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let refused = commit(&store, entries(1).change(Change::PutSubject(subject(1))));
    assert_eq!(refused, Err(CommitError::Store(StoreError::Damaged { what: "ledger" })));
    assert_eq!(wait(store.subject(TENANT, SUBJECT)).unwrap(), None);
    // Other tenants go on.
    assert!(commit(&store, Unit::of(TenantId::from_bytes([9; 16])).entry(b"entry".to_vec())).is_ok());
}

#[test]
fn leased_jobs_stay_leased_over_a_restart() {
    let directory = TempDir::new().unwrap();
    let later = Instant::from_millis(NOW.as_millis() + 60_000);
    let job = JobRow {
        id: JobId::from_bytes([1; 16]),
        tenant: TENANT,
        kind: "erasure.step".to_owned(),
        unique: "one".to_owned(),
        payload: "{}".to_owned(),
        run_at: NOW,
        attempts: 0,
        leased_until: None,
    };
    let store = SqliteStore::open(directory.path()).unwrap();
    commit(&store, Unit::of(TENANT).change(Change::PutJob(job))).unwrap();
    assert_eq!(wait(store.lease_jobs(NOW, later, 10)).unwrap().len(), 1);
    drop(store);
    let store = SqliteStore::open(directory.path()).unwrap();
    assert_eq!(wait(store.lease_jobs(NOW, later, 10)).unwrap(), []);
    assert_eq!(wait(store.lease_jobs(later, later, 10)).unwrap().len(), 1);
}
