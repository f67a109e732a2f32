//! A log in a folder.

use std::path::PathBuf;

use candor_ledger::{FetchError, LogSource};

use crate::bounded;

/// A folder that holds `checkpoint` and `tile/…`.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(place: &str) -> Result<Self, String> {
        let path = PathBuf::from(place);
        if path.is_dir() { Ok(Self(path)) } else { Err(format!("`{place}` is not a folder")) }
    }
}

impl LogSource for Folder {
    fn fetch(&self, path: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, FetchError> {
        bounded::read(&self.0.join(path), bytes_max).map_err(|error| FetchError::new(error.to_string()))
    }
}
