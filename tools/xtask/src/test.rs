//! `cargo xtask test`: set-up, checks, and every test of the workspace.

use crate::run::{Outcome, is_there, program, run, target};

/// Does it all; with a filter, only the tests whose name holds it.
pub fn test(filter: &[String]) -> Outcome {
    crate::setup::setup()?;
    if filter.is_empty() {
        crate::check::check()?;
        // Promises that the compiler keeps are documentation tests.
        run(program("cargo", &["test", "--doc", "--workspace", "--locked"]))?;
    }
    // The stories start the real executables.
    run(program("cargo", &["build", "--locked", "--package", "candor", "--package", "ledger-check"]))?;
    let mut tests = if is_there("cargo", &["nextest", "--version"]) {
        program("cargo", &["nextest", "run", "--workspace", "--locked", "--no-fail-fast"])
    } else {
        program("cargo", &["test", "--workspace", "--locked", "--no-fail-fast", "--lib", "--bins", "--tests"])
    };
    tests.env("CANDOR_BIN_DIR", target().join("debug")).args(filter);
    run(tests)
}
