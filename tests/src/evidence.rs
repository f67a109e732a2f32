//! What can be checked from outside: proofs, raw files, archives, pages.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;

use candor_ledger::Digest;
use candor_words::{Instant, Span, SpanUnit};
use serde_json::Value;

use crate::{Reply, Server, ledger_check};

impl Server {
    /// Fetches the receipt of a ledger entry and verifies it offline.
    #[track_caller]
    pub fn proves(&self, entry: &Value) -> Value {
        let receipt = self.receipt(entry);
        let (verified, said) = self.verify(&receipt);
        assert!(verified, "{said}");
        receipt
    }

    /// The receipt of a ledger entry.
    #[track_caller]
    pub fn receipt(&self, entry: &Value) -> Value {
        let entry = entry.as_u64().unwrap_or_else(|| panic!("no entry: {entry}"));
        self.anonymous().get(&format!("/ledger/{}/receipts/{entry}", self.slug())).json(200)
    }

    /// Verifies a receipt with `ledger-check`, which asks nobody.
    pub fn verify(&self, receipt: &Value) -> (bool, String) {
        let key = self.anonymous().get(&format!("/ledger/{}/key", self.slug())).text();
        let file = self.folder().join(format!("receipt-{}.json", receipt["index"]));
        std::fs::write(&file, receipt.to_string()).expect("a file");
        let file = file.display().to_string();
        let output = ledger_check(&["--receipt", &file, "--key", key.trim()]).output().expect("ledger-check runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    /// The files below the server's folder that hold a text: the store, its write-ahead log, keys, logs.
    pub fn files_with(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        search(self.folder(), text, &mut found);
        found
    }

    /// What the store holds: of each table, how many rows, and a digest of every byte in them.
    ///
    /// Values are sealed, so that a text that is not found in the files may still be stored; a table that is the
    /// same before and after had nothing written to it. Jobs are left out, and the checkpoints that one of them signs: they
    /// run by the clock.
    #[track_caller]
    pub fn stored(&self) -> BTreeMap<String, (usize, String)> {
        let file = self.folder().join("data/candor.db");
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let store = rusqlite::Connection::open_with_flags(&file, flags).expect("the store's file");
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('jobs', 'checkpoints')";
        let mut statement = store.prepare(names).expect("a schema");
        let names = statement.query_map((), |row| row.get(0)).expect("tables").collect::<Result<Vec<String>, _>>();
        names.expect("names").into_iter().map(|name| (name.clone(), table(&store, &name))).collect()
    }

    /// The tenant's public policy page.
    #[track_caller]
    pub fn page(&self) -> String {
        let reply = self.anonymous().get(&format!("/{}", self.slug()));
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.text()
    }
}

fn table(store: &rusqlite::Connection, name: &str) -> (usize, String) {
    let mut statement = store.prepare(&format!("SELECT * FROM \"{name}\"")).expect("a table");
    let n_columns = statement.column_count();
    let mut rows = statement.query(()).expect("rows");
    let mut written = Vec::new();
    while let Some(row) = rows.next().expect("a row") {
        let cells = (0..n_columns).map(|at| format!("{:?}", row.get_ref(at).expect("a cell")));
        written.push(cells.collect::<Vec<_>>().join("|"));
    }
    written.sort_unstable();
    (written.len(), Digest::of(written.join("\n").as_bytes()).to_string())
}

fn search(folder: &Path, text: &str, found: &mut Vec<String>) {
    for item in std::fs::read_dir(folder).expect("a folder") {
        let path = item.expect("an item").path();
        if path.is_dir() {
            search(&path, text, found);
        } else if let Ok(bytes) = std::fs::read(&path) {
            // The text is ASCII, which the conversion leaves as it is.
            if String::from_utf8_lossy(&bytes).contains(text) {
                found.push(path.display().to_string());
            }
        }
    }
}

impl Reply {
    /// The files of a ZIP archive, by name.
    #[track_caller]
    pub fn archive(&self) -> BTreeMap<String, String> {
        assert_eq!(self.status, 200, "{}", self.text());
        let mut archive = zip::ZipArchive::new(Cursor::new(&self.bytes)).expect("a ZIP archive");
        let mut files = BTreeMap::new();
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).expect("a file of it");
            let mut text = String::new();
            file.read_to_string(&mut text).expect("text");
            files.insert(file.name().expect("a name").into_owned(), text);
        }
        files
    }
}

/// The parts of an export: `export.json` of its archive.
#[track_caller]
pub fn parts(archive: &BTreeMap<String, String>) -> Vec<Value> {
    serde_json::from_str(&archive["export.json"]).expect("a list of parts")
}

/// What an export gives from connected systems, all its tables together.
pub fn of_systems(archive: &BTreeMap<String, String>) -> String {
    archive.iter().filter(|(name, _)| name.starts_with("systems/")).map(|(_, sheet)| sheet.as_str()).collect()
}

/// The values that an export gives, by `group.field`; of several records, the last one's.
pub fn exported(archive: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    for part in parts(archive).into_iter().filter(|part| part["part"] == "record") {
        for (name, value) in part["values"].as_object().into_iter().flatten() {
            values.insert(format!("{}.{name}", crate::text(&part["group"])), value["value"].clone());
        }
    }
    values
}

/// What an export keeps back, by `group.field`, with the code of the reason.
pub fn withheld(archive: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for part in parts(archive) {
        for field in part["withheld"].as_array().into_iter().flatten() {
            fields.insert(crate::text(&field["field"]).to_owned(), crate::text(&field["code"]).to_owned());
        }
    }
    fields
}

/// The part of a page from one mark to the next after it.
#[track_caller]
pub fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("the page has no `{from}`"));
    rest.split_once(to).map_or(rest, |(part, _)| part)
}

/// What stands in double quotes after each occurrence of a mark.
pub fn quoted_after<'p>(page: &'p str, mark: &str) -> Vec<&'p str> {
    page.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// An instant some milliseconds after another.
pub fn after(at: &Value, millis: i64) -> String {
    let at: Instant = crate::text(at).parse().expect("an instant");
    Instant::from_millis(at.as_millis() + millis).to_string()
}

/// An instant some hours after another.
pub fn hours_after(at: &Value, hours: u32) -> String {
    let at: Instant = crate::text(at).parse().expect("an instant");
    at.plus(Span::new(hours, SpanUnit::Hour)).to_string()
}
