//! The fuzzer of the target `envelope`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("envelope", input));
