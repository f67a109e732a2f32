//! Files that one server writes and another reads: backups and tenants on the move.

use std::sync::Arc;

use candor_seal::{KeyVersion, RootKey};
use candor_vault::{
    BackupManifest, KEY_FILE_CHUNK_BYTES_MAX, KeyFileReader, KeyFileWriter, KeyLine, TenantLine, TenantManifest,
};
use candor_words::{Secret, SeededEntropy};

/// Manifests and key files of any bytes are read or refused, within their bounds.
pub(crate) fn backup_files(bytes: &[u8]) {
    if let Ok(manifest) = BackupManifest::parse(bytes) {
        let again = manifest.to_bytes().expect("bytes");
        assert_eq!(BackupManifest::parse(&again).expect("what was read"), manifest);
    }
    let root = Arc::new(RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).expect("a key"));
    let roots = [Arc::clone(&root)];
    if let Ok(mut file) = KeyFileReader::begin(bytes, &roots) {
        while let Ok(Some(_)) = file.next_chunk() {}
    }
    // Any line that is one comes back out of a sealed file as it went in.
    if let Ok(line) = serde_json::from_slice::<KeyLine>(bytes) {
        let entropy = SeededEntropy::new(1);
        let mut sealed = Vec::new();
        let mut file = KeyFileWriter::begin(&mut sealed, &root, &entropy).expect("a file");
        if bytes.len() < KEY_FILE_CHUNK_BYTES_MAX / 8 {
            file.put(&entropy, &line).expect("a line");
            file.finish(&entropy).expect("an end");
            let read = KeyFileReader::begin(&sealed[..], &roots).expect("a file").next_chunk().expect("a chunk");
            assert_eq!(read.expect("lines"), [line]);
        }
    }
}

/// Manifests and rows of a tenant of any bytes are read or refused.
pub(crate) fn tenant_export(bytes: &[u8]) {
    if let Ok(manifest) = TenantManifest::parse(bytes) {
        let again = manifest.to_bytes().expect("bytes");
        assert_eq!(TenantManifest::parse(&again).expect("what was read"), manifest);
    }
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(row) = TenantLine::parse(line) {
            let again = serde_json::to_vec(&row).expect("bytes");
            assert_eq!(TenantLine::parse(&again).expect("what was read"), row);
        }
    }
}
