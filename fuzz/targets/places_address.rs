//! The fuzzer of the target `places_address`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("places_address", input));
