//! The fuzzer of the target `ledger_tile`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| candor_fuzz_targets::run("ledger_tile", input));
