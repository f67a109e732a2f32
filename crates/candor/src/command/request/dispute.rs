//! `candor request dispute|settle|override`: while it is not agreed what a request leads to, use is restricted.

use clap::{Subcommand, ValueEnum};
use serde_json::json;

use super::shown::brief;
use crate::remote::Place;
use crate::trouble::{Outcome, Trouble};

#[derive(Debug, Subcommand)]
pub enum Dispute {
    /// Note that it is not agreed what a request leads to: use of the person's data is restricted from then on.
    #[command(name = "dispute")]
    Note {
        /// The request.
        request: String,
        #[command(flatten)]
        place: Place,
    },
    /// Settle a dispute, after the person was told: what it restricted is used again.
    Settle {
        /// The request.
        request: String,
        /// Who was right.
        outcome: Who,
        /// How the person was told, in one line that names nobody.
        #[arg(long, value_name = "HOW")]
        informed: String,
        #[command(flatten)]
        place: Place,
    },
    /// Let use go on although a request is disputed, as whoever administers the tenant decides; the ledger says so.
    Override {
        /// The request.
        request: String,
        /// Why, in one line that names nobody.
        #[arg(long, value_name = "REASON")]
        because: String,
        /// For this purpose alone, as often as there are such purposes; the dispute goes on restricting the others.
        #[arg(long, value_name = "PURPOSE")]
        allow: Vec<String>,
        #[command(flatten)]
        place: Place,
    },
}

/// Who was right.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Who {
    /// The person was.
    Upheld,
    /// They were not.
    Rejected,
}

impl Dispute {
    pub(super) fn run(self) -> Result<Outcome, Trouble> {
        let (place, request, what, body) = match self {
            Self::Note { request, place } => (place, request, "dispute", None),
            Self::Settle { request, outcome, informed, place } => {
                let outcome = match outcome {
                    Who::Upheld => "upheld",
                    Who::Rejected => "rejected",
                };
                let body = json!({ "outcome": outcome, "informed": informed });
                (place, request, "dispute/settle", Some(body))
            }
            Self::Override { request, because, allow, place } => {
                let body = json!({ "because": because, "purposes": allow });
                (place, request, "dispute/override", Some(body))
            }
        };
        let told = place.asked()?.post(&format!("/v1/requests/{request}/{what}"), body.as_ref())?;
        place.print(&told, brief);
        Ok(Outcome::Fine)
    }
}
