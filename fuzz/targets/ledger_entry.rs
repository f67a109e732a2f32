//! What decodes encodes to the same bytes.

#![no_main]

use candor_ledger::Entry;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entry) = Entry::decode(bytes) {
        assert_eq!(entry.to_bytes(), bytes);
    }
});
