//! `candor request batch`: one right of many people, from a file of their ids.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::Place;
use crate::trouble::{Outcome, Trouble};

/// The longest file that is read.
const FILE_BYTES_MAX: u64 = 4 << 20;

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
    #[command(flatten)]
    place: Place,
}

impl Batch {
    pub(super) fn run(self) -> Result<Outcome, Trouble> {
        let subjects = subjects(&self.file)?;
        let body = json!({ "right": self.right, "subjects": subjects, "identity_proved": self.identity_proved,
            "approve": !self.open_only && !self.dry_run, "plan": self.dry_run });
        let told = self.place.asked()?.post("/v1/requests:batch", Some(&body))?;
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
            text
        });
        Ok(if told["n_refused"] == 0 { Outcome::Fine } else { Outcome::Denied })
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

/// The people of a file.
fn subjects(path: &PathBuf) -> Result<Vec<String>, Trouble> {
    let attempted = || format!("read the people of `{}`", path.display());
    let mut text = String::new();
    let file = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text));
    file.map_err(|error| Trouble::bad_input(attempted(), error))?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(Trouble::bad_input(attempted(), format!("it is longer than {FILE_BYTES_MAX} bytes")));
    }
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines().next().is_some_and(|line| line.starts_with('{')) {
        let one = |(at, line): (usize, &str)| {
            let read: Option<Value> = serde_json::from_str(line).ok();
            let subject = read.and_then(|read| read["subject"].as_str().map(str::to_owned));
            subject.ok_or_else(|| Trouble::bad_input(attempted(), format!("line {} has no member `subject`", at + 1)))
        };
        return lines().enumerate().map(one).collect();
    }
    let header: Vec<&str> = lines().next().unwrap_or_default().split(',').map(str::trim).collect();
    let column = header.iter().position(|name| *name == "subject");
    let column = column.ok_or_else(|| Trouble::bad_input(attempted(), "it has no column `subject`"))?;
    let one = |(at, line): (usize, &str)| {
        let subject = line.split(',').nth(column).map(str::trim).filter(|subject| !subject.is_empty());
        subject
            .map(str::to_owned)
            .ok_or_else(|| Trouble::bad_input(attempted(), format!("line {} names no subject", at + 1)))
    };
    lines().enumerate().skip(1).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_lines_name_the_same_people() {
        let folder = std::env::temp_dir().join(format!("candor-batch-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let read = |name: &str, text: &str| {
            let file = folder.join(name);
            std::fs::write(&file, text).unwrap();
            subjects(&file)
        };
        let both = ["sub_1", "sub_2"];
        assert_eq!(read("a.csv", "note,subject\nx, sub_1\n\ny,sub_2\n").unwrap(), both);
        assert_eq!(read("a.jsonl", "{\"subject\": \"sub_1\"}\n{\"subject\": \"sub_2\"}\n").unwrap(), both);
        for wrong in ["id\nsub_1\n", "subject,x\n,y\n", "{\"id\": 1}\n", ""] {
            assert!(read("wrong", wrong).is_err(), "{wrong}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
