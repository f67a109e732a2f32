//! Members: accounts that an organisation claimed or manages.
//!
//! A membership is the person's: sealed under their key and gone with them. Its name begins with the organisation's id, so
//! that the members of one are a range.

use candor_ledger::EntryBody;
use candor_vault::{Caller, ErrorKind, Page, Scope, VaultError};
use candor_words::{Instant, OrganisationId, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use super::{Organisation, letters, name_of};
use crate::drawer::{Kept, Sort, read};
use crate::identity::Identity;

/// Where a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberState {
    /// Claimed: they are told, and may leave until the deadline.
    Claimed,
    /// The organisation manages the account.
    Managed,
}

/// What an entry says of an account and an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum MemberAct {
    Claimed = 1,
    Left = 2,
    Managed = 3,
    LetGo = 4,
}

/// Body of a membership's slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Membership {
    pub organisation: OrganisationId,
    pub domain: String,
    pub state: MemberState,
    pub claimed_at: Instant,
    /// When the letter was taken by the relay: the time to leave runs from then.
    pub told_at: Option<Instant>,
    /// Until when they may leave, as the letter says: it stands before the letter leaves, and counts once that was taken.
    pub deadline: Option<Instant>,
    /// When the next attempt to tell them is made.
    pub tell_at: Instant,
}

impl Sort for Membership {
    const KIND: u16 = 47;
}

/// A member as administrators see it: no field of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MemberView {
    /// Who.
    pub subject: SubjectId,
    /// Where they stand.
    pub state: MemberState,
    /// Since when they are claimed.
    pub claimed_at: Instant,
    /// When they were told; the time to leave runs from then.
    pub told_at: Option<Instant>,
    /// Until when they may leave; it moves on until they were told.
    pub deadline: Option<Instant>,
}

impl Identity {
    /// The members of an organisation.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `organisation.unknown`.
    pub async fn members(
        &self,
        actor: &Caller,
        organisation: OrganisationId,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<MemberView, [u8; 32]>, VaultError> {
        actor.needs(Scope::Admin)?;
        self.kept_organisation(actor.tenant(), organisation).await?;
        let page = self.memberships(actor.tenant(), organisation, after, limit).await?;
        let view = |kept: Kept<Membership>| {
            let Membership { state, claimed_at, told_at, deadline, .. } = kept.body;
            kept.owner.map(|subject| MemberView { subject, state, claimed_at, told_at, deadline })
        };
        Ok(Page { rows: page.rows.into_iter().filter_map(view).collect(), next: page.next })
    }

    /// Lets a member go: their account is theirs again, whatever its address.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `member.unknown`.
    pub async fn let_go(
        &self,
        actor: &Caller,
        organisation: OrganisationId,
        subject: SubjectId,
    ) -> Result<(), VaultError> {
        actor.needs(Scope::Admin)?;
        let kept = self.membership(actor.tenant(), subject).await?;
        let kept = kept.filter(|kept| kept.body.organisation == organisation).ok_or_else(|| {
            VaultError::new(ErrorKind::Missing, "member.unknown", "the organisation has no such member")
        })?;
        self.end_membership(actor, &kept, MemberAct::LetGo).await
    }

    /// Ends a membership, whatever its state, and tells the person of it when their account was managed.
    pub(super) async fn end_membership(
        &self,
        actor: &Caller,
        kept: &Kept<Membership>,
        act: MemberAct,
    ) -> Result<(), VaultError> {
        let tenant = actor.tenant();
        let Some(subject) = kept.owner else { return Ok(()) };
        let was_managed = kept.body.state == MemberState::Managed;
        if was_managed {
            // First: who ends half way finds the membership still there, and ends it again.
            self.vault.set_managed(&self.vault.office(tenant), subject, false).await?;
        }
        let told = entry(kept, act);
        let waiting = candor_vault::SlipChange::DropAllOf(subject, super::addresses::WaitingAddress::KIND);
        self.vault.change_slips(actor, vec![kept.taken(), waiting], vec![told]).await?;
        if was_managed {
            self.write_to(tenant, subject, &letters::About::LetGo).await?;
        }
        Ok(())
    }

    pub(super) async fn let_all_go(&self, actor: &Caller, of: &Organisation) -> Result<(), VaultError> {
        loop {
            let page = self.memberships(actor.tenant(), of.id, None, candor_vault::PAGE_MAX).await?;
            if page.rows.is_empty() {
                return Ok(());
            }
            for kept in page.rows {
                self.end_membership(actor, &kept, MemberAct::LetGo).await?;
            }
        }
    }

    /// The membership of somebody, if they have one.
    pub(super) async fn membership(
        &self,
        tenant: TenantId,
        subject: SubjectId,
    ) -> Result<Option<Kept<Membership>>, VaultError> {
        Ok(self.kept_of::<Membership>(tenant, subject, 1).await?.into_iter().next())
    }

    /// The memberships of an organisation, by name.
    pub(super) async fn memberships(
        &self,
        tenant: TenantId,
        organisation: OrganisationId,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<Kept<Membership>, [u8; 32]>, VaultError> {
        let begin = after.unwrap_or_else(|| name_of(organisation));
        let page = self.vault.slips(tenant, Membership::KIND, None, Some(begin), limit).await?;
        let is_of = |name: &[u8; 32]| name.starts_with(organisation.as_bytes());
        let rows: Result<Vec<_>, _> =
            page.rows.into_iter().filter(|slip| is_of(&slip.name)).map(read::<Membership>).collect();
        Ok(Page { rows: rows?, next: page.next.filter(is_of) })
    }

    /// What a membership's slip is called.
    pub(super) async fn membership_name(
        &self,
        tenant: TenantId,
        organisation: OrganisationId,
        subject: SubjectId,
    ) -> Result<[u8; 32], VaultError> {
        let mut name = name_of(organisation);
        let blinded = self.vault.slip_name(tenant, Membership::KIND, subject.as_bytes()).await?;
        name[16..].copy_from_slice(&blinded[..16]);
        Ok(name)
    }
}

/// What the ledger says of a membership.
pub(super) fn entry(kept: &Kept<Membership>, act: MemberAct) -> (Option<SubjectId>, EntryBody) {
    let Membership { organisation, deadline, .. } = kept.body;
    let deadline = deadline.unwrap_or(Instant::from_millis(0));
    (kept.owner, EntryBody::AccountClaimed { organisation, act: act as u8, deadline })
}
