//! Locks: an administrator keeps somebody out until they are let in again.
//!
//! A lock ends every session and what applications have, and none begins while it stands. Whoever guesses passwords learns nothing of it: it is told
//! only to somebody who proved who they are.

use candor_ledger::EntryBody;
use candor_vault::{Caller, ErrorKind, Expect, Scope, SlipChange, StandingTurn, VaultError};
use candor_words::{Instant, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use crate::drawer::Sort;
use crate::identity::Identity;
use crate::session::SignOutCause;

/// What the ledger says of a lock and of its end.
const LOCKED: u8 = 5;
const UNLOCKED: u8 = 6;

/// Somebody is kept out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Lock {
    since: Instant,
}

impl Sort for Lock {
    const KIND: u16 = 51;
}

/// A lock as administrators see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LockView {
    /// Whether it stands.
    pub locked: bool,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
}

impl Identity {
    /// Locks an account: its sessions end, and nobody signs in to it. One that is locked stays so.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such subject.
    pub async fn lock(&self, actor: &Caller, subject: SubjectId) -> Result<LockView, VaultError> {
        actor.needs(Scope::Admin)?;
        let tenant = actor.tenant();
        if let Some(kept) = self.kept::<Lock>(tenant, self.lock_name(tenant, subject).await?).await? {
            return Ok(LockView { locked: true, since: Some(kept.body.since) });
        }
        let since = self.now();
        let put = self.put_new(self.lock_name(tenant, subject).await?, Some(subject), None, &Lock { since })?;
        let told = (Some(subject), EntryBody::CredentialChanged { what: LOCKED });
        let stood = self.standing_grants(tenant, subject).await?;
        self.vault.change_slips(actor, vec![put], vec![told]).await?;
        self.after(tenant, StandingTurn::Rests, stood).await;
        self.end_sessions(actor, subject, SignOutCause::Administrator).await?;
        Ok(LockView { locked: true, since: Some(since) })
    }

    /// Lets somebody in again.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such subject.
    pub async fn unlock(&self, actor: &Caller, subject: SubjectId) -> Result<LockView, VaultError> {
        actor.needs(Scope::Admin)?;
        let tenant = actor.tenant();
        self.vault.subject(actor, subject).await?;
        let name = self.lock_name(tenant, subject).await?;
        if let Some(kept) = self.kept::<Lock>(tenant, name).await? {
            let told = (Some(subject), EntryBody::CredentialChanged { what: UNLOCKED });
            self.vault.change_slips(actor, vec![kept.taken()], vec![told]).await?;
        }
        Ok(LockView { locked: false, since: None })
    }

    /// Whether an account is locked.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such subject.
    pub async fn lock_of(&self, actor: &Caller, subject: SubjectId) -> Result<LockView, VaultError> {
        actor.needs(Scope::Admin)?;
        self.vault.subject(actor, subject).await?;
        let kept = self.kept::<Lock>(actor.tenant(), self.lock_name(actor.tenant(), subject).await?).await?;
        let since = kept.map(|kept| kept.body.since);
        Ok(LockView { locked: since.is_some(), since })
    }

    /// True while somebody is locked out.
    pub(crate) async fn is_locked(&self, tenant: TenantId, subject: SubjectId) -> Result<bool, VaultError> {
        Ok(self.kept::<Lock>(tenant, self.lock_name(tenant, subject).await?).await?.is_some())
    }

    /// Refuses somebody who is locked out.
    pub(crate) async fn refuse_locked(&self, tenant: TenantId, subject: SubjectId) -> Result<(), VaultError> {
        match self.is_locked(tenant, subject).await? {
            false => Ok(()),
            true => Err(VaultError::new(
                ErrorKind::Denied,
                "account.locked",
                "nobody signs in to this account: it is locked",
            )
            .help("ask the organisation whose account it is")),
        }
    }

    /// The change that succeeds only while there is no lock.
    pub(crate) async fn unlocked(&self, tenant: TenantId, subject: SubjectId) -> Result<SlipChange, VaultError> {
        Ok(SlipChange::Drop(Lock::KIND, self.lock_name(tenant, subject).await?, Expect::Absent))
    }

    async fn lock_name(&self, tenant: TenantId, subject: SubjectId) -> Result<[u8; 32], VaultError> {
        self.vault.slip_name(tenant, Lock::KIND, subject.as_bytes()).await
    }
}
