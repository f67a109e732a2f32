//! The fuzzer of the target `oidc_request`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("oidc_request", input));
