//! The fuzzer of the target `consent_receipt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("consent_receipt", input));
