//! What is kept: per tenant one shelf of ordered maps.

use std::collections::{BTreeMap, BTreeSet};

use candor_store::{
    ApiKeyRow, CheckpointRow, EventRow, HistoryRow, HoldRow, IdempotencyRow, JobRow, KeyRow, NoticeRow, PolicyRow,
    RecordRow, RequestRow, SecretRow, SlipRow, SubjectRow, TenantRow, TextRow,
};
use candor_words::{ApiKeyId, HoldId, Instant, JobId, RecordId, RequestId, SubjectId, SubjectRef, TenantId};

use crate::log::Log;

/// Everything of every tenant.
#[derive(Debug, Default)]
pub(crate) struct Shelves {
    pub(crate) of: BTreeMap<TenantId, Shelf>,
}

/// Everything of one tenant, each map in the order of its list.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    pub(crate) row: Option<TenantRow>,
    /// By when it comes into force, and digest.
    pub(crate) policies: BTreeMap<(Instant, [u8; 32]), PolicyRow>,
    pub(crate) subjects: BTreeMap<SubjectId, SubjectRow>,
    pub(crate) indexes: BTreeMap<[u8; 32], SubjectId>,
    /// By subject and version.
    pub(crate) events: BTreeMap<(SubjectId, u64), EventRow>,
    pub(crate) records: BTreeMap<(SubjectId, String, RecordId), RecordRow>,
    pub(crate) history: BTreeMap<(SubjectId, String, RecordId, u32), HistoryRow>,
    /// By subject, keep-class and version.
    pub(crate) keys: BTreeMap<(SubjectId, u16, u32), KeyRow>,
    /// When retention looks at a subject next.
    pub(crate) due: BTreeMap<SubjectId, Instant>,
    pub(crate) requests: BTreeMap<RequestId, RequestRow>,
    pub(crate) holds: BTreeMap<(SubjectId, HoldId), HoldRow>,
    pub(crate) api_keys: BTreeMap<ApiKeyId, ApiKeyRow>,
    pub(crate) secrets: BTreeMap<String, SecretRow>,
    pub(crate) slips: BTreeMap<(u16, [u8; 32]), SlipRow>,
    pub(crate) idempotency: BTreeMap<[u8; 32], IdempotencyRow>,
    pub(crate) texts: BTreeMap<[u8; 32], TextRow>,
    /// By notice, channel and subject.
    pub(crate) notices: BTreeMap<([u8; 32], u16, SubjectId), NoticeRow>,
    pub(crate) jobs: BTreeMap<JobId, JobRow>,
    pub(crate) checkpoints: BTreeMap<u64, CheckpointRow>,
    pub(crate) entries_of: BTreeSet<(SubjectRef, u64)>,
    pub(crate) indexed_to: u64,
    pub(crate) log: Log,
}
