//! The parts of an export as tables, for people with a spreadsheet (RFC 4180).

use std::collections::BTreeMap;
use std::io;

use candor_manifest::Manifest;
use candor_vault::{AccessView, ExportPart, ExportedChoice, ExportedRecord, RecipientView, SystemEnd, SystemRow};
use serde_json::Value;

/// The fields of each data group, in the order of the policy.
pub(super) type Columns = BTreeMap<String, Vec<String>>;

type Sheet = csv::Writer<Vec<u8>>;

/// Reads the columns off a policy.
pub(super) fn columns(manifest: &Manifest) -> Columns {
    let named = manifest.groups.iter().map(|group| {
        let fields = group.fields.iter().filter_map(|field| manifest.fields.get(field.at()));
        let short = fields.filter_map(|field| field.name.split_once('.')).map(|(_, short)| short.to_owned());
        (group.name.clone(), short.collect())
    });
    named.collect()
}

/// Tables while they are filled.
pub(super) struct Sheets<'a> {
    columns: &'a Columns,
    open: BTreeMap<String, Sheet>,
    bytes: usize,
}

impl<'a> Sheets<'a> {
    pub(super) fn new(columns: &'a Columns) -> Self {
        Self { columns, open: BTreeMap::new(), bytes: 0 }
    }

    /// About how long they are together.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
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

    /// The tables by name, as text.
    pub(super) fn finish(self) -> io::Result<Vec<(String, Vec<u8>)>> {
        let written = self.open.into_iter().map(|(name, sheet)| {
            let text = sheet.into_inner().map_err(|error| io::Error::other(error.error().to_string()))?;
            Ok((name, text))
        });
        written.collect()
    }

    fn record(&mut self, record: &ExportedRecord) -> io::Result<()> {
        let fields = self.columns.get(&record.group).map_or(&[][..], Vec::as_slice);
        let mut header = vec!["record", "version", "created_at", "replaced_at"];
        header.extend(fields.iter().map(String::as_str));
        header.push("withheld");
        let withheld: Vec<String> = record.withheld.iter().map(|one| format!("{} ({})", one.field, one.code)).collect();
        let mut row = vec![
            record.record.to_string(),
            record.version.to_string(),
            shown(record.created_at.as_ref()),
            shown(record.replaced_at.as_ref()),
        ];
        row.extend(
            fields.iter().map(|field| record.values.get(field).map_or_else(String::new, |value| cell(&value.value))),
        );
        row.push(withheld.join(", "));
        self.write(&record.group, &header, &row)
    }

    /// A line for each value: the columns of systems are as many as their tables.
    fn row(&mut self, row: &SystemRow) -> io::Result<()> {
        let line = |column: &str, field: &str, value: &str, withheld: &str| {
            let parts = [&row.system, &row.place, &*row.key.join(" "), row.role, column, field, value, withheld];
            parts.map(str::to_owned)
        };
        let values = row.values.iter().map(|(column, value)| {
            line(column, value.field.as_deref().unwrap_or(""), value.value.as_deref().unwrap_or(""), "")
        });
        let withheld = row.withheld.iter().map(|one| line(&one.field, "", "", one.code));
        let header = ["system", "place", "key", "role", "column", "field", "value", "withheld"];
        values.chain(withheld).try_for_each(|line| self.write("connected-rows", &header, &line))
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
            let mut sheet = csv::Writer::from_writer(Vec::new());
            sheet.write_record(header)?;
            self.open.insert(name.to_owned(), sheet);
        }
        self.bytes += row.iter().map(|cell| cell.len() + 3).sum::<usize>();
        if let Some(sheet) = self.open.get_mut(name) {
            sheet.write_record(row)?;
        }
        Ok(())
    }
}

fn shown(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
