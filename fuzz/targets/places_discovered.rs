//! The fuzzer of the target `places_discovered`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("places_discovered", input));
