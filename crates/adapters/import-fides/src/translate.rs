//! The whole way from YAML to a manifest.

use crate::shapes::Resources;
use crate::taxonomy::Taxonomy;
use crate::writing::Writing;
use crate::yaml::{self, FidesError};
use crate::{groups, head, places, purposes};

/// What Fides does not say and whoever translates may know.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the controller is established: an ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// The laws that apply.
    pub laws: Vec<String>,
    /// What kind of database the datasets are.
    pub kind: Option<SystemKind>,
}

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum SystemKind {
    Postgres,
    Mariadb,
    Sqlite,
}

impl SystemKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
            Self::Sqlite => "sqlite",
        }
    }
}

/// A manifest, and what it leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// The manifest's text; it parses, and passes the check as far as no question is open.
    pub manifest: String,
    /// What the source does not say, in the order and with the numbers of the text, from 1.
    pub questions: Vec<String>,
    /// What was left out, or read in a way that a person should know.
    pub notes: Vec<String>,
}

/// Translates files, given as (path, text).
///
/// # Errors
/// A file that is not YAML of Fides' shape, or beyond a bound; files without a dataset or system.
pub fn translate(sources: &[(String, String)], options: &Options) -> Result<Translation, FidesError> {
    let resources: Resources = yaml::read(sources)?;
    let taxonomy = Taxonomy::new(&resources);
    let mut writing = Writing::default();
    let mut groups = groups::collect(&resources, &taxonomy, &mut writing);
    let (mut purposes, unplaced) = purposes::collect(&resources, &groups, &taxonomy, &mut writing);
    if let Some(declared) = groups::declared(&unplaced, &taxonomy) {
        purposes.iter_mut().for_each(|purpose| purpose.take_declared(&declared));
        groups.push(declared);
    }
    head::write(&resources, options, &mut writing);
    if !groups.iter().any(|group| group.columns.iter().any(|column| column.identity)) {
        writing.ask("", "no column is marked as an identity; which field `identifies the subject`?");
    }
    let used = |name: &str| purposes.iter().any(|purpose| purpose.fields.contains(name));
    groups::write(&groups, &|field| !used(&field.name), &mut writing);
    purposes::write(&purposes, &groups, &mut writing);
    head::write_keeps(&groups, &purposes, &mut writing);
    places::write(&groups, options, &mut writing);
    Ok(Translation { manifest: writing.text(), questions: writing.questions, notes: writing.notes })
}
