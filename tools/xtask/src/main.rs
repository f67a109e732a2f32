//! The project's own commands: `cargo xtask setup|check|test|layers|table|bench|regen`.
//!
//! `test` is the one command that a fresh machine needs: it installs what is missing, checks the
//! layout and the style, and runs every test. Each command is one file.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod bench;
mod check;
mod layers;
mod regen;
mod run;
mod setup;
mod table;
mod test;

use clap::{Parser, Subcommand};

/// Candor's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what building and testing need.
    Setup,
    /// Check layout, format and lints, and that the benchmarks compile.
    Check,
    /// Do the set-up, the checks and every test.
    Test {
        /// Passed on to the test runner: a part of a test's name.
        filter: Vec<String>,
    },
    /// Check that every arrow between our crates is allowed.
    Layers,
    /// Write each policy's decision table beside it.
    Table,
    /// Run one benchmark; the last line is `NAME ratio=… goal=…`.
    Bench {
        /// `access`, `decide`, `edna`, `erase-batch`, `erase-one`, `gated-read`, `gdprbench`, `pages`, `session`, `sign-in`, `start`, `token` or `withdraw`.
        name: String,
        /// Passed on to the benchmark.
        args: Vec<String>,
    },
    /// Write every golden file and vector anew, by the tests that own them.
    Regen,
}

fn main() -> std::process::ExitCode {
    let outcome = match Cli::parse().command {
        Command::Setup => setup::setup(),
        Command::Check => check::check(),
        Command::Test { filter } => test::test(&filter),
        Command::Layers => layers::layers(),
        Command::Table => table::table(),
        Command::Bench { name, args } => bench::bench(&name, &args),
        Command::Regen => regen::regen(),
    };
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            std::process::ExitCode::FAILURE
        }
    }
}
