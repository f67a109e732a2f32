//! Receipts of any bytes are read or refused, and none verifies under a key that signed nothing.

#![no_main]

use candor_ledger::{Receipt, VerifierKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(receipt) = Receipt::parse(bytes) {
        let key = VerifierKey::new("nobody", [1; 32]).expect("a name");
        assert!(receipt.verify(&key).is_err());
    }
});
