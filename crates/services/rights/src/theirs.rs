//! What names somebody, and what names another: a system is believed about whoever the vault knows nothing else of.
//!
//! Systems are asked one step at a time (`Connector::identify`), so that nothing is followed from a value that was left out here:
//! somebody who typed another's address in as theirs is shown nothing of the other's, and nothing of it is erased with theirs.

use candor_places::Found;
use candor_vault::{Caller, VaultError};
use candor_words::SubjectId;

use crate::Rights;
use crate::named::Named;

/// How often systems are asked what they know somebody by further: what one knows may help another.
pub(crate) const NAMING_ROUNDS: usize = 10;

impl Rights {
    /// What a system knows a subject by, but for what identifies another.
    pub(crate) async fn theirs(
        &self,
        caller: &Caller,
        subject: SubjectId,
        found: Vec<Found>,
    ) -> Result<Vec<Found>, VaultError> {
        let asked: Vec<(&str, &str)> =
            found.iter().map(|one| (one.identifier.field.as_str(), one.identifier.value.expose().as_str())).collect();
        let is_others = self.vault.held_by_others(caller, subject, &asked).await?;
        let n_others = is_others.iter().filter(|is_others| **is_others).count();
        if n_others > 0 {
            tracing::warn!(n_others, "a system knows somebody by what identifies another: nothing is looked for by it");
        }
        Ok(found.into_iter().zip(is_others).filter(|(_, is_others)| !is_others).map(|(one, _)| one).collect())
    }

    /// What names a subject, but for what has come to identify another since it was kept.
    pub(crate) async fn still_theirs(
        &self,
        caller: &Caller,
        subject: SubjectId,
        mut named: Named,
    ) -> Result<Named, VaultError> {
        let is_others = self.vault.held_by_others(caller, subject, &named.identifiers()).await?;
        if is_others.contains(&true) {
            named.keep_only(|at| !is_others.get(at).copied().unwrap_or_default());
        }
        Ok(named)
    }
}
