//! The ledger: what happened, in an order nobody can change afterwards without being seen.
//!
//! An [`Entry`] says what happened, without personal data. The [`Appender`] puts entries into a
//! Merkle tree kept as tiles; a [`Checkpoint`] is the signed head of that tree; a [`Receipt`]
//! proves one entry to the person it concerns, a [`ConsentReceipt`] tells them what it was; [`check_log`] verifies a whole log from its files.
//! Pure: tiles come from a [`TileSource`], files from a [`LogSource`].
//!
//! The formats and their vectors are in `spec/ledger.md`. Sources: RFC 9162 (tree and proofs),
//! C2SP tlog-tiles, tlog-checkpoint and signed-note.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod append;
mod body;
mod bundle;
mod canonical;
mod check;
mod checkpoint;
mod codec;
mod consent_receipt;
mod digest;
mod entry;
mod export_sums;
mod fields;
mod note;
mod path;
mod proof;
mod receipt;
mod rights_receipt;
mod tile;
mod tree;
mod verify;
mod vkey;

pub use append::{AppendError, Appended, Appender, BundleWrite, Next, TileWrite};
pub use body::EntryBody;
pub use bundle::{BUNDLE_ENTRIES_MAX, BundleError, join_bundle, split_bundle};
pub use check::{Fault, FetchError, LogSource, Report, Warning, check_log};
pub use checkpoint::{Checkpoint, CheckpointError, CheckpointSigner};
pub use consent_receipt::{CONSENT_RECEIPT_BYTES_MAX, ConsentReceipt};
pub use digest::{Digest, Hashing, hash_leaf, hash_node};
pub use entry::{ADMINISTRATOR, CONTROLLER, ENTRY_BYTES_MAX, ENTRY_VERSION, Entry, EntryError, EntryView, RESTRICTION};
pub use export_sums::{
    EXPORT_FILES_MAX, EXPORT_NOTE_FILE, EXPORT_SUMS_BYTES_MAX, EXPORT_SUMS_FILE, ExportSums, ExportSumsError,
};
pub use fields::{FIELDS_MAX, FieldBits};
pub use note::{NOTE_BYTES_MAX, Note, NoteError};
pub use path::{CHECKPOINT_PATH, bundle_path, log_paths, tile_path};
pub use proof::{ConsistencyProof, InclusionProof, ProofError, consistency_proof, inclusion_proof, root_at};
pub use receipt::{RECEIPT_BYTES_MAX, Receipt, ReceiptError};
pub use rights_receipt::{RIGHTS_RECEIPT_BYTES_MAX, RIGHTS_RECEIPT_FORMAT, RightsReceipt};
pub use tile::{HASH_BYTES, TILE_WIDTH, TileSource, partial_width};
pub use verify::{VerifyError, verify_consistency, verify_inclusion};
pub use vkey::{VerifierKey, VerifierKeyError};
