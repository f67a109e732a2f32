//! Receipts: one entry, with the proof that the log of a signed checkpoint holds it.
//!
//! A receipt is a JSON document that a subject keeps; it verifies offline, without the log.
//! Source: spec/ledger.md, "Receipt".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::{
    Digest, Entry, EntryError, InclusionProof, NoteError, VerifierKey, VerifyError, hash_leaf, verify_inclusion,
};

/// The longest receipt that is read.
pub const RECEIPT_BYTES_MAX: usize = 128 * 1024;
const FORMAT: &str = "candor-ledger-receipt/1";

/// An entry with its proof, not yet believed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    format: String,
    entry: String,
    index: u64,
    inclusion: Vec<Digest>,
    checkpoint: String,
}

/// Why a receipt is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not a receipt in JSON, or too long.
    #[error("the receipt was not read: it is not the JSON of a receipt, or longer than one may be")]
    Malformed,
    /// The signed checkpoint does not hold.
    #[error("the receipt does not verify: its checkpoint does not hold")]
    Checkpoint(#[from] CheckpointError),
    /// The entry is not in the log of the checkpoint.
    #[error("the receipt does not verify: its entry is not in the log of its checkpoint")]
    Inclusion(#[from] VerifyError),
    /// The log holds it, and it is no entry that this program knows.
    #[error("the receipt does not verify: what it holds is not an entry")]
    Entry(#[from] EntryError),
    /// The consent receipt is not signed by the key.
    #[error("the receipt does not verify: its signature does not hold")]
    Signature(#[source] NoteError),
    /// The consent receipt is not the one that was signed.
    #[error("the receipt does not verify: it was changed after it was signed")]
    Changed,
    /// The entry speaks of another text.
    #[error("the receipt does not verify: its text is not the one that the entry speaks of")]
    TextDiffers,
}

impl Receipt {
    /// Puts a receipt together. The checkpoint is the signed note of the size that the proof is for.
    pub fn new(entry: &[u8], proof: InclusionProof, checkpoint: &str) -> Self {
        Self {
            format: FORMAT.to_owned(),
            entry: STANDARD.encode(entry),
            index: proof.index,
            inclusion: proof.path,
            checkpoint: checkpoint.to_owned(),
        }
    }

    /// Reads a receipt without believing it.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(json: &[u8]) -> Result<Self, ReceiptError> {
        if json.len() > RECEIPT_BYTES_MAX {
            return Err(ReceiptError::Malformed);
        }
        let receipt: Self = serde_json::from_slice(json).map_err(|_| ReceiptError::Malformed)?;
        if receipt.format == FORMAT { Ok(receipt) } else { Err(ReceiptError::Malformed) }
    }

    /// Writes the receipt as JSON.
    pub fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Returns the position that the receipt claims for its entry.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Verifies signature and inclusion, and returns the entry.
    ///
    /// # Errors
    /// Each variant of [`ReceiptError`].
    pub fn verify(&self, key: &VerifierKey) -> Result<Entry, ReceiptError> {
        if self.format != FORMAT {
            return Err(ReceiptError::Malformed);
        }
        let checkpoint = Checkpoint::open(self.checkpoint.as_bytes(), key)?;
        let entry = STANDARD.decode(&self.entry).map_err(|_| ReceiptError::Malformed)?;
        let proof = InclusionProof { index: self.index, size: checkpoint.size, path: self.inclusion.clone() };
        verify_inclusion(&hash_leaf(&entry), &proof, &checkpoint.root)?;
        Ok(Entry::decode(&entry)?)
    }
}
