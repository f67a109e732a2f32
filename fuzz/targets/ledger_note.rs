//! Notes, checkpoints, keys and bundles of any bytes are read or refused.

#![no_main]

use candor_ledger::{Checkpoint, Note, VerifierKey, split_bundle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Note::parse(bytes);
    let _ = split_bundle(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Checkpoint::parse(text);
        let _ = VerifierKey::parse(text);
    }
});
