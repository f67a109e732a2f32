//! `cargo xtask check`: layout, format, lints, and that the benchmarks compile.

use crate::run::{Outcome, is_there, program, run};

/// Checks what can be checked without running a test.
pub fn check() -> Outcome {
    crate::layers::layers()?;
    if is_there("cargo", &["fmt", "--version"]) {
        run(program("cargo", &["fmt", "--all", "--check"]))?;
    } else {
        eprintln!("xtask: rustfmt is not installed; the format was not checked");
    }
    if is_there("cargo", &["clippy", "--version"]) {
        run(program("cargo", &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))?;
    } else {
        eprintln!("xtask: clippy is not installed; the lints were not checked");
    }
    // The benchmarks are a workspace of their own, and go on compiling as what they call changes.
    run(program("cargo", &["check", "--manifest-path", "benches/Cargo.toml", "--workspace", "--locked"]))
}
