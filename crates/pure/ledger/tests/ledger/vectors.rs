//! Runs `spec/ledger/*.json`. With `CANDOR_REGEN=1` it writes them anew first.

use std::path::PathBuf;

use candor_ledger::{
    Appender, Checkpoint, CheckpointSigner, ConsistencyProof, Digest, Entry, InclusionProof, Receipt, VerifierKey,
    consistency_proof, hash_leaf, inclusion_proof, root_at, verify_consistency, verify_inclusion,
};
use candor_words::{Secret, to_hex};
use serde::{Deserialize, Serialize};

use crate::entries::{entry, every_body};
use crate::log::{MemoryLog, ORIGIN, blobs, disclosure, signer};
use crate::receipts::receipt;

/// Bytes that are an entry, or (without one) must be refused.
#[derive(Serialize, Deserialize)]
struct EntryCase {
    name: String,
    bytes: String,
    entry: Option<Entry>,
}

/// Leaves and the root over them.
#[derive(Serialize, Deserialize)]
struct RootCase {
    leaves: Vec<String>,
    root: Digest,
}

#[derive(Clone, Serialize, Deserialize)]
struct InclusionCase {
    name: String,
    leaf: Digest,
    proof: InclusionProof,
    root: Digest,
    holds: bool,
}

#[derive(Clone, Serialize, Deserialize)]
struct ConsistencyCase {
    name: String,
    old_root: Digest,
    proof: ConsistencyProof,
    root: Digest,
    holds: bool,
}

/// A note under a key: what it states, or nothing when it must be refused.
#[derive(Serialize, Deserialize)]
struct CheckpointCase {
    name: String,
    key: String,
    note: String,
    size: Option<u64>,
    root: Option<Digest>,
}

/// A receipt under a key: its entry, or nothing when it must be refused.
#[derive(Serialize, Deserialize)]
struct ReceiptCase {
    name: String,
    key: String,
    receipt: String,
    entry: Option<Entry>,
}

#[test]
fn entry_vectors_decode_or_fail_as_written() {
    for case in cases("entries.json", make_entries) {
        let decoded = Entry::decode(&bytes(&case.bytes)).ok();
        assert_eq!(decoded, case.entry, "{}", case.name);
        assert!(decoded.is_none_or(|entry| to_hex(&entry.to_bytes()) == case.bytes), "{}", case.name);
    }
}

#[test]
fn root_vectors_are_as_written() {
    for case in cases("roots.json", make_roots) {
        let leaves: Vec<Vec<u8>> = case.leaves.iter().map(|leaf| bytes(leaf)).collect();
        assert_eq!(Appender::new().append(&leaves).unwrap().root, case.root, "{} leaves", leaves.len());
    }
}

#[test]
fn inclusion_vectors_hold_or_fail_as_written() {
    for case in cases("inclusion.json", make_inclusion) {
        assert_eq!(verify_inclusion(&case.leaf, &case.proof, &case.root).is_ok(), case.holds, "{}", case.name);
    }
}

#[test]
fn consistency_vectors_hold_or_fail_as_written() {
    for case in cases("consistency.json", make_consistency) {
        assert_eq!(verify_consistency(&case.proof, &case.old_root, &case.root).is_ok(), case.holds, "{}", case.name);
    }
}

#[test]
fn checkpoint_vectors_open_or_fail_as_written() {
    for case in cases("checkpoints.json", make_checkpoints) {
        let key = VerifierKey::parse(&case.key);
        let opened = key.ok().and_then(|key| Checkpoint::open(case.note.as_bytes(), &key).ok());
        let stated = opened.map(|checkpoint| (checkpoint.size, checkpoint.root));
        assert_eq!(stated, case.size.zip(case.root), "{}", case.name);
    }
}

#[test]
fn receipt_vectors_verify_or_fail_as_written() {
    for case in cases("receipts.json", make_receipts) {
        let key = VerifierKey::parse(&case.key).unwrap();
        let entry = Receipt::parse(case.receipt.as_bytes()).and_then(|receipt| receipt.verify(&key));
        assert_eq!(entry.ok(), case.entry, "{}", case.name);
    }
}

