//! The parts of an export as tables, for people with a spreadsheet (RFC 4180).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use candor_vault::{AccessView, ExportPart, ExportedChoice, ExportedRecord, RecipientView, SystemEnd, SystemRow};
use serde_json::Value;

use super::columns::Columns;

mod place;
mod seen;

use place::Places;
pub(super) use seen::{Seen, SeenSheet};

/// A table grows in small steps: there may be one for each place of every system.
const SHEET_BUFFER_BYTES: usize = 512;
/// How much less than that may wait, of all tables together, is kept of how they begin.
const SEEN_PART: usize = 4;

type Sheet = csv::Writer<Vec<u8>>;

/// Tables while they are filled.
pub(super) struct Sheets<'a> {
    columns: &'a Columns,
    places: Places,
    open: BTreeMap<String, Sheet>,
    bytes: usize,
    bytes_max: usize,
    seen: Seen,
}

impl<'a> Sheets<'a> {
    pub(super) fn new(columns: &'a Columns, bytes_max: usize) -> Self {
        let seen = Seen::new(bytes_max / SEEN_PART);
        Self { columns, places: Places::default(), open: BTreeMap::new(), bytes: 0, bytes_max, seen }
    }

    /// True when they are longer together than they may wait.
    pub(super) const fn is_full(&self) -> bool {
        self.bytes > self.bytes_max
    }

    /// Adds what a part holds to its table.
    pub(super) fn add(&mut self, part: &ExportPart) -> io::Result<()> {
        match part {
            ExportPart::Begin(_) | ExportPart::End(_) => Ok(()),
            ExportPart::Record(record) => self.record(record),
            ExportPart::Row(row) => self.row(row),
            ExportPart::System(end) => self.system(end),
            ExportPart::Choices { choices } => choices.iter().try_for_each(|choice| self.choice(choice)),
            ExportPart::Recipients { recipients } => recipients.iter().try_for_each(|one| self.recipient(one)),
            ExportPart::Accesses { accesses } => accesses.iter().try_for_each(|access| self.access(access)),
        }
    }

    /// The tables by name, as text; further parts begin new ones.
    pub(super) fn take_volume(&mut self) -> io::Result<Vec<(String, Vec<u8>)>> {
        self.bytes = 0;
        let written = std::mem::take(&mut self.open).into_iter().map(|(name, sheet)| {
            let text = sheet.into_inner().map_err(|error| io::Error::other(error.error().to_string()))?;
            Ok((name, text))
        });
        written.collect()
    }

    /// How each table begins.
    pub(super) fn into_seen(self) -> Seen {
        self.seen
    }

    fn record(&mut self, record: &ExportedRecord) -> io::Result<()> {
        let columns = self.columns;
        let fields = columns.group(&record.group).map_or(&[][..], |group| group.fields.as_slice());
        let mut header = vec!["record", "version", "created_at", "replaced_at"];
        header.extend(fields.iter().map(|(name, _)| name.as_str()));
        header.push("withheld");
        let withheld: Vec<String> = record.withheld.iter().map(|one| format!("{} ({})", one.field, one.code)).collect();
        let mut row = vec![
            record.record.to_string(),
            record.version.to_string(),
            shown(record.created_at.as_ref()),
            shown(record.replaced_at.as_ref()),
        ];
        let value = |name: &str| record.values.get(name).map_or_else(String::new, |value| cell(&value.value));
        row.extend(fields.iter().map(|(name, _)| value(name)));
        row.push(withheld.join(", "));
        self.write(&record.group, &header, &row)
    }

    /// A line in the table of its place.
    fn row(&mut self, row: &SystemRow) -> io::Result<()> {
        let place = self.places.of(row);
        let (name, header, line) = (place.sheet.clone(), place.header(), place.line(row));
        self.write(&name, &header.iter().map(String::as_str).collect::<Vec<_>>(), &line)
    }

