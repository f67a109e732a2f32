//! The operations, and what each answers.

use crate::data::Choices;

/// By which of its fields records are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Pur(u64),
    Ttl(u64),
    Shr(u64),
    Usr(u64),
    Key(u64),
}

/// Which field of the metadata is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    Objected,
    Scored(bool),
    Shared(bool),
}

/// One operation of GDPRbench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Create(u64),
    Delete(By),
    UpdateMetadata(By, Set),
    UpdateData { key: u64, edition: u64 },
    ReadByKey(u64),
    ReadByUsr(u64),
    ReadByPur(u64),
    ReadByObj(u64),
    ReadByDec(u64),
    MetadataByKey(u64),
    MetadataByUsr(u64),
    Logs(u64),
    VerifyDeletion(u64),
}

/// What an operation answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// How many records or persons were changed.
    Changed(usize),
    /// The data, in order.
    Texts(Vec<String>),
    /// What is known of a person's choices and records; `None` when there is no such record.
    Metadata(Option<(Choices, usize)>),
    /// How many log entries came back.
    Entries(u64),
    /// Whether the deletion was shown.
    Deleted(bool),
}

impl Op {
    /// Its name in GDPRbench.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Create(_) => "create-record",
            Self::Delete(By::Pur(_)) => "delete-record-by-pur",
            Self::Delete(By::Ttl(_)) => "delete-record-by-ttl",
            Self::Delete(By::Usr(_)) => "delete-record-by-usr",
            Self::Delete(_) => "delete-record-by-key",
            Self::UpdateMetadata(By::Pur(_), _) => "update-metadata-by-pur",
            Self::UpdateMetadata(By::Usr(_), _) => "update-metadata-by-usr",
            Self::UpdateMetadata(By::Shr(_), _) => "update-metadata-by-shr",
            Self::UpdateMetadata(..) => "update-metadata-by-key",
            Self::UpdateData { .. } => "update-data-by-key",
            Self::ReadByKey(_) => "read-data-by-key",
            Self::ReadByUsr(_) => "read-data-by-usr",
            Self::ReadByPur(_) => "read-data-by-pur",
            Self::ReadByObj(_) => "read-data-by-obj",
            Self::ReadByDec(_) => "read-data-by-dec",
            Self::MetadataByKey(_) => "read-metadata-by-key",
            Self::MetadataByUsr(_) => "read-metadata-by-usr",
            Self::Logs(_) => "get-system-logs",
            Self::VerifyDeletion(_) => "verify-deletion",
        }
    }
}
