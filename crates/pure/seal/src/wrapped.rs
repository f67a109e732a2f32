//! Wrapped keys: envelopes of a fixed 63 bytes, one type per level.

use crate::SealError;
use crate::envelope::{ENVELOPE_OVERHEAD_BYTES, Envelope};
use crate::key::{KEY_BYTES, KeyVersion};

/// The length of every wrapped key.
pub const WRAPPED_KEY_BYTES: usize = KEY_BYTES + ENVELOPE_OVERHEAD_BYTES;

macro_rules! wrapped {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name([u8; WRAPPED_KEY_BYTES]);

        impl $name {
            /// Takes the bytes as they were stored.
            ///
            /// # Errors
            /// Any length but [`WRAPPED_KEY_BYTES`], or an unknown suite.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, SealError> {
                Envelope::parse(bytes)?;
                bytes.try_into().map(Self).map_err(|_| SealError::EnvelopeLength)
            }

            /// Returns the bytes to store.
            pub const fn as_bytes(&self) -> &[u8; WRAPPED_KEY_BYTES] {
                &self.0
            }

            /// Returns the version of the key that wrapped it.
            pub const fn wrapped_by(&self) -> KeyVersion {
                KeyVersion::new(u16::from_be_bytes([self.0[1], self.0[2]]))
            }
        }
    )*};
}

wrapped! {
    /// A tenant key under the root key.
    WrappedTenantKey;
    /// A subject key under its tenant's key; destroying it is erasure.
    WrappedSubjectKey;
}