    fn system(&mut self, end: &SystemEnd) -> io::Result<()> {
        let row = [
            end.system.clone(),
            end.title.clone(),
            end.state.to_owned(),
            end.n_rows.to_string(),
            shown(end.because.as_ref()),
            end.places.join(" "),
        ];
        self.write("connected-systems", &["system", "title", "state", "n_rows", "because", "places"], &row)
    }

    fn choice(&mut self, choice: &ExportedChoice) -> io::Result<()> {
        let row = [
            choice.at.to_string(),
            choice.kind.clone(),
            shown(choice.purpose.as_ref()),
            choice.entry.to_string(),
            choice.detail.to_string(),
        ];
        self.write("choices", &["at", "kind", "purpose", "entry", "detail"], &row)
    }

    fn recipient(&mut self, one: &RecipientView) -> io::Result<()> {
        let fields: Vec<&str> = one.declared.iter().flat_map(|share| &share.fields).map(String::as_str).collect();
        let row = [
            one.name.clone(),
            one.title.clone(),
            one.country.as_str().to_owned(),
            shown(one.policy_url.as_ref()),
            fields.join(" "),
            one.n_disclosures.to_string(),
            shown(one.last_disclosure.as_ref()),
            shown(one.told.first().map(|told| told.at).as_ref()),
        ];
        let header = ["name", "title", "country", "policy", "fields", "n_disclosures", "last_disclosure", "last_told"];
        self.write("recipients", &header, &row)
    }

    fn access(&mut self, access: &AccessView) -> io::Result<()> {
        let row = [
            access.entry.to_string(),
            access.at.to_string(),
            access.kind.to_owned(),
            shown(access.actor_label.as_ref()),
            shown(access.purpose.as_ref()),
            shown(access.recipient.as_ref()),
            access.fields.join(" "),
            shown(access.ground.as_ref()),
            shown(access.reason.as_ref()),
        ];
        let header = ["entry", "at", "kind", "actor", "purpose", "recipient", "fields", "ground", "reason"];
        self.write("accesses", &header, &row)
    }

    fn write(&mut self, name: &str, header: &[&str], row: &[String]) -> io::Result<()> {
        if !self.open.contains_key(name) {
            let mut sheet = csv::WriterBuilder::new().buffer_capacity(SHEET_BUFFER_BYTES).from_writer(Vec::new());
            sheet.write_record(header)?;
            self.open.insert(name.to_owned(), sheet);
        }
        self.bytes += row.iter().map(|cell| cell.len() + 3).sum::<usize>();
        self.seen.add(name, header, row);
        if let Some(sheet) = self.open.get_mut(name) {
            for cell in row {
                sheet.write_field(harmless(cell).as_bytes())?;
            }
            // It ends here.
            sheet.write_record(None::<&[u8]>)?;
        }
        Ok(())
    }
}

fn shown(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula: what others wrote is not worked out by whoever opens it. A number, a date or a
/// telephone number stays as it is.
fn harmless(cell: &str) -> Cow<'_, str> {
    let is_plain = |text: &str| text.chars().all(|letter| letter.is_ascii_digit() || " +-./():,".contains(letter));
    match cell.chars().next() {
        Some('=' | '@' | '\t' | '\r' | '\n' | '＝' | '＠') => Cow::Owned(format!("'{cell}")),
        Some('+' | '-' | '＋' | '－') if !is_plain(cell) => Cow::Owned(format!("'{cell}")),
        _ => Cow::Borrowed(cell),
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_others_wrote_is_no_formula_of_whoever_opens_it() {
        for cell in
            ["=HYPERLINK(\"https://evil.example\")", "@SUM(1)", "+cmd|' /C calc'!A0", "-2+3+cmd|x!A0", "\t=1", "＝1"]
        {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "Ada", "a=b", "-5.25", "+41 79 123 45 67", "+1 (555) 010-2030", "2026-01-02", "'=1"] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
