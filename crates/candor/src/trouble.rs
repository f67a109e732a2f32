//! What a command comes to, and the exit code that tells it to scripts.
//!
//! 0 done or allowed · 1 denied, or different from what was checked against · 2 bad input · 3 failed.

use std::fmt;
use std::process::ExitCode;

use crate::terminal;

/// Shown below the long help of every command.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done, or allowed
  1  denied (`explain`), not in canonical form (`fmt --check`), a difference that needs notice or consent (`diff`), rows
     refused (`import people`), a request that waits for somebody or a plan that a system would refuse (`request`), or errors of
     a mapping (`systems check`)
  2  bad input: usage, an unreadable file, a policy with errors, a malformed configuration
  3  failed: the disk, the network or the store did not do what was needed";

/// A command that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done, or allowed.
    Fine,
    /// The answer is no, or a difference asks for notice or consent.
    Denied,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::Denied => Self::from(1),
        }
    }
}

/// Why a command did not run to its end: what was attempted, what stood in the way, what to do next.
#[derive(Debug)]
pub struct Trouble {
    is_bad_input: bool,
    attempted: String,
    reason: String,
    next: Option<String>,
}

impl Trouble {
    /// The input is at fault.
    pub fn bad_input(attempted: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self { is_bad_input: true, attempted: attempted.into(), reason: reason.to_string(), next: None }
    }

    /// The world is at fault.
    pub fn failed(attempted: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self { is_bad_input: false, attempted: attempted.into(), reason: reason.to_string(), next: None }
    }

    /// What a use case refused, with its advice and what it says beside.
    pub fn of(attempted: impl Into<String>, error: &candor_vault::VaultError) -> Self {
        let mut reason = error.to_string();
        for (name, value) in error.details() {
            reason.push_str(&format!(" ({}: {value})", name.replace('_', " ")));
        }
        let trouble = Self::failed(attempted, reason);
        match error.advice() {
            Some(advice) => trouble.next(advice),
            None => trouble,
        }
    }

    /// Says what to do next.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// Writes it to standard error.
    pub fn print(&self) {
        let style = terminal::of_stderr();
        eprintln!("{}: cannot {}: {}", style.red("error"), self.attempted, self.reason);
        if let Some(next) = &self.next {
            eprintln!("{}: {next}", style.bold("help"));
        }
    }

    /// The code to leave with.
    pub fn exit(&self) -> ExitCode {
        ExitCode::from(if self.is_bad_input { 2 } else { 3 })
    }
}
