//! Runs `spec/seal/*.json`. With `CANDOR_REGEN=1` it writes them anew, from seeded entropy, first.

use std::path::PathBuf;

use candor_words::{Entropy, RecordId, Secret, SeededEntropy, SubjectId, TenantId, from_hex, to_hex};
use serde::{Deserialize, Serialize};

use crate::*;

/// One attempt to open a field.
#[derive(Clone, Serialize, Deserialize)]
struct FieldCase {
    name: String,
    key: String,
    tenant: TenantId,
    subject: SubjectId,
    class: u16,
    key_version: u16,
    record: RecordId,
    field: String,
    value_version: u32,
    envelope: String,
    /// The plaintext, or nothing when it must not open.
    plaintext: Option<String>,
}

/// One attempt to open a wrapped key; `subject` and `class` only at the level `subject`.
#[derive(Clone, Serialize, Deserialize)]
struct WrapCase {
    name: String,
    level: String,
    wrapping_key: String,
    wrapping_version: u16,
    tenant: TenantId,
    subject: Option<SubjectId>,
    class: Option<u16>,
    version: u16,
    wrapped: String,
    /// The key inside, or nothing when it must not open.
    key: Option<String>,
}

/// What one tenant key gives for a label, a field or nothing.
#[derive(Clone, Serialize, Deserialize)]
struct DerivedCase {
    name: String,
    key: String,
    tenant: TenantId,
    key_version: u16,
    checkpoint_seed: String,
    field: String,
    normalised_value: String,
    blind_index: String,
}

/// One attempt to open a tenant's blob.
#[derive(Clone, Serialize, Deserialize)]
struct BlobCase {
    name: String,
    key: String,
    tenant: TenantId,
    key_version: u16,
    label: String,
    envelope: String,
    plaintext: Option<String>,
}

#[test]
fn field_vectors_open_or_fail_as_written() {
    let cases: Vec<FieldCase> = cases("fields.json", make_fields);
    assert!(cases.iter().filter(|case| case.plaintext.is_some()).count() >= 12);
    assert!(cases.iter().filter(|case| case.plaintext.is_none()).count() >= 30);
    for case in cases {
        let opened = open_field(&case).map(|plain| to_hex(&plain));
        assert_eq!(opened.ok(), case.plaintext, "{}", case.name);
    }
}

#[test]
fn wrapped_key_vectors_open_or_fail_as_written() {
    for case in cases("keys.json", make_keys) {
        assert_eq!(open_wrapped(&case).ok(), case.key, "{}", case.name);
    }
}

#[test]
fn derived_key_vectors_are_as_written() {
    for case in cases("derived.json", make_derived) {
        let again = derive(&case);
        assert_eq!(
            (again.checkpoint_seed, again.blind_index),
            (case.checkpoint_seed, case.blind_index),
            "{}",
            case.name
        );
    }
}

#[test]
fn blob_vectors_open_or_fail_as_written() {
    for case in cases("blobs.json", make_blobs) {
        let key = tenant_key(&case.key, case.tenant, case.key_version);
        let opened = key.open_blob(&case.label, &bytes(&case.envelope)).map(|plain| to_hex(plain.expose()));
        assert_eq!(opened.ok(), case.plaintext, "{}", case.name);
    }
}

fn open_field(case: &FieldCase) -> Result<Vec<u8>, SealError> {
    let place = FieldPlace { record: case.record, field: &case.field, value_version: case.value_version };
    subject_key(case).open(&place, &bytes(&case.envelope))
}

fn subject_key(case: &FieldCase) -> SubjectKey {
    let name = SubjectKeyName {
        tenant: case.tenant,
        subject: case.subject,
        class: KeepClass::new(case.class),
        version: KeyVersion::new(case.key_version),
    };
    SubjectKey::from_bytes(name, &Secret::new(from_hex(&case.key).unwrap())).unwrap()
}

fn tenant_key(key: &str, tenant: TenantId, version: u16) -> TenantKey {
    let name = TenantKeyName { tenant, version: KeyVersion::new(version) };
    TenantKey::from_bytes(name, Secret::new(from_hex(key).unwrap())).unwrap()
}

