//! What a check can find.

use candor_words::Instant;

use crate::Digest;

/// What does not verify, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant's text speaks for its fields")]
#[rustfmt::skip]
pub enum Fault {
    /// The signed head does not hold.
    #[error("checkpoint: {reason}")]
    CheckpointRefused { reason: String },
    /// The older checkpoint does not hold.
    #[error("old checkpoint: {reason}")]
    OldCheckpointRefused { reason: String },
    /// A file that the checkpoint's size requires is not there.
    #[error("`{path}` is missing")]
    FileMissing { path: String },
    /// A file could not be read.
    #[error("`{path}` cannot be read: {reason}")]
    FileUnreadable { path: String, reason: String },
    /// A bundle is not a sequence of entries.
    #[error("`{path}` is damaged: {reason}")]
    BundleMalformed { path: String, reason: String },
    /// A bundle has another number of entries than the checkpoint's size requires.
    #[error("`{path}` holds `{found}` entries where the checkpoint says `{expected}`")]
    BundleWidth { path: String, expected: usize, found: usize },
    /// An entry does not decode.
    #[error("entry `{index}` (in `{path}`) is not an entry: {reason}")]
    EntryMalformed { index: u64, path: String, reason: String },
    /// A tile has another length than the checkpoint's size requires.
    #[error("`{path}` has `{found}` bytes where the checkpoint's size asks for `{expected}`")]
    TileLength { path: String, expected: usize, found: usize },
    /// A hash in a tile is not that of the entries under it.
    #[error("`{path}` differs at hash `{position}`, which covers entries `{first_entry}` to `{last_entry}`: the entries give `{computed}`, the tile says `{published}`")]
    TileDiffers { path: String, position: u64, first_entry: u64, last_entry: u64, computed: Digest, published: Digest },
    /// The entries do not give the signed root.
    #[error("the root of all `{size}` entries is `{computed}`, and the checkpoint signs `{signed}`")]
    RootDiffers { size: u64, computed: Digest, signed: Digest },
    /// The log holds fewer entries than before.
    #[error("the log has shrunk: the old checkpoint has `{old_size}` entries, this one `{size}`")]
    Shrunk { old_size: u64, size: u64 },
    /// The first entries are not those that were signed before.
    #[error("history was rewritten: the first `{old_size}` entries give `{computed}`, and the old checkpoint signs `{signed}`")]
    HistoryDiffers { old_size: u64, computed: Digest, signed: Digest },
    /// The older checkpoint is as large as this one, and of another ledger: whoever signs shows two.
    #[error("the log was forked: of `{size}` entries, this checkpoint signs the root `{signed}`, and the old one `{also_signed}`")]
    Forked { size: u64, signed: Digest, also_signed: Digest },
    /// Too many faults; the rest was not checked.
    #[error("the check stopped after `{n_faults}` faults")]
    Stopped { n_faults: usize },
}

/// What is odd without being wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant's text speaks for its fields")]
#[rustfmt::skip]
pub enum Warning {
    /// An entry bears an instant more than a minute earlier than the one before it.
    #[error("entry `{index}` is dated `{at}`, before the entry ahead of it (`{before}`)")]
    TimeGoesBack { index: u64, at: Instant, before: Instant },
}
