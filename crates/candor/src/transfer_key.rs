//! The transfer key: made with an export of a tenant, handed over apart from it, used up by the import.
//!
//! One line, `candor-transfer-key v1 <32 bytes in base64>`, in a file for its owner alone.

use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use candor_seal::{KeyVersion, RootKey, SystemEntropy};
use candor_words::{Entropy, Secret};
use zeroize::Zeroizing;

use crate::durable;
use crate::trouble::Trouble;

const NAME: &str = "candor-transfer-key v1 ";
const FILE_BYTES_MAX: usize = 1 << 10;

/// Makes the file with a fresh key.
///
/// # Errors
/// The file is there already or cannot be written.
pub fn create(file: &Path) -> Result<RootKey, Trouble> {
    let attempted = || format!("make the transfer key `{}`", file.display());
    let mut bytes = Zeroizing::new([0; 32]);
    SystemEntropy.fill(bytes.as_mut());
    let line = Zeroizing::new(format!("{NAME}{}\n", STANDARD.encode(bytes.as_ref())));
    let mut made = durable::create_new(file).map_err(|error| Trouble::bad_input(attempted(), error))?;
    made.write_all(line.as_bytes())
        .and_then(|()| made.sync_all())
        .and_then(|()| durable::sync_folder_of(file))
        .map_err(|error| Trouble::failed(attempted(), error))?;
    key(*bytes).map_err(|error| Trouble::failed(attempted(), error))
}

/// Reads the file.
///
/// # Errors
/// It cannot be read, or is no transfer key.
pub fn read(file: &Path) -> Result<RootKey, Trouble> {
    let attempted = || format!("read the transfer key `{}`", file.display());
    let bytes = durable::read(file, FILE_BYTES_MAX).map_err(|error| Trouble::bad_input(attempted(), error))?;
    let text = Zeroizing::new(bytes.unwrap_or_default());
    parse(&text).ok_or_else(|| {
        Trouble::bad_input(attempted(), "it is not one line `candor-transfer-key v1 <32 bytes in base64>`")
            .next("name the file that `candor export tenant` made")
    })
}

fn parse(text: &[u8]) -> Option<RootKey> {
    let line = std::str::from_utf8(text).ok()?.trim_end().strip_prefix(NAME)?;
    let decoded = Zeroizing::new(STANDARD.decode(line).ok()?);
    key(decoded.as_slice().try_into().ok()?).ok()
}

/// INVARIANT: it wraps tenant keys as a root key does; a new one is made for each export, so that one version will do.
fn key(bytes: [u8; 32]) -> Result<RootKey, candor_seal::SealError> {
    RootKey::new(KeyVersion::FIRST, &Secret::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_from_the_file_that_was_made_and_from_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("transfer.key");
        create(&file).unwrap();
        assert!(read(&file).is_ok());
        assert!(create(&file).is_err(), "it is not written over");
        for text in [&b""[..], b"candor-transfer-key v1 AQEB", b"candor-root-key v1 1 AQEB", &[0xff; 80]] {
            assert!(parse(text).is_none());
        }
    }
}
