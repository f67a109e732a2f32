//! The fuzzer of the target `sign_up_form`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("sign_up_form", input));
