//! Which column is what, and where the values come from.

use std::collections::{BTreeMap, BTreeSet};

use crate::COLUMNS_MAX;
use crate::fault::FileError;
use crate::target::{Target, is_name};

/// Where values come from: for all groups, and for some another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    of_all: String,
    of_group: BTreeMap<String, String>,
}

impl Sources {
    /// `of_all` for every group that `of_group` does not name.
    pub const fn new(of_all: String, of_group: BTreeMap<String, String>) -> Self {
        Self { of_all, of_group }
    }

    pub(crate) fn of(&self, group: &str) -> &str {
        self.of_group.get(group).unwrap_or(&self.of_all)
    }
}

/// What is known of columns beyond their names.
#[derive(Debug, Clone)]
pub struct Mapping {
    mapped: BTreeMap<String, Target>,
    skipped: BTreeSet<String>,
    pub(crate) sources: Sources,
    pub(crate) under_contract: bool,
}

/// A mapping that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Not a target.
    #[error("`{target}` is nothing that a column can be: name `group.field`, `@consent.purpose` or `@contract`")]
    TargetUnknown {
        /// As it was given.
        target: String,
    },
    /// One column, two targets.
    #[error("column `{column}` is named twice")]
    ColumnTwice {
        /// As it was given.
        column: String,
    },
    /// Not a group.
    #[error("`{group}` is not the name of a data group")]
    GroupMalformed {
        /// As it was given.
        group: String,
    },
}

impl Mapping {
    /// Takes pairs of column and target, and the columns to leave out.
    ///
    /// # Errors
    /// A target that is none; a column named twice; a group that is none.
    pub fn new(
        mapped: &[(String, String)],
        skipped: &[String],
        sources: Sources,
        under_contract: bool,
    ) -> Result<Self, MappingError> {
        let mut targets = BTreeMap::new();
        for (column, target) in mapped {
            let known = Target::of(target).ok_or_else(|| MappingError::TargetUnknown { target: target.clone() })?;
            if targets.insert(column.clone(), known).is_some() || skipped.contains(column) {
                return Err(MappingError::ColumnTwice { column: column.clone() });
            }
        }
        if let Some(group) = sources.of_group.keys().find(|group| !is_name(group)) {
            return Err(MappingError::GroupMalformed { group: group.clone() });
        }
        Ok(Self { mapped: targets, skipped: skipped.iter().cloned().collect(), sources, under_contract })
    }

    /// What a column of this name is; `None` when it is left out.
    pub(crate) fn target(&self, name: &str) -> Result<Option<Target>, Unknown> {
        if self.skipped.contains(name) {
            return Ok(None);
        }
        self.mapped.get(name).cloned().or_else(|| Target::of(name)).map(Some).ok_or(Unknown)
    }

    /// What each column of a header is.
    pub(crate) fn targets<'n>(&self, header: impl Iterator<Item = &'n str>) -> Result<Vec<Option<Target>>, FileError> {
        let names: Vec<&str> = header.map(str::trim).collect();
        if names.len() > COLUMNS_MAX {
            return Err(FileError::ColumnsTooMany);
        }
        if let Some(name) = self.mapped.keys().chain(&self.skipped).find(|name| !names.contains(&name.as_str())) {
            return Err(FileError::ColumnMissing { name: name.clone() });
        }
        let mut targets: Vec<Option<Target>> = Vec::with_capacity(names.len());
        for (at, name) in names.into_iter().enumerate() {
            let target = self.target(name).map_err(|Unknown| FileError::ColumnUnknown { column: at + 1 })?;
            let twice = target.as_ref().and_then(|new| targets.iter().position(|old| old.as_ref() == Some(new)));
            if let Some(first) = twice {
                return Err(FileError::ColumnTwice { first: first + 1, second: at + 1 });
            }
            targets.push(target);
        }
        Ok(targets)
    }

    /// Everything that decides what a file comes to, as one text; whoever changes it imports something else.
    pub fn fingerprint(&self) -> String {
        let mapped = self.mapped.iter().map(|(column, target)| format!("{column:?}={}", target.name()));
        let skipped = self.skipped.iter().map(|column| format!("-{column:?}"));
        let sources = self.sources.of_group.iter().map(|(group, source)| format!("{group}:{source:?}"));
        let all: Vec<String> = mapped.chain(skipped).chain(sources).collect();
        format!("{};{:?};{}", all.join(";"), self.sources.of_all, self.under_contract)
    }
}

/// A column that is neither mapped nor called like a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unknown;
