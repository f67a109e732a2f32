//! The fuzzer of the target `password_hash`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("password_hash", input));
