//! `candor fmt`: the one canonical form of a policy's text.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use candor_manifest::Source;

use crate::policy_text;
use crate::terminal;
use crate::trouble::{Outcome, Trouble};

/// Rewrite policies in their canonical form.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Fmt {
    /// Policies: each a `.candor` file or a folder of them; `-` reads standard input and writes standard output.
    #[arg(required = true, value_name = "POLICY")]
    policies: Vec<PathBuf>,
    /// Change nothing; exit with 1 when a file is not in canonical form.
    #[arg(long)]
    check: bool,
}

impl Fmt {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let mut outcome = Outcome::Fine;
        for policy in &self.policies {
            if policy == Path::new("-") {
                print!("{}", formatted(policy, &standard_input()?)?);
                continue;
            }
            for source in policy_text::read(policy)? {
                let canonical = formatted(policy, &source)?;
                if canonical == source.text {
                    continue;
                }
                if self.check {
                    println!("{}: not in canonical form", source.path);
                    outcome = Outcome::Denied;
                } else {
                    replace(Path::new(&source.path), &canonical)?;
                    println!("{}: rewritten", source.path);
                }
            }
        }
        Ok(outcome)
    }
}

fn formatted(policy: &Path, source: &Source) -> Result<String, Trouble> {
    candor_manifest::format(&source.text).map_err(|findings| {
        let sources = std::slice::from_ref(source);
        eprint!("{}", candor_manifest::render(&findings, sources, terminal::of_stderr().is_on()));
        policy_text::has_errors(policy)
    })
}

fn standard_input() -> Result<Source, Trouble> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Trouble::bad_input("read the policy from standard input", error))?;
    Ok(Source { path: "-".to_owned(), text })
}

/// Writes beside the file and then takes its place, so that a failure leaves the old text whole.
fn replace(file: &Path, text: &str) -> Result<(), Trouble> {
    let beside = file.with_extension("candor.new");
    fs::write(&beside, text)
        .and_then(|()| fs::rename(&beside, file))
        .map_err(|error| Trouble::failed(format!("write `{}`", file.display()), error))
}
