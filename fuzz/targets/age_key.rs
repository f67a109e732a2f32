//! The fuzzer of the target `age_key`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("age_key", input));