fn make_entries() -> Vec<EntryCase> {
    let mut cases = Vec::new();
    for body in every_body(9) {
        let entry = entry(body, true, false);
        cases.push(EntryCase {
            name: format!("decodes: {}", body.kind_name()),
            bytes: to_hex(&entry.to_bytes()),
            entry: Some(entry),
        });
    }
    let mut fail = |name: &str, bytes: Vec<u8>| {
        cases.push(EntryCase { name: format!("fails: {name}"), bytes: to_hex(&bytes), entry: None });
    };
    let good = disclosure(1).to_bytes();
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    fail("no bytes", Vec::new());
    fail("version 0", with(0, 0));
    fail("version 2", with(0, 2));
    for kind in [0, 60, 100, 254] {
        fail(&format!("unknown kind {kind}"), with(1, kind));
    }
    for flag in [8, 16, 32, 64, 128] {
        fail(&format!("unknown flag {flag}"), with(2, good[2] | flag));
    }
    fail("subject announced and not there", with(2, good[2] | 2));
    for cut in [1, 2, 3, 10, 42, 58, good.len() - 1] {
        fail(&format!("cut to {cut} bytes"), good[..cut].to_vec());
    }
    fail("one byte more", [good.clone(), vec![0]].concat());
    fail("the entry twice", [good.clone(), good.clone()].concat());
    for body in every_body(9) {
        let name = body.kind_name();
        let bytes = entry(body, true, false).to_bytes();
        fail(&format!("{name}, one byte short"), bytes[..bytes.len() - 1].to_vec());
        fail(&format!("{name}, one byte more"), [bytes.clone(), vec![0]].concat());
    }
    let plain = entry(every_body(9)[10], false, false).to_bytes();
    fail(
        "an optional id on a kind that has none",
        plain.iter().enumerate().map(|(at, byte)| if at == 2 { 4 } else { *byte }).collect(),
    );
    let fields_at = good.len() - 7;
    fail("a bitmap with a zero byte at its end", {
        let mut bytes = with(fields_at, 7);
        bytes.push(0);
        bytes
    });
    fail("a bitmap of 65 bytes", {
        let mut bytes = with(fields_at, 65);
        bytes.resize(fields_at + 1 + 65, 1);
        bytes
    });
    fail("4097 bytes", {
        let mut bytes = good.clone();
        bytes.resize(4097, 0);
        bytes
    });
    cases
}

fn make_roots() -> Vec<RootCase> {
    let leaves: Vec<Vec<u8>> =
        ["", "\0", "\x10", " !", "01", "@ABC", "PQRSTUVW", "`abcdefghijklmno"].map(|leaf| leaf.into()).into();
    let of = |leaves: &[Vec<u8>]| RootCase {
        leaves: leaves.iter().map(|leaf| to_hex(leaf)).collect(),
        root: Appender::new().append(leaves).unwrap().root,
    };
    let mut cases: Vec<RootCase> = (0..=leaves.len()).map(|n| of(&leaves[..n])).collect();
    cases.push(of(&(0..300_u16).map(|n| n.to_be_bytes().to_vec()).collect::<Vec<_>>()));
    cases
}

fn make_inclusion() -> Vec<InclusionCase> {
    let entries = blobs(600);
    let log = MemoryLog::of(&entries);
    let mut cases = Vec::new();
    for (index, size) in [(0, 1), (0, 2), (1, 2), (2, 3), (5, 7), (255, 256), (256, 257), (300, 600), (599, 600)] {
        let good = InclusionCase {
            name: format!("holds: {index} in {size}"),
            leaf: hash_leaf(&entries[index as usize]),
            proof: inclusion_proof(&log, index, size).unwrap(),
            root: root_at(&log, size).unwrap(),
            holds: true,
        };
        cases.push(good.clone());
        let mut fail = |name: &str, change: &dyn Fn(&mut InclusionCase)| {
            let mut case =
                InclusionCase { name: format!("fails: {index} in {size}, {name}"), holds: false, ..good.clone() };
            change(&mut case);
            cases.push(case);
        };
        fail("another leaf", &|case| case.leaf.0[0] ^= 1);
        fail("another root", &|case| case.root.0[31] ^= 1);
        fail("position beyond the size", &|case| case.proof.index = size);
        fail("a hash more", &|case| case.proof.path.push(Digest::default()));
        fail("size 0", &|case| case.proof.size = 0);
        if size > 1 {
            fail("another position", &|case| case.proof.index ^= 1);
            fail("no path", &|case| case.proof.path.clear());
            fail("a hash less", &|case| case.proof.path.truncate(case.proof.path.len() - 1));
            fail("its first hash changed", &|case| case.proof.path[0].0[5] ^= 4);
            fail("its last hash changed", &|case| case.proof.path.last_mut().unwrap().0[9] ^= 8);
        }
        if good.proof.path.len() > 1 {
            fail("the path upside down", &|case| case.proof.path.reverse());
        }
    }
    cases
}

