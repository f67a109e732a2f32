//! What can go wrong between a service and a store.

use crate::Guard;

/// A store could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is gone; the text names the operation, never a value.
    #[error("the store could not {operation}: {reason}")]
    Unavailable {
        /// What was attempted.
        operation: &'static str,
        /// What the database said.
        reason: String,
    },
    /// What was read cannot be what was written.
    #[error("the store holds a damaged {what}; restore from a backup or run the ledger check")]
    Damaged {
        /// Which row or page.
        what: &'static str,
    },
    /// The disk is full or read-only: nothing was changed.
    #[error("the store cannot write: {reason}")]
    NotWritable {
        /// What the system said.
        reason: String,
    },
}

/// A unit was not applied; nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A guard did not hold: somebody else was faster.
    #[error("the unit was not applied: a guard did not hold")]
    Guard(Guard),
    /// The unit is larger than a unit may be.
    #[error("the unit was not applied: it holds {count} changes or bytes, and at most {max} are allowed")]
    TooLarge {
        /// How many it holds.
        count: usize,
        /// How many are allowed.
        max: usize,
    },
    /// The unit contradicts itself or what is kept, whoever was faster: a mistake of the caller.
    #[error("the unit was not applied: {reason}")]
    Unfit {
        /// What cannot be.
        reason: &'static str,
    },
    /// The store itself failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
