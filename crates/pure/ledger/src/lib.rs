//! The ledger: what happened, in an order nobody can change afterwards without being seen.
//!
//! An [`Entry`] says what happened, without personal data. The [`Appender`] puts entries into a
//! Merkle tree kept as tiles; a [`Checkpoint`] is the signed head of that tree; a [`Receipt`]
//! proves one entry to the person it concerns; [`check_log`] verifies a whole log from its files.
//! Pure: tiles come from a [`TileSource`], files from a [`LogSource`].
//!
//! The formats and their vectors are in `spec/ledger.md`. Sources: RFC 9162 (tree and proofs),
//! C2SP tlog-tiles, tlog-checkpoint and signed-note.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod append;
mod body;
mod bundle;
mod check;
mod checkpoint;
mod codec;
mod digest;
mod entry;
mod fields;
mod note;
mod path;
mod proof;
mod receipt;
mod tile;
mod tree;
mod verify;
mod vkey;

pub use append::{AppendError, Appended, Appender, BundleWrite, Next, TileWrite};
pub use body::EntryBody;
pub use bundle::{join_bundle, split_bundle, BundleError, BUNDLE_ENTRIES_MAX};
pub use check::{check_log, Fault, FetchError, LogSource, Report, Warning};
pub use checkpoint::{Checkpoint, CheckpointError, CheckpointSigner};
pub use digest::{hash_leaf, hash_node, Digest};
pub use entry::{Entry, EntryError, EntryView, CONTROLLER, ENTRY_BYTES_MAX, ENTRY_VERSION};
pub use fields::{FieldBits, FIELDS_MAX};
pub use note::{Note, NoteError, NOTE_BYTES_MAX};
pub use path::{bundle_path, tile_path, CHECKPOINT_PATH};
pub use proof::{consistency_proof, inclusion_proof, root_at, ConsistencyProof, InclusionProof, ProofError};
pub use receipt::{Receipt, ReceiptError, RECEIPT_BYTES_MAX};
pub use tile::{partial_width, TileSource, HASH_BYTES, TILE_WIDTH};
pub use verify::{verify_consistency, verify_inclusion, VerifyError};
pub use vkey::{VerifierKey, VerifierKeyError};
