//! Says what was found, to people or to machines.

use candor_ledger::{Entry, ReceiptError, Report, VerifierKey};
use serde_json::json;

use crate::export::Outcome;

/// Prints the report of a log.
pub fn report(report: &Report, is_json: bool) {
    if is_json {
        let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
        println!("{:#}", json!({ "verified": report.is_verified(), "messages": faults, "report": report }));
        return;
    }
    if !report.origin.is_empty() {
        println!("log       {}", report.origin);
        println!("entries   {} of {} read", report.n_entries, report.size);
        println!("root      {}", report.root);
        println!("tiles     {} computed anew and compared", report.n_tiles);
    }
    if let (Some(first), Some(last)) = (report.first_at, report.last_at) {
        println!("from      {first}\nto        {last}");
    }
    if let Some(old_size) = report.old_size {
        println!("history   compared with an old checkpoint of {old_size} entries");
    }
    for (kind, n) in &report.n_by_kind {
        println!("{n:>9} {kind}");
    }
    for warning in &report.warnings {
        println!("warning   {warning}");
    }
    let unlisted = report.n_warnings.saturating_sub(report.warnings.len() as u64);
    if unlisted > 0 {
        println!("warning   and {unlisted} more");
    }
    for fault in &report.faults {
        println!("FAULT     {fault}");
    }
    println!("{}", if report.is_verified() { "verified" } else { "DOES NOT VERIFY" });
}

/// What a receipt proves.
pub struct Proved {
    pub index: u64,
    pub entry: Entry,
    /// The form of a consent receipt, all of which is signed; `None` for the receipt of an entry alone.
    pub form: Option<String>,
}

/// Prints what a receipt proves; tells whether it does.
pub fn receipt(outcome: &Result<Proved, ReceiptError>, key: &VerifierKey, is_json: bool) -> bool {
    match outcome {
        Ok(Proved { index, entry, form }) if is_json => {
            let log = key.name();
            println!("{:#}", json!({ "verified": true, "log": log, "index": index, "entry": entry, "form": form }));
        }
        Ok(Proved { index, entry, form }) => {
            println!("log       {}\nindex     {index}", key.name());
            println!("entry     {:#}", json!(entry));
            if let Some(form) = form {
                println!("consent   form {form:?}, signed whole");
            }
            println!("verified");
        }
        Err(error) => {
            let text = chain(error);
            if is_json {
                println!("{:#}", json!({ "verified": false, "messages": [text] }));
            } else {
                println!("FAULT     {text}\nDOES NOT VERIFY");
            }
        }
    }
    outcome.is_ok()
}

/// Prints what became of an export; tells whether it is whole and unchanged.
pub fn export(outcome: &Outcome, key: &VerifierKey, is_json: bool) -> bool {
    let Outcome { n_files, faults } = outcome;
    let is_verified = faults.is_empty();
    if is_json {
        println!("{:#}", json!({ "verified": is_verified, "log": key.name(), "files": n_files, "messages": faults }));
        return is_verified;
    }
    println!("log       {}\nfiles     {n_files}", key.name());
    for fault in faults {
        println!("FAULT     {fault}");
    }
    println!("{}", if is_verified { "verified" } else { "DOES NOT VERIFY" });
    is_verified
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}
