//! The fuzzer of the target `drp_message`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("drp_message", input));