/// Opens a wrapped key and shows it; a subject key does not show itself, so it proves what it is
/// by opening what the expected key sealed.
fn open_wrapped(case: &WrapCase) -> Result<String, SealError> {
    let wrapped = bytes(&case.wrapped);
    let version = KeyVersion::new(case.version);
    if case.level == "tenant" {
        let root =
            RootKey::new(KeyVersion::new(case.wrapping_version), &Secret::new(from_hex(&case.wrapping_key).unwrap()))?;
        let key =
            root.unwrap(TenantKeyName { tenant: case.tenant, version }, &WrappedTenantKey::from_slice(&wrapped)?)?;
        return Ok(to_hex(key.bytes().expose()));
    }
    let name = SubjectKeyName {
        tenant: case.tenant,
        subject: case.subject.unwrap(),
        class: KeepClass::new(case.class.unwrap()),
        version,
    };
    let tenant = tenant_key(&case.wrapping_key, case.tenant, case.wrapping_version);
    let key = tenant.unwrap(name, &WrappedSubjectKey::from_slice(&wrapped)?)?;
    let expected = case.key.clone().unwrap_or_default();
    let sealer = SubjectKey::from_bytes(name, &Secret::new(from_hex(&expected).unwrap()))?;
    let place = FieldPlace { record: RecordId::from_bytes([0; 16]), field: "proof", value_version: 0 };
    key.open(&place, &sealer.seal(&SeededEntropy::new(0), &place, b"")?)?;
    Ok(expected)
}

fn derive(case: &DerivedCase) -> DerivedCase {
    let key = tenant_key(&case.key, case.tenant, case.key_version);
    let index = key.blind_index_key().blind(&case.field, &bytes(&case.normalised_value));
    DerivedCase {
        checkpoint_seed: to_hex(key.checkpoint_seed().expose()),
        blind_index: to_hex(index.as_bytes()),
        ..case.clone()
    }
}

fn make_fields() -> Vec<FieldCase> {
    let entropy = SeededEntropy::new(1);
    let mut cases = Vec::new();
    let long = "long ".repeat(200);
    let values: [&[u8]; 12] = [
        b"",
        b"a",
        b"a@b.example",
        "Zoë Ångström".as_bytes(),
        &[0; 16],
        &[0xff; 15],
        &[1; 17],
        &[2; 31],
        &[3; 32],
        &[4; 33],
        long.as_bytes(),
        b"{\"street\":\"1 Main St\"}",
    ];
    for (n, value) in values.iter().enumerate() {
        let case = FieldCase {
            name: format!("opens: value {n} of {} bytes", value.len()),
            key: random_hex(&entropy),
            tenant: TenantId::random(&entropy),
            subject: SubjectId::random(&entropy),
            class: n as u16,
            key_version: 1 + n as u16 * 300,
            record: RecordId::random(&entropy),
            field: ["contact.email", "name", "größe", ""][n % 4].to_owned(),
            value_version: n as u32 * 70_000,
            envelope: String::new(),
            plaintext: Some(to_hex(value)),
        };
        cases.push(sealed(case, &entropy, value));
    }
    let good = cases[2].clone();
    let mut fail = |name: &str, change: &dyn Fn(&mut FieldCase)| {
        let mut case = FieldCase { name: format!("fails: {name}"), plaintext: None, ..good.clone() };
        change(&mut case);
        cases.push(case);
    };
    let edit = |change: fn(&mut Vec<u8>)| {
        move |case: &mut FieldCase| {
            let mut envelope = bytes(&case.envelope);
            change(&mut envelope);
            case.envelope = to_hex(&envelope);
        }
    };
    fail("suite 0", &edit(|e| e[0] = 0));
    fail("suite 2", &edit(|e| e[0] = 2));
    fail("suite 129, the suite with its first bit flipped", &edit(|e| e[0] ^= 0x80));
    fail("key version one up in the envelope", &edit(|e| e[2] += 1));
    fail("key version 0 in the envelope", &edit(|e| e[1..3].fill(0)));
    fail("nonce, first bit", &edit(|e| e[3] ^= 0x80));
    fail("nonce, last bit", &edit(|e| e[14] ^= 1));
    fail("nonce all zero", &edit(|e| e[3..15].fill(0)));
    fail("ciphertext, first bit", &edit(|e| e[15] ^= 0x80));
    fail(
        "ciphertext, last bit",
        &edit(|e| {
            let at = e.len() - 17;
            e[at] ^= 1;
        }),
    );
    fail(
        "tag, first bit",
        &edit(|e| {
            let at = e.len() - 16;
            e[at] ^= 0x80;
        }),
    );
    fail("tag, last bit", &edit(|e| *e.last_mut().unwrap() ^= 1));
    fail(
        "tag all zero",
        &edit(|e| {
            let at = e.len() - 16;
            e[at..].fill(0);
        }),
    );
    fail("no bytes", &edit(Vec::clear));
    fail("the suite byte alone", &edit(|e| e.truncate(1)));
    fail("the head alone", &edit(|e| e.truncate(15)));
    fail("one byte short of a tag", &edit(|e| e.truncate(30)));
    fail("cut by one byte", &edit(|e| e.truncate(e.len() - 1)));
    fail("cut to an empty value", &edit(|e| e.truncate(31)));
    fail("one byte more", &edit(|e| e.push(0)));
    fail("sixteen bytes more", &edit(|e| e.extend([0; 16])));
    fail("the envelope twice", &edit(|e| e.extend(e.clone())));
    fail("ciphertext and tag swapped", &edit(|e| e[15..].reverse()));
    fail("another tenant", &|case| case.tenant = flip(case.tenant.as_bytes(), TenantId::from_bytes));
    fail("another subject", &|case| case.subject = flip(case.subject.as_bytes(), SubjectId::from_bytes));
    fail("another class", &|case| case.class += 1);
    fail("another record", &|case| case.record = flip(case.record.as_bytes(), RecordId::from_bytes));
    fail("another field", &|case| case.field = "contact.phone".to_owned());
    fail("a field whose name is longer", &|case| case.field.push('x'));
    fail("a field whose name is shorter", &|case| {
        case.field.pop();
    });
    fail("a field in other letters", &|case| case.field = case.field.to_uppercase());
    fail("an older value version", &|case| case.value_version -= 1);
    fail("a newer value version", &|case| case.value_version += 1);
    fail("another key", &|case| case.key = to_hex(&[9; 32]));
    fail("the key with one bit flipped", &|case| {
        let mut key: [u8; 32] = from_hex(&case.key).unwrap();
        key[31] ^= 1;
        case.key = to_hex(&key);
    });
    fail("another key version held", &|case| case.key_version += 1);
    fail("another key version held and written", &|case| {
        case.key_version += 1;
        edit(|e| e[2] += 1)(case);
    });
    fail("tenant and subject swapped", &|case| {
        let (tenant, subject) = (*case.tenant.as_bytes(), *case.subject.as_bytes());
        (case.tenant, case.subject) = (TenantId::from_bytes(subject), SubjectId::from_bytes(tenant));
    });
    fail("sealed as a tenant's blob with the same key", &|case| {
        let key = tenant_key(&case.key, case.tenant, case.key_version);
        case.envelope = to_hex(&key.seal_blob(&SeededEntropy::new(9), &case.field, b"a@b.example").unwrap());
    });
    cases
}

