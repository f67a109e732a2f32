//! Checkpoints: the log's origin, size and root, signed.
//!
//! Source: C2SP tlog-checkpoint. Lines after the root are extensions: signed, and not read here.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use candor_words::Secret;

use crate::Digest;
use crate::note::{Note, NoteError, write_note};
use crate::vkey::{VerifierKey, VerifierKeyError};

/// What a log claims to be at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// How many entries it holds.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
}

/// Why a checkpoint is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note around it is not one, or not signed by the key.
    #[error("the checkpoint is not trusted: its note does not hold")]
    Note(#[from] NoteError),
    /// The text is not origin, size and root.
    #[error("the checkpoint was not read: its text is not origin, size and root on a line each")]
    Malformed,
    /// The origin is another log's.
    #[error("the checkpoint is not trusted: its origin is not the name of the key; check that the key is the log's")]
    OriginDiffers,
}

impl Checkpoint {
    /// Reads a signed checkpoint and verifies that the key has signed it for its own log.
    ///
    /// # Errors
    /// Each variant of [`CheckpointError`].
    pub fn open(note: &[u8], key: &VerifierKey) -> Result<Self, CheckpointError> {
        let note = Note::parse(note)?;
        let checkpoint = Self::parse(note.verify(key)?)?;
        if checkpoint.origin != key.name() {
            return Err(CheckpointError::OriginDiffers);
        }
        Ok(checkpoint)
    }

    /// Reads the text of a checkpoint.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        Self::read(text).ok_or(CheckpointError::Malformed)
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        if origin.is_empty() || lines.any(str::is_empty) {
            return None;
        }
        let parsed: u64 = size.parse().ok()?;
        // No sign, no leading zero: one number has one text.
        if parsed.to_string() != size {
            return None;
        }
        let root = STANDARD.decode(root).ok()?.try_into().ok().map(Digest)?;
        Some(Self { origin: origin.to_owned(), size: parsed, root })
    }
}

impl std::fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root.0))
    }
}

/// Signs the checkpoints of one log. Same size and root, same note.
pub struct CheckpointSigner {
    pair: Ed25519KeyPair,
    key: VerifierKey,
}

impl CheckpointSigner {
    /// Makes the signer of the log named `origin` from its seed.
    ///
    /// # Errors
    /// `Name` when the origin is empty, too long, or holds a space or `+`; `Seed`.
    pub fn new(origin: &str, seed: &Secret<[u8; 32]>) -> Result<Self, VerifierKeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose()).map_err(|_| VerifierKeyError::Seed)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| VerifierKeyError::Seed)?;
        Ok(Self { key: VerifierKey::new(origin, public)?, pair })
    }

    /// Returns the key that verifies what this signs; publish it apart from the log.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.key
    }

    /// Signs the head of the log and returns the note to publish.
    pub fn sign(&self, size: u64, root: Digest) -> String {
        self.sign_text(&Checkpoint { origin: self.key.name().to_owned(), size, root }.to_string())
    }

    /// Signs a text that ends in a line feed. One that is no checkpoint must not read as one.
    pub(crate) fn sign_text(&self, text: &str) -> String {
        write_note(text, &self.key, self.pair.sign(text.as_bytes()).as_ref())
    }
}
