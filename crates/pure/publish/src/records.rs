//! The records of processing activities (GDPR Art. 30(1)), a to g, as data.
//!
//! [`records_of_processing`] works them out; they serialise to JSON as they stand, [`Records::rows`] gives one
//! flat row per (purpose, field) for tables, and [`Records::to_csv`] writes those safely for spreadsheets.

use candor_manifest::model::{Contact, Field, Manifest, Purpose, RecipientRole, Source};
use serde::Serialize;

use crate::{facts, wording};

/// The whole record of one controller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Records {
    /// The policy the record belongs to, and its version.
    pub policy: String,
    /// The version as the policy writes it.
    pub version: String,
    /// (a) Who answers for the processing.
    pub controller: String,
    /// (a) Where it is established, ISO 3166-1 alpha-2.
    pub country: String,
    /// (a) How to reach it.
    pub contacts: Vec<Contact>,
    /// (b) to (f), one per purpose, in the order of the policy.
    pub activities: Vec<Activity>,
    /// (g) The technical and organisational measures.
    pub measures: &'static [Measure],
}

/// What is done for one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// The purpose's name in the policy.
    pub purpose: String,
    /// (b) What people are told it is.
    pub title: String,
    /// (b) Its DPV term.
    pub term: String,
    /// The legal basis in words.
    pub basis: &'static str,
    /// The clause of Art. 6(1), as DPV names it.
    pub article: &'static str,
    /// (c) The categories of people.
    pub subjects: Vec<&'static str>,
    /// (c) The data, item by item.
    pub items: Vec<Item>,
    /// (d) and (e) Who receives it, where, under which safeguard.
    pub disclosures: Vec<Disclosure>,
    /// (f) A time limit that ends this purpose's use.
    pub ends: Vec<String>,
}

/// One kind of data in an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The field's name in the policy.
    pub field: String,
    /// What people call it.
    pub title: String,
    /// Its category, a DPV term.
    pub term: String,
    /// True for the special categories of Art. 9.
    pub special: bool,
    /// (f) When it is erased or made anonymous.
    pub time_limits: Vec<TimeLimit>,
}

/// When an item's time is up, and what then happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeLimit {
    /// Until when.
    pub until: String,
    /// What then happens.
    pub then: String,
}

/// What one recipient gets in an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disclosure {
    /// The recipient's name in the policy.
    pub recipient: String,
    /// What people are told it is called.
    pub title: String,
    /// Its role.
    pub role: RecipientRole,
    /// Where it is, in words.
    pub country: String,
    /// (e) True when data leaves the controller's country for it.
    pub is_transfer: bool,
    /// (e) What makes the transfer lawful.
    pub safeguard: Option<&'static str>,
    /// The fields it gets.
    pub fields: Vec<String>,
}

/// One technical or organisational measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// Its DPV term.
    pub term: &'static str,
    /// What it is, in a sentence.
    pub text: &'static str,
}

/// What Candor does for every policy that it runs (GDPR Art. 32).
pub(crate) const MEASURES: &[Measure] = &[
    Measure { term: "EncryptionInTransfer", text: "Connections are encrypted in transit." },
    Measure { term: "EncryptionAtRest", text: "Each person’s data is encrypted at rest with keys of its own." },
    Measure {
        term: "DataErasurePolicy",
        text: "Erasure destroys those keys, so that copies in backups cannot be read.",
    },
    Measure {
        term: "AccessControlMethod",
        text: "Every read names a purpose and gets only the items that purpose may use; all else is refused.",
    },
    Measure {
        term: "ActivityMonitoring",
        text: "Every disclosure is recorded in a log that cannot be altered unnoticed.",
    },
    Measure { term: "Pseudonymisation", text: "Logs refer to people by blinded references, never by name." },
];

/// Works out the records of processing.
///
/// Source: GDPR Art. 30(1)(a) to (g).
pub fn records_of_processing(manifest: &Manifest) -> Records {
    Records {
        policy: manifest.name.clone(),
        version: manifest.version.clone(),
        controller: manifest.controller.name.clone(),
        country: manifest.controller.country.as_str().to_owned(),
        contacts: manifest.controller.contacts.clone(),
        activities: manifest.purposes.iter().map(|purpose| activity(manifest, purpose)).collect(),
        measures: MEASURES,
    }
}

