//! The fuzzer of the target `connect_records`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("connect_records", input));
