//! `candor request batch`: one right of many people, from a file of their ids.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::archive::Lock;
use super::archives::{Order, fetch};
use super::{Place, list};
use crate::trouble::{Outcome, Trouble};

/// Open a request of many people from a file, and carry each out.
#[derive(Debug, clap::Args)]
pub struct Batch {
    /// The right: `erasure`, `restriction`, …
    right: String,
    /// CSV with a column `subject`, or JSON Lines with a member `subject`: up to 10 000 people.
    file: PathBuf,
    /// You have checked who is asking, for all of them.
    #[arg(long)]
    identity_proved: bool,
    /// Open the requests only; carry none out.
    #[arg(long)]
    open_only: bool,
    /// Say what would be done for all of them together, and change nothing; run it again without this to carry it out.
    #[arg(long, conflicts_with = "open_only")]
    dry_run: bool,
    /// For access and portability: fetch the archives too, each into a file of this folder that is called as its request.
    #[arg(long, value_name = "FOLDER", requires = "Lock", conflicts_with_all = ["open_only", "dry_run"])]
    archives_to: Option<PathBuf>,
    #[command(flatten)]
    lock: Lock,
    #[command(flatten)]
    place: Place,
}

impl Batch {
    pub(super) fn run(self) -> Result<Outcome, Trouble> {
        let subjects: Vec<String> =
            list::of(&self.file, "subject", None)?.into_iter().map(|(subject, _)| subject).collect();
        if self.archives_to.is_none() && self.lock.is_said() {
            let reason = "it is said who may open archives, and none are fetched";
            return Err(Trouble::bad_input("open the requests", reason).next("name a folder with `--archives-to`"));
        }
        let approve = !self.open_only && !self.dry_run && self.archives_to.is_none();
        let body = json!({ "right": self.right, "subjects": subjects, "identity_proved": self.identity_proved,
            "approve": approve, "plan": self.dry_run });
        let mut told = self.place.asked()?.post("/v1/requests:batch", Some(&body))?;
        if let Some(folder) = &self.archives_to {
            let requests = told["requests"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let lock = self.lock.body()?;
            let orders = requests.map(|request| Order::new(request, lock.clone())).collect::<Result<Vec<_>, _>>()?;
            told["archives"] = fetch(&self.place, &orders, folder)?;
        }
        let archives_fit = told["archives"]["n_missing"].as_u64().is_none_or(|n_missing| n_missing == 0);
        self.place.print(&told, |told| {
            let mut text = format!("opened    {}\nrefused   {}\n", told["n_opened"], told["n_refused"]);
            for refused in told["refused"].as_array().into_iter().flatten() {
                text.push_str(&format!(
                    "          row {}: {}\n",
                    refused["row"],
                    refused["code"].as_str().unwrap_or("–")
                ));
            }
            for system in told["foreseen"].as_array().into_iter().flatten() {
                text.push_str(&foreseen(system));
            }
            text + &super::archives::told(&told["archives"])
        });
        Ok(if told["n_refused"] == 0 && archives_fit { Outcome::Fine } else { Outcome::Denied })
    }
}

/// What would be done in one system.
fn foreseen(system: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or("–").to_owned();
    if system["is_connected"] != true {
        return format!("{:<9} not connected: see to it yourselves\n", word(&system["system"]));
    }
    let mut text = String::new();
    for place in system["places"].as_array().into_iter().flatten() {
        let (name, did) = (word(&place["place"]), word(&place["did"]));
        let because = place["because"].as_str().map_or_else(String::new, |because| format!(" ({because})"));
        text.push_str(&format!("{:<9} {name}: {did} {}{because}\n", word(&system["system"]), place["n_rows"]));
    }
    if system["n_unforeseen"] != 0 {
        text.push_str(&format!("{:<9} could not say it of {}\n", word(&system["system"]), system["n_unforeseen"]));
    }
    text
}
