//! Consent receipts: what was agreed, in a form that people and programs read, bound to the entry that proves it.
//!
//! The ledger proves that something was said, when, by whom and about which text; the log's key signs the
//! rest of the file, so that no byte of it can be changed either. Verifies offline.
//! Source: spec/ledger.md, "Consent receipt".

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::{canonical, once_each};
use crate::note::Note;
use crate::{CheckpointSigner, Digest, Entry, EntryBody, Receipt, ReceiptError, VerifierKey};

/// The longest consent receipt that is read.
pub const CONSENT_RECEIPT_BYTES_MAX: usize = 1024 * 1024;
const FORMAT: &str = "candor-consent-receipt/1";

/// A rendering of a consent with its proof, not yet believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentReceipt {
    format: String,
    form: String,
    #[serde(deserialize_with = "once_each")]
    receipt: Value,
    text: Option<String>,
    proof: Receipt,
    verifier_key: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    signature: String,
}

impl ConsentReceipt {
    /// Binds a rendering in a form to its proof, and signs both with the key that signs the log.
    ///
    /// # Errors
    /// `Malformed` when the rendering holds a fraction, or the whole is too long.
    pub fn sign(
        form: &str,
        receipt: Value,
        text: Option<String>,
        proof: Receipt,
        signer: &CheckpointSigner,
    ) -> Result<Self, ReceiptError> {
        let verifier_key = signer.verifier_key().to_string();
        let (format, form) = (FORMAT.to_owned(), form.to_owned());
        let mut unsigned = Self { format, form, receipt, text, proof, verifier_key, signature: String::new() };
        unsigned.signature = signer.sign_text(&unsigned.statement(signer.verifier_key())?);
        if unsigned.to_json().len() > CONSENT_RECEIPT_BYTES_MAX {
            return Err(ReceiptError::Malformed);
        }
        Ok(unsigned)
    }

    /// Reads a consent receipt without believing it.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(json: &[u8]) -> Result<Self, ReceiptError> {
        if json.len() > CONSENT_RECEIPT_BYTES_MAX {
            return Err(ReceiptError::Malformed);
        }
        let receipt: Self = serde_json::from_slice(json).map_err(|_| ReceiptError::Malformed)?;
        if receipt.format == FORMAT { Ok(receipt) } else { Err(ReceiptError::Malformed) }
    }

    /// Writes the receipt as JSON.
    pub fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Returns the form of the rendering: `dpv` or `kantara`.
    pub fn form(&self) -> &str {
        &self.form
    }

    /// Returns the position that the receipt claims for its entry.
    pub fn index(&self) -> u64 {
        self.proof.index()
    }

    /// Verifies the proof, the signature over everything else, and that the entry speaks of the text.
    ///
    /// # Errors
    /// Each variant of [`ReceiptError`].
    pub fn verify(&self, key: &VerifierKey) -> Result<Entry, ReceiptError> {
        let entry = self.proof.verify(key)?;
        let note = Note::parse(self.signature.as_bytes()).map_err(ReceiptError::Signature)?;
        if note.verify(key).map_err(ReceiptError::Signature)? != self.statement(key)? {
            return Err(ReceiptError::Changed);
        }
        let shown = self.text.as_ref().map(|text| Digest::of(text.as_bytes()));
        match (entry.body, shown) {
            (
                EntryBody::ConsentGiven { text, .. }
                | EntryBody::ConsentRefused { text, .. }
                | EntryBody::ConsentWithdrawn { text, .. },
                Some(shown),
            ) if text != shown => Err(ReceiptError::TextDiffers),
            _ => Ok(entry),
        }
    }

    /// What is signed: the format, the log's name, and the digest of everything but the signature.
    fn statement(&self, key: &VerifierKey) -> Result<String, ReceiptError> {
        let unsigned = Self { signature: String::new(), ..self.clone() };
        let text = canonical(&serde_json::json!(unsigned)).ok_or(ReceiptError::Malformed)?;
        Ok(format!("{FORMAT}\n{}\n{}\n", key.name(), Digest::of(text.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use candor_words::{Instant, Secret};
    use serde_json::json;

    use super::*;
    use crate::{InclusionProof, hash_leaf};

    fn signer() -> CheckpointSigner {
        CheckpointSigner::new("ledger.example/t", &Secret::new([9; 32])).unwrap()
    }

    fn about(text: &str, body: EntryBody) -> ConsentReceipt {
        let entry = Entry { at: Instant::from_millis(5), subject: None, actor: None, plan: Digest::default(), body };
        let bytes = entry.to_bytes();
        let proof = InclusionProof { index: 0, size: 1, path: Vec::new() };
        let proof = Receipt::new(&bytes, proof, &signer().sign(1, hash_leaf(&bytes)));
        let rendering = json!({ "purpose": "newsletter", "fields": ["email"], "at": 5 });
        ConsentReceipt::sign("dpv", rendering, Some(text.to_owned()), proof, &signer()).unwrap()
    }

    fn sound() -> ConsentReceipt {
        about("May we?", EntryBody::ConsentGiven { purpose: 0, text: Digest::of(b"May we?") })
    }

    #[test]
    fn a_consent_receipt_verifies_however_its_json_is_laid_out() {
        let receipt = sound();
        let pretty = serde_json::to_string_pretty(&json!(receipt)).unwrap();
        for json in [receipt.to_json(), pretty] {
            let read = ConsentReceipt::parse(json.as_bytes()).unwrap();
            assert_eq!((read.form(), read.index()), ("dpv", 0));
            assert_eq!(read.verify(signer().verifier_key()).unwrap().at, Instant::from_millis(5));
        }
    }

    #[test]
    fn no_byte_of_it_can_be_changed() {
        let json = sound().to_json().into_bytes();
        for at in 0..json.len() {
            let mut changed = json.clone();
            changed[at] ^= 1;
            let outcome = ConsentReceipt::parse(&changed).and_then(|read| read.verify(signer().verifier_key()));
            assert!(outcome.is_err(), "{}", String::from_utf8_lossy(&changed));
        }
    }

    #[test]
    fn another_logs_key_and_a_checkpoints_signature_are_refused() {
        let other = CheckpointSigner::new("ledger.example/t", &Secret::new([8; 32])).unwrap();
        assert!(sound().verify(other.verifier_key()).is_err());
        let mut borrowed = sound();
        borrowed.signature = signer().sign(1, Digest::default());
        assert_eq!(borrowed.verify(signer().verifier_key()), Err(ReceiptError::Changed));
    }

    #[test]
    fn the_entry_must_speak_of_the_text() {
        let other = about("May we?", EntryBody::ConsentWithdrawn { purpose: 0, text: Digest::of(b"May they?") });
        assert_eq!(other.verify(signer().verifier_key()), Err(ReceiptError::TextDiffers));
        let none = about("May we?", EntryBody::Other { code: 1, payload: Digest::default() });
        assert!(none.verify(signer().verifier_key()).is_ok());
    }

    #[test]
    fn a_member_named_twice_is_refused() {
        let json = sound().to_json();
        let twice = json.replace("\"at\":5", "\"at\":6,\"at\":5");
        assert_ne!(json, twice);
        assert_eq!(ConsentReceipt::parse(twice.as_bytes()), Err(ReceiptError::Malformed));
    }
}
