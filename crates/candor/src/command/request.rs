//! `candor request`: a right of a person, planned, carried out in every connected system, and proved.

use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};

use crate::remote::{Asked, Place};
use crate::trouble::{Outcome, Trouble};

mod answer;
mod archive;
mod archives;
mod batch;
mod dispute;
mod list;
mod run;
mod shown;

use shown::{brief, is_troubled, steps};

/// How long one call may take: a plan asks every system.
const WAIT: Duration = Duration::from_secs(900);
/// How often a request under way is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Open a request for a right, see what it would do, carry it out in every connected system, and fetch the receipt.
///
/// It asks a running server with a key that has the rights scope.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Request {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Open a request of a person.
    Open {
        /// The subject.
        subject: String,
        /// The right: `access`, `erasure`, `rectification`, `restriction`, …
        right: String,
        /// Where the person lives (ISO 3166-1 alpha-2).
        #[arg(long)]
        country: Option<String>,
        /// You have checked who is asking.
        #[arg(long)]
        identity_proved: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Open a request of many people from a file, and carry each out.
    Batch(batch::Batch),
    #[command(flatten)]
    Answer(answer::Answer),
    /// Say what carrying a request out would do; nothing is changed.
    Plan {
        /// The request.
        request: String,
        #[command(flatten)]
        place: Place,
    },
    Run(run::Run),
    Watch(run::Watch),
    List(run::List),
    #[command(flatten)]
    Dispute(dispute::Dispute),
    /// Show how far a request is.
    Status {
        /// The request.
        request: String,
        #[command(flatten)]
        place: Place,
    },
    /// Have one step tried again.
    Retry {
        /// The request.
        request: String,
        /// The system, by its name in the policy.
        system: String,
        #[command(flatten)]
        place: Place,
    },
    /// Decide that what the search found in a place is not the person, and have the system searched anew.
    AcceptFound {
        /// The request.
        request: String,
        /// The system, by its name in the policy.
        system: String,
        /// The place, as the status of the request names it.
        found: String,
        /// Only this column of it.
        #[arg(long)]
        column: Option<String>,
        /// Why it is not them; it stands in the receipt, so name nobody.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        place: Place,
    },
    Archive(archive::Archive),
    Archives(archives::Archives),
    /// Print the receipt of a request; `ledger-check --receipt` verifies it.
    Receipt {
        /// The request.
        request: String,
        #[command(flatten)]
        place: Place,
    },
}

impl Request {
    pub fn run(self) -> Result<Outcome, Trouble> {
        match self.verb {
            Verb::Open { subject, right, country, identity_proved, place } => {
                let asked = place.asked()?;
                let body = json!({ "right": right, "country": country });
                let mut opened = asked.post(&format!("/v1/subjects/{subject}/requests"), Some(&body))?;
                if identity_proved {
                    let id = opened["id"].as_str().unwrap_or_default();
                    opened = asked.post(&format!("/v1/requests/{id}/identity"), None)?;
                }
                place.print(&opened, brief);
                Ok(Outcome::Fine)
            }
            Verb::Archive(archive) => archive.run(),
            Verb::Archives(archives) => archives.run(),
            Verb::Batch(batch) => batch.run(),
            Verb::Answer(answer) => answer.run(),
            Verb::Plan { request, place } => {
                let plan = place.asked()?.post(&format!("/v1/requests/{request}/plan"), None)?;
                place.print(&plan, steps);
                Ok(foreseen_of(&plan))
            }
            Verb::Run(run) => run.run(),
            Verb::Watch(watch) => watch.run(),
            Verb::List(list) => list.run(),
            Verb::Dispute(dispute) => dispute.run(),
            Verb::Status { request, place } => {
                let run = place.asked()?.get(&format!("/v1/requests/{request}/steps"))?;
                place.print(&run, steps);
                Ok(outcome_of(&run))
            }
            Verb::Retry { request, system, place } => {
                let run = place.asked()?.post(&format!("/v1/requests/{request}/steps/{system}/retry"), None)?;
                place.print(&run, steps);
                Ok(Outcome::Fine)
            }
            Verb::AcceptFound { request, system, found, column, reason, place } => {
                let body = json!({ "place": found, "column": column, "reason": reason });
                let path = format!("/v1/requests/{request}/steps/{system}/accept-found");
                place.print(&place.asked()?.post(&path, Some(&body))?, steps);
                Ok(Outcome::Fine)
            }
            Verb::Receipt { request, place } => {
                println!("{:#}", place.asked()?.get(&format!("/v1/requests/{request}/receipt"))?);
                Ok(Outcome::Fine)
            }
        }
    }
}

impl Place {
    fn asked(&self) -> Result<Asked<'_>, Trouble> {
        Asked::new(&self.server, self.key.key()?, WAIT)
    }

    fn print(&self, told: &Value, text: fn(&Value) -> String) {
        if self.json {
            println!("{told}");
        } else {
            print!("{}", text(told));
        }
    }
}

/// Denied when a system would not do what is planned, or could not be asked.
fn foreseen_of(plan: &Value) -> Outcome {
    if is_troubled(plan) { Outcome::Denied } else { Outcome::Fine }
}

/// Denied when it waits for somebody: nothing goes on by itself.
fn outcome_of(run: &Value) -> Outcome {
    match run["state"].as_str() {
        Some("waiting_for_somebody" | "refused") => Outcome::Denied,
        _ => Outcome::Fine,
    }
}
