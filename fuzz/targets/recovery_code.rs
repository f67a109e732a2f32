//! The fuzzer of the target `recovery_code`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("recovery_code", input));
