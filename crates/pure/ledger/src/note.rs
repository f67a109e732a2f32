//! Signed notes: a text, an empty line, and a line per signature.
//!
//! Promises: [`Note::parse`] trusts nothing; [`Note::verify`] asks one known key and ignores
//! signatures of others, so that witnesses can be added without breaking anyone.
//! Source: C2SP signed-note.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::VerifierKey;
use crate::vkey::is_name;

/// The longest note that is read.
pub const NOTE_BYTES_MAX: usize = 64 * 1024;
const SIGNATURES_MAX: usize = 64;
const SIGNATURE_BYTES_MAX: usize = 8 * 1024;

/// A text with its signatures, which may be anybody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Signature {
    name: String,
    key_hash: [u8; 4],
    bytes: Vec<u8>,
}

/// Why bytes are not a note, or not one that the key has signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More bytes than a note may have.
    #[error("the note was not read: it is longer than `{NOTE_BYTES_MAX}` bytes")]
    TooLong,
    /// Not UTF-8, or control characters in it.
    #[error("the note was not read: it holds bytes that are not plain text")]
    NotText,
    /// No empty line between text and signatures, or nothing before or after it.
    #[error("the note was not read: text and signatures are not parted by an empty line")]
    NoSignatures,
    /// A signature line that is not `— name base64`.
    #[error("the note was not read: a signature line is not of the form `— name base64`")]
    SignatureMalformed,
    /// More signatures than a note may have.
    #[error("the note was not read: it has more than `{SIGNATURES_MAX}` signatures")]
    TooManySignatures,
    /// No signature names the key.
    #[error("the note is not trusted: the key has not signed it; check that the key is the log's")]
    NotSigned,
    /// A signature names the key, and is wrong.
    #[error("the note is not trusted: the signature in the key's name is wrong; the text was changed or forged")]
    SignatureWrong,
}

impl Note {
    /// Reads a note without trusting it.
    ///
    /// # Errors
    /// Anything that is not a note to the letter, or beyond the bounds.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteError::TooLong);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::NotText)?;
        if note.contains(|c: char| c.is_ascii_control() && c != '\n') {
            return Err(NoteError::NotText);
        }
        let gap = note.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, lines) = note.split_at(gap + 1);
        let lines = lines.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let lines = lines.ok_or(NoteError::NoSignatures)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() == SIGNATURES_MAX {
                return Err(NoteError::TooManySignatures);
            }
            signatures.push(Signature::parse(line).ok_or(NoteError::SignatureMalformed)?);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// Returns the text if the key has signed it.
    ///
    /// # Errors
    /// `NotSigned`, `SignatureWrong`.
    pub fn verify(&self, key: &VerifierKey) -> Result<&str, NoteError> {
        let mut ours = self.signatures.iter().filter(|one| one.name == key.name() && one.key_hash == key.hash());
        let signature = ours.next().ok_or(NoteError::NotSigned)?;
        if key.has_signed(self.text.as_bytes(), &signature.bytes) {
            Ok(&self.text)
        } else {
            Err(NoteError::SignatureWrong)
        }
    }

    /// Returns the text, which nobody may have signed.
    pub fn danger_unverified_text(&self) -> &str {
        &self.text
    }
}

impl Signature {
    fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
        let decoded = STANDARD.decode(encoded).ok()?;
        let (key_hash, bytes) = decoded.split_first_chunk()?;
        let sound = is_name(name) && !bytes.is_empty() && bytes.len() <= SIGNATURE_BYTES_MAX;
        sound.then(|| Self { name: name.to_owned(), key_hash: *key_hash, bytes: bytes.to_vec() })
    }
}

/// Writes a note from its text and one signature. The text ends in a line feed.
pub(crate) fn write_note(text: &str, key: &VerifierKey, signature: &[u8]) -> String {
    let mut bytes = key.hash().to_vec();
    bytes.extend_from_slice(signature);
    format!("{text}\n— {} {}\n", key.name(), STANDARD.encode(bytes))
}
