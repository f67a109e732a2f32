//! The fuzzer of the target `directory_definition`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("directory_definition", input));
