//! The ids of records.

use candor_words::{Entropy, RecordId};

/// The id of the record of a group that is not `many per subject`.
pub const ONLY_RECORD: RecordId = RecordId::from_bytes([0; 16]);

/// Draws the id of one record among many of a subject: eight random bytes, then zeros, which a store need not keep. It
/// has to differ from those of one subject's records only.
pub(crate) fn drawn_record(entropy: &dyn Entropy) -> RecordId {
    let mut bytes = [0; 16];
    if let Some(random) = bytes.first_chunk_mut::<8>() {
        entropy.fill(random);
    }
    RecordId::from_bytes(bytes)
}
