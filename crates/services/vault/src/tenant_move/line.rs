//! One row of a tenant as one line of JSON: bytes in base64, ids and instants as text.

use candor_store::{
    ApiKeyRow, Change, CheckpointRow, EventRow, HistoryRow, HoldRow, JobRow, KeyRow, NoticeRow, PolicyRow, RecordRow,
    RequestRow, SlipRow, SubjectRow, TextRow,
};
use candor_words::{ApiKeyId, HoldId, Instant, JobId, RecordId, RequestId, SubjectId, SubjectRef, TenantId};
use serde::{Deserialize, Serialize};

use crate::VaultError;
use crate::backup::key_file::{from_base64, in_base64};

/// The longest line that is read: a unit's bytes in base64, and room for the rest.
pub const TENANT_LINE_BYTES_MAX: usize = 24 << 20;

/// A row, by what it is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the columns of the store's rows, under their names")]
#[rustfmt::skip]
pub enum TenantLine {
    Policy { digest: String, effective_at: Instant, put_at: Instant, sources: Vec<(String, String)> },
    Subject {
        id: SubjectId, reference: Option<SubjectRef>, version: u64, state: u8, created_at: Instant,
        updated_at: Instant, erased_entry: Option<u64>,
    },
    Key { subject: SubjectId, class: u16, version: u32, wrapped: String },
    Index { subject: SubjectId, index: String },
    Event {
        subject: SubjectId, version: u64, at: Instant, kind: String, purpose: Option<String>, detail: String,
        standing: String, entry: u64,
    },
    Record {
        subject: SubjectId, group: String, id: RecordId, version: u32, created_at: Instant, updated_at: Instant,
        closed_at: Option<Instant>, sealed: String,
    },
    History { subject: SubjectId, group: String, record: RecordId, version: u32, until: Instant, sealed: String },
    Request {
        id: RequestId, subject: SubjectId, version: u64, kind: String, state: String, received_at: Instant,
        due_at: Instant, closed_at: Option<Instant>, detail: String,
    },
    Hold { id: HoldId, subject: SubjectId, ground: String, placed_at: Instant, until: Option<Instant> },
    Notice { notice: String, channel: u16, subject: SubjectId, state: u8, attempts: u32, reason: u16, at: Instant },
    ApiKey {
        id: ApiKeyId, secret_hash: String, label: String, bounds: String, created_at: Instant,
        expires_at: Option<Instant>, revoked_at: Option<Instant>,
    },
    Slip { kind: u16, name: String, owner: Option<SubjectId>, version: u32, sealed: String },
    Text { digest: String, language: String, text: String },
    Job { id: JobId, kind: String, unique: String, payload: String, run_at: Instant },
    Checkpoint { size: u64, signed_at: Instant, note: String },
}

impl TenantLine {
    /// Reads a line.
    ///
    /// # Errors
    /// `import.line`: it is none.
    pub fn parse(line: &[u8]) -> Result<Self, VaultError> {
        serde_json::from_slice(line).map_err(|_| malformed())
    }

