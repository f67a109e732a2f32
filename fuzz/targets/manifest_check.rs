//! The fuzzer of the target `manifest_check`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("manifest_check", input));
