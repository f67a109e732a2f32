//! Request ids and incident numbers: unique, short, and telling nothing about anybody.

use std::fmt::Write as _;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number under which a request stands in the log and in `X-Request-Id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(u64);

// Differs from start to start, so that ids of two runs are not confused.
static START: LazyLock<u32> = LazyLock::new(|| {
    let bytes = RandomState::new().build_hasher().finish().to_le_bytes();
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
});
static REQUESTS: AtomicU64 = AtomicU64::new(1);
static INCIDENTS: AtomicU64 = AtomicU64::new(1);

impl RequestId {
    /// Takes the next number.
    pub(crate) fn next() -> Self {
        Self(REQUESTS.fetch_add(1, Ordering::Relaxed))
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:08x}-{:x}", *START, self.0)
    }
}

pub(crate) fn next_incident() -> String {
    let mut number = String::with_capacity(16);
    // Writing to a String cannot fail.
    let _ = write!(number, "inc-{:08x}-{:x}", *START, INCIDENTS.fetch_add(1, Ordering::Relaxed));
    number
}
