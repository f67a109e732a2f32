//! Small rows to put: everything in them follows from a number.

use candor_words::{ApiKeyId, HoldId, Instant, JobId, RecordId, RequestId, SecretId, SubjectId, SubjectRef, TenantId};

use crate::{
    ApiKeyRow, Change, CheckpointRow, CommitError, Committed, EventRow, HistoryRow, HoldRow, IdempotencyRow, JobRow,
    KeyRow, NoticeRow, PolicyRow, RecordRow, RequestRow, SecretRow, SlipRow, Store, SubjectRow, TenantRow, TextRow,
    Unit,
};

use super::wait;

pub(super) const GROUP: &str = "contact";

pub(super) fn tenant_id(n: u8) -> TenantId {
    TenantId::from_bytes([n; 16])
}

pub(super) fn subject_id(n: u8) -> SubjectId {
    SubjectId::from_bytes([n; 16])
}

pub(super) fn reference(n: u8) -> SubjectRef {
    SubjectRef::from_bytes([n; 16])
}

pub(super) fn record_id(n: u8) -> RecordId {
    RecordId::from_bytes([n; 16])
}

pub(super) fn request_id(n: u8) -> RequestId {
    RequestId::from_bytes([n; 16])
}

pub(super) fn hold_id(n: u8) -> HoldId {
    HoldId::from_bytes([n; 16])
}

pub(super) fn api_key_id(n: u8) -> ApiKeyId {
    ApiKeyId::from_bytes([n; 16])
}

pub(super) fn job_id(n: u8) -> JobId {
    JobId::from_bytes([n; 16])
}

pub(super) fn at(n: u8) -> Instant {
    Instant::from_millis(1_790_000_000_000 + i64::from(n) * 1_000)
}

pub(super) fn tenant(n: u8) -> TenantRow {
    TenantRow {
        id: tenant_id(n),
        slug: format!("tenant-{n:03}"),
        title: format!("Tenant {n}"),
        created_at: at(0),
        wrapped_keys: vec![vec![n; 60], vec![]],
        verifier_key: format!("candor.example+{n:08x}+key"),
        settings: "{}".to_owned(),
    }
}

pub(super) fn policy(n: u8) -> PolicyRow {
    let sources = vec![("main.candor".to_owned(), format!("policy {n}")), ("rights.candor".to_owned(), String::new())];
    PolicyRow { digest: [n; 32], effective_at: at(n), put_at: at(0), sources }
}

pub(super) fn subject(n: u8) -> SubjectRow {
    SubjectRow {
        id: subject_id(n),
        reference: Some(reference(n)),
        version: 1,
        state: 0,
        created_at: at(0),
        updated_at: at(1),
        erased_entry: None,
    }
}

pub(super) fn event(subject: u8, version: u64, when: u8) -> EventRow {
    EventRow {
        subject: subject_id(subject),
        version,
        at: at(when),
        kind: "consent.given".to_owned(),
        purpose: Some("newsletter".to_owned()),
        detail: "{}".to_owned(),
        standing: vec![when; 8],
        entry: 0,
    }
}

pub(super) fn record(subject: u8, group: &str, n: u8) -> RecordRow {
    RecordRow {
        subject: subject_id(subject),
        group: group.to_owned(),
        id: record_id(n),
        version: 1,
        created_at: at(0),
        updated_at: at(n),
        closed_at: (n % 2 == 1).then(|| at(n)),
        sealed: vec![n; 40],
    }
}

pub(super) fn history(subject: u8, group: &str, record: u8, version: u32) -> HistoryRow {
    HistoryRow {
        subject: subject_id(subject),
        group: group.to_owned(),
        record: record_id(record),
        version,
        until: at(version as u8),
        sealed: vec![version as u8; 20],
    }
}

pub(super) fn key(subject: u8, class: u16, version: u32) -> KeyRow {
    KeyRow { subject: subject_id(subject), class, version, wrapped: vec![version as u8; 60] }
}

pub(super) fn request(n: u8, subject: u8) -> RequestRow {
    RequestRow {
        id: request_id(n),
        subject: subject_id(subject),
        version: 1,
        kind: "access".to_owned(),
        state: "received".to_owned(),
        received_at: at(n),
        due_at: at(n),
        closed_at: None,
        detail: "{}".to_owned(),
    }
}

pub(super) fn hold(n: u8, subject: u8) -> HoldRow {
    HoldRow { id: hold_id(n), subject: subject_id(subject), ground: format!("case {n}"), placed_at: at(0), until: None }
}

pub(super) fn api_key(n: u8, of: u8) -> ApiKeyRow {
    ApiKeyRow {
        id: api_key_id(n),
        tenant: tenant_id(of),
        secret_hash: [n; 32],
        label: format!("key {n}"),
        bounds: "{}".to_owned(),
        created_at: at(0),
        expires_at: Some(at(n)),
        revoked_at: None,
    }
}

pub(super) fn secret(n: u8, version: u8) -> SecretRow {
    SecretRow {
        name: format!("secret_{n}"),
        id: SecretId::from_bytes([version; 16]),
        purpose: "provisioning".to_owned(),
        recipient: "cloud".to_owned(),
        put_at: at(version),
        wrapped: vec![version; 60],
        sealed: vec![n; 40],
    }
}

/// A slip of kind 1 that ends; an even one belongs to a subject.
pub(super) fn slip(n: u8, version: u8) -> SlipRow {
    SlipRow {
        kind: 1,
        name: [n; 32],
        owner: n.is_multiple_of(2).then(|| subject_id(version)),
        version: u32::from(version),
        expires_at: (n > 1).then(|| at(n)),
        sealed: vec![n; 20],
    }
}

pub(super) fn idempotency(n: u8, expires: u8) -> IdempotencyRow {
    IdempotencyRow { key: [n; 32], request: [1; 32], answer: vec![n; 10], expires_at: at(expires) }
}

pub(super) fn text(n: u8) -> TextRow {
    TextRow { digest: [n; 32], language: "en".to_owned(), text: format!("text {n}") }
}

pub(super) fn notice(subject: u8, n: u8) -> NoticeRow {
    NoticeRow {
        notice: [1; 32],
        channel: 0,
        subject: subject_id(subject),
        state: n % 3,
        attempts: u32::from(n),
        reason: u16::from(n),
        at: at(n),
    }
}

pub(super) fn job(n: u8, of: u8, run: u8) -> JobRow {
    JobRow {
        id: job_id(n),
        tenant: tenant_id(of),
        kind: "erasure.step".to_owned(),
        unique: format!("erasure-{n}"),
        payload: "{}".to_owned(),
        run_at: at(run),
        attempts: 0,
        leased_until: None,
    }
}

pub(super) fn checkpoint(size: u8) -> CheckpointRow {
    CheckpointRow { size: u64::from(size), signed_at: at(size), note: format!("note {size}") }
}

/// An entry that tells its number.
pub(super) fn entry(n: usize) -> Vec<u8> {
    format!("entry {n}").into_bytes()
}

/// A unit of the first tenant.
pub(super) fn unit() -> Unit {
    Unit::of(tenant_id(1))
}

/// Commits changes of the first tenant.
pub(super) fn put(store: &dyn Store, changes: impl IntoIterator<Item = Change>) -> Committed {
    commit(store, Unit { changes: changes.into_iter().collect(), ..unit() }).unwrap()
}

pub(super) fn commit(store: &dyn Store, unit: Unit) -> Result<Committed, CommitError> {
    wait(store.commit(unit))
}
