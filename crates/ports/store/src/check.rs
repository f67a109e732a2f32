//! What every store refuses by looking at the unit alone: too large, or contradicting itself.

use candor_ledger::ENTRY_BYTES_MAX;

use crate::{Change, CommitError, Guard, UNIT_BYTES_MAX, UNIT_CHANGES_MAX, Unit};

/// What a row weighs besides its texts and blobs: ids, instants, counters.
const ROW_BYTES: usize = 64;

impl Unit {
    /// Says whether a store may look at the unit at all; each store asks first.
    ///
    /// # Errors
    /// `TooLarge` with more than [`UNIT_CHANGES_MAX`] guards, changes or entries, or more than
    /// [`UNIT_BYTES_MAX`] bytes. `Unfit` when a row names another tenant, or an entry is too long, or a tenant is forgotten beside other changes.
    pub fn check(&self) -> Result<(), CommitError> {
        let count = self.guards.len().max(self.changes.len()).max(self.entries.len());
        if count > UNIT_CHANGES_MAX {
            return Err(CommitError::TooLarge { count, max: UNIT_CHANGES_MAX });
        }
        let bytes = self.bytes();
        if bytes > UNIT_BYTES_MAX {
            return Err(CommitError::TooLarge { count: bytes, max: UNIT_BYTES_MAX });
        }
        if self.entries.iter().any(|entry| entry.len() > ENTRY_BYTES_MAX) {
            return Err(CommitError::Unfit { reason: "an entry is longer than entries may be" });
        }
        if self.changes.iter().any(|change| matches!(change, Change::ForgetTenant))
            && (!self.guards.contains(&Guard::TenantAbsent) || self.changes.len() > 1 || !self.entries.is_empty())
        {
            return Err(CommitError::Unfit {
                reason: "a tenant is forgotten by itself, and only when its row is absent",
            });
        }
        if self.changes.iter().any(|change| self.is_of_another(change)) {
            return Err(CommitError::Unfit { reason: "a row names another tenant than the unit" });
        }
        Ok(())
    }

    fn is_of_another(&self, change: &Change) -> bool {
        match change {
            Change::PutTenant(row) => row.id != self.tenant,
            Change::PutApiKey(row) => row.tenant != self.tenant,
            Change::PutJob(row) => row.tenant != self.tenant,
            _ => false,
        }
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
            Self::AddHistory(row) => row.group.len() + row.sealed.len(),
            Self::PutKey(row) => row.wrapped.len(),
            Self::PutRequest(row) => row.kind.len() + row.state.len() + row.detail.len(),
            Self::PutHold(row) => row.ground.len(),
            Self::PutApiKey(row) => row.label.len() + row.bounds.len(),
            Self::PutSecret(row) => {
                row.name.len() + row.purpose.len() + row.recipient.len() + row.wrapped.len() + row.sealed.len()
            }
            Self::DeleteSecret(name) => name.len(),
            Self::PutSlip(row) => row.sealed.len(),
            Self::PutIdempotency(row) => row.answer.len(),
            Self::PutText(row) => row.language.len() + row.text.len(),
            Self::PutJob(row) => row.kind.len() + row.unique.len() + row.payload.len(),
            Self::PutCheckpoint(row) => row.note.len(),
            Self::IndexEntries { pairs, .. } => pairs.len() * 24,
            Self::ForgetTenant
            | Self::PutSubject(_)
            | Self::DeleteRecord(..)
            | Self::DeleteKeys(..)
            | Self::PutIndex(..)
            | Self::DeleteIndex(..)
            | Self::ForgetSubject(..)
            | Self::PutDue(..)
            | Self::HastenDue(..)
            | Self::DeleteHold(..)
            | Self::PutNotice(_)
            | Self::DeleteSlip(..)
            | Self::DeleteSlipsOf(..)
            | Self::ExpireSlips(_)
            | Self::ExpireIdempotency(_)
            | Self::FinishJob(_) => 0,
        }
    }
}