fn make_consistency() -> Vec<ConsistencyCase> {
    let log = MemoryLog::of(&blobs(600));
    let mut cases = Vec::new();
    for (old_size, size) in [(0, 5), (5, 5), (1, 2), (2, 3), (3, 7), (4, 7), (6, 8), (255, 256), (256, 600), (300, 600)]
    {
        let good = ConsistencyCase {
            name: format!("holds: {old_size} to {size}"),
            old_root: root_at(&log, old_size).unwrap(),
            proof: consistency_proof(&log, old_size, size).unwrap(),
            root: root_at(&log, size).unwrap(),
            holds: true,
        };
        cases.push(good.clone());
        let mut fail = |name: &str, change: &dyn Fn(&mut ConsistencyCase)| {
            let mut case =
                ConsistencyCase { name: format!("fails: {old_size} to {size}, {name}"), holds: false, ..good.clone() };
            change(&mut case);
            cases.push(case);
        };
        fail("another old root", &|case| case.old_root.0[0] ^= 1);
        fail("a hash more", &|case| case.proof.path.push(Digest::default()));
        fail("sizes swapped and unequal", &|case| (case.proof.old_size, case.proof.size) = (size + 1, old_size));
        if old_size > 0 {
            fail("another root", &|case| case.root.0[31] ^= 1);
        }
        if !good.proof.path.is_empty() {
            fail("no path", &|case| case.proof.path.clear());
            fail("a hash less", &|case| case.proof.path.truncate(case.proof.path.len() - 1));
            fail("its first hash changed", &|case| case.proof.path[0].0[5] ^= 4);
            fail("its last hash changed", &|case| case.proof.path.last_mut().unwrap().0[9] ^= 8);
            fail("roots swapped", &|case| std::mem::swap(&mut case.root, &mut case.old_root));
        }
    }
    cases
}

fn make_checkpoints() -> Vec<CheckpointCase> {
    let (signer, root) = (signer(), Digest([9; 32]));
    let key = signer.verifier_key().to_string();
    let note = signer.sign(300, root);
    let other = CheckpointSigner::new("witness.example", &Secret::new([1; 32])).unwrap().sign(300, root);
    let line = |note: &str| note.lines().last().unwrap().to_owned() + "\n";
    let (text, _) = note.split_once("\n\n").unwrap();
    let mut cases = Vec::new();
    let mut hold = |name: &str, note: String, size: u64| {
        cases.push(CheckpointCase {
            name: format!("opens: {name}"),
            key: key.clone(),
            note,
            size: Some(size),
            root: Some(root),
        });
    };
    hold("signed by the key", note.clone(), 300);
    hold("an empty log", signer.sign(0, root), 0);
    hold("the largest log", signer.sign(u64::MAX, root), u64::MAX);
    hold("a stranger's signature after it", format!("{note}{}", line(&other)), 300);
    hold("a stranger's signature before it", format!("{text}\n\n{}{}", line(&other), line(&note)), 300);
    let mut fail = |name: &str, note: String| {
        cases.push(CheckpointCase { name: format!("fails: {name}"), key: key.clone(), note, size: None, root: None });
    };
    fail("empty", String::new());
    fail("no signature", format!("{text}\n"));
    fail("no signature after the empty line", format!("{text}\n\n"));
    fail("a stranger's signature alone", format!("{text}\n\n{}", line(&other)));
    fail("no line feed at the end", note.trim_end().to_owned());
    fail("a hyphen for the dash", note.replace('—', "-"));
    fail("another size", note.replace("\n300\n", "\n301\n"));
    fail("a leading zero", note.replace("\n300\n", "\n0300\n"));
    fail("another origin", note.replacen(ORIGIN, "ledger.candor.example/next", 1));
    fail("another name at the signature", note.replace(&format!("— {ORIGIN}"), "— other.example"));
    fail("a line more in the text", note.replacen("\n\n", "\nmore\n\n", 1));
    fail("carriage returns", note.replace('\n', "\r\n"));
    fail("a space at the end of a line", note.replacen("300", "300 ", 1));
    fail("the signature of another head", format!("{text}\n\n{}", line(&signer.sign(301, root))));
    fail("a signature cut short", format!("{}\n", &note[..note.len() - 9]));
    fail("padding left off", note.replace("=\n", "\n"));
    fail("two spaces before the signature", note.replace(&format!("{ORIGIN} "), &format!("{ORIGIN}  ")));
    fail("65 signatures", format!("{text}\n\n{}", line(&note).repeat(65)));
    fail("beyond 64 KiB", format!("{}{note}", "x\n".repeat(33_000)));
    let mut keys = |name: &str, key: String| {
        cases.push(CheckpointCase { name: format!("fails: {name}"), key, note: note.clone(), size: None, root: None });
    };
    keys(
        "another key of the same name",
        CheckpointSigner::new(ORIGIN, &Secret::new([2; 32])).unwrap().verifier_key().to_string(),
    );
    keys("a key whose hash is wrong", key.replace(&key[ORIGIN.len() + 1..ORIGIN.len() + 9], "00000000"));
    keys("a key without its name", key[ORIGIN.len()..].to_owned());
    cases
}

