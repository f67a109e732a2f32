//! `candor request run|watch|list`: a request carried out, with what was agreed or what is put right; looked at until it is over.

use std::path::{Path, PathBuf};
use std::time::Instant;

use candor_words::{Instant as Moment, Span, SpanUnit};
use serde_json::{Value, json};

use super::shown::{brief, changes, dispute, is_going_on, steps};
use super::{LOOK, WAIT, foreseen_of, outcome_of};
use crate::remote::{Asked, Place};
use crate::small_file;
use crate::trouble::{Outcome, Trouble};

/// The most pages of requests that are listed.
const PAGES_MAX: usize = 200;

/// Carry a request out, and wait until it is answered or needs somebody.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// The request.
    request: String,
    /// Change nothing: say what it would do.
    #[arg(long, conflicts_with_all = ["allow", "until", "agreement", "correction"])]
    dry_run: bool,
    /// Begin it, and do not wait.
    #[arg(long)]
    no_wait: bool,
    /// For a restriction: a purpose that goes on, as was agreed with the person; as often as there are such purposes.
    #[arg(long, value_name = "PURPOSE")]
    allow: Vec<String>,
    /// For a restriction: until when it holds; a day, such as `2027-03-31`, is meant whole.
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// For a restriction: where the agreement is kept; a reference that names nobody.
    #[arg(long, value_name = "REFERENCE")]
    agreement: Option<String>,
    /// For a rectification: a JSON file with `group`, `record` (left out where a person has one) and the right `values`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["allow", "until", "agreement"])]
    correction: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

impl Run {
    pub(super) fn run(self) -> Result<Outcome, Trouble> {
        let asked = self.place.asked()?;
        let request = &self.request;
        if self.dry_run {
            let plan = asked.post(&format!("/v1/requests/{request}/plan"), None)?;
            self.place.print(&plan, steps);
            return Ok(foreseen_of(&plan));
        }
        let mut body = json!({});
        if let Some(terms) = self.terms()? {
            body["terms"] = terms;
        }
        if let Some(file) = &self.correction {
            body["correction"] = correction(file)?;
        }
        let run = asked.post(&format!("/v1/requests/{request}/approve"), Some(&body))?;
        if self.no_wait {
            self.place.print(&run, steps);
            return Ok(outcome_of(&run));
        }
        look_on(&self.place, &asked, run)
    }

    /// What was agreed about a restriction, when something was.
    fn terms(&self) -> Result<Option<Value>, Trouble> {
        if self.allow.is_empty() && self.until.is_none() && self.agreement.is_none() {
            return Ok(None);
        }
        let until = self.until.as_deref().map(end_of).transpose()?;
        Ok(Some(json!({ "allowed_purposes": self.allow, "until": until, "agreement": self.agreement })))
    }
}

/// Look at a request until it is answered or needs somebody, and say each change.
#[derive(Debug, clap::Args)]
pub struct Watch {
    /// The request.
    request: String,
    #[command(flatten)]
    place: Place,
}

impl Watch {
    pub(super) fn run(self) -> Result<Outcome, Trouble> {
        let asked = self.place.asked()?;
        let run = asked.get(&format!("/v1/requests/{}/steps", self.request))?;
        look_on(&self.place, &asked, run)
    }
}

/// List requests that are open, by id.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Of this subject alone.
    #[arg(long)]
    subject: Option<String>,
    /// Those that are closed too.
    #[arg(long)]
    all: bool,
    /// Those that are disputed alone, open or closed.
    #[arg(long, conflicts_with_all = ["subject", "all"])]
    disputed: bool,
    #[command(flatten)]
    place: Place,
}

