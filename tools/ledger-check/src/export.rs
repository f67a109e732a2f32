//! Checks an export: every file of the archive is the one that the organisation signed for, and no other is there.

use std::fs::File;
use std::io::{self, BufReader, Read};

use candor_ledger::{
    Digest, EXPORT_FILES_MAX, EXPORT_NOTE_FILE, EXPORT_SUMS_BYTES_MAX, EXPORT_SUMS_FILE, ExportSums, Hashing,
    NOTE_BYTES_MAX, VerifierKey,
};
use zip::ZipArchive;

/// The most bytes of one file of an export, unpacked.
const FILE_BYTES_MAX: u64 = 64 << 30;

/// What was found.
pub struct Outcome {
    /// How many files the signed list names.
    pub n_files: usize,
    /// What does not hold.
    pub faults: Vec<String>,
}

/// Checks an archive.
///
/// # Errors
/// It cannot be read, or is no archive.
pub fn check(path: &str, key: &VerifierKey) -> Result<Outcome, String> {
    let file = File::open(path).map_err(|error| format!("`{path}` was not read: {error}"))?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| format!("`{path}` is no archive: {error}"))?;
    if zip.len() > EXPORT_FILES_MAX + 2 {
        return Err(format!("`{path}` was not checked: it holds more than {} files", EXPORT_FILES_MAX + 2));
    }
    let sums = match signed_list(&mut zip, key) {
        Ok(sums) => sums,
        Err(fault) => return Ok(Outcome { n_files: 0, faults: vec![fault] }),
    };
    let mut faults = Vec::new();
    for at in 0..zip.len() {
        let name = zip
            .by_index_raw(at)
            .map_err(|error| unread(path, &error))?
            .name()
            .map_err(|error| unread(path, &error))?
            .into_owned();
        if name == EXPORT_SUMS_FILE || name == EXPORT_NOTE_FILE {
            continue;
        }
        match (sums.digest_of(&name), digest_of(&mut zip, at)) {
            (None, _) => faults.push(format!("`{name}` is not among the files that were signed")),
            (Some(_), Err(error)) => faults.push(format!("`{name}` cannot be unpacked: {error}")),
            (Some(expected), Ok(found)) if expected != found => {
                faults.push(format!("`{name}` was changed after it was signed"));
            }
            _ => {}
        }
    }
    let missing = sums.files().filter(|(name, _)| zip.index_for_name(name).is_none());
    faults.extend(missing.map(|(name, _)| format!("`{name}` is missing")));
    Ok(Outcome { n_files: sums.files().count(), faults })
}

fn signed_list(zip: &mut ZipArchive<BufReader<File>>, key: &VerifierKey) -> Result<ExportSums, String> {
    let mut read = |name: &str, bytes_max: usize| -> Result<Vec<u8>, String> {
        let file = zip.by_name(name).map_err(|_| format!("`{name}` is missing: the archive is no signed export"))?;
        let mut bytes = Vec::new();
        let outcome = file.take(bytes_max as u64 + 1).read_to_end(&mut bytes);
        outcome.map_err(|error| format!("`{name}` cannot be unpacked: {error}"))?;
        if bytes.len() > bytes_max { Err(format!("`{name}` is longer than {bytes_max} bytes")) } else { Ok(bytes) }
    };
    let text = read(EXPORT_SUMS_FILE, EXPORT_SUMS_BYTES_MAX)?;
    let note = read(EXPORT_NOTE_FILE, NOTE_BYTES_MAX)?;
    ExportSums::open(&text, &note, key).map_err(|error| crate::print::chain(&error))
}

fn digest_of(zip: &mut ZipArchive<BufReader<File>>, at: usize) -> io::Result<Digest> {
    let mut file = zip.by_index(at).map_err(io::Error::other)?.take(FILE_BYTES_MAX);
    let mut hashing = Hashing::default();
    let mut piece = [0; 64 << 10];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hashing.finish()),
            n => hashing.update(piece.get(..n).unwrap_or_default()),
        }
    }
}

fn unread(path: &str, error: &dyn std::fmt::Display) -> String {
    format!("`{path}` was not read to its end: {error}")
}
