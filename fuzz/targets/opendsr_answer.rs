//! The fuzzer of the target `opendsr_answer`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("opendsr_answer", input));
