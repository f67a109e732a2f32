//! The SQLite store passes the conformance suite, and agrees with the memory store.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use candor_store::Store;
use candor_store::conformance::agree;
use candor_store_memory::MemoryStore;
use candor_store_sqlite::SqliteStore;
use proptest::prelude::*;
use tempfile::TempDir;

fn make() -> (Arc<dyn Store>, TempDir) {
    let directory = TempDir::new().unwrap();
    (Arc::new(SqliteStore::open(directory.path()).unwrap()), directory)
}

candor_store::conformance_tests!(make);

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_units_give_the_same_answers_as_in_memory(seed: u64) {
        let (sqlite, _directory) = make();
        let memory: Arc<dyn Store> = Arc::new(MemoryStore::new());
        agree(&memory, &sqlite, seed, 60);
    }
}
