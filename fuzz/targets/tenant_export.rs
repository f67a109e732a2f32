//! The fuzzer of the target `tenant_export`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("tenant_export", input));