fn make_keys() -> Vec<WrapCase> {
    let entropy = SeededEntropy::new(2);
    let mut cases = Vec::new();
    for n in 0..3_u16 {
        let root_bytes = random_hex(&entropy);
        let root = RootKey::new(KeyVersion::new(n + 1), &Secret::new(from_hex(&root_bytes).unwrap())).unwrap();
        let (tenant, version) = (TenantId::random(&entropy), KeyVersion::new(n * 9 + 1));
        let (key, wrapped) = root.create_tenant_key(&entropy, tenant, version).unwrap();
        cases.push(WrapCase {
            name: format!("opens: tenant key {n}"),
            level: "tenant".to_owned(),
            wrapping_key: root_bytes,
            wrapping_version: n + 1,
            tenant,
            subject: None,
            class: None,
            version: version.get(),
            wrapped: to_hex(wrapped.as_bytes()),
            key: Some(to_hex(key.bytes().expose())),
        });
        let (subject, class) = (SubjectId::random(&entropy), KeepClass::new(n));
        // The stream that the key is drawn from is repeatable, so the key can be written down.
        let drawn = SeededEntropy::new(u64::from(n) + 70);
        let inside = random_hex(&drawn);
        let (_, wrapped) =
            key.create_subject_key(&SeededEntropy::new(u64::from(n) + 70), subject, class, KeyVersion::FIRST).unwrap();
        cases.push(WrapCase {
            name: format!("opens: subject key {n}"),
            level: "subject".to_owned(),
            wrapping_key: to_hex(key.bytes().expose()),
            wrapping_version: version.get(),
            tenant,
            subject: Some(subject),
            class: Some(n),
            version: 1,
            wrapped: to_hex(wrapped.as_bytes()),
            key: Some(inside),
        });
    }
    for good in [cases[2].clone(), cases[3].clone()] {
        let level = good.level.clone();
        let mut fail = |name: &str, change: &dyn Fn(&mut WrapCase)| {
            let mut case = WrapCase { name: format!("fails: {level} key, {name}"), key: None, ..good.clone() };
            change(&mut case);
            cases.push(case);
        };
        let edit = |change: fn(&mut Vec<u8>)| {
            move |case: &mut WrapCase| {
                let mut wrapped = bytes(&case.wrapped);
                change(&mut wrapped);
                case.wrapped = to_hex(&wrapped);
            }
        };
        fail("unknown suite", &edit(|w| w[0] = 7));
        fail("wrapping version", &edit(|w| w[2] ^= 1));
        fail("nonce", &edit(|w| w[8] ^= 1));
        fail("ciphertext", &edit(|w| w[20] ^= 1));
        fail("tag", &edit(|w| w[62] ^= 1));
        fail("cut by one byte", &edit(|w| w.truncate(62)));
        fail("one byte more", &edit(|w| w.push(0)));
        fail("another tenant", &|case| case.tenant = flip(case.tenant.as_bytes(), TenantId::from_bytes));
        fail("another version", &|case| case.version += 1);
        fail("another wrapping key", &|case| case.wrapping_key = to_hex(&[1; 32]));
        fail("another wrapping version held", &|case| case.wrapping_version += 1);
        if good.level == "subject" {
            fail("another subject", &|case| {
                case.subject = case.subject.map(|subject| flip(subject.as_bytes(), SubjectId::from_bytes));
            });
            fail("another class", &|case| case.class = case.class.map(|class| class + 1));
        }
        fail("taken for the other level", &|case| {
            let subject = case.level == "tenant";
            case.level = if subject { "subject" } else { "tenant" }.to_owned();
            case.subject = Some(SubjectId::from_bytes([0; 16]));
            case.class = Some(0);
        });
    }
    cases
}

