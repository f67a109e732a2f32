//! The key file: JSON lines in sealed chunks, each bound to its place.
//!
//! `candork1`, the file's id (16 bytes), its key wrapped by the root (63 bytes), then chunks: a length in four bytes
//! and an envelope under that key, labelled with the chunk's number and whether it is the last. So no chunk can be
//! changed, moved, left out or cut off unseen. Source: spec/backup.md, "Key file".

use std::io::{ErrorKind, Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use candor_seal::{
    ENVELOPE_OVERHEAD_BYTES, KeyVersion, RootKey, TenantKey, TenantKeyName, WRAPPED_KEY_BYTES, WrappedTenantKey,
};
use candor_store::KeyRow;
use candor_words::{Entropy, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use crate::{ErrorKind as Kind, VaultError};

/// The most bytes of lines in one chunk.
pub const KEY_FILE_CHUNK_BYTES_MAX: usize = 1 << 20;
/// A chunk is closed once it holds this many.
const CHUNK_BYTES: usize = 64 << 10;
const MAGIC: &[u8; 8] = b"candork1";

/// One line of a key file. A tenant's subjects follow it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case", deny_unknown_fields)]
pub enum KeyLine {
    /// A tenant, with its wrapped keys in base64, oldest first.
    Tenant {
        /// Its id.
        tenant: TenantId,
        /// Its wrapped keys.
        keys: Vec<String>,
        /// How many entries its ledger held: a restore needs a ledger at least as long.
        ledger_size: u64,
    },
    /// A subject of that tenant.
    Subject(SubjectKeyLine),
}

/// What opens and finds one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectKeyLine {
    /// Its id.
    pub subject: SubjectId,
    /// Keep class, version, and the wrapped key in base64.
    pub keys: Vec<(u16, u32, String)>,
    /// Its blind indexes in base64.
    pub indexes: Vec<String>,
}

impl SubjectKeyLine {
    pub(crate) fn new(subject: SubjectId, keys: &[KeyRow], indexes: &[[u8; 32]]) -> Self {
        let keys = keys.iter().map(|key| (key.class, key.version, in_base64(&key.wrapped))).collect();
        Self { subject, keys, indexes: indexes.iter().map(|index| in_base64(index)).collect() }
    }

    pub(crate) fn key_rows(&self) -> Option<Vec<KeyRow>> {
        let row = |(class, version, wrapped): &(u16, u32, String)| {
            Some(KeyRow { subject: self.subject, class: *class, version: *version, wrapped: from_base64(wrapped)? })
        };
        self.keys.iter().map(row).collect()
    }

    pub(crate) fn index_hashes(&self) -> Option<Vec<[u8; 32]>> {
        self.indexes.iter().map(|index| from_base64(index)?.try_into().ok()).collect()
    }
}

/// Writes a key file.
pub struct KeyFileWriter<W> {
    to: W,
    key: TenantKey,
    chunk: Vec<u8>,
    n_chunks: u64,
}

impl<W: Write> KeyFileWriter<W> {
    /// Writes the head, with a fresh key.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn begin(mut to: W, root: &RootKey, entropy: &dyn Entropy) -> Result<Self, VaultError> {
        let id = TenantId::random(entropy);
        let (key, wrapped) = root.create_tenant_key(entropy, id, KeyVersion::FIRST)?;
        let head = [&MAGIC[..], id.as_bytes(), wrapped.as_bytes()].concat();
        to.write_all(&head).map_err(unwritten)?;
        Ok(Self { to, key, chunk: Vec::new(), n_chunks: 0 })
    }

    /// Adds a line.
    ///
    /// # Errors
    /// The line is longer than a chunk; the file cannot be written.
    pub fn put(&mut self, entropy: &dyn Entropy, line: &KeyLine) -> Result<(), VaultError> {
        let mut text = serde_json::to_vec(line).map_err(|_| malformed())?;
        text.push(b'\n');
        if self.chunk.len() + text.len() > KEY_FILE_CHUNK_BYTES_MAX {
            self.close_chunk(entropy, false)?;
        }
        self.chunk.extend_from_slice(&text);
        if self.chunk.len() >= CHUNK_BYTES {
            self.close_chunk(entropy, false)?;
        }
        Ok(())
    }

    /// Writes the last chunk; without it the file does not read back.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(mut self, entropy: &dyn Entropy) -> Result<(), VaultError> {
        self.close_chunk(entropy, true)?;
        self.to.flush().map_err(unwritten)
    }

    fn close_chunk(&mut self, entropy: &dyn Entropy, is_last: bool) -> Result<(), VaultError> {
        let sealed = self.key.seal_blob(entropy, &label(self.n_chunks, is_last), &self.chunk)?;
        let length = u32::try_from(sealed.len()).map_err(|_| malformed())?;
        self.to.write_all(&length.to_be_bytes()).and_then(|()| self.to.write_all(&sealed)).map_err(unwritten)?;
        self.chunk.clear();
        self.n_chunks += 1;
        Ok(())
    }
}

