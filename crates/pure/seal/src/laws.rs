//! Properties: what is sealed opens again, and only with the same key at the same place.

use candor_words::{Entropy, RecordId, Secret, SeededEntropy, SubjectId, TenantId};
use proptest::prelude::*;

use crate::*;

fn tenant_key(seed: u64) -> TenantKey {
    let entropy = SeededEntropy::new(seed);
    let root = root_key();
    root.create_tenant_key(&entropy, TenantId::random(&entropy), KeyVersion::FIRST).unwrap().0
}

fn root_key() -> RootKey {
    RootKey::new(KeyVersion::FIRST, &Secret::new([3; 32])).unwrap()
}

fn subject_key(seed: u64) -> SubjectKey {
    let entropy = SeededEntropy::new(seed);
    let subject = SubjectId::random(&entropy);
    tenant_key(1).create_subject_key(&entropy, subject, KeepClass::new(2), KeyVersion::FIRST).unwrap().0
}

fn place(field: &str) -> FieldPlace<'_> {
    FieldPlace { record: RecordId::from_bytes([5; 16]), field, value_version: 1 }
}

#[test]
fn keys_open_through_all_three_levels() {
    let entropy = SystemEntropy;
    let root = root_key();
    let (tenant, wrapped_tenant) =
        root.create_tenant_key(&entropy, TenantId::random(&entropy), KeyVersion::FIRST).unwrap();
    let (subject, wrapped_subject) =
        tenant.create_subject_key(&entropy, SubjectId::random(&entropy), KeepClass::new(7), KeyVersion::FIRST).unwrap();
    let envelope = subject.seal(&entropy, &place("contact.email"), b"a@b.example").unwrap();

    let tenant_again = root.unwrap(tenant.name(), &wrapped_tenant).unwrap();
    let subject_again = tenant_again.unwrap(subject.name(), &wrapped_subject).unwrap();
    assert_eq!(subject_again.open(&place("contact.email"), &envelope).unwrap(), b"a@b.example");
}

#[test]
fn a_tenant_key_moves_to_a_new_root() {
    let entropy = SeededEntropy::new(4);
    let newer = RootKey::new(KeyVersion::new(2), &Secret::new([4; 32])).unwrap();
    let key = tenant_key(1);
    let moved = newer.wrap(&entropy, &key).unwrap();
    assert_eq!(moved.wrapped_by(), KeyVersion::new(2));
    let opened = newer.unwrap(key.name(), &moved).unwrap();
    assert_eq!(opened.checkpoint_seed().expose(), key.checkpoint_seed().expose());
    let refused = root_key().unwrap(key.name(), &moved).map(|_| ());
    assert_eq!(refused, Err(SealError::KeyVersionOther { needed: 2, held: 1 }));
}

#[test]
fn a_subject_key_moves_to_a_new_tenant_key() {
    let entropy = SeededEntropy::new(4);
    let old = tenant_key(1);
    let (newer, _) = root_key().create_tenant_key(&entropy, old.name().tenant, KeyVersion::new(2)).unwrap();
    let (subject, wrapped) =
        old.create_subject_key(&entropy, SubjectId::random(&entropy), KeepClass::new(1), KeyVersion::FIRST).unwrap();
    let moved = newer.rewrap(&entropy, &old, subject.name(), &wrapped).unwrap();
    let envelope = subject.seal(&entropy, &place("f"), b"x").unwrap();
    assert_eq!(newer.unwrap(subject.name(), &moved).unwrap().open(&place("f"), &envelope).unwrap(), b"x");
    assert_eq!(tenant_key(2).rewrap(&entropy, &old, subject.name(), &wrapped), Err(SealError::TenantOther));
}

#[test]
fn a_wrapped_key_opens_for_no_other_name() {
    let entropy = SeededEntropy::new(4);
    let tenant = tenant_key(1);
    let subject = SubjectId::random(&entropy);
    let (key, wrapped) = tenant.create_subject_key(&entropy, subject, KeepClass::new(1), KeyVersion::FIRST).unwrap();
    let name = key.name();
    let others = [
        SubjectKeyName { tenant: TenantId::from_bytes([0; 16]), ..name },
        SubjectKeyName { subject: SubjectId::from_bytes([0; 16]), ..name },
        SubjectKeyName { class: KeepClass::new(2), ..name },
        SubjectKeyName { version: KeyVersion::new(2), ..name },
    ];
    for other in others {
        assert_eq!(tenant.unwrap(other, &wrapped).map(|_| ()), Err(SealError::NotAuthentic), "{other:?}");
    }
}

#[test]
fn a_blob_opens_under_its_label_alone() {
    let key = tenant_key(1);
    let blob = key.seal_blob(&SeededEntropy::new(1), "connector.site", b"secret").unwrap();
    assert_eq!(key.open_blob("connector.site", &blob).unwrap().expose(), b"secret");
    assert_eq!(key.open_blob("connector.other", &blob).map(|_| ()), Err(SealError::NotAuthentic));
    assert_eq!(tenant_key(2).open_blob("connector.site", &blob).map(|_| ()), Err(SealError::NotAuthentic));
}

#[test]
fn blind_indexes_differ_by_tenant_field_and_value() {
    let key = tenant_key(1).blind_index_key();
    let index = key.blind("contact.email", b"a@b.example");
    assert_eq!(index, tenant_key(1).blind_index_key().blind("contact.email", b"a@b.example"));
    assert_ne!(index, key.blind("contact.email", b"a@c.example"));
    assert_ne!(index, key.blind("contact.phone", b"a@b.example"));
    assert_ne!(index, tenant_key(2).blind_index_key().blind("contact.email", b"a@b.example"));
    assert_ne!(key.blind("ab", b"c"), key.blind("a", b"bc"));
}

