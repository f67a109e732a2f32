//! `candor check`: every error of a policy at once.

use std::path::PathBuf;

use candor_manifest::Severity;

use crate::policy_text;
use crate::terminal;
use crate::trouble::{Outcome, Trouble};

/// Report every error of a policy at once, underlined, with reason and help.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Check {
    /// Policies: each a `.candor` file or a folder of them.
    #[arg(required = true, value_name = "POLICY")]
    policies: Vec<PathBuf>,
    /// Print the findings as JSON on standard output.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let mut located = Vec::new();
        let mut worst = None;
        for policy in &self.policies {
            let sources = policy_text::read(policy)?;
            let (findings, summary) = match candor_manifest::check(&sources) {
                Ok(checked) => (checked.warnings, Some(summary(&checked.manifest))),
                Err(findings) => (findings, None),
            };
            let n_errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
            if self.json {
                located.extend(candor_manifest::locate(&findings, &sources));
            } else {
                eprint!("{}", candor_manifest::render(&findings, &sources, terminal::of_stderr().is_on()));
                println!("{}", verdict(policy, n_errors, findings.len() - n_errors, summary));
            }
            if n_errors > 0 {
                worst = Some(policy_text::has_errors(policy));
            }
        }
        if self.json {
            println!("{}", serde_json::to_string_pretty(&located).unwrap_or_default());
        }
        worst.map_or(Ok(Outcome::Fine), Err)
    }
}

fn summary(manifest: &candor_manifest::Manifest) -> String {
    format!(
        "{} fields, {} purposes, {} recipients, {} keep rules",
        manifest.fields.len(),
        manifest.purposes.len(),
        manifest.recipients.len(),
        manifest.keeps.len()
    )
}

fn verdict(policy: &std::path::Path, n_errors: usize, n_warnings: usize, summary: Option<String>) -> String {
    let style = terminal::of_stdout();
    let warnings = if n_warnings == 0 { String::new() } else { format!(", {}", counted(n_warnings, "warning")) };
    match summary {
        Some(summary) => format!("{} {}: {summary}{warnings}", style.green("ok"), policy.display()),
        None => format!("{} {}: {}{warnings}", style.red("refused"), policy.display(), counted(n_errors, "error")),
    }
}

fn counted(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}
