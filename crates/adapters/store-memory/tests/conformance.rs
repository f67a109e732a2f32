//! The memory store passes the conformance suite.

use std::sync::Arc;

use candor_store::Store;
use candor_store_memory::MemoryStore;

fn make() -> (Arc<dyn Store>, ()) {
    (Arc::new(MemoryStore::new()), ())
}

candor_store::conformance_tests!(make);
