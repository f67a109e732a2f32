//! `cargo xtask regen`: golden files and vectors, written anew from what the code does now.
//!
//! Review the difference as you would review code: it is what others rely on.

use crate::run::{Outcome, program, run};

/// Runs the tests that own golden files with leave to write them, then the tables.
pub fn regen() -> Outcome {
    let mut tests = program("cargo", &["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"]);
    tests.env("CANDOR_REGEN", "1").env("INSTA_UPDATE", "always");
    run(tests)?;
    crate::table::table()
}
