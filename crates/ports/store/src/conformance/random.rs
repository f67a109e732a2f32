//! Random units over few ids, so that they meet.

use candor_words::{Entropy, SeededEntropy};

use crate::{
    ApiKeyRow, Change, EventRow, Guard, JobRow, NoticeRow, RecordRow, RequestRow, SubjectRow, TenantRow, Unit,
};

use super::picture::{GROUPS, IDS};
use super::samples::{
    api_key, api_key_id, at, checkpoint, entry, event, history, hold, hold_id, idempotency, job, job_id, key, notice,
    policy, record, record_id, reference, request, request_id, secret, slip, subject, subject_id, tenant, tenant_id,
    text,
};

/// A repeatable source of small numbers.
pub(super) struct Dice(SeededEntropy);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// From 0 to one less than `sides`.
    pub(super) fn below(&self, sides: u8) -> u8 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        (u64::from_le_bytes(bytes) % u64::from(sides.max(1))) as u8
    }

    fn id(&self) -> u8 {
        1 + self.below(IDS)
    }

    fn group(&self) -> &'static str {
        GROUPS[usize::from(self.below(3))]
    }
}

/// A unit of tenant 1 or 2 with up to 2 guards, 6 changes and some entries.
pub(super) fn unit(dice: &Dice) -> Unit {
    let of = 1 + dice.below(2);
    let mut unit = Unit::of(tenant_id(of));
    // Most guards fail on random rows; most units should not.
    if dice.below(4) == 0 {
        unit.guards = (0..dice.below(3)).map(|_| guard(dice)).collect();
    }
    unit.changes = (0..dice.below(7)).map(|_| change(dice, of)).collect();
    let entries = if dice.below(8) == 0 { dice.below(250) } else { 2 + dice.below(3) };
    unit.entries = (0..entries).map(|n| entry(usize::from(n))).collect();
    unit
}

fn guard(dice: &Dice) -> Guard {
    match dice.below(12) {
        0 => Guard::TenantAbsent,
        1 => Guard::SubjectAbsent(subject_id(dice.id())),
        2 => Guard::SubjectVersion(subject_id(dice.id()), u64::from(dice.below(3))),
        3 => Guard::IndexFree([dice.id(); 32], subject_id(dice.id())),
        4 => Guard::IdempotencyFree([dice.id(); 32], at(dice.id()), Vec::new()),
        5 => Guard::RequestVersion(request_id(dice.id()), u64::from(dice.below(3))),
        6 => Guard::JobAttempt(job_id(dice.id()), u32::from(dice.below(2))),
        7 => Guard::ApiKeyLive(api_key_id(dice.id())),
        8 => Guard::SubjectKnown(subject_id(dice.id())),
        9 => Guard::SlipAbsent(1, [dice.id(); 32], at(dice.id())),
        10 => Guard::SlipVersion(1, [dice.id(); 32], u32::from(dice.below(4))),
        _ => Guard::LedgerSize(u64::from(dice.below(20))),
    }
}

fn change(dice: &Dice, of: u8) -> Change {
    let (n, who) = (dice.id(), dice.id());
    match dice.below(29) {
        0 => Change::PutTenant(TenantRow { slug: format!("tenant-{n:03}"), ..tenant(of) }),
        1 => Change::PutPolicy(policy(n)),
        2 | 3 => {
            let state = dice.below(4);
            let erased_entry = (state == 3).then_some(1);
            Change::PutSubject(SubjectRow { version: u64::from(n), state, erased_entry, ..subject(who) })
        }
        4 | 5 => Change::AddEvent(EventRow { entry: 1, ..event(who, 1 + u64::from(dice.below(200)), n) }),
        6..=8 => Change::PutRecord(RecordRow { version: u32::from(who), ..record(who, dice.group(), n) }),
        9 => Change::AddHistory(history(who, dice.group(), n, u32::from(dice.below(9)))),
        10 => Change::DeleteRecord(subject_id(who), dice.group().to_owned(), record_id(n)),
        11 => Change::PutKey(key(who, u16::from(n), u32::from(dice.below(4)))),
        12 => Change::DeleteKeys(subject_id(who), u16::from(n)),
        13 => Change::PutIndex([n; 32], subject_id(who)),
        14 => Change::DeleteIndex([n; 32], subject_id(who)),
        15 => Change::ForgetSubject(subject_id(who), (n > 3).then(|| reference(who))),
        16 => Change::PutRequest(RequestRow { version: u64::from(who), ..request(n, who) }),
        17 => match dice.below(2) {
            0 => Change::PutHold(hold(n, who)),
            _ => Change::DeleteHold(subject_id(who), hold_id(n)),
        },
        18 => {
            let revoked_at = (dice.below(2) == 0).then(|| at(n));
            Change::PutApiKey(ApiKeyRow { revoked_at, ..api_key(n, of) })
        }
        19 => match dice.below(3) {
            0 => Change::ExpireIdempotency(at(who)),
            _ => Change::PutIdempotency(idempotency(n, who)),
        },
        20 => match dice.below(2) {
            0 => Change::PutText(text(n)),
            _ => {
                Change::PutNotice(NoticeRow { notice: [1 + dice.below(2); 32], state: dice.below(3), ..notice(who, n) })
            }
        },
        21 => Change::PutJob(JobRow { unique: format!("unique-{who}"), ..job(n, of, dice.id()) }),
        22 => match dice.below(2) {
            0 => Change::FinishJob(job_id(n)),
            _ => Change::PutCheckpoint(checkpoint(n)),
        },
        23 => match dice.below(3) {
            0 => Change::DeleteSecret(format!("secret_{n}")),
            _ => Change::PutSecret(secret(n, who)),
        },
        27 => match dice.below(4) {
            0 => Change::DeleteSlip(1, [n; 32]),
            1 => Change::DeleteSlipsOf(subject_id(who), 1),
            2 => Change::ExpireSlips(at(n)),
            _ => Change::PutSlip(slip(n, who)),
        },
        28 => Change::PutSlip(slip(n, who)),
        24 => Change::PutDue(subject_id(who), (dice.below(3) > 0).then(|| at(n))),
        25 => Change::HastenDue(subject_id(who), at(n)),
        _ => Change::IndexEntries { pairs: vec![(reference(who), u64::from(n))], up_to: u64::from(n) },
    }
}