/// Reads a key file chunk by chunk; holds at most one of them.
pub struct KeyFileReader<R> {
    from: R,
    key: TenantKey,
    n_chunks: u64,
    is_over: bool,
}

impl<R: Read> KeyFileReader<R> {
    /// Reads the head, and opens the file's key with the root key that wrapped it.
    ///
    /// # Errors
    /// `backup.key_file` when it is none; `keys.version_missing` when its root key is not held.
    pub fn begin(mut from: R, roots: &[std::sync::Arc<RootKey>]) -> Result<Self, VaultError> {
        let mut head = [0; MAGIC.len() + 16 + WRAPPED_KEY_BYTES];
        from.read_exact(&mut head).map_err(unread)?;
        let (magic, rest) = head.split_first_chunk::<8>().ok_or_else(malformed)?;
        let (id, wrapped) = rest.split_first_chunk::<16>().ok_or_else(malformed)?;
        if magic != MAGIC {
            return Err(malformed());
        }
        let wrapped = WrappedTenantKey::from_slice(wrapped).map_err(|_| malformed())?;
        let root = roots.iter().find(|root| root.version() == wrapped.wrapped_by());
        let root = root.ok_or_else(|| crate::tenant::version_missing(wrapped.wrapped_by()))?;
        let name = TenantKeyName { tenant: TenantId::from_bytes(*id), version: KeyVersion::FIRST };
        let key = root.unwrap(name, &wrapped).map_err(|_| malformed())?;
        Ok(Self { from, key, n_chunks: 0, is_over: false })
    }

    /// The lines of the next chunk; `None` after the last, once it is known to be the last.
    ///
    /// # Errors
    /// `backup.key_file` when a chunk was changed, moved, left out or cut off.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<KeyLine>>, VaultError> {
        if self.is_over {
            return Ok(None);
        }
        let mut length = [0; 4];
        self.from.read_exact(&mut length).map_err(unread)?;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| malformed())?;
        if length > KEY_FILE_CHUNK_BYTES_MAX + ENVELOPE_OVERHEAD_BYTES {
            return Err(malformed());
        }
        let mut sealed = vec![0; length];
        self.from.read_exact(&mut sealed).map_err(unread)?;
        let opened = match self.key.open_blob(&label(self.n_chunks, false), &sealed) {
            Ok(opened) => opened,
            Err(_) => {
                self.is_over = true;
                self.key.open_blob(&label(self.n_chunks, true), &sealed).map_err(|_| malformed())?
            }
        };
        self.n_chunks += 1;
        if self.is_over && self.from.read(&mut [0]).map_err(unread)? != 0 {
            return Err(malformed());
        }
        let lines = opened.expose().split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).map_err(|_| malformed())).collect::<Result<_, _>>().map(Some)
    }
}

fn label(number: u64, is_last: bool) -> String {
    let end = if is_last { "/last" } else { "" };
    format!("candor backup keys/{number}{end}")
}

pub(crate) fn in_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

fn malformed() -> VaultError {
    VaultError::bad("backup.key_file", "the key file was not read: it is none, was changed, or was cut off")
        .help("take another copy of the newest key file")
}

fn unread(error: std::io::Error) -> VaultError {
    match error.kind() {
        ErrorKind::UnexpectedEof => malformed(),
        kind => VaultError::new(Kind::Unavailable, "backup.unread", format!("the key file was not read: {kind}")),
    }
}

fn unwritten(error: std::io::Error) -> VaultError {
    VaultError::new(Kind::Unavailable, "backup.unwritten", format!("the key file was not written: {}", error.kind()))
        .help("make room or name another place; the key file from before is still there")
}
