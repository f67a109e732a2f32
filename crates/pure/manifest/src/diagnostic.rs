//! What the language says about a text: a code, a sentence, the underlined places, a help.

use serde::Serialize;

use crate::bounds::DIAGNOSTICS_MAX;
use crate::source::{Source, TextSpan, count, position, text_at};

pub mod codes;
mod render;

pub use codes::Code;
pub use render::render;

/// One finding about a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable name, such as `purpose-without-basis`; [`codes::ALL`] lists them.
    pub code: &'static str,
    /// Whether the text is refused for it.
    pub severity: Severity,
    /// One sentence: what stood in the way.
    pub message: String,
    /// The places it speaks of; exactly one is primary.
    pub labels: Vec<Label>,
    /// What can be done next.
    pub help: Option<String>,
}

/// Whether a finding refuses the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The text has no meaning until it is mended.
    Error,
    /// The text has a meaning, perhaps not the one intended.
    Warning,
}

/// One underlined place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: TextSpan,
    /// What is said of it; may be empty.
    pub text: String,
    /// True for the place to mend.
    pub primary: bool,
}

impl Diagnostic {
    /// Begins a finding at the place to mend.
    pub(crate) fn new(code: &'static Code, span: TextSpan, message: impl Into<String>) -> Self {
        let label = Label { span, text: String::new(), primary: true };
        Self { code: code.name, severity: code.severity, message: message.into(), labels: vec![label], help: None }
    }

    /// Says something at the primary place.
    pub(crate) fn because(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.text = text.into();
        }
        self
    }

    /// Points at a second place.
    pub(crate) fn also(mut self, span: TextSpan, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Says what can be done.
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Says what was perhaps meant, when there is a guess; else keeps the help there is.
    pub(crate) fn perhaps(self, guess: Option<&str>) -> Self {
        match guess {
            Some(guess) => self.help(format!("did you mean `{guess}`?")),
            None => self,
        }
    }

    /// The place to mend.
    pub fn span(&self) -> TextSpan {
        self.labels.iter().find(|label| label.primary).map(|label| label.span).unwrap_or_default()
    }
}

/// The most places of one finding.
const LABELS_MAX: usize = 6;

/// Gathers findings, at most [`DIAGNOSTICS_MAX`].
#[derive(Debug, Default)]
pub(crate) struct Report {
    found: Vec<Diagnostic>,
}

impl Report {
    pub(crate) fn push(&mut self, finding: Diagnostic) {
        match self.found.len() {
            n if n < DIAGNOSTICS_MAX => self.found.push(finding),
            DIAGNOSTICS_MAX => {
                let message = format!("more than {DIAGNOSTICS_MAX} findings; the rest is not shown");
                self.found.push(Diagnostic::new(&codes::TOO_MANY_FINDINGS, finding.span(), message));
            }
            _ => {}
        }
    }

    /// Keeps the value, or the finding.
    pub(crate) fn keep<T>(&mut self, outcome: Result<T, Diagnostic>) -> Option<T> {
        outcome.map_err(|finding| self.push(finding)).ok()
    }

    /// Returns all findings in the order of the text. One name that is not declared is one finding, wherever it
    /// stands.
    pub(crate) fn sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|finding| (finding.span(), finding.severity));
        let mut sorted: Vec<Diagnostic> = Vec::new();
        for finding in self.found {
            let same = |known: &&mut Diagnostic| known.code == finding.code && known.message == finding.message;
            match sorted.iter_mut().find(same) {
                Some(first) if finding.code.ends_with("-undeclared") => {
                    if first.labels.len() < LABELS_MAX {
                        first.labels.push(Label { span: finding.span(), text: "and here".to_owned(), primary: false });
                    }
                }
                _ => sorted.push(finding),
            }
        }
        sorted
    }
}

/// A finding for machines: places as path, line, column and length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocatedDiagnostic {
    /// The stable name.
    pub code: &'static str,
    /// Whether the text is refused for it.
    pub severity: Severity,
    /// What stood in the way.
    pub message: String,
    /// The places, the one to mend first.
    pub labels: Vec<LocatedLabel>,
    /// What can be done next.
    pub help: Option<String>,
}

/// A place for machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocatedLabel {
    /// The path of the source.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// How many characters are underlined.
    pub length: u32,
    /// What is said of it.
    pub text: String,
    /// True for the place to mend.
    pub primary: bool,
}

/// Gives findings with lines and columns in place of bytes.
pub fn locate(findings: &[Diagnostic], sources: &[Source]) -> Vec<LocatedDiagnostic> {
    findings
        .iter()
        .map(|finding| LocatedDiagnostic {
            code: finding.code,
            severity: finding.severity,
            message: finding.message.clone(),
            labels: finding.labels.iter().map(|label| locate_label(label, sources)).collect(),
            help: finding.help.clone(),
        })
        .collect()
}

fn locate_label(label: &Label, sources: &[Source]) -> LocatedLabel {
    let at = position(sources, label.span);
    LocatedLabel {
        path: sources.get(label.span.file as usize).map(|source| source.path.clone()).unwrap_or_default(),
        line: at.line,
        column: at.column,
        length: count(text_at(sources, label.span).chars().count()),
        text: label.text.clone(),
        primary: label.primary,
    }
}
