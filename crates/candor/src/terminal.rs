//! Colours, on a terminal only and never against `NO_COLOR`.

use std::env;
use std::io::{self, IsTerminal};

/// Whether and how text is styled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    is_on: bool,
}

/// The style of standard output.
pub fn of_stdout() -> Style {
    Style { is_on: io::stdout().is_terminal() && is_wanted() }
}

/// The style of standard error.
pub fn of_stderr() -> Style {
    Style { is_on: io::stderr().is_terminal() && is_wanted() }
}

/// Source: no-color.org, "present and not an empty string".
fn is_wanted() -> bool {
    env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

impl Style {
    /// True when colours are shown.
    pub const fn is_on(self) -> bool {
        self.is_on
    }

    /// Trouble and refusals.
    pub fn red(self, text: &str) -> String {
        self.in_code("31;1", text)
    }

    /// What went well or is allowed.
    pub fn green(self, text: &str) -> String {
        self.in_code("32;1", text)
    }

    /// What asks for attention.
    pub fn yellow(self, text: &str) -> String {
        self.in_code("33;1", text)
    }

    /// Headings.
    pub fn bold(self, text: &str) -> String {
        self.in_code("1", text)
    }

    /// What may be skipped.
    pub fn dim(self, text: &str) -> String {
        self.in_code("2", text)
    }

    fn in_code(self, code: &str, text: &str) -> String {
        if self.is_on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
