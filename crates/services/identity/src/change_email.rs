//! Another address for an account: the new one confirms it, the old one is told before and after.

use std::collections::BTreeMap;

use candor_ledger::EntryBody;
use candor_vault::{NewRecord, ONLY_RECORD, TenantView, VaultError};
use candor_words::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::address::address;
use crate::drawer::Sort;
use crate::identity::Identity;
use crate::letters::About;
use crate::organisations::Confirmed;
use crate::session::Session;
use crate::sign_up::{CONFIRM_MS, bad, code_over, once};
use crate::token::Token;
use crate::visit::Visit;

/// An address that waits to be confirmed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NewAddress {
    to: String,
}

impl Sort for NewAddress {
    const KIND: u16 = 5;
}

impl Drop for NewAddress {
    fn drop(&mut self) {
        self.to.zeroize();
    }
}

impl Identity {
    /// Asks a new address to confirm that it is the account's, and tells the present one. Whether the new one has an
    /// account already shows only when it is confirmed.
    ///
    /// # Errors
    /// `session.stale`: the person has to prove once more who they are; `address.malformed`; `mail.none`.
    pub async fn change_email(
        &self,
        tenant: &TenantView,
        session: &Session,
        new: &str,
        visit: &Visit,
    ) -> Result<(), VaultError> {
        let door = self.front_door(tenant.id).await?;
        self.needs_fresh(session)?;
        self.needs_mail()?;
        let to = address(new)
            .ok_or_else(|| bad("address.malformed", "nothing was changed: no mail could reach that address"))?;
        self.limits.begin(visit, self.now())?;
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<NewAddress>(tenant.id, &token).await?;
        let body = NewAddress { to: to.to_owned() };
        let put = self.put_new(name, Some(session.subject), Some(self.in_ms(CONFIRM_MS)), &body)?;
        // Of several that wait, the last one holds.
        let earlier = candor_vault::SlipChange::DropAllOf(session.subject, NewAddress::KIND);
        let person = self.person(tenant.id, session.subject);
        self.vault.change_slips(&person, vec![earlier, put], Vec::new()).await?;
        let link = self.link(tenant, "account/email/confirm", &token);
        self.send(tenant, Secret::new(to.to_owned()), About::NewAddress { link: &link }, visit.language);
        if let Some(present) = self.address_of(tenant, &door, session.subject).await? {
            self.send(tenant, present, About::AddressLeaves, visit.language);
        }
        Ok(())
    }

    /// Confirms the new address by the code that was sent to it. Where an organisation manages the account, it waits for
    /// the organisation's approval then.
    ///
    /// # Errors
    /// `code.over`; `identifier.taken`: another account has the address.
    pub async fn confirm_email(
        &self,
        tenant: &TenantView,
        code: &Token,
        visit: &Visit,
    ) -> Result<Confirmed, VaultError> {
        let door = self.front_door(tenant.id).await?;
        let kept = self.kept_by::<NewAddress>(tenant.id, code).await?.ok_or_else(code_over)?;
        let subject = kept.owner.ok_or_else(code_over)?;
        let Some((group, name)) = door.email.as_deref().and_then(|field| field.split_once('.')) else {
            return Err(code_over());
        };
        self.vault.change_slips(&self.door(tenant.id), vec![kept.taken()], Vec::new()).await.map_err(once)?;
        self.address_confirmed(tenant.id, subject, &kept.body.to).await?;
        if self.needs_approval(tenant, subject).await? {
            self.await_approval(tenant, subject, &kept.body.to).await?;
            return Ok(Confirmed::AwaitsApproval);
        }
        let left = self.address_of(tenant, &door, subject).await?;
        let values = BTreeMap::from([(name.to_owned(), kept.body.to.as_str().into())]);
        let person = self.person(tenant.id, subject);
        let new = NewRecord { group: group.to_owned(), values, source: "subject".to_owned() };
        self.vault.rectify(&person, subject, ONLY_RECORD, new, None).await?;
        self.vault.tell(&person, (Some(subject), EntryBody::CredentialChanged { what: 3 })).await?;
        if let Some(left) = left {
            self.send(tenant, left, About::AddressLeft, visit.language);
        }
        self.address_is_new(tenant.id, subject, &kept.body.to).await?;
        Ok(Confirmed::Changed)
    }

    /// True while a code waits; looking at it uses nothing up.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn is_email_waiting(&self, tenant: &TenantView, code: &Token) -> Result<bool, VaultError> {
        Ok(self.kept_by::<NewAddress>(tenant.id, code).await?.is_some())
    }

    /// Refuses what cannot be taken back unless the person proved who they are only just now.
    ///
    /// # Errors
    /// `session.stale`.
    pub fn needs_fresh(&self, session: &Session) -> Result<(), VaultError> {
        if session.is_fresh(self.now()) {
            return Ok(());
        }
        Err(VaultError::new(
            candor_vault::ErrorKind::Denied,
            "session.stale",
            "this was not done: it needs a proof of who you are that is not older than five minutes",
        )
        .help("enter your password once more"))
    }
}
