//! What the page that opens an archive says of it: whose it is, what was asked, what was given and what was not.

use std::collections::BTreeMap;

use candor_vault::{ExportEnd, ExportHead, ExportPart, SystemEnd, WithheldField};

/// The most names that are listed beside one reason.
const NAMES_MAX: usize = 40;

/// Collected while the archive is written; as large as the policy, not as the archive.
#[derive(Default)]
pub(super) struct Told {
    pub(super) head: Option<ExportHead>,
    pub(super) end: Option<ExportEnd>,
    pub(super) systems: Vec<SystemEnd>,
    /// Why values were not given, by the code of the reason.
    pub(super) withheld: BTreeMap<&'static str, Reason>,
    /// The files, each with the folders it stands in.
    pub(super) files: BTreeMap<String, Folders>,
}

/// Why values were not given.
pub(super) struct Reason {
    pub(super) message: &'static str,
    pub(super) n_values: u64,
    /// Of which fields or columns, as far as the list goes.
    pub(super) names: Vec<String>,
}

/// Where a file stands that goes on in further folders.
pub(super) struct Folders {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) n: u64,
}

impl Told {
    /// Notes what a part says.
    pub(super) fn add(&mut self, part: &ExportPart) {
        match part {
            ExportPart::Begin(head) => self.head = Some(head.clone()),
            ExportPart::End(end) => self.end = Some(end.clone()),
            ExportPart::System(end) => self.systems.push(end.clone()),
            ExportPart::Record(record) => record.withheld.iter().for_each(|one| self.withhold("", one)),
            ExportPart::Row(row) => row.withheld.iter().for_each(|one| self.withhold(&row.place, one)),
            ExportPart::Choices { .. } | ExportPart::Recipients { .. } | ExportPart::Accesses { .. } => {}
        }
    }

    /// Notes a file of a folder.
    pub(super) fn wrote(&mut self, name: &str, folder: &str) {
        let folders = self.files.entry(name.to_owned());
        let folders = folders.or_insert_with(|| Folders { first: folder.to_owned(), last: String::new(), n: 0 });
        folder.clone_into(&mut folders.last);
        folders.n += 1;
    }

    fn withhold(&mut self, place: &str, one: &WithheldField) {
        let reason = self.withheld.entry(one.code);
        let reason = reason.or_insert_with(|| Reason { message: one.message, n_values: 0, names: Vec::new() });
        reason.n_values += 1;
        if reason.names.len() < NAMES_MAX {
            let name = if place.is_empty() { one.field.clone() } else { format!("{place}.{}", one.field) };
            if !reason.names.contains(&name) {
                reason.names.push(name);
            }
        }
    }
}
