//! Manifests and rows of a tenant of any bytes are read or refused.

#![no_main]

use candor_vault::{TenantLine, TenantManifest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
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
});
