//! The fuzzer of the target `import_rows`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("import_rows", input));
