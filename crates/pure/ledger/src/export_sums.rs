//! What an export consists of: a digest of each of its files, signed by the log's key. Verifies offline.
//!
//! The list is the one that `sha256sum -c` reads, so that anybody can check the files against it; the note beside
//! it is what `ledger-check --export` adds: whose list it is. Source: spec/ledger.md, "Export".

use std::collections::BTreeMap;

use crate::note::{Note, NoteError};
use crate::{CheckpointSigner, Digest, VerifierKey};

/// The name of the list among an export's files.
pub const EXPORT_SUMS_FILE: &str = "SHA256SUMS";
/// The name of the signed note about the list.
pub const EXPORT_NOTE_FILE: &str = "SHA256SUMS.note";
/// The most files of one export.
pub const EXPORT_FILES_MAX: usize = 65_536;
/// The longest list that is read.
pub const EXPORT_SUMS_BYTES_MAX: usize = EXPORT_FILES_MAX * 256;
const FORMAT: &str = "candor-export/1";
const NAME_BYTES_MAX: usize = 128;

/// The files of an export and their digests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportSums(BTreeMap<String, Digest>);

/// Why a list of files is not made, or not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExportSumsError {
    /// A name that the list cannot hold, or one that it holds already.
    #[error(
        "the file was not listed: its name is taken, or not 1 to {NAME_BYTES_MAX} letters, digits, `.`, `-`, `_`, `/`"
    )]
    Name,
    /// More files than an export may have.
    #[error("the file was not listed: an export has at most {EXPORT_FILES_MAX} files")]
    TooMany,
    /// Not a list of digests and names.
    #[error("the list was not read: it is not made of lines of a digest and a name, in the order of names")]
    Malformed,
    /// The note does not hold.
    #[error("the list is not trusted: its note does not hold")]
    Note(#[from] NoteError),
    /// The note is about another list.
    #[error("the list is not trusted: it is not the one that was signed")]
    Changed,
}

impl ExportSums {
    /// Adds a file.
    ///
    /// # Errors
    /// `Name`, `TooMany`.
    pub fn add(&mut self, name: &str, digest: Digest) -> Result<(), ExportSumsError> {
        if self.0.len() == EXPORT_FILES_MAX {
            return Err(ExportSumsError::TooMany);
        }
        let sound = (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_plain);
        if !sound || self.0.contains_key(name) {
            return Err(ExportSumsError::Name);
        }
        self.0.insert(name.to_owned(), digest);
        Ok(())
    }

    /// The list as text.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect()
    }

    /// The note that says whose list it is.
    pub fn sign(&self, signer: &CheckpointSigner) -> String {
        signer.sign_text(&statement(&self.to_text(), signer.verifier_key()))
    }

    /// Reads a list that the key has signed.
    ///
    /// # Errors
    /// `Note`, `Changed`, `Malformed`.
    pub fn open(text: &[u8], note: &[u8], key: &VerifierKey) -> Result<Self, ExportSumsError> {
        let text = std::str::from_utf8(text).map_err(|_| ExportSumsError::Malformed)?;
        if Note::parse(note)?.verify(key)? != statement(text, key) {
            return Err(ExportSumsError::Changed);
        }
        Self::parse(text)
    }

    /// The files, by name.
    pub fn files(&self) -> impl Iterator<Item = (&str, Digest)> {
        self.0.iter().map(|(name, digest)| (name.as_str(), *digest))
    }

    /// The digest that a file must have; `None` when the list does not name it.
    pub fn digest_of(&self, name: &str) -> Option<Digest> {
        self.0.get(name).copied()
    }

    fn parse(text: &str) -> Result<Self, ExportSumsError> {
        let mut sums = Self::default();
        for line in text.lines() {
            let (digest, name) = line.split_once("  ").ok_or(ExportSumsError::Malformed)?;
            sums.add(name, digest.parse().map_err(|_| ExportSumsError::Malformed)?)?;
        }
        if sums.to_text() == text { Ok(sums) } else { Err(ExportSumsError::Malformed) }
    }
}

/// Its second line is the log's name and no number, so that it is never a checkpoint.
fn statement(text: &str, key: &VerifierKey) -> String {
    format!("{FORMAT}\n{}\n{}\n", key.name(), Digest::of(text.as_bytes()))
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/')
}

#[cfg(test)]
mod tests {
    use candor_words::Secret;

    use super::*;

    fn signer(seed: u8) -> CheckpointSigner {
        CheckpointSigner::new("ledger.example/t", &Secret::new([seed; 32])).unwrap()
    }

    fn sums() -> ExportSums {
        let mut sums = ExportSums::default();
        sums.add("export.json", Digest::of(b"[]")).unwrap();
        sums.add("account.csv", Digest::of(b"email\n")).unwrap();
        sums
    }

    #[test]
    fn a_signed_list_reads_back_and_names_every_file() {
        let (sums, signer) = (sums(), signer(9));
        let text = sums.to_text();
        assert!(text.ends_with("  export.json\n") && text.lines().count() == 2, "{text}");
        let read = ExportSums::open(text.as_bytes(), sums.sign(&signer).as_bytes(), signer.verifier_key()).unwrap();
        assert_eq!(read, sums);
        assert_eq!(read.digest_of("account.csv"), Some(Digest::of(b"email\n")));
        assert_eq!(read.digest_of("other.csv"), None);
    }

    #[test]
    fn no_byte_of_list_or_note_can_be_changed() {
        let (text, note) = (sums().to_text().into_bytes(), sums().sign(&signer(9)).into_bytes());
        for at in 0..text.len() + note.len() {
            let (mut text, mut note) = (text.clone(), note.clone());
            match text.get_mut(at) {
                Some(byte) => *byte ^= 1,
                None => note[at - text.len()] ^= 1,
            }
            assert!(ExportSums::open(&text, &note, signer(9).verifier_key()).is_err(), "{at}");
        }
    }

    #[test]
    fn another_key_and_a_checkpoint_are_no_signature() {
        let text = sums().to_text();
        let foreign = ExportSums::open(text.as_bytes(), sums().sign(&signer(8)).as_bytes(), signer(9).verifier_key());
        assert_eq!(foreign, Err(ExportSumsError::Note(NoteError::NotSigned)));
        let head = signer(9).sign(1, Digest::of(text.as_bytes()));
        let borrowed = ExportSums::open(text.as_bytes(), head.as_bytes(), signer(9).verifier_key());
        assert_eq!(borrowed, Err(ExportSumsError::Changed));
    }

    #[test]
    fn names_that_a_reader_could_take_for_another_are_refused() {
        let mut listed = sums();
        for name in ["", "a b", "a\nb", "export.json", "ä.csv", &"n".repeat(129)] {
            assert_eq!(listed.add(name, Digest::default()), Err(ExportSumsError::Name), "{name}");
        }
        assert_eq!(listed, sums());
    }
}
