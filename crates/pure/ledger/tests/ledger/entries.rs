//! Entries: one encoding each, read strictly.

use candor_ledger::{Digest, ENTRY_BYTES_MAX, Entry, EntryBody, EntryError, EntryView, FieldBits};
use candor_words::{ApiKeyId, ClientId, HoldId, Instant, OrganisationId, RecordId, RequestId, SecretId, SubjectRef};
use proptest::prelude::*;

use crate::log::disclosure;

/// One body of each kind, from one seed byte.
pub fn every_body(seed: u8) -> Vec<EntryBody> {
    let id = [seed; 16];
    let (record, request, hold) = (RecordId::from_bytes(id), RequestId::from_bytes(id), HoldId::from_bytes(id));
    let (secret, client) = (SecretId::from_bytes(id), ClientId::from_bytes(id));
    let organisation = OrganisationId::from_bytes(id);
    let (key, digest, at) = (ApiKeyId::from_bytes(id), Digest([seed; 32]), Instant::from_millis(i64::from(seed)));
    let number = u16::from(seed) * 257;
    let fields: FieldBits = (0..usize::from(seed) * 2).step_by(3).collect();
    use EntryBody::*;
    vec![
        Disclosure { purpose: number, recipient: 1, record: None, fields, n_values: 9, ground: seed },
        Disclosure { purpose: number, recipient: 0xffff, record: Some(record), fields, n_values: u32::MAX, ground: 0 },
        Refusal { purpose: number, recipient: 2, reason: 7, fields },
        ConsentGiven { purpose: number, text: digest },
        ConsentRefused { purpose: number, text: digest },
        ConsentWithdrawn { purpose: number, text: digest },
        Objection { purpose: number },
        ObjectionResolved { purpose: number, outcome: seed },
        OptOut { purpose: number, channel: 1 },
        OptIn { purpose: number, channel: 1 },
        Restricted,
        RestrictionLifted,
        Deactivated,
        Reactivated,
        HoldPlaced { hold },
        HoldLifted { hold },
        SubjectCreated,
        RecordWritten { record, fields, source: seed },
        Rectified { record, fields },
        Exported { digest, form: seed },
        Erased { n_keys: 3, request: None },
        Erased { n_keys: 3, request: Some(request) },
        KeyDestroyed { class: number, version: 1 },
        Request { request, right: 1, state: seed, due: at },
        PolicyInForce { policy: digest, effective_at: at },
        ApiKeyIssued { key },
        ApiKeyRevoked { key },
        Approval { request, step: seed },
        StaffAccess { reason: number },
        KeepEnded { rule: number, outcome: 1, n_records: 4, fields },
        NoticeSent { policy: digest, channel: number },
        NoticeFailed { policy: digest, channel: number, reason: number },
        NoticeAcknowledged { policy: digest },
        Restored { size: u64::from(seed) << 40, lost: seed },
        KeyRotated { level: 1, version: number },
        KeysMoved { version: number, n_keys: u64::from(seed) << 33 },
        RecordDeleted { record, group: number },
        SecretKept { secret, purpose: number, recipient: 1 },
        SecretAsked { secret, purpose: number, recipient: 1, reason: 502 },
        SecretRemoved { secret },
        Verified { purpose: number, fields, outcome: seed },
        SignIn { methods: number, outcome: seed },
        SignedOut { n_sessions: u32::from(seed) << 20, cause: seed },
        FactorChanged { factor: record, sort: 2, act: seed },
        CredentialChanged { what: seed },
        RiskJudged { purpose: number, fields, outcome: seed },
        ClientChanged { client, recipient: number, act: seed },
        GrantChanged { client, recipient: 1, act: seed },
        OrganisationChanged { organisation, act: seed, domain: digest },
        AccountClaimed { organisation, act: seed, deadline: at },
        StaffChanged { staff: key, role: number, act: seed },
        Decided { matter: request, about: 1, outcome: seed },
        UpstreamChanged { upstream: record, act: seed },
        UpstreamLinked { upstream: record, act: seed },
        Dispute { request, act: seed },
        RequestStep { request, system: number, state: seed, n_rows: u64::from(seed) << 33 },
        RequestProved { request, receipt: digest },
        Pushed { push: request, purpose: number, state: seed },
        CorrectionPushed { push: request, fields, state: seed },
        RecipientTold { request, recipient: number, fields, state: seed },
        SystemKept { system: number, place: number, outcome: seed, n_rows: u64::from(seed) << 33 },
        AgentChanged { agent: record, act: seed },
        AgentRequest { agent: record, request, act: seed },
        Other { code: number, payload: digest },
    ]
}

