//! One error for every use case: a kind for the face, a stable code, and a text that says what was
//! attempted, what stood in the way and what can be done. Never a value, never personal data.

use candor_seal::SealError;
use candor_store::{CommitError, Guard, StoreError};

/// What kind of trouble it is; faces map it to a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The input cannot be understood.
    BadInput,
    /// Nobody known is asking.
    Unauthenticated,
    /// Somebody known is asking for what they may not.
    Denied,
    /// There is no such thing.
    Missing,
    /// There was such a thing, and it was erased.
    Gone,
    /// Somebody else changed it, or holds it.
    Conflict,
    /// More than the stated bound.
    TooLarge,
    /// More often than the stated bound.
    TooOften,
    /// Understood, and against the policy or the state.
    Unprocessable,
    /// The store or the keys do not answer now.
    Unavailable,
    /// Our own fault.
    Internal,
}

/// Why a use case did not do what was asked; nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct VaultError {
    kind: ErrorKind,
    code: &'static str,
    message: String,
    help: Option<&'static str>,
    details: Vec<(&'static str, String)>,
}

impl VaultError {
    /// Makes an error of a kind, with its stable code.
    pub fn new(kind: ErrorKind, code: &'static str, message: impl Into<String>) -> Self {
        Self { kind, code, message: message.into(), help: None, details: Vec::new() }
    }

    /// Adds what can be done about it.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }

    /// Adds a value that is safe to show: a name of the policy, a bound, an id.
    #[must_use]
    pub fn detail(mut self, name: &'static str, value: impl ToString) -> Self {
        self.details.push((name, value.to_string()));
        self
    }

    /// The kind.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What can be done, when something can.
    pub const fn advice(&self) -> Option<&'static str> {
        self.help
    }

    /// Safe values.
    pub fn details(&self) -> &[(&'static str, String)] {
        &self.details
    }

    pub(crate) fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadInput, code, message)
    }

    pub(crate) fn unprocessable(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unprocessable, code, message)
    }

    pub(crate) fn denied(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Denied, code, message)
    }

    pub(crate) fn missing(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Missing, code, message)
    }

    pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, code, message)
    }

    pub(crate) fn damaged(what: &'static str) -> Self {
        Self::new(ErrorKind::Internal, "store.damaged", format!("the stored {what} cannot be read back"))
            .help("restore from a backup, or run the ledger check to see since when")
    }
}

impl From<StoreError> for VaultError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged { what } => Self::damaged(what),
            StoreError::NotWritable { .. } => {
                Self::new(ErrorKind::Unavailable, "store.not_writable", "the store cannot write; nothing was changed")
                    .help("free space on the data directory's disk or make it writable, then try again")
            }
            StoreError::Unavailable { .. } => {
                Self::new(ErrorKind::Unavailable, "store.unavailable", "the store does not answer; nothing was changed")
                    .help("try again; if it lasts, look at the server's log")
            }
        }
    }
}

impl From<CommitError> for VaultError {
    fn from(error: CommitError) -> Self {
        if let Some(told) = crate::slips::slip_guard(&error) {
            return told;
        }
        match error {
            // A log that could not be synced may hold the unit all the same, and a restart would find it there.
            CommitError::Store(StoreError::Unavailable { .. }) => Self::new(
                ErrorKind::Unavailable,
                "store.unavailable",
                "the store did not confirm the change: it may or may not be there",
            )
            .help("read what was to change before trying again; if it lasts, look at the server's log"),
            CommitError::Store(error) => error.into(),
            CommitError::TooLarge { max, .. } => {
                Self::new(ErrorKind::TooLarge, "unit.too_large", "the change is larger than one unit of work may be")
                    .detail("max", max)
                    .help("send it in parts")
            }
            CommitError::Guard(Guard::IndexFree(..)) => Self::conflict(
                "identifier.taken",
                "the record was not written: another subject holds one of its identifiers",
            )
            .help("look the subject up by that identifier instead of making a new one"),
            CommitError::Guard(Guard::TenantAbsent) => {
                Self::conflict("tenant.exists", "the tenant was not made: its name is taken")
            }
            CommitError::Unfit { .. } => {
                Self::new(ErrorKind::Internal, "unit.unfit", "the change does not fit together; nothing was changed")
            }
            CommitError::Guard(Guard::IdempotencyFree(..)) => {
                Self::conflict("idempotency.in_progress", "the same request was carried out meanwhile")
                    .help("send it again with the same key to get its answer")
            }
            CommitError::Guard(Guard::RequestVersion(..)) => {
                Self::conflict("request.changed", "the request was changed by somebody else meanwhile")
                    .help("read it again, then try again")
            }
            CommitError::Guard(_) => {
                Self::conflict("subject.changed", "the subject was changed by somebody else meanwhile")
                    .help("read it again, then try again")
            }
        }
    }
}

impl From<SealError> for VaultError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::PlaintextTooLong => {
                Self::new(ErrorKind::TooLarge, "value.too_long", "the value is longer than a sealed value may be")
            }
            _ => Self::damaged("sealed value"),
        }
    }
}
