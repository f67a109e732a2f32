//! The sheet of recovery codes: shown once, kept as digests.

use candor_factors::RecoveryCode;
use candor_vault::{ErrorKind, TenantView, VaultError};
use candor_words::Secret;

use super::kept::{Act, Factor, Held};
use crate::identity::Identity;
use crate::letters::About;
use crate::session::Session;
use crate::visit::Visit;

impl Identity {
    /// Draws a new sheet of ten codes in the place of an earlier one. They are told here and never again.
    ///
    /// # Errors
    /// `session.stale`, `factor.needed`; `factor.none`: there is nothing that they could stand in for.
    pub async fn new_recovery_codes(
        &self,
        tenant: &TenantView,
        session: &Session,
        visit: &Visit,
    ) -> Result<Vec<Secret<String>>, VaultError> {
        self.needs_fresh_factor(session).await?;
        let all = self.kept_factors(session.tenant, session.subject).await?;
        if !all.iter().any(|kept| kept.body.is_second()) {
            return Err(VaultError::new(
                ErrorKind::Conflict,
                "factor.none",
                "no recovery codes were drawn: there is no second factor that they could stand in for",
            )
            .help("add a second factor first"));
        }
        let sheet = RecoveryCode::sheet(self.entropy.as_ref());
        let key = self.code_key(session.tenant).await?;
        let digests = sheet.iter().map(|code| code.digest(&key, session.subject.as_bytes())).collect();
        let (put, added) =
            self.put_factor(session.subject, &Factor::new("", Held::RecoveryCodes { digests }, self.now()))?;
        let (mut changes, mut told) = (Vec::new(), Vec::new());
        for earlier in all.iter().filter(|kept| !kept.body.is_second()) {
            changes.push(earlier.taken());
            told.push(earlier.told(Act::Removed));
        }
        changes.push(put);
        told.push(added);
        let person = self.person(session.tenant, session.subject);
        self.vault.change_slips(&person, changes, told).await?;
        self.tell_person(tenant, session.subject, About::FactorAdded, visit.language).await?;
        Ok(sheet.iter().map(RecoveryCode::text).collect())
    }
}