#[test]
fn derived_keys_differ_from_each_other() {
    let key = tenant_key(1);
    assert_ne!(key.checkpoint_seed().expose(), key.bytes().expose());
    assert_ne!(key.checkpoint_seed().expose(), tenant_key(2).checkpoint_seed().expose());
}

#[test]
fn what_is_beyond_the_bounds_is_refused() {
    let (key, entropy) = (subject_key(1), SeededEntropy::new(1));
    let most = vec![7; PLAINTEXT_BYTES_MAX];
    let envelope = key.seal(&entropy, &place("f"), &most).unwrap();
    assert_eq!(envelope.len(), PLAINTEXT_BYTES_MAX + ENVELOPE_OVERHEAD_BYTES);
    assert_eq!(key.open(&place("f"), &envelope).unwrap(), most);
    let too_long = vec![7; PLAINTEXT_BYTES_MAX + 1];
    assert_eq!(key.seal(&entropy, &place("f"), &too_long), Err(SealError::PlaintextTooLong));
    assert_eq!(key.open(&place("f"), &[envelope, vec![0]].concat()), Err(SealError::EnvelopeLength));
    assert_eq!(key.seal(&entropy, &place(&"n".repeat(129)), b""), Err(SealError::NameTooLong));
    assert!(key.seal(&entropy, &place(&"n".repeat(128)), b"").is_ok());
}

#[test]
fn a_failed_opening_leaves_the_buffer_as_it_was() {
    let key = subject_key(1);
    let mut envelope = key.seal(&SeededEntropy::new(1), &place("f"), b"value").unwrap();
    let mut into = b"before".to_vec();
    key.open_into(&place("f"), &envelope, &mut into).unwrap();
    assert_eq!(into, b"beforevalue");
    *envelope.last_mut().unwrap() ^= 1;
    assert_eq!(key.open_into(&place("f"), &envelope, &mut into), Err(SealError::NotAuthentic));
    assert_eq!(into, b"beforevalue");
}

#[test]
fn two_envelopes_of_one_value_differ() {
    let (key, entropy) = (subject_key(1), SystemEntropy);
    let seal = || key.seal(&entropy, &place("f"), b"value").unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn an_error_says_nothing_of_the_value() {
    let key = subject_key(1);
    let mut envelope = key.seal(&SeededEntropy::new(1), &place("f"), b"hunter2").unwrap();
    envelope[20] ^= 1;
    let error = key.open(&place("f"), &envelope).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

proptest! {
    #[test]
    fn what_is_sealed_opens(plain in prop::collection::vec(any::<u8>(), 0..600), seed in any::<u64>(), field in "[a-z.]{1,40}", version in any::<u32>()) {
        let key = subject_key(seed);
        let place = FieldPlace { record: RecordId::random(&SeededEntropy::new(seed)), field: &field, value_version: version };
        let envelope = key.seal(&SeededEntropy::new(seed), &place, &plain).unwrap();
        prop_assert_eq!(envelope.len(), plain.len() + ENVELOPE_OVERHEAD_BYTES);
        prop_assert_eq!(Envelope::parse(&envelope).unwrap().plaintext_bytes(), plain.len());
        prop_assert_eq!(key.open(&place, &envelope).unwrap(), plain);
    }

    #[test]
    fn an_envelope_with_one_flipped_bit_does_not_open(plain in prop::collection::vec(any::<u8>(), 0..100), bit in any::<prop::sample::Index>()) {
        let key = subject_key(9);
        let mut envelope = key.seal(&SeededEntropy::new(9), &place("f"), &plain).unwrap();
        let bit = bit.index(envelope.len() * 8);
        envelope[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(key.open(&place("f"), &envelope).is_err());
    }

    #[test]
    fn an_envelope_does_not_open_elsewhere(plain in prop::collection::vec(any::<u8>(), 0..100), other in 1u8..5) {
        let key = subject_key(9);
        let here = place("contact.email");
        let envelope = key.seal(&SeededEntropy::new(9), &here, &plain).unwrap();
        let refused = match other {
            1 => key.open(&FieldPlace { record: RecordId::from_bytes([6; 16]), ..here }, &envelope),
            2 => key.open(&FieldPlace { field: "contact.emai", ..here }, &envelope),
            3 => key.open(&FieldPlace { value_version: 2, ..here }, &envelope),
            _ => subject_key(10).open(&here, &envelope),
        };
        prop_assert_eq!(refused, Err(SealError::NotAuthentic));
    }

    #[test]
    fn no_bytes_make_the_opening_fall(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(subject_key(9).open(&place("f"), &bytes).is_err());
        let _ = WrappedTenantKey::from_slice(&bytes);
    }
}

#[test]
fn an_entropy_that_repeats_itself_still_hides_different_values() {
    // What GCM-SIV forgives: the same nonce twice, as after a restored snapshot.
    struct Stuck;
    impl Entropy for Stuck {
        fn fill(&self, into: &mut [u8]) {
            into.fill(1);
        }
    }
    let key = subject_key(1);
    let one = key.seal(&Stuck, &place("f"), b"value one").unwrap();
    let two = key.seal(&Stuck, &place("f"), b"value two").unwrap();
    assert_ne!(one[15..], two[15..]);
    assert_eq!(key.open(&place("f"), &two).unwrap(), b"value two");
}
