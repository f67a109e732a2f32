//! The people of a task, by what names them.

use candor_words::Secret;
use serde::{Deserialize, Serialize};

/// Which of a task's people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonIx(pub u32);

/// One person, by everything that is known to name them.
#[derive(Debug)]
pub struct Person {
    /// Their identifiers; the same field may come several times (a former address).
    pub identifiers: Vec<Identifier>,
}

/// A value that names one person.
pub struct Identifier {
    /// The field it is a value of, `group.name`.
    pub field: String,
    /// The value.
    pub value: Secret<String>,
}

// Who somebody is, is never printed.
impl std::fmt::Debug for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identifier").field("field", &self.field).finish_non_exhaustive()
    }
}
