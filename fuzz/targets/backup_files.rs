//! The fuzzer of the target `backup_files`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("backup_files", input));
