//! A row that was found, on its way into an export.

use crate::person::PersonIx;

/// The longest value that an export takes out of a system, in bytes; a longer one is named, not given.
pub const VALUE_BYTES_MAX: usize = 8 << 20;

/// A row of a person.
pub struct FoundRow {
    /// Whose.
    pub person: PersonIx,
    /// Where.
    pub place: String,
    /// What names the row there.
    pub key: Vec<String>,
    /// Why it is theirs.
    pub role: Role,
    /// What it says, column by column.
    pub values: Vec<RowValue>,
}

/// What a person is to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is theirs, alone or jointly.
    Owner,
    /// It is somebody else's and speaks of them.
    Mentioned,
}

/// One value of a row.
pub struct RowValue {
    /// The column.
    pub column: String,
    /// The field that the manifest maps there, if one.
    pub field: Option<String>,
    /// The value as text; nothing when the column is empty.
    pub value: Option<String>,
    /// It is not given: it is about somebody else (GDPR Art. 15(4)).
    pub is_withheld: bool,
    /// The subject provided it: what portability gives.
    pub is_provided: bool,
    /// It is not given: it is longer than [`VALUE_BYTES_MAX`].
    pub is_too_long: bool,
}

// What a row says is never printed.
impl std::fmt::Debug for FoundRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FoundRow").field("place", &self.place).field("role", &self.role).finish_non_exhaustive()
    }
}
