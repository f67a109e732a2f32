//! The one record of a group that a subject has only once.

use candor_words::RecordId;

/// The id of the record of a group that is not `many per subject`.
pub const ONLY_RECORD: RecordId = RecordId::from_bytes([0; 16]);
