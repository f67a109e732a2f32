//! One file: opened, checked whole, asked.

use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::path::Path;

use candor_identity_port::Looked;
use maxminddb::{MaxMindDbError, Reader};
use serde::Deserialize;

use crate::PlacesError;

/// The greatest such file that is published is a fifth of this.
const FILE_BYTES_MAX: u64 = 1 << 30;
const KIND_CHARACTERS_MAX: usize = 64;

/// A file that was found whole.
pub(crate) struct PlaceFile(Reader<Vec<u8>>);

impl PlaceFile {
    /// Opens a file whose kind ends in one of these words.
    pub(crate) fn open(path: &Path, kinds: &[&str], wanted: &'static str) -> Result<Self, PlacesError> {
        let damaged = |source| PlacesError::Damaged { path: path.to_owned(), source: Box::new(source) };
        let reader = Reader::from_source(read(path)?).map_err(damaged)?;
        let kind = reader.metadata().database_type.as_str();
        if !kinds.iter().any(|wanted| kind.ends_with(wanted)) {
            let kind = kind.chars().filter(|c| !c.is_control()).take(KIND_CHARACTERS_MAX).collect();
            return Err(PlacesError::OfOtherThings { path: path.to_owned(), kind, wanted });
        }
        reader.verify().map_err(damaged)?;
        Ok(Self(reader))
    }

    /// What the record of an address says.
    pub(crate) fn look<'a, Record: Deserialize<'a>, T>(
        &'a self,
        address: IpAddr,
        said: impl FnOnce(Record) -> Option<T>,
    ) -> Looked<T> {
        let found: Result<Option<Record>, MaxMindDbError> =
            self.0.lookup(address.to_canonical()).and_then(|found| found.decode());
        match found.ok().flatten().and_then(said) {
            Some(value) => Looked::Found(value),
            None => Looked::Unknown,
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, PlacesError> {
    let unread = |source| PlacesError::Unread { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(unread)?.take(FILE_BYTES_MAX + 1);
    file.read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(PlacesError::TooLong { path: path.to_owned(), bytes_max: FILE_BYTES_MAX });
    }
    Ok(bytes)
}
