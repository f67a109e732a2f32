//! The systems of a policy: where fields live outside the vault, and what each place there means.

use serde::Serialize;

use super::{Calls, FieldIx, KeepEvent, PurposeIx, SystemAt};

/// A place outside the vault where fields live.
#[derive(Debug, Clone, Serialize)]
pub struct System {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it is.
    pub kind: SystemKind,
    /// Where its address is kept.
    #[serde(flatten)]
    pub at: SystemAt,
    /// A known schema to start from (`wordpress`).
    pub template: Option<String>,
    /// How many calls it is asked in a second at most, when it is a web service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls_per_second: Option<u32>,
    /// Tables, object classes or resources.
    pub places: Vec<Place>,
}

/// The systems Candor can connect to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum SystemKind {
    Postgres,
    Mariadb,
    Sqlite,
    Ldap,
    Scim,
    Http,
    Files,
    Opendsr,
}

/// A table, object class or resource of a system.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// Its name there.
    pub name: String,
    /// The columns that together name a row.
    pub key: Vec<String>,
    /// Which of its rows are meant; all, when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_where: Option<Condition>,
    /// Whose its rows are: at least one, and several when a row is owned jointly.
    pub owned_by: Vec<Owner>,
    /// Who else its rows speak of.
    pub accessed_by: Vec<Owner>,
    /// Which field stands in which column or attribute.
    pub columns: Vec<PlaceColumn>,
    /// What erasure does to its rows.
    pub on_erasure: PlaceErasure,
    /// Why they are kept, when they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_because: Option<String>,
    /// How the system is told of a restriction, or of the subject's no to a purpose: one mark at most for each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<PlaceMark>,
    /// Columns that say when something happened to a row from which keep rules count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<PlaceClock>,
    /// How its rows are asked for and changed, when the system is a web service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<Calls>,
}

/// What a row says of its subject's word: a column, what it is set to, and what it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceMark {
    /// What it marks.
    pub on: MarkOn,
    /// The column.
    pub column: String,
    /// What the column is set to.
    pub to: String,
    /// What it is set to when the mark is taken away; the system's own default, or nothing, when the policy does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

/// What is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkOn {
    /// Processing is restricted (GDPR Art. 18).
    Restriction,
    /// The subject said no to a purpose: an objection (Art. 21), or consent that was refused or withdrawn (Art. 7(3)).
    No(PurposeIx),
}

/// A column that says when something happened to a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceClock {
    /// What happened.
    pub event: KeepEvent,
    /// Where it stands.
    pub column: String,
}

/// A field, and the column or attribute of a place that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceColumn {
    /// Which field.
    pub field: FieldIx,
    /// Where it stands.
    pub column: String,
    /// In which of the rows; in all, when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_where: Option<Condition>,
}

/// Which rows are meant: those in which a column has one of some values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// The column.
    pub column: String,
    /// The values; at least one.
    pub values: Vec<String>,
}

/// Whose a row is, or whom it speaks of (after K9db's ownership edges).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Owner {
    /// The subject, found by an identifier field in a column.
    Subject {
        /// The identifier.
        by: FieldIx,
        /// The column that holds it.
        column: String,
    },
    /// The owner of a row of another place, through a column.
    Place(Link),
}

/// How a row of one place refers to a row of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The other place.
    pub place: String,
    /// The column that refers.
    pub through: String,
    /// In which of both the column stands.
    pub stands: LinkStands,
}

/// In which of two linked places the column stands that refers to the other's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkStands {
    /// In the place that declares the link: `through COLUMN`.
    Here,
    /// In the other: `through PLACE.COLUMN`.
    There,
}

/// What erasure does in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceErasure {
    /// The row goes.
    Delete,
    /// The row stays, the person goes from it.
    DeIdentify,
    /// The row stays as it is, for a reason of law given elsewhere.
    Keep,
}