fn make_receipts() -> Vec<ReceiptCase> {
    let key = signer().verifier_key().to_string();
    let good = receipt(300, 123).to_json();
    let mut cases = vec![
        ReceiptCase {
            name: "verifies: 123 of 300".to_owned(),
            key: key.clone(),
            receipt: good.clone(),
            entry: Some(disclosure(123)),
        },
        ReceiptCase {
            name: "verifies: 0 of 1".to_owned(),
            key: key.clone(),
            receipt: receipt(1, 0).to_json(),
            entry: Some(disclosure(0)),
        },
    ];
    let other: serde_json::Value = serde_json::from_str(&receipt(299, 122).to_json()).unwrap();
    let mut fail = |name: &str, change: &dyn Fn(&mut serde_json::Value)| {
        let mut value: serde_json::Value = serde_json::from_str(&good).unwrap();
        change(&mut value);
        cases.push(ReceiptCase {
            name: format!("fails: {name}"),
            key: key.clone(),
            receipt: value.to_string(),
            entry: None,
        });
    };
    for part in ["entry", "index", "inclusion", "checkpoint"] {
        fail(&format!("{part} of another receipt"), &|value| value[part] = other[part].clone());
        fail(&format!("{part} left off"), &|value| drop(value.as_object_mut().unwrap().remove(part)));
        fail(&format!("{part} is null"), &|value| value[part] = serde_json::Value::Null);
    }
    fail("another format", &|value| value["format"] = "candor-ledger-receipt/2".into());
    fail("a member more", &|value| value["more"] = 1.into());
    fail("a negative index", &|value| value["index"] = (-1).into());
    fail("an entry that is not base64", &|value| value["entry"] = "?".into());
    fail("a hash in capitals", &|value| {
        value["inclusion"][0] = value["inclusion"][0].as_str().unwrap().to_uppercase().into()
    });
    fail("a list", &|value| *value = serde_json::json!([value.clone()]));
    let stranger = CheckpointSigner::new(ORIGIN, &Secret::new([2; 32])).unwrap().verifier_key().to_string();
    cases.push(ReceiptCase { name: "fails: another key".to_owned(), key: stranger, receipt: good, entry: None });
    cases
}

fn bytes(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2));
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// Reads a vector file; writes it anew first when asked to.
fn cases<T: Serialize + for<'de> Deserialize<'de>>(file: &str, make: fn() -> Vec<T>) -> Vec<T> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../spec/ledger").join(file);
    if std::env::var_os("CANDOR_REGEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, serde_json::to_string_pretty(&make()).unwrap() + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str(&text).unwrap()
}
