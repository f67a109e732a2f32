//! Prints how fast the store reads and commits on this machine: `cargo run --release --example rates`.
//!
//! Takes the directory to work in as its argument, else a temporary one; asserts nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use candor_store::conformance::wait;
use candor_store::{Change, EventRow, KeyRow, RecordRow, Store, SubjectRow, Unit};
use candor_store_sqlite::SqliteStore;
use candor_words::{Entropy, Instant, RecordId, SeededEntropy, SubjectId, SubjectRef, TenantId};

const SUBJECTS: usize = 100_000;
const SEALED_BYTES: usize = 600;
const RUN: Duration = Duration::from_secs(3);
const ENTRY_BYTES: usize = 120;

fn main() {
    let temporary = tempfile::TempDir::new().unwrap();
    let directory = std::env::args().nth(1).map_or(temporary.path().to_owned(), Into::into);
    let store = Arc::new(SqliteStore::open(&directory).unwrap());
    let subjects = Arc::new(load(&store));
    println!("{:>12} bytes in the file for {SUBJECTS} subjects", file_bytes(&directory));
    for threads in [1, 2] {
        reads("record()", threads, &store, &subjects, |store, subject| {
            assert!(wait(store.record(tenant(), subject, "profile", record_of(subject))).unwrap().is_some());
        });
        reads("subject_state()", threads, &store, &subjects, |store, subject| {
            assert!(wait(store.subject_state(tenant(), subject)).unwrap().is_some());
        });
    }
    for in_flight in [1, 16, 128, 512, 1_024] {
        commits(in_flight, &store);
    }
    reads_beside_commits(&store, &subjects);
    erasures(&store, &subjects);
    let closing = Stopwatch::now();
    wait_on_runtime(async { store.close().await });
    println!("{:>12.1} ms to close", closing.elapsed().as_secs_f64() * 1e3);
    drop(store);
    let opening = Stopwatch::now();
    let store = SqliteStore::open(&directory).unwrap();
    wait(store.ping()).unwrap();
    println!("{:>12.1} ms to open and answer", opening.elapsed().as_secs_f64() * 1e3);
    println!("{:>12} KiB resident", resident_kib());
}

fn tenant() -> TenantId {
    TenantId::from_bytes([7; 16])
}

fn record_of(subject: SubjectId) -> RecordId {
    RecordId::from_bytes(*subject.as_bytes())
}

/// Puts subjects with a key, an event and a profile each.
fn load(store: &SqliteStore) -> Vec<SubjectId> {
    let entropy = SeededEntropy::new(1);
    let watch = Stopwatch::now();
    let subjects: Vec<SubjectId> = (0..SUBJECTS).map(|_| SubjectId::random(&entropy)).collect();
    for some in subjects.chunks(500) {
        let changes = some.iter().flat_map(|subject| rows(*subject, &entropy)).collect();
        let entries = vec![vec![7; ENTRY_BYTES]; some.len()];
        wait(store.commit(Unit { changes, entries, ..Unit::of(tenant()) })).unwrap();
    }
    println!("{:>12.0} subjects/s loaded, 4 rows each", SUBJECTS as f64 / watch.elapsed().as_secs_f64());
    subjects
}

fn rows(subject: SubjectId, entropy: &SeededEntropy) -> [Change; 4] {
    let at = Instant::from_millis(1_790_000_000_000);
    let mut sealed = vec![0; SEALED_BYTES];
    entropy.fill(&mut sealed);
    [
        Change::PutSubject(SubjectRow {
            id: subject,
            reference: Some(SubjectRef::random(entropy)),
            version: 1,
            state: 0,
            created_at: at,
            updated_at: at,
            erased_entry: None,
        }),
        Change::PutKey(KeyRow { subject, class: 1, version: 1, wrapped: vec![1; 61] }),
        Change::AddEvent(EventRow {
            subject,
            version: 1,
            at,
            kind: "subject.created".to_owned(),
            purpose: None,
            detail: "{}".to_owned(),
            standing: vec![0; 48],
            entry: 0,
        }),
        Change::PutRecord(RecordRow {
            subject,
            group: "profile".to_owned(),
            id: record_of(subject),
            version: 1,
            created_at: at,
            updated_at: at,
            closed_at: None,
            sealed,
        }),
    ]
}

