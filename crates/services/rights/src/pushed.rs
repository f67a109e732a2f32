//! Pushes as runs: what one carries is read from the person's standing whenever a system is reached.

use candor_manifest::Manifest;
use candor_manifest::model::{MarkOn, System};
use candor_places::{Mark, Turn};
use candor_vault::{Caller, ErrorKind, VaultError};
use candor_words::{RequestId, SubjectId};

use crate::Rights;
use crate::act::Want;
use crate::run::Run;

/// Whether a system has anywhere to put a mark.
pub(crate) fn can_hold(manifest: &Manifest, system: &System, mark: &Mark) -> bool {
    system.places.iter().flat_map(|place| &place.marks).any(|held| match (held.on, mark) {
        (MarkOn::Restriction, Mark::Restriction) => true,
        (MarkOn::No(at), Mark::No(name)) => manifest.purposes.get(at.at()).is_some_and(|purpose| purpose.name == *name),
        _ => false,
    })
}

impl Rights {
    /// What a run asks of systems now.
    pub(crate) async fn want_of(&self, office: &Caller, run: &Run) -> Result<Want, VaultError> {
        let Some(mark) = &run.push else {
            let right = if run.is_push() { "rectification" } else { &run.right };
            return Ok(Want::Right(right.to_owned()));
        };
        let turn = self.turn_of(office, run.subject, mark).await?;
        Ok(turn.map_or(Want::Nothing, |turn| Want::Mark(mark.clone(), turn)))
    }

    /// What the person's word is now.
    pub(crate) async fn turn_of(
        &self,
        office: &Caller,
        subject: SubjectId,
        mark: &Mark,
    ) -> Result<Option<Turn>, VaultError> {
        let standing = self.vault.subject(office, subject).await?.standing;
        Ok(standing.and_then(|standing| standing.says(mark, self.vault.now())))
    }

    /// Ends a push of somebody who was erased; false when there is still somebody.
    pub(crate) async fn ended_push(
        &self,
        office: &Caller,
        push: RequestId,
        subject: SubjectId,
    ) -> Result<bool, VaultError> {
        match self.vault.subject(office, subject).await {
            Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Missing) => {
                self.vault.end_push(office, push).await.map(|()| true)
            }
            other => other.map(|_| false),
        }
    }
}
