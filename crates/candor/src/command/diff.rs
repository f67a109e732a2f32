//! `candor diff`: what one version of a policy changes in another, in words, and what people must be told or asked.

use std::path::{Path, PathBuf};

use candor_manifest::Manifest;
use candor_publish::{Class, Comparison, compare};
use serde::Serialize;

use crate::policy_text;
use crate::terminal::{self, Style};
use crate::trouble::{Outcome, Trouble};

/// Say in words what a new version of a policy changes, and which changes need notice or new consent.
///
/// Changes are grouped by class: the business or its data changes hands; needs new consent, since people said yes to
/// less; needs notice before it takes effect; only said differently; less is done. Compared is what is declared: the
/// order of the text, its version and its date are no change.
///
/// It ends with 0 when nothing changed or nothing more is done with data, with 1 when notice or consent is needed, so
/// that a build can stop there, and with 2 when one of the policies cannot be read or has errors.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Diff {
    /// The older policy: a `.candor` file or a folder of them.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The newer policy.
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What is printed as JSON.
#[derive(Debug, Serialize)]
struct Report<'a> {
    /// The version of the older policy.
    old: &'a str,
    /// The version of the newer policy.
    new: &'a str,
    /// The strongest class; `null` when nothing changed.
    class: Option<Class>,
    #[serde(flatten)]
    comparison: &'a Comparison,
}

impl Diff {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let (old, new) = (read(&self.old)?, read(&self.new)?);
        let comparison = compare(&old, &new);
        if self.json {
            let class = comparison.class();
            let report = Report { old: &old.version, new: &new.version, class, comparison: &comparison };
            println!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
        } else {
            print!("{}", written(&comparison, terminal::of_stdout()));
        }
        Ok(if comparison.is_significant() { Outcome::Denied } else { Outcome::Fine })
    }
}

fn read(policy: &Path) -> Result<Manifest, Trouble> {
    policy_text::check(policy, &policy_text::read(policy)?)
}

fn written(comparison: &Comparison, style: Style) -> String {
    if comparison.changes.is_empty() {
        return format!("{}\n", style.green("nothing changed"));
    }
    let mut text = String::new();
    for class in Class::ALL {
        let mut changes = comparison.of(class).peekable();
        if changes.peek().is_none() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text += &format!("{}\n", heading(class, style));
        for change in changes {
            text += &format!("  {}  {}\n", change.sentence, style.dim(change.code));
        }
    }
    text
}

fn heading(class: Class, style: Style) -> String {
    match class {
        Class::Transfer | Class::Consent => style.red(class.title()),
        Class::Notice => style.yellow(class.title()),
        Class::Neutral => style.bold(class.title()),
        Class::Narrows => style.green(class.title()),
    }
}
