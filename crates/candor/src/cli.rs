//! The command line.

use clap::{Parser, Subcommand};

use crate::command;
use crate::trouble::{EXIT_CODES, Outcome, Trouble};

/// A privacy policy you can run.
///
/// Candor keeps personal data sealed, and opens it for the purposes that the policy declares, for
/// nobody else and nothing else. What it did stands in a ledger that anyone can check.
#[derive(Debug, Parser)]
#[command(name = "candor", version, after_long_help = EXIT_CODES, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(command::demo::Demo),
    Init(command::init::Init),
    Serve(Box<command::serve::Serve>),
    Check(command::check::Check),
    Fmt(command::fmt::Fmt),
    Table(command::table::Table),
    Diff(command::diff::Diff),
    Explain(command::explain::Explain),
    Import(command::import::Import),
    Render(command::render::Render),
    Key(command::key::Key),
    Backup(command::backup::Backup),
    Restore(command::restore::Restore),
    Export(command::export::Export),
    Retention(command::retention::Retention),
    Request(command::request::Request),
    Systems(command::systems::Systems),
    Disclosure(command::disclosure::Disclosure),
    Transparency(command::disclosure::Transparency),
}

impl Cli {
    /// Runs the command that was asked for.
    ///
    /// # Errors
    /// Whatever keeps the command from its end.
    pub fn run(self) -> Result<Outcome, Trouble> {
        match self.command {
            Command::Demo(demo) => demo.run(),
            Command::Init(init) => init.run(),
            Command::Serve(serve) => serve.run(),
            Command::Check(check) => check.run(),
            Command::Fmt(fmt) => fmt.run(),
            Command::Table(table) => table.run(),
            Command::Diff(diff) => diff.run(),
            Command::Explain(explain) => explain.run(),
            Command::Import(import) => import.run(),
            Command::Render(render) => render.run(),
            Command::Key(key) => key.run(),
            Command::Backup(backup) => backup.run(),
            Command::Restore(restore) => restore.run(),
            Command::Export(export) => export.run(),
            Command::Retention(retention) => retention.run(),
            Command::Request(request) => request.run(),
            Command::Systems(systems) => systems.run(),
            Command::Disclosure(disclosure) => disclosure.run(),
            Command::Transparency(transparency) => transparency.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