pub fn entry(body: EntryBody, subject: bool, actor: bool) -> Entry {
    Entry {
        at: Instant::from_millis(1_795_000_000_000),
        subject: subject.then(|| SubjectRef::from_bytes([1; 16])),
        actor: actor.then(|| ApiKeyId::from_bytes([2; 16])),
        plan: Digest([3; 32]),
        body,
    }
}

#[test]
fn an_entry_of_each_kind_reads_back() {
    for body in [0, 1, 90, 255].into_iter().flat_map(every_body) {
        for (subject, actor) in [(false, false), (true, false), (false, true), (true, true)] {
            let entry = entry(body, subject, actor);
            assert_eq!(Entry::decode(&entry.to_bytes()), Ok(entry));
        }
    }
}

#[test]
fn an_entry_cut_anywhere_or_made_longer_is_refused() {
    for body in every_body(90) {
        let bytes = entry(body, true, true).to_bytes();
        for cut in 0..bytes.len() {
            assert_eq!(Entry::decode(&bytes[..cut]), Err(EntryError::CutShort), "{body:?} cut at {cut}");
        }
        assert_eq!(Entry::decode(&[bytes, vec![0]].concat()), Err(EntryError::Trailing));
    }
}

#[test]
fn a_disclosure_takes_at_most_120_bytes() {
    let mut entry = disclosure(1);
    if let EntryBody::Disclosure { fields, .. } = &mut entry.body {
        fields.insert(151);
    }
    assert!(entry.to_bytes().len() <= 120);
}

#[test]
fn what_the_head_must_not_say_is_refused() {
    let good = disclosure(1).to_bytes();
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        Entry::decode(&bytes)
    };
    assert_eq!(with(0, 2), Err(EntryError::VersionUnknown { found: 2 }));
    assert_eq!(with(1, 99), Err(EntryError::KindUnknown { found: 99 }));
    assert_eq!(with(2, good[2] | 8), Err(EntryError::FlagsUnknown));
    let plain = entry(EntryBody::Restricted, false, false).to_bytes();
    let flagged: Vec<u8> = plain.iter().enumerate().map(|(at, byte)| if at == 2 { 4 } else { *byte }).collect();
    assert_eq!(Entry::decode(&flagged), Err(EntryError::FlagsUnknown));
}

#[test]
fn a_bitmap_with_a_zero_byte_at_its_end_is_refused() {
    let mut bytes =
        entry(EntryBody::Rectified { record: RecordId::from_bytes([0; 16]), fields: FieldBits::EMPTY }, true, true)
            .to_bytes();
    *bytes.last_mut().unwrap() = 1;
    bytes.push(0);
    assert_eq!(Entry::decode(&bytes), Err(EntryError::FieldsNotCanonical));
    let at = bytes.len() - 2;
    bytes[at] = 65;
    bytes.resize(at + 1 + 65, 1);
    assert_eq!(Entry::decode(&bytes), Err(EntryError::FieldsNotCanonical));
}

#[test]
fn more_bytes_than_an_entry_may_have_are_refused() {
    assert_eq!(Entry::decode(&vec![1; ENTRY_BYTES_MAX + 1]), Err(EntryError::TooLong));
}

#[test]
fn the_json_form_reads_back_and_holds_text() {
    for body in every_body(90) {
        let view = EntryView::new(5, &entry(body, true, true).to_bytes()).unwrap();
        let json = serde_json::to_value(&view).unwrap();
        assert_eq!(json["kind"], body.kind_name());
        assert_eq!(json["subject"], format!("ref_{}", "01".repeat(16)));
        assert_eq!(json["plan"], "03".repeat(32));
        assert_eq!(serde_json::from_str::<EntryView>(&json.to_string()).unwrap(), view);
    }
}

proptest! {
    #[test]
    fn whatever_decodes_encodes_to_the_same_bytes(
        body in prop::sample::select(every_body(7)), at in 0usize..80, byte in any::<u8>(),
    ) {
        let mut bytes = entry(body, true, false).to_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(entry) = Entry::decode(&bytes) {
            prop_assert_eq!(entry.to_bytes(), bytes);
        }
    }

    #[test]
    fn no_bytes_make_the_decoder_fall(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(entry) = Entry::decode(&bytes) {
            prop_assert_eq!(entry.to_bytes(), bytes);
        }
    }

    #[test]
    fn a_set_of_fields_reads_back(positions in prop::collection::btree_set(0usize..512, 0..40)) {
        let fields: FieldBits = positions.iter().copied().collect();
        prop_assert_eq!(fields.iter().collect::<Vec<_>>(), positions.into_iter().collect::<Vec<_>>());
        prop_assert_eq!(FieldBits::from_trimmed(fields.trimmed()), Some(fields));
    }
}
