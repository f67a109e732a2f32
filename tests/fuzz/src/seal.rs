//! What the store and backups give back: envelopes and wrapped keys.

use candor_seal::{Envelope, WrappedSubjectKey, WrappedTenantKey};

/// Envelopes and wrapped keys of any bytes are read or refused.
pub(crate) fn envelope(bytes: &[u8]) {
    let _ = Envelope::parse(bytes);
    let _ = WrappedSubjectKey::from_slice(bytes);
    let _ = WrappedTenantKey::from_slice(bytes);
}
