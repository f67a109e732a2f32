//! What the policy calls its groups, fields and systems: the columns of the sheets, and how the page that opens an archive names
//! them.

use std::collections::BTreeMap;

use candor_manifest::Manifest;

/// The groups of a policy, by name.
pub(super) struct Columns {
    groups: BTreeMap<String, Group>,
    /// The titles of systems, by name.
    systems: BTreeMap<String, String>,
    /// The language that titles are written in (BCP 47).
    pub(super) language: String,
}

/// A group as a table.
pub(super) struct Group {
    pub(super) title: String,
    /// Its fields in the order of the policy: the name after the dot, and what people call it.
    pub(super) fields: Vec<(String, String)>,
}

impl Columns {
    /// Reads them off a policy.
    pub(super) fn of(manifest: &Manifest) -> Self {
        let groups = manifest.groups.iter().map(|group| {
            let fields = group.fields.iter().filter_map(|field| manifest.fields.get(field.at()));
            let short = |name: &str| name.split_once('.').map(|(_, short)| short.to_owned());
            let fields = fields.filter_map(|field| Some((short(&field.name)?, field.title.clone())));
            (group.name.clone(), Group { title: group.title.clone(), fields: fields.collect() })
        });
        Self {
            groups: groups.collect(),
            systems: manifest.systems.iter().map(|system| (system.name.clone(), system.title.clone())).collect(),
            language: manifest.languages.first().cloned().unwrap_or_else(|| "en".to_owned()),
        }
    }

    pub(super) fn group(&self, name: &str) -> Option<&Group> {
        self.groups.get(name)
    }

    pub(super) fn system_title(&self, name: &str) -> Option<&str> {
        self.systems.get(name).map(String::as_str)
    }
}
