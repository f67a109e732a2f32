//! A task as changes in their order, before any is made: what a preview shows is what is carried out.

use std::collections::BTreeMap;

use candor_places::{Did, PlaceReport, Preview};
use ldap3::Mod;

/// Statements of one place in a preview; more look like those before.
const STATEMENTS_MAX: usize = 50;

/// What a task comes to.
#[derive(Default)]
pub(crate) struct Plan {
    /// What will have been done, place by place.
    pub(crate) reports: Vec<PlaceReport>,
    /// The changes, in their order.
    pub(crate) steps: Vec<Step>,
    renamed: BTreeMap<String, String>,
}

/// One change.
pub(crate) struct Step {
    /// Which line of the report it belongs to.
    pub(crate) report: usize,
    /// The object class of the entry.
    pub(crate) label: String,
    /// The change.
    pub(crate) op: Op,
    /// What is done instead when the directory answers with this result.
    pub(crate) instead: Option<(u32, Vec<Change>)>,
    /// It is not missed when the directory does not let it be.
    pub(crate) is_wish: bool,
}

/// What is done to an entry.
pub(crate) enum Op {
    /// Its attributes change, all or none.
    Modify {
        /// Its name.
        dn: String,
        /// How.
        changes: Vec<Change>,
    },
    /// It gets another name beside its siblings.
    Rename {
        /// Its name.
        dn: String,
        /// Its own part of it from then on.
        own: String,
        /// What its name was made of stays as a value.
        keeps_old: bool,
    },
    /// It goes.
    Delete {
        /// Its name.
        dn: String,
    },
}

/// One change of an attribute.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// It has these values from then on.
    Replace(String, Vec<Vec<u8>>),
    /// It has this value too.
    Add(String, Vec<u8>),
    /// It has these values no longer; without any said, none.
    Remove(String, Vec<Vec<u8>>),
}

impl Change {
    /// An attribute that is there has these values from then on, or is gone. (Active Directory does not take a replacement by
    /// nothing for every attribute.)
    pub(crate) fn to(attribute: &str, values: Vec<Vec<u8>>) -> Self {
        match values.is_empty() {
            true => Self::Remove(attribute.to_owned(), values),
            false => Self::Replace(attribute.to_owned(), values),
        }
    }

    /// The attribute.
    pub(crate) fn attribute(&self) -> &str {
        match self {
            Self::Replace(attribute, _) | Self::Add(attribute, _) | Self::Remove(attribute, _) => attribute,
        }
    }

    /// As the library takes it.
    pub(crate) fn to_mod(&self) -> Mod<Vec<u8>> {
        let name = |attribute: &str| attribute.as_bytes().to_vec();
        match self {
            Self::Replace(attribute, values) => Mod::Replace(name(attribute), values.iter().cloned().collect()),
            Self::Add(attribute, value) => Mod::Add(name(attribute), std::iter::once(value.clone()).collect()),
            Self::Remove(attribute, values) => Mod::Delete(name(attribute), values.iter().cloned().collect()),
        }
    }

    fn shown(&self) -> String {
        let (word, attribute) = match self {
            Self::Remove(attribute, values) if values.is_empty() => return format!("delete: {attribute}"),
            Self::Replace(attribute, _) => ("replace", attribute),
            Self::Add(attribute, _) => ("add", attribute),
            Self::Remove(attribute, _) => ("delete", attribute),
        };
        format!("{word}: {attribute}\n{attribute}: <value>")
    }
}

impl Step {
    /// What is attempted, for an error: `write on inetOrgPerson.mail`.
    pub(crate) fn attempted(&self) -> String {
        let label = &self.label;
        match &self.op {
            Op::Delete { .. } => format!("delete on {label}"),
            Op::Rename { .. } => format!("rename on {label}"),
            Op::Modify { changes, .. } => {
                let mut names: Vec<&str> = changes.iter().map(Change::attribute).collect();
                names.dedup();
                match names.as_slice() {
                    [one] => format!("write on {label}.{one}"),
                    names => format!("write on {label} ({})", names.join(", ")),
                }
            }
        }
    }

    /// As a change record (RFC 2849), with placeholders where values stand.
    fn shown(&self) -> String {
        let head = format!("dn: <{}>", self.label);
        match &self.op {
            Op::Delete { .. } => format!("{head}\nchangetype: delete"),
            Op::Rename { own, keeps_old, .. } => {
                let attribute = own.split('=').next().unwrap_or_default();
                let deletes = u8::from(!keeps_old);
                format!("{head}\nchangetype: modrdn\nnewrdn: {attribute}=<value>\ndeleteoldrdn: {deletes}")
            }
            Op::Modify { changes, .. } => {
                let changes: Vec<String> = changes.iter().map(Change::shown).collect();
                format!("{head}\nchangetype: modify\n{}", changes.join("\n-\n"))
            }
        }
    }
}

impl Plan {
    /// Counts one more entry in the report and says in which line.
    pub(crate) fn count(&mut self, place: &str, did: Did, because: Option<&str>) -> usize {
        let is_line = |line: &PlaceReport| line.place == place && line.did == did && line.because.as_deref() == because;
        let at = match self.reports.iter().position(is_line) {
            Some(at) => at,
            None => {
                let because = because.map(str::to_owned);
                self.reports.push(PlaceReport { place: place.to_owned(), did, n_rows: 0, because });
                self.reports.len() - 1
            }
        };
        if let Some(line) = self.reports.get_mut(at) {
            line.n_rows += 1;
        }
        at
    }

    /// Adds a change.
    pub(crate) fn push(&mut self, report: usize, label: &str, op: Op) {
        self.steps.push(Step { report, label: label.to_owned(), op, instead: None, is_wish: false });
    }

    /// Adds a change after which an entry has another name.
    pub(crate) fn push_rename(&mut self, report: usize, label: &str, op: Op, renamed: &str) {
        if let Op::Rename { dn, .. } = &op {
            self.renamed.insert(dn.to_lowercase(), renamed.to_owned());
        }
        self.push(report, label, op);
    }

    /// What an entry is called after the changes so far.
    pub(crate) fn now(&self, dn: &str) -> String {
        self.renamed.get(&dn.to_lowercase()).cloned().unwrap_or_else(|| dn.to_owned())
    }

    /// What it would do.
    pub(crate) fn preview(&self) -> Vec<Preview> {
        let mut previews: Vec<Preview> =
            self.reports.iter().map(|would| Preview { would: would.clone(), statements: Vec::new() }).collect();
        for step in &self.steps {
            let Some(preview) = previews.get_mut(step.report) else { continue };
            let shown = step.shown();
            if preview.statements.len() < STATEMENTS_MAX && !preview.statements.contains(&shown) {
                preview.statements.push(shown);
            }
        }
        previews
    }
}
