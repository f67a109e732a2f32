//! Reads files whose length has a bound.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Reads a file named on the command line.
pub fn read_file(path: &str, bytes_max: usize) -> Result<Vec<u8>, String> {
    match read(Path::new(path), bytes_max) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(format!("`{path}` was not read: there is no such file")),
        Err(error) => Err(format!("`{path}` was not read: {error}")),
    }
}

/// Reads a file; `None` when there is none.
pub fn read(path: &Path, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
    match File::open(path) {
        Ok(file) => read_all(file, bytes_max).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads to the end, or fails once there is more than `bytes_max`.
fn read_all(from: impl Read, bytes_max: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(bytes_max as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > bytes_max {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it is longer than `{bytes_max}` bytes")));
    }
    Ok(bytes)
}
