//! `candor systems`: which systems a policy declares, and whether they are as it maps them.

use std::time::Duration;

use clap::Subcommand;
use serde_json::Value;

use crate::remote::{Asked, Place};
use crate::trouble::{Outcome, Trouble};

const WAIT: Duration = Duration::from_secs(600);

/// List the systems that the policy in force declares, compare one with what is mapped, or read what it holds.
///
/// It asks a running server, which alone knows the systems' addresses.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Systems {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List them, and whether each is connected.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Compare the mapping with the live schema: what is missing, unmapped, unowned or ambiguous.
    Check {
        /// The system.
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Read the live schema and propose a mapping; nothing is applied.
    Discover {
        /// The system.
        name: String,
        #[command(flatten)]
        place: Place,
    },
}

impl Systems {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let (path, place) = match &self.verb {
            Verb::List { place } => ("/v1/systems".to_owned(), place),
            Verb::Check { name, place } => (format!("/v1/systems/{name}/check"), place),
            Verb::Discover { name, place } => (format!("/v1/systems/{name}/discover"), place),
        };
        let told = Asked::new(&place.server, place.key.key()?, WAIT)?.get(&path)?;
        if place.json {
            println!("{told}");
        } else {
            print!("{}", text(&told));
        }
        let findings = told["findings"].as_array().into_iter().flatten();
        let is_wrong = findings.into_iter().any(|finding| finding["weight"] == "error");
        Ok(if is_wrong { Outcome::Denied } else { Outcome::Fine })
    }
}

fn text(told: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or("–").to_owned();
    let mut text = String::new();
    for system in told["systems"].as_array().into_iter().flatten() {
        let state = if system["is_connected"] == true { "connected" } else { "not connected" };
        text.push_str(&format!(
            "{:<16} {:<9} {state} ({})\n",
            word(&system["name"]),
            word(&system["kind"]),
            system["secret"].as_str().map_or_else(|| word(&system["env"]), |secret| format!("secret {secret}"))
        ));
    }
    for finding in told["findings"].as_array().into_iter().flatten() {
        let place = [word(&finding["place"]), word(&finding["column"])].join(".");
        text.push_str(&format!(
            "{:<8} {:<24} {}: {}\n",
            word(&finding["weight"]),
            word(&finding["code"]),
            place.trim_end_matches(".–"),
            word(&finding["text"])
        ));
    }
    if let Some(proposal) = told["proposal"].as_str() {
        text.push_str(proposal);
    }
    if text.is_empty() { "fine: the system is as the policy maps it\n".to_owned() } else { text }
}
