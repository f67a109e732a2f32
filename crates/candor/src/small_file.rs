//! Small files that a configuration names: passwords, headers, certificates.

use std::fs;
use std::path::Path;

use crate::trouble::Trouble;

/// More than any password, and enough for a bundle of certificates.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Reads one whole.
///
/// # Errors
/// It cannot be read, or is longer than a mebibyte.
pub fn read(file: &Path) -> Result<Vec<u8>, Trouble> {
    let attempted = || format!("read `{}`", file.display());
    let bytes = fs::metadata(file).map_err(|error| Trouble::bad_input(attempted(), error))?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(Trouble::bad_input(attempted(), format!("it is longer than {FILE_BYTES_MAX} bytes")));
    }
    fs::read(file).map_err(|error| Trouble::bad_input(attempted(), error))
}