fn reads(
    name: &str,
    threads: usize,
    store: &Arc<SqliteStore>,
    subjects: &Arc<Vec<SubjectId>>,
    read: fn(&SqliteStore, SubjectId),
) {
    let done = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let done = &done;
            scope.spawn(move || done.fetch_add(read_for(RUN, thread, store, subjects, read), Ordering::Relaxed));
        }
    });
    println!("{:>12.0} {name}/s, {threads} thread(s)", done.into_inner() as f64 / RUN.as_secs_f64());
}

fn read_for(
    time: Duration,
    seed: usize,
    store: &SqliteStore,
    subjects: &[SubjectId],
    read: fn(&SqliteStore, SubjectId),
) -> usize {
    let watch = Stopwatch::now();
    let mut n = 0;
    let mut place = seed * 7_919;
    while watch.elapsed() < time {
        for _ in 0..64 {
            place = (place.wrapping_mul(6_364_136_223_846_793_005)).wrapping_add(1_442_695_040_888_963_407);
            read(store, subjects[(place >> 33) % subjects.len()]);
        }
        n += 64;
    }
    n
}

/// Keeps units of one entry in flight, as gated reads do.
fn commits(in_flight: usize, store: &Arc<SqliteStore>) {
    let done = Arc::new(AtomicUsize::new(0));
    let watch = Stopwatch::now();
    wait_on_runtime(async {
        let tasks: Vec<_> =
            (0..in_flight).map(|_| tokio::spawn(disclose(Arc::clone(store), Arc::clone(&done), watch))).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let rate = done.load(Ordering::Relaxed) as f64 / watch.elapsed().as_secs_f64();
    println!("{rate:>12.0} single-entry units/s, {in_flight} in flight");
}

async fn disclose(store: Arc<SqliteStore>, done: Arc<AtomicUsize>, watch: Stopwatch) {
    while watch.elapsed() < RUN {
        store.commit(Unit::of(tenant()).entry(vec![7; ENTRY_BYTES])).await.unwrap();
        done.fetch_add(1, Ordering::Relaxed);
    }
}

/// One reading thread, and as many commits as there can be.
fn reads_beside_commits(store: &Arc<SqliteStore>, subjects: &Arc<Vec<SubjectId>>) {
    let n = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            read_for(RUN, 1, store, subjects, |store, subject| {
                wait(store.record(tenant(), subject, "profile", record_of(subject))).unwrap();
            })
        });
        commits(512, store);
        reader.join().unwrap()
    });
    println!("{:>12.0} record()/s beside them, 1 thread", n as f64 / RUN.as_secs_f64());
}

fn erasures(store: &Arc<SqliteStore>, subjects: &[SubjectId]) {
    let watch = Stopwatch::now();
    for subject in &subjects[..200] {
        wait(store.commit(Unit::of(tenant()).change(Change::ForgetSubject(*subject, None)))).unwrap();
    }
    println!("{:>12.0} erasures/s one by one", 200.0 / watch.elapsed().as_secs_f64());
    let watch = Stopwatch::now();
    let changes = subjects[200..5_200].iter().map(|subject| Change::ForgetSubject(*subject, None)).collect();
    wait(store.commit(Unit { changes, ..Unit::of(tenant()) })).unwrap();
    println!("{:>12.0} erasures/s in one unit", 5_000.0 / watch.elapsed().as_secs_f64());
}

fn wait_on_runtime<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(future)
}

fn file_bytes(directory: &Path) -> u64 {
    ["candor.db", "candor.db-wal"]
        .iter()
        .map(|file| std::fs::metadata(directory.join(file)).map_or(0, |file| file.len()))
        .sum()
}

fn resident_kib() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or("unknown".to_owned(), |text| text.trim().trim_end_matches(" kB").to_owned())
}
