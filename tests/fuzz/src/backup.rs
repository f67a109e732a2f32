//! Files of backups, and of tenants that move.

use std::sync::Arc;

use candor_seal::{KeyVersion, RootKey};
use candor_vault::{
    BackupManifest, KEY_FILE_CHUNK_BYTES_MAX, KeyFileReader, KeyFileWriter, KeyLine, TenantLine, TenantManifest,
};
use candor_words::{Secret, SeededEntropy};

/// Manifests and key files are read or refused; any line of a key file comes back out of a sealed one.
pub(crate) fn files(bytes: &[u8]) {
    if let Ok(manifest) = BackupManifest::parse(bytes) {
        let again = manifest.to_bytes().unwrap();
        assert_eq!(BackupManifest::parse(&again).unwrap(), manifest);
    }
    let root = Arc::new(RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).unwrap());
    let roots = [Arc::clone(&root)];
    if let Ok(mut file) = KeyFileReader::begin(bytes, &roots) {
        while let Ok(Some(_)) = file.next_chunk() {}
    }
    let line = serde_json::from_slice::<KeyLine>(bytes).ok().filter(|_| bytes.len() < KEY_FILE_CHUNK_BYTES_MAX / 8);
    if let Some(line) = line {
        let entropy = SeededEntropy::new(1);
        let mut sealed = Vec::new();
        let mut file = KeyFileWriter::begin(&mut sealed, &root, &entropy).unwrap();
        file.put(&entropy, &line).unwrap();
        file.finish(&entropy).unwrap();
        let read = KeyFileReader::begin(&sealed[..], &roots).unwrap().next_chunk().unwrap();
        assert_eq!(read.unwrap(), [line]);
    }
}

/// Manifests and rows of a tenant are read or refused; what is read is written as the same again.
pub(crate) fn tenant(bytes: &[u8]) {
    if let Ok(manifest) = TenantManifest::parse(bytes) {
        let again = manifest.to_bytes().unwrap();
        assert_eq!(TenantManifest::parse(&again).unwrap(), manifest);
    }
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(row) = TenantLine::parse(line) {
            let again = serde_json::to_vec(&row).unwrap();
            assert_eq!(TenantLine::parse(&again).unwrap(), row);
        }
    }
}