impl List {
    pub(super) fn run(self) -> Result<Outcome, Trouble> {
        let of = self.subject.as_deref().map(|subject| format!("&subject={subject}")).unwrap_or_default();
        let at = if self.disputed { "/v1/disputes" } else { "/v1/requests" };
        let (asked, mut items, mut after) = (self.place.asked()?, Vec::new(), String::new());
        let is_listed = |item: &Value| self.all || self.disputed || item["closed_at"].is_null();
        for _ in 0..PAGES_MAX {
            let page = asked.get(&format!("{at}?limit=500{of}{after}"))?;
            items.extend(page["items"].as_array().into_iter().flatten().filter(|item| is_listed(item)).cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        let one = if self.disputed { dispute } else { brief };
        let told = json!({ "items": items });
        if self.place.json {
            println!("{told}");
        } else {
            told["items"].as_array().into_iter().flatten().for_each(|item| print!("{}", one(item)));
        }
        Ok(Outcome::Fine)
    }
}

/// Says each change of a request that is under way, and at the end how it stands.
fn look_on(place: &Place, asked: &Asked<'_>, mut run: Value) -> Result<Outcome, Trouble> {
    let request = run["request"]["id"].as_str().unwrap_or_default().to_owned();
    let (began, mut before) = (Instant::now(), Value::Null);
    while is_going_on(&run) && began.elapsed() < WAIT {
        if !place.json {
            eprint!("{}", changes(&before, &run));
        }
        std::thread::sleep(LOOK);
        before = run;
        run = asked.get(&format!("/v1/requests/{request}/steps"))?;
    }
    place.print(&run, steps);
    Ok(outcome_of(&run))
}

/// A day is meant whole: what holds until then holds on it. An instant is meant as it is.
fn end_of(text: &str) -> Result<String, Trouble> {
    let mut parts = text.splitn(3, '-').map(str::parse::<u32>);
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    if let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (year, month, day) {
        let (year, month, day) = (year.try_into().ok(), month.try_into().ok(), day.try_into().ok());
        let date = year.zip(month).zip(day).and_then(|((year, month), day)| Moment::from_date(year, month, day));
        if let Some(date) = date {
            return Ok(date.plus(Span::new(1, SpanUnit::Day)).to_string());
        }
    }
    let instant: Result<Moment, _> = text.parse();
    instant.map(|instant| instant.to_string()).map_err(|_| {
        Trouble::bad_input("read until when the restriction holds", "it is no day")
            .next("write it as `2027-03-31`, or as an instant such as `2027-03-31T12:00:00Z`")
    })
}

/// What is put right: it stands in a file, for others on a machine can read command lines.
fn correction(file: &Path) -> Result<Value, Trouble> {
    let attempted = || format!("read the correction in `{}`", file.display());
    let mut told: Value = serde_json::from_slice(&small_file::read(file)?)
        .map_err(|_| Trouble::bad_input(attempted(), "it is no JSON"))?;
    let is_whole = told["group"].is_string() && told["values"].is_object();
    let Some(members) = told.as_object_mut().filter(|_| is_whole) else {
        return Err(Trouble::bad_input(attempted(), "it has no `group` and `values`")
            .next("write for instance `{\"group\": \"account\", \"values\": {\"name\": \"Ada Example\"}}`"));
    };
    members.entry("record").or_insert_with(|| candor_vault::ONLY_RECORD.to_string().into());
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_meant_whole_and_an_instant_as_it_is() {
        assert_eq!(end_of("2027-03-31").unwrap(), "2027-04-01T00:00:00.000Z");
        assert_eq!(end_of("2027-03-31T12:00:00Z").unwrap(), "2027-03-31T12:00:00.000Z");
        for wrong in ["", "soon", "2027-02-30", "31.3.2027", "2027-03"] {
            assert!(end_of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_correction_is_of_the_only_record_unless_it_says_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("correction.json");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            correction(&file)
        };
        let told = read("{\"group\": \"account\", \"values\": {\"name\": \"Ada\"}}").unwrap();
        assert_eq!(told["record"], candor_vault::ONLY_RECORD.to_string());
        let told = read("{\"group\": \"account\", \"record\": \"rec_1\", \"values\": {}}").unwrap();
        assert_eq!(told["record"], "rec_1");
        for wrong in ["", "[]", "7", "{\"group\": \"account\"}", "{\"values\": {}}"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