fn make_derived() -> Vec<DerivedCase> {
    let entropy = SeededEntropy::new(3);
    let make = |(field, value): (&str, &[u8])| {
        let unfilled = DerivedCase {
            name: format!("`{field}` and {} bytes", value.len()),
            key: random_hex(&entropy),
            tenant: TenantId::random(&entropy),
            key_version: 1,
            checkpoint_seed: String::new(),
            field: field.to_owned(),
            normalised_value: to_hex(value),
            blind_index: String::new(),
        };
        derive(&unfilled)
    };
    let inputs: [(&str, &[u8]); 4] =
        [("contact.email", b"a@b.example"), ("", b""), ("a", b"bc"), ("größe", &[255; 100])];
    inputs.into_iter().map(make).collect()
}

fn make_blobs() -> Vec<BlobCase> {
    let entropy = SeededEntropy::new(4);
    let good = |label: &str, value: &[u8]| {
        let (key, tenant) = (random_hex(&entropy), TenantId::random(&entropy));
        let envelope = tenant_key(&key, tenant, 3).seal_blob(&entropy, label, value).unwrap();
        BlobCase {
            name: format!("opens: `{label}`"),
            key,
            tenant,
            key_version: 3,
            label: label.to_owned(),
            envelope: to_hex(&envelope),
            plaintext: Some(to_hex(value)),
        }
    };
    let mut cases = vec![good("connector.site", b"password"), good("", b"")];
    let sound = cases[0].clone();
    let fails = |name: &str| BlobCase { name: format!("fails: {name}"), plaintext: None, ..sound.clone() };
    cases.push(BlobCase { label: "connector.sit".to_owned(), ..fails("another label") });
    cases.push(BlobCase { tenant: TenantId::from_bytes([0; 16]), ..fails("another tenant") });
    cases.push(BlobCase { key_version: 4, ..fails("another key version") });
    cases.push(BlobCase { key: to_hex(&[0; 32]), ..fails("another key") });
    cases.push(BlobCase { envelope: sound.envelope[..60].to_owned(), ..fails("cut short") });
    cases
}

fn sealed(mut case: FieldCase, entropy: &dyn Entropy, value: &[u8]) -> FieldCase {
    let place = FieldPlace { record: case.record, field: &case.field, value_version: case.value_version };
    case.envelope = to_hex(&subject_key(&case).seal(entropy, &place, value).unwrap());
    case
}

fn flip<T>(id: &[u8; 16], make: fn([u8; 16]) -> T) -> T {
    let mut bytes = *id;
    bytes[15] ^= 1;
    make(bytes)
}

fn random_hex(entropy: &dyn Entropy) -> String {
    let mut key = [0; 32];
    entropy.fill(&mut key);
    to_hex(&key)
}

fn bytes(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2));
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// Reads a vector file; writes it anew first when asked to.
fn cases<T: Serialize + for<'de> Deserialize<'de>>(file: &str, make: fn() -> Vec<T>) -> Vec<T> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../spec/seal").join(file);
    if std::env::var_os("CANDOR_REGEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, serde_json::to_string_pretty(&make()).unwrap() + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str(&text).unwrap()
}
