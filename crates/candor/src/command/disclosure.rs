//! `candor disclosure`: what authorities ask for. One person proposes, another approves with a key of their own, and then it is
//! read once, naming the approval. `candor transparency`: how often that happened.

use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};

use crate::remote::{Asked, Place};
use crate::trouble::{Outcome, Trouble};

/// How long one call may take: a report walks the ledger.
const WAIT: Duration = Duration::from_secs(300);
/// The most pages of disclosures that are listed.
const PAGES_MAX: usize = 1_000;

/// Record what an authority asks, approve or refuse it as a second person, and see where it stands.
///
/// It asks a running server with a key that has the approve scope. Whoever proposed a disclosure cannot approve it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Disclosure {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Record what an authority asks; nothing is disclosed by that.
    Propose {
        /// About whom.
        subject: String,
        /// The authority, a recipient of the policy.
        authority: String,
        /// The purpose for which the policy shares with it.
        purpose: String,
        /// The fields, `group.field`.
        #[arg(required = true)]
        fields: Vec<String>,
        /// The order or law that it rests on, without personal data.
        #[arg(long, value_name = "TEXT")]
        rests_on: String,
        #[command(flatten)]
        place: Place,
    },
    /// Approve it, as somebody else than whoever proposed it; it can then be read once within seven days.
    Approve {
        /// The disclosure.
        disclosure: String,
        #[command(flatten)]
        place: Place,
    },
    /// Refuse it.
    Refuse {
        /// The disclosure.
        disclosure: String,
        #[command(flatten)]
        place: Place,
    },
    /// Show one.
    Show {
        /// The disclosure.
        disclosure: String,
        #[command(flatten)]
        place: Place,
    },
    /// List all of them, or those about one person.
    List {
        /// About whom.
        #[arg(long)]
        subject: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

impl Disclosure {
    pub fn run(self) -> Result<Outcome, Trouble> {
        match self.verb {
            Verb::Propose { subject, authority, purpose, fields, rests_on, place } => {
                let question = json!({ "purpose": purpose, "recipient": authority, "fields": fields });
                let body = json!({ "question": question, "legal_reference": rests_on });
                let told = asked(&place)?.post(&format!("/v1/subjects/{subject}/disclosures"), Some(&body))?;
                print(&place, &told, one);
            }
            Verb::Approve { disclosure, place } => {
                let told = asked(&place)?.post(&format!("/v1/disclosures/{disclosure}/approve"), None)?;
                print(&place, &told, one);
            }
            Verb::Refuse { disclosure, place } => {
                let told = asked(&place)?.post(&format!("/v1/disclosures/{disclosure}/refuse"), None)?;
                print(&place, &told, one);
            }
            Verb::Show { disclosure, place } => {
                let told = asked(&place)?.get(&format!("/v1/disclosures/{disclosure}"))?;
                print(&place, &told, one);
            }
            Verb::List { subject, place } => {
                let told = all(&asked(&place)?, subject.as_deref())?;
                print(&place, &told, |told| told["items"].as_array().into_iter().flatten().map(one).collect());
            }
        }
        Ok(Outcome::Fine)
    }
}

/// How often fields were disclosed in a year, to whom and on what ground; counted from the ledger alone.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Transparency {
    /// The year, in UTC.
    year: i16,
    #[command(flatten)]
    place: Place,
}

impl Transparency {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let told = asked(&self.place)?.get(&format!("/v1/transparency/{}", self.year))?;
        print(&self.place, &told, report);
        Ok(Outcome::Fine)
    }
}

fn asked(place: &Place) -> Result<Asked<'_>, Trouble> {
    Asked::new(&place.server, place.key.key()?, WAIT)
}

fn print(place: &Place, told: &Value, text: fn(&Value) -> String) {
    if place.json {
        println!("{told}");
    } else {
        print!("{}", text(told));
    }
}

fn all(asked: &Asked<'_>, subject: Option<&str>) -> Result<Value, Trouble> {
    let (mut items, mut after) = (Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let of = subject.map(|subject| format!("&subject={subject}")).unwrap_or_default();
        let page = asked.get(&format!("/v1/disclosures?limit=500{of}{after}"))?;
        items.extend(page["items"].as_array().cloned().unwrap_or_default());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    Ok(json!({ "items": items }))
}

fn one(told: &Value) -> String {
    let word = |name: &str| told[name].as_str().unwrap_or("–").to_owned();
    let fields: Vec<&str> = told["fields"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut text = format!(
        "disclosure  {} to {}: {}\n            {} of {} for {}\n            rests on {}\n            proposed {} by {}\n",
        word("id"),
        word("recipient"),
        word("state"),
        fields.join(", "),
        word("subject"),
        word("purpose"),
        word("legal_reference"),
        word("proposed_at"),
        word("proposed_by"),
    );
    if told["answered_by"].is_string() {
        text.push_str(&format!("            answered {} by {}\n", word("answered_at"), word("answered_by")));
    }
    if told["used_at"].is_string() {
        text.push_str(&format!("            handed out {}\n", word("used_at")));
    }
    text
}

fn report(told: &Value) -> String {
    let n = |name: &str| told[name].as_u64().unwrap_or_default();
    let mut text = format!(
        "transparency report for {}\n  to authorities: {} proposed, {} approved, {} refused, {} disclosed\n  to people themselves: {}\n",
        told["year"],
        n("authority_proposed"),
        n("authority_approved"),
        n("authority_refused"),
        n("authority_disclosed"),
        n("to_subjects"),
    );
    for row in told["disclosures"].as_array().into_iter().flatten() {
        let recipient = row["recipient"].as_str().unwrap_or("the organisation itself");
        let ground = row["ground"].as_str().unwrap_or("–");
        text.push_str(&format!("  to {recipient}, on {ground}: {}\n", row["n_disclosures"]));
    }
    text.push_str(&format!("  counted from {} entries of the ledger\n", n("ledger_size")));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_well() {
        let told = json!({ "year": 2026, "authority_proposed": 2, "authority_approved": 1, "authority_refused": 1,
            "authority_disclosed": 1, "to_subjects": 4, "ledger_size": 90,
            "disclosures": [{ "recipient": "police", "ground": "legal_obligation", "n_disclosures": 1 }] });
        let text = report(&told);
        for part in
            ["2 proposed, 1 approved, 1 refused, 1 disclosed", "to police, on legal_obligation: 1", "90 entries"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
