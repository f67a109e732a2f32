//! The fuzzer of the target `fides_yaml`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("fides_yaml", input));
