//! The fuzzer of the target `api_body`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("api_body", input));
