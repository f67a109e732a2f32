//! `candor request identity|extend|refuse|decide|complete|pause|resume|letter`: what is said about a request besides carrying it out.

use clap::Subcommand;
use serde_json::{Value, json};

use super::shown::brief;
use crate::remote::Place;
use crate::trouble::{Outcome, Trouble};

#[derive(Debug, Subcommand)]
pub enum Answer {
    /// Note how it was proved who asks, or write to the address on file and ask.
    Identity {
        /// The request.
        request: String,
        /// You looked at documents: what you saw, in one line; kept until the request is closed.
        #[arg(long, value_name = "WHAT", conflicts_with = "by_letter")]
        documents: Option<String>,
        /// Ask by a letter whether the request is theirs.
        #[arg(long)]
        by_letter: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Extend the clock once, and tell the person why.
    Extend {
        /// The request.
        request: String,
        /// A DPV justification: `A12Complexity`, `A12HighVolume`.
        because: String,
        #[command(flatten)]
        place: Place,
    },
    /// Refuse it, and tell the person why.
    Refuse {
        /// The request.
        request: String,
        /// A DPV justification: `A12ManifestlyExcessive`, `A17LegalClaims`, …
        because: String,
        #[command(flatten)]
        place: Place,
    },
    /// Decide a request of somebody whose account an organisation manages, and tell the person.
    Decide {
        /// The request.
        request: String,
        /// The person may have what they asked for; an erasure is carried out at once.
        #[arg(long, required_unless_present = "refuse_because")]
        approve: bool,
        /// They may not: a DPV justification, such as `A17LegalClaims`.
        #[arg(long, value_name = "BECAUSE", conflicts_with = "approve")]
        refuse_because: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Answer a request that was carried out in the vault by other means.
    Complete {
        /// The request.
        request: String,
        #[command(flatten)]
        place: Place,
    },
    /// Let the clock stand still while the person has to say something first.
    Pause {
        /// The request.
        request: String,
        #[command(flatten)]
        place: Place,
    },
    /// Let the clock go on.
    Resume {
        /// The request.
        request: String,
        #[command(flatten)]
        place: Place,
    },
    /// Print the letter that closes a request, or says that it takes longer.
    Letter {
        /// The request.
        request: String,
        #[command(flatten)]
        place: Place,
    },
}

impl Answer {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let (place, told) = match self {
            Self::Identity { request, documents: Some(seen), place, .. } => {
                let body = json!({ "seen": seen });
                let told = said(&place, &request, "identity/documents", Some(&body))?;
                (place, told)
            }
            Self::Identity { request, by_letter, place, .. } => {
                let told = said(&place, &request, if by_letter { "identity/letter" } else { "identity" }, None)?;
                (place, told)
            }
            Self::Extend { request, because, place } => {
                let told = said(&place, &request, "extend", Some(&json!({ "because": because })))?;
                (place, told)
            }
            Self::Refuse { request, because, place } => {
                let told = said(&place, &request, "refuse", Some(&json!({ "because": because })))?;
                (place, told)
            }
            Self::Decide { request, approve, refuse_because, place } => {
                let body = json!({ "approve": approve, "because": refuse_because });
                let told = said(&place, &request, "decide", Some(&body))?;
                (place, told)
            }
            Self::Complete { request, place } => {
                let told = said(&place, &request, "complete", None)?;
                (place, told)
            }
            Self::Pause { request, place } => {
                let told = said(&place, &request, "pause", None)?;
                (place, told)
            }
            Self::Resume { request, place } => {
                let told = said(&place, &request, "resume", None)?;
                (place, told)
            }
            Self::Letter { request, place } => {
                let told = place.asked()?.get(&format!("/v1/requests/{request}/letter"))?;
                place.print(&told, |letter| letter["text"].as_str().unwrap_or_default().to_owned());
                return Ok(Outcome::Fine);
            }
        };
        place.print(&told, brief);
        Ok(Outcome::Fine)
    }
}

fn said(place: &Place, request: &str, what: &str, body: Option<&Value>) -> Result<Value, Trouble> {
    place.asked()?.post(&format!("/v1/requests/{request}/{what}"), body)
}
