//! The fuzzer of the target `passkey_object`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("passkey_object", input));
