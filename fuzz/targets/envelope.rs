//! Envelopes of any bytes are read or refused.

#![no_main]

use candor_seal::{Envelope, WrappedSubjectKey, WrappedTenantKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Envelope::parse(bytes);
    let _ = WrappedSubjectKey::from_slice(bytes);
    let _ = WrappedTenantKey::from_slice(bytes);
});
