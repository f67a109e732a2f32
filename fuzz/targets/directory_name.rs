//! The fuzzer of the target `directory_name`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("directory_name", input));
