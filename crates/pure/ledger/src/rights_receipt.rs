//! Receipts of requests: what was done in the vault and in every connected system, bound to the entry that proves it.
//!
//! The ledger holds the digest of the rendering, and the checkpoint is signed, so that no byte of the file can be changed by
//! anybody afterwards, its maker included. Verifies offline. Source: spec/ledger.md, "Receipt of a request".

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::{canonical, once_each};
use crate::{Digest, Entry, EntryBody, Receipt, ReceiptError, VerifierKey};

/// The longest receipt of a request that is read.
pub const RIGHTS_RECEIPT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// What its `format` says.
pub const RIGHTS_RECEIPT_FORMAT: &str = "candor-rights-receipt/1";

/// What was done, with its proof, not yet believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RightsReceipt {
    format: String,
    #[serde(deserialize_with = "once_each")]
    receipt: Value,
    proof: Receipt,
}

impl RightsReceipt {
    /// The digest of a rendering, as the entry says it; `None` when it holds a fraction.
    pub fn digest_of(rendering: &Value) -> Option<Digest> {
        canonical(rendering).map(|text| Digest::of(text.as_bytes()))
    }

    /// Puts a rendering beside its proof.
    pub fn new(rendering: Value, proof: Receipt) -> Self {
        Self { format: RIGHTS_RECEIPT_FORMAT.to_owned(), receipt: rendering, proof }
    }

    /// Reads one without believing it.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(json: &[u8]) -> Result<Self, ReceiptError> {
        if json.len() > RIGHTS_RECEIPT_BYTES_MAX {
            return Err(ReceiptError::Malformed);
        }
        let receipt: Self = serde_json::from_slice(json).map_err(|_| ReceiptError::Malformed)?;
        if receipt.format == RIGHTS_RECEIPT_FORMAT { Ok(receipt) } else { Err(ReceiptError::Malformed) }
    }

    /// What was done.
    pub const fn rendering(&self) -> &Value {
        &self.receipt
    }

    /// Returns the position that the receipt claims for its entry.
    pub fn index(&self) -> u64 {
        self.proof.index()
    }

    /// Verifies the proof, and that the entry speaks of this very rendering.
    ///
    /// # Errors
    /// Each variant of [`ReceiptError`] but `Signature`.
    pub fn verify(&self, key: &VerifierKey) -> Result<Entry, ReceiptError> {
        let entry = self.proof.verify(key)?;
        let digest = Self::digest_of(&self.receipt).ok_or(ReceiptError::Malformed)?;
        match entry.body {
            EntryBody::RequestProved { receipt, .. } if receipt == digest => Ok(entry),
            EntryBody::RequestProved { .. } => Err(ReceiptError::Changed),
            _ => Err(ReceiptError::TextDiffers),
        }
    }
}

#[cfg(test)]
mod tests {
    use candor_words::{Instant, RequestId, Secret};
    use serde_json::json;

    use super::*;
    use crate::{CheckpointSigner, InclusionProof, hash_leaf};

    fn signer() -> CheckpointSigner {
        CheckpointSigner::new("ledger.example/t", &Secret::new([9; 32])).unwrap()
    }

    fn about(rendering: &Value, body: EntryBody) -> RightsReceipt {
        let entry = Entry { at: Instant::from_millis(5), subject: None, actor: None, plan: Digest::default(), body };
        let bytes = entry.to_bytes();
        let proof = InclusionProof { index: 0, size: 1, path: Vec::new() };
        RightsReceipt::new(rendering.clone(), Receipt::new(&bytes, proof, &signer().sign(1, hash_leaf(&bytes))))
    }

    fn sound() -> RightsReceipt {
        let rendering = json!({ "right": "erasure", "systems": [{ "system": "shop", "n_rows": 3 }] });
        let receipt = RightsReceipt::digest_of(&rendering).unwrap();
        about(&rendering, EntryBody::RequestProved { request: RequestId::from_bytes([1; 16]), receipt })
    }

    #[test]
    fn it_verifies_however_its_json_is_laid_out_and_no_byte_can_be_changed() {
        let pretty = serde_json::to_string_pretty(&json!(sound())).unwrap();
        let read = RightsReceipt::parse(pretty.as_bytes()).unwrap();
        assert_eq!(read.verify(signer().verifier_key()).unwrap().at, Instant::from_millis(5));
        let json = json!(sound()).to_string().into_bytes();
        for at in 0..json.len() {
            let mut changed = json.clone();
            changed[at] ^= 1;
            let outcome = RightsReceipt::parse(&changed).and_then(|read| read.verify(signer().verifier_key()));
            assert!(outcome.is_err(), "{}", String::from_utf8_lossy(&changed));
        }
    }

    #[test]
    fn another_rendering_another_kind_of_entry_and_another_key_are_refused() {
        let Value::Object(_) = sound().receipt else { panic!() };
        let mut other = sound();
        other.receipt["right"] = json!("access");
        assert_eq!(other.verify(signer().verifier_key()), Err(ReceiptError::Changed));
        let foreign = about(&sound().receipt, EntryBody::SubjectCreated);
        assert_eq!(foreign.verify(signer().verifier_key()), Err(ReceiptError::TextDiffers));
        let key = CheckpointSigner::new("ledger.example/t", &Secret::new([8; 32])).unwrap();
        assert!(sound().verify(key.verifier_key()).is_err());
        let twice = json!(sound()).to_string().replace("\"n_rows\":3", "\"n_rows\":4,\"n_rows\":3");
        assert_eq!(RightsReceipt::parse(twice.as_bytes()), Err(ReceiptError::Malformed));
    }
}