fn activity(manifest: &Manifest, purpose: &Purpose) -> Activity {
    let ixs = facts::fields_of(purpose);
    let items = ixs.iter().filter_map(|ix| {
        let time_limits = facts::keeps_of(manifest, *ix)
            .map(|keep| TimeLimit { until: wording::keep_until(keep), then: wording::keep_then(keep) });
        facts::field(manifest, *ix).map(|field| item(field, time_limits.collect()))
    });
    Activity {
        purpose: purpose.name.clone(),
        title: purpose.title.clone(),
        term: purpose.term.clone(),
        basis: wording::basis(&purpose.basis),
        article: facts::article_6(&purpose.basis),
        subjects: subjects(&facts::fields(manifest, &ixs)),
        items: items.collect(),
        disclosures: disclosures(manifest, purpose),
        ends: facts::keeps_within(manifest, purpose).map(wording::keep).collect(),
    }
}

fn item(field: &Field, time_limits: Vec<TimeLimit>) -> Item {
    Item {
        field: field.name.clone(),
        title: field.title.clone(),
        term: field.term.clone(),
        special: field.special,
        time_limits,
    }
}

/// The categories of people that the fields speak of, as far as their sources tell.
fn subjects(fields: &[&Field]) -> Vec<&'static str> {
    let from =
        |wanted: &[Source]| fields.iter().any(|field| field.sources.iter().any(|source| wanted.contains(source)));
    let linked = fields.iter().any(|field| field.sources.iter().any(|source| matches!(source, Source::Linked(_))));
    let mut subjects = Vec::new();
    if linked || from(&[Source::Subject, Source::Observed, Source::Derived]) {
        subjects.push("People who use the service");
    }
    if from(&[Source::Organisation]) {
        subjects.push("Members of organisations that manage accounts");
    }
    if from(&[Source::Partners, Source::Public]) {
        subjects.push("People known from partners or public sources");
    }
    if from(&[Source::OtherUsers]) || fields.iter().any(|field| field.about_others) {
        subjects.push("People named in what users write or send");
    }
    subjects
}

fn disclosures(manifest: &Manifest, purpose: &Purpose) -> Vec<Disclosure> {
    let disclosures = purpose.shares.iter().filter_map(|share| {
        let recipient = facts::recipient(manifest, share.with)?;
        Some(Disclosure {
            recipient: recipient.name.clone(),
            title: recipient.title.clone(),
            role: recipient.role,
            country: wording::country(recipient.country),
            is_transfer: recipient.is_transfer,
            safeguard: recipient.safeguard.map(wording::safeguard),
            fields: facts::fields(manifest, &share.fields).into_iter().map(|field| field.name.clone()).collect(),
        })
    });
    disclosures.collect()
}

/// One (purpose, field) pair with all that Art. 30 asks of it, flat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The values, in the order of [`Row::HEADER`].
    pub cells: [String; 11],
}

impl Row {
    /// What each cell holds.
    pub const HEADER: [&'static str; 11] = [
        "purpose",
        "purpose title",
        "legal basis",
        "field",
        "field title",
        "category",
        "special category",
        "people",
        "recipients",
        "transfers",
        "time limits",
    ];
}

impl Records {
    /// One row per (purpose, field).
    pub fn rows(&self) -> Vec<Row> {
        let rows =
            self.activities.iter().flat_map(|activity| activity.items.iter().map(move |item| row(activity, item)));
        rows.collect()
    }

    /// The rows as RFC 4180 text with a header line; no cell can be taken for a formula by a spreadsheet.
    pub fn to_csv(&self) -> String {
        let header = Row::HEADER.map(str::to_owned);
        let lines = std::iter::once(header).chain(self.rows().into_iter().map(|row| row.cells));
        lines.map(|cells| cells.map(|cell| csv_cell(&cell)).join(",") + "\r\n").collect()
    }
}

fn row(activity: &Activity, item: &Item) -> Row {
    let gets = |disclosure: &&Disclosure| disclosure.fields.contains(&item.field);
    let recipients = activity.disclosures.iter().filter(gets);
    let transfers = recipients.clone().filter(|disclosure| disclosure.is_transfer).map(|disclosure| {
        let safeguard = disclosure.safeguard.unwrap_or("no safeguard needed for this recipient");
        format!("{} ({}): {safeguard}", disclosure.title, disclosure.country)
    });
    let limits = item.time_limits.iter().map(|limit| format!("{}, then {}", limit.until, limit.then));
    Row {
        cells: [
            activity.purpose.clone(),
            activity.title.clone(),
            format!("{} ({})", activity.basis, activity.article),
            item.field.clone(),
            item.title.clone(),
            item.term.clone(),
            if item.special { "yes" } else { "no" }.to_owned(),
            activity.subjects.join("; "),
            recipients.map(|disclosure| disclosure.title.as_str()).collect::<Vec<_>>().join("; "),
            transfers.collect::<Vec<_>>().join("; "),
            limits.chain(activity.ends.iter().cloned()).collect::<Vec<_>>().join("; "),
        ],
    }
}

/// Quotes a cell, and puts an apostrophe before what a spreadsheet would run as a formula.
fn csv_cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let guard = if runs { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests;
