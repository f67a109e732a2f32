//! Receipts hold offline, and only as they were made.

use candor_ledger::{CHECKPOINT_PATH, CheckpointSigner, Entry, Receipt, ReceiptError, inclusion_proof};
use candor_words::Secret;
use proptest::prelude::*;

use crate::log::{MemoryLog, ORIGIN, disclosure, disclosures, signer};

pub fn receipt(n: u64, index: u64) -> Receipt {
    let entries = disclosures(n);
    let log = MemoryLog::of(&entries);
    let checkpoint = String::from_utf8(log.files[CHECKPOINT_PATH].clone()).unwrap();
    Receipt::new(&entries[index as usize], inclusion_proof(&log, index, n).unwrap(), &checkpoint)
}

#[test]
fn a_receipt_reads_back_and_verifies() {
    let receipt = receipt(300, 123);
    let read = Receipt::parse(receipt.to_json().as_bytes()).unwrap();
    assert_eq!(read.verify(signer().verifier_key()), Ok(disclosure(123)));
}

#[test]
fn a_receipt_under_another_key_does_not_verify() {
    let stranger = CheckpointSigner::new(ORIGIN, &Secret::new([8; 32])).unwrap();
    assert!(matches!(receipt(3, 1).verify(stranger.verifier_key()), Err(ReceiptError::Checkpoint(_))));
}

#[test]
fn a_receipt_with_another_entry_does_not_verify() {
    let json = receipt(300, 123).to_json();
    let mut value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let other: serde_json::Value = serde_json::from_str(&receipt(300, 124).to_json()).unwrap();
    value["entry"] = other["entry"].clone();
    let forged = Receipt::parse(value.to_string().as_bytes()).unwrap();
    assert!(matches!(forged.verify(signer().verifier_key()), Err(ReceiptError::Inclusion(_))));
}

#[test]
fn what_is_not_a_receipt_is_refused() {
    let good = receipt(3, 1).to_json();
    for text in [
        "{}".to_owned(),
        "null".to_owned(),
        good.replace("receipt/1", "receipt/2"),
        good.replacen('{', "{\"more\":1,", 1),
        format!("{good}{good}"),
        format!("{good}{}", " ".repeat(200_000)),
    ] {
        assert_eq!(Receipt::parse(text.as_bytes()), Err(ReceiptError::Malformed));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_receipt_with_one_flipped_bit_gives_no_other_entry(bit in any::<prop::sample::Index>()) {
        let mut json = receipt(20, 7).to_json().into_bytes();
        let bit = bit.index(json.len() * 8);
        json[bit / 8] ^= 1 << (bit % 8);
        let outcome: Result<Entry, ReceiptError> =
            Receipt::parse(&json).and_then(|receipt| receipt.verify(signer().verifier_key()));
        prop_assert!(outcome.is_err());
    }
}