    /// Turns it into the change that puts the row into a tenant.
    #[rustfmt::skip]
    pub(super) fn change(self, tenant: TenantId) -> Result<Change, VaultError> {
        Ok(match self {
            Self::Policy { digest, effective_at, put_at, sources } => {
                Change::PutPolicy(PolicyRow { digest: array(&digest)?, effective_at, put_at, sources })
            }
            Self::Subject { id, reference, version, state, created_at, updated_at, erased_entry } => {
                Change::PutSubject(SubjectRow { id, reference, version, state, created_at, updated_at, erased_entry })
            }
            Self::Key { subject, class, version, wrapped } => {
                Change::PutKey(KeyRow { subject, class, version, wrapped: bytes(&wrapped)? })
            }
            Self::Index { subject, index } => Change::PutIndex(array(&index)?, subject),
            Self::Event { subject, version, at, kind, purpose, detail, standing, entry } => {
                let standing = bytes(&standing)?;
                Change::AddEvent(EventRow { subject, version, at, kind, purpose, detail, standing, entry })
            }
            Self::Record { subject, group, id, version, created_at, updated_at, closed_at, sealed } => {
                let sealed = bytes(&sealed)?;
                Change::PutRecord(RecordRow { subject, group, id, version, created_at, updated_at, closed_at, sealed })
            }
            Self::History { subject, group, record, version, until, sealed } => {
                Change::AddHistory(HistoryRow { subject, group, record, version, until, sealed: bytes(&sealed)? })
            }
            Self::Request { id, subject, version, kind, state, received_at, due_at, closed_at, detail } => {
                let row = RequestRow { id, subject, version, kind, state, received_at, due_at, closed_at, detail };
                Change::PutRequest(row)
            }
            Self::Hold { id, subject, ground, placed_at, until } => {
                Change::PutHold(HoldRow { id, subject, ground, placed_at, until })
            }
            Self::Notice { notice, channel, subject, state, attempts, reason, at } => {
                let notice = array(&notice)?;
                Change::PutNotice(NoticeRow { notice, channel, subject, state, attempts, reason, at })
            }
            Self::ApiKey { id, secret_hash, label, bounds, created_at, expires_at, revoked_at } => {
                let secret_hash = array(&secret_hash)?;
                let row = ApiKeyRow { id, tenant, secret_hash, label, bounds, created_at, expires_at, revoked_at };
                Change::PutApiKey(row)
            }
            Self::Slip { kind, name, owner, version, sealed } => {
                let (name, sealed) = (array(&name)?, bytes(&sealed)?);
                Change::PutSlip(SlipRow { kind, name, owner, version, expires_at: None, sealed })
            }
            Self::Text { digest, language, text } => Change::PutText(TextRow { digest: array(&digest)?, language, text }),
            Self::Job { id, kind, unique, payload, run_at } => {
                Change::PutJob(JobRow { id, tenant, kind, unique, payload, run_at, attempts: 0, leased_until: None })
            }
            Self::Checkpoint { size, signed_at, note } => {
                Change::PutCheckpoint(CheckpointRow { size, signed_at, note })
            }
        })
    }
}

macro_rules! from_row {
    ($($row:ident => $line:ident { $($same:ident),* } $({ $($bytes:ident),* })?;)*) => {$(
        impl From<$row> for TenantLine {
            fn from(row: $row) -> Self {
                Self::$line { $($same: row.$same,)* $($($bytes: in_base64(&row.$bytes),)*)? }
            }
        }
    )*};
}

from_row! {
    PolicyRow => Policy { effective_at, put_at, sources } { digest };
    SubjectRow => Subject { id, reference, version, state, created_at, updated_at, erased_entry };
    KeyRow => Key { subject, class, version } { wrapped };
    EventRow => Event { subject, version, at, kind, purpose, detail, entry } { standing };
    RecordRow => Record { subject, group, id, version, created_at, updated_at, closed_at } { sealed };
    HistoryRow => History { subject, group, record, version, until } { sealed };
    RequestRow => Request { id, subject, version, kind, state, received_at, due_at, closed_at, detail };
    HoldRow => Hold { id, subject, ground, placed_at, until };
    NoticeRow => Notice { channel, subject, state, attempts, reason, at } { notice };
    ApiKeyRow => ApiKey { id, label, bounds, created_at, expires_at, revoked_at } { secret_hash };
    SlipRow => Slip { kind, owner, version } { name, sealed };
    TextRow => Text { language, text } { digest };
    JobRow => Job { id, kind, unique, payload, run_at };
    CheckpointRow => Checkpoint { size, signed_at, note };
}

fn bytes(text: &str) -> Result<Vec<u8>, VaultError> {
    from_base64(text).ok_or_else(malformed)
}

fn array(text: &str) -> Result<[u8; 32], VaultError> {
    bytes(text)?.try_into().map_err(|_| malformed())
}

pub(super) fn malformed() -> VaultError {
    VaultError::bad("import.line", "the tenant was not imported: a line of its rows is not one of this format")
        .help("take another copy of the export; a newer format needs a newer program")
}
