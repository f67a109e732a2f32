//! The fuzzer of the target `jose_jws`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("jose_jws", input));
