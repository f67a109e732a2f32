//! One line of the ledger, in bytes: a fixed head, then the body of its kind.
//!
//! Promises: one entry has one encoding; whatever decodes encodes to the same bytes again; no
//! entry holds personal data. A disclosure of a plan with up to 152 fields takes at most 120 bytes.
//! Source: spec/ledger.md, "Entry".

use candor_words::{ApiKeyId, Instant, SubjectRef};

use crate::codec::Reader;
use crate::{Digest, EntryBody, hash_leaf};

/// The encoding's version, the first byte of each entry.
pub const ENTRY_VERSION: u8 = 1;
/// The longest entry that is read.
pub const ENTRY_BYTES_MAX: usize = 4096;
/// The recipient of what stays with the tenant itself.
pub const CONTROLLER: u16 = 0xffff;
/// The role of whoever administers the tenant; no place in a plan is like it.
pub const ADMINISTRATOR: u16 = 0xffff;
/// What stands for the purpose of a push that is about a restriction.
pub const RESTRICTION: u16 = 0xffff;

const HAS_SUBJECT: u8 = 1;
const HAS_ACTOR: u8 = 2;
const HAS_BODY_ID: u8 = 4;

/// What happened, when, to whom, by whom, and under which policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// When it happened.
    pub at: Instant,
    /// Whom it concerns.
    pub subject: Option<SubjectRef>,
    /// Which API key acted; `None` for the subject or the server itself.
    pub actor: Option<ApiKeyId>,
    /// The plan that decided.
    pub plan: Digest,
    /// What happened.
    #[serde(flatten)]
    pub body: EntryBody,
}

/// Why bytes are not an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// More bytes than an entry may have.
    #[error("the entry was not read: it is longer than `{ENTRY_BYTES_MAX}` bytes")]
    TooLong,
    /// The bytes end too early.
    #[error("the entry was not read: it ends before its last part")]
    CutShort,
    /// Bytes are left over.
    #[error("the entry was not read: bytes follow its last part")]
    Trailing,
    /// A version this program does not know.
    #[error("the entry was not read: version `{found}` is unknown; upgrade the program that reads it")]
    VersionUnknown {
        /// The version byte that was found.
        found: u8,
    },
    /// A kind this program does not know.
    #[error("the entry was not read: kind `{found}` is unknown; upgrade the program that reads it")]
    KindUnknown {
        /// The kind byte that was found.
        found: u8,
    },
    /// Flags that this kind does not have.
    #[error("the entry was not read: its flags say something that its kind cannot hold")]
    FlagsUnknown,
    /// A field bitmap that ends in a zero byte or is too long.
    #[error("the entry was not read: its field bitmap is not in the shortest form")]
    FieldsNotCanonical,
}

impl Entry {
    /// Appends the entry's bytes to `into`.
    pub fn encode(&self, into: &mut Vec<u8>) {
        into.reserve(128);
        into.extend_from_slice(&[ENTRY_VERSION, self.body.kind(), self.flags()]);
        into.extend_from_slice(&self.at.as_millis().to_be_bytes());
        into.extend_from_slice(&self.plan.0);
        if let Some(subject) = &self.subject {
            into.extend_from_slice(subject.as_bytes());
        }
        if let Some(actor) = &self.actor {
            into.extend_from_slice(actor.as_bytes());
        }
        self.body.encode(into);
    }

    /// Returns the entry's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.encode(&mut bytes);
        bytes
    }

    /// Reads an entry from exactly its bytes.
    ///
    /// # Errors
    /// Anything that [`encode`](Self::encode) would not have written.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLong);
        }
        let mut reader = Reader(bytes);
        let version = reader.u8()?;
        if version != ENTRY_VERSION {
            return Err(EntryError::VersionUnknown { found: version });
        }
        let kind = reader.u8()?;
        let flags = reader.u8()?;
        let at = reader.instant()?;
        let plan = reader.digest()?;
        let subject = (flags & HAS_SUBJECT != 0).then(|| reader.take().map(SubjectRef::from_bytes)).transpose()?;
        let actor = (flags & HAS_ACTOR != 0).then(|| reader.take().map(ApiKeyId::from_bytes)).transpose()?;
        let body = EntryBody::decode(kind, flags & HAS_BODY_ID != 0, &mut reader)?;
        let entry = Self { at, subject, actor, plan, body };
        if !reader.0.is_empty() {
            return Err(EntryError::Trailing);
        }
        if entry.flags() != flags {
            return Err(EntryError::FlagsUnknown);
        }
        Ok(entry)
    }

    fn flags(&self) -> u8 {
        let mut flags = if self.body.has_id() { HAS_BODY_ID } else { 0 };
        if self.subject.is_some() {
            flags |= HAS_SUBJECT;
        }
        if self.actor.is_some() {
            flags |= HAS_ACTOR;
        }
        flags
    }
}

/// An entry as people and the API read it: ids, instants and digests as text, with its place.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EntryView {
    /// Its position in the log, from 0.
    pub index: u64,
    /// Its leaf hash.
    pub leaf: Digest,
    /// What it says.
    #[serde(flatten)]
    pub entry: Entry,
}

impl EntryView {
    /// Reads the entry at a position of the log.
    ///
    /// # Errors
    /// Those of [`Entry::decode`].
    pub fn new(index: u64, bytes: &[u8]) -> Result<Self, EntryError> {
        Ok(Self { index, leaf: hash_leaf(bytes), entry: Entry::decode(bytes)? })
    }
}
