//! Receipts and proofs.

use utoipa::ToSchema;

/// An entry with the proof that a signed ledger holds it.
#[derive(ToSchema)]
pub(crate) struct Receipt {
    /// `candor-ledger-receipt/1`.
    format: String,
    /// The entry's bytes, in Base64.
    entry: String,
    index: u64,
    /// The hashes of the proof.
    inclusion: Vec<String>,
    /// The signed note of the ledger's head.
    checkpoint: String,
}

/// In which form a consent is told.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ReceiptForm {
    Dpv,
    Kantara,
}

/// A consent with every change of it and the proof of its present state, signed whole.
#[derive(ToSchema)]
pub(crate) struct ConsentReceipt {
    /// `candor-consent-receipt/1`.
    format: String,
    form: ReceiptForm,
    /// JSON-LD in the profile of W3C DPV for ISO/IEC TS 27560, or a Kantara Consent Receipt 1.1.0.
    #[schema(value_type = Object)]
    receipt: serde_json::Value,
    /// The text that was shown, when it is still kept.
    text: Option<String>,
    proof: Receipt,
    /// The key to check with. Get it from elsewhere too.
    verifier_key: String,
    /// A note signed by the ledger's key, over the digest of everything else.
    signature: String,
}

/// A proof that one size of the ledger begins with another.
#[derive(ToSchema)]
pub(crate) struct ConsistencyProof {
    /// The smaller size.
    old_size: u64,
    size: u64,
    path: Vec<String>,
}
