//! The fuzzer of the target `user_agent`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("user_agent", input));
