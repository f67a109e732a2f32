//! How large a unit is; a store refuses one that is too large before it looks at anything else.

use crate::{Change, CommitError, Unit, UNIT_BYTES_MAX, UNIT_CHANGES_MAX};

/// What a row weighs besides its texts and blobs: ids, instants, counters.
const ROW_BYTES: usize = 64;

impl Unit {
    /// Says whether the unit is small enough to be applied.
    ///
    /// # Errors
    /// `TooLarge` with more than [`UNIT_CHANGES_MAX`] guards, changes or entries, or more than
    /// [`UNIT_BYTES_MAX`] bytes.
    pub fn check_size(&self) -> Result<(), CommitError> {
        let count = self.guards.len().max(self.changes.len()).max(self.entries.len());
        if count > UNIT_CHANGES_MAX {
            return Err(CommitError::TooLarge { count, max: UNIT_CHANGES_MAX });
        }
        let bytes = self.bytes();
        if bytes > UNIT_BYTES_MAX {
            return Err(CommitError::TooLarge { count: bytes, max: UNIT_BYTES_MAX });
        }
        Ok(())
    }

    /// Returns about how many bytes of rows and entries it holds.
    pub fn bytes(&self) -> usize {
        let changes: usize = self.changes.iter().map(|change| ROW_BYTES + change.bytes()).sum();
        let entries: usize = self.entries.iter().map(Vec::len).sum();
        changes + entries
    }
}

impl Change {
    /// Returns the bytes of its texts and blobs.
    fn bytes(&self) -> usize {
        match self {
            Self::PutTenant(row) => {
                let keys: usize = row.wrapped_keys.iter().map(Vec::len).sum();
                row.slug.len() + row.title.len() + keys + row.verifier_key.len() + row.settings.len()
            }
            Self::PutPolicy(row) => row.sources.iter().map(|(path, text)| path.len() + text.len()).sum(),
            Self::AddEvent(row) => {
                let purpose = row.purpose.as_ref().map_or(0, String::len);
                row.kind.len() + purpose + row.detail.len() + row.standing.len()
            }
            Self::PutRecord(row) => row.group.len() + row.sealed.len(),
            Self::AddHistory(row) => row.sealed.len(),
            Self::PutKey(row) => row.wrapped.len(),
            Self::PutRequest(row) => row.kind.len() + row.state.len() + row.detail.len(),
            Self::PutHold(row) => row.ground.len(),
            Self::PutApiKey(row) => row.label.len() + row.bounds.len(),
            Self::PutIdempotency(row) => row.answer.len(),
            Self::PutText(row) => row.language.len() + row.text.len(),
            Self::PutJob(row) => row.kind.len() + row.unique.len() + row.payload.len(),
            Self::PutCheckpoint(row) => row.note.len(),
            Self::IndexEntries { pairs, .. } => pairs.len() * 24,
            Self::PutSubject(_)
            | Self::DeleteRecord(..)
            | Self::DeleteKeys(..)
            | Self::PutIndex(..)
            | Self::DeleteIndex(..)
            | Self::ForgetSubject(..)
            | Self::DeleteHold(..)
            | Self::ExpireIdempotency(_)
            | Self::FinishJob(_) => 0,
        }
    }
}
