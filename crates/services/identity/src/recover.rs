//! A new password for somebody who forgot theirs, over the address of their account.
//!
//! What is answered is the same whether or not there is an account; the letter tells its reader. A new password ends every
//! session and takes no second factor away: who signs in with it needs theirs as before.

use candor_ledger::EntryBody;
use candor_vault::{NewRecord, ONLY_RECORD, TenantView, VaultError};
use candor_words::{Secret, SubjectId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::address::address;
use crate::door::FrontDoor;
use crate::drawer::Sort;
use crate::identity::Identity;
use crate::letters::About;
use crate::password;
use crate::session::{Session, SignOutCause};
use crate::sign_up::{bad, code_over, once};
use crate::token::Token;
use crate::visit::Visit;

/// How long a code to recover an account lasts: half an hour.
const RECOVER_MS: i64 = 30 * 60 * 1000;

/// A recovery under way: its owner may set a new password.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Recovery {}

impl Sort for Recovery {
    const KIND: u16 = 4;
}

impl Identity {
    /// Writes to an address how to set a new password, if it has an account; else that it has none.
    ///
    /// # Errors
    /// `door.none`; `address.malformed`; `mail.none`; `door.too_often`.
    pub async fn recover(&self, tenant: &TenantView, email: &str, visit: &Visit) -> Result<(), VaultError> {
        let door = self.front_door(tenant.id).await?;
        let Some(field) = &door.email else { return Err(no_address()) };
        self.needs_mail()?;
        let to = address(email).ok_or_else(|| {
            bad("address.malformed", "nothing was sent: no mail could reach that address").detail("field", field)
        })?;
        self.limits.begin(visit, self.now())?;
        let found = self.vault.find(&self.door(tenant.id), &door.purpose, field, to).await?;
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<Recovery>(tenant.id, &token).await?;
        // Put in either case, so that both take the same; one without an owner opens nothing.
        let put = self.put_new(name, found, Some(self.in_ms(RECOVER_MS)), &Recovery {})?;
        self.vault.change_slips(&self.door(tenant.id), vec![put], Vec::new()).await?;
        let link = self.link(tenant, "recover/set", &token);
        let about = if found.is_some() { About::Recover { link: &link } } else { About::NoAccount };
        self.send(tenant, Secret::new(to.to_owned()), about, visit.language);
        Ok(())
    }

    /// True while a code waits; looking at it uses nothing up.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn is_recovery_waiting(&self, tenant: &TenantView, code: &Token) -> Result<bool, VaultError> {
        Ok(self.kept_by::<Recovery>(tenant.id, code).await?.is_some_and(|kept| kept.owner.is_some()))
    }

    /// Sets a new password by a code. The person is not signed in by it.
    ///
    /// # Errors
    /// `code.over`; `password.length`, `password.guessable`.
    pub async fn set_password_by(
        &self,
        tenant: &TenantView,
        code: &Token,
        new: Secret<String>,
        visit: &Visit,
    ) -> Result<(), VaultError> {
        let door = self.front_door(tenant.id).await?;
        let kept = self.kept_by::<Recovery>(tenant.id, code).await?.ok_or_else(code_over)?;
        let subject = kept.owner.ok_or_else(code_over)?;
        let to = self.address_of(tenant, &door, subject).await?;
        password::check(new.expose(), &to.iter().map(|to| to.expose().as_str()).collect::<Vec<_>>())?;
        self.vault.change_slips(&self.door(tenant.id), vec![kept.taken()], Vec::new()).await.map_err(once)?;
        self.write_password(tenant, &door, subject, new, 2).await?;
        if let Some(to) = to {
            self.send(tenant, to, About::NewPassword, visit.language);
        }
        Ok(())
    }

    /// Changes the password of whoever is signed in; every other session ends.
    ///
    /// # Errors
    /// `password.wrong`; `password.length`, `password.guessable`; `verify.too_often`.
    pub async fn change_password(
        &self,
        tenant: &TenantView,
        session: &Session,
        old: Secret<String>,
        new: Secret<String>,
        visit: &Visit,
    ) -> Result<crate::session::Opened, VaultError> {
        let door = self.front_door(tenant.id).await?;
        if !self.is_password_of(session, &door, old).await? {
            return Err(bad("password.wrong", "the password was not changed: the present one is another"));
        }
        let to = self.address_of(tenant, &door, session.subject).await?;
        password::check(new.expose(), &to.iter().map(|to| to.expose().as_str()).collect::<Vec<_>>())?;
        self.write_password(tenant, &door, session.subject, new, 1).await?;
        if let Some(to) = to {
            self.send(tenant, to, About::NewPassword, visit.language);
        }
        self.begin_session(tenant.id, session.subject, session.methods, visit).await
    }

    /// Writes the hash, says so in the ledger (`what` 1 changed, 2 reset), and ends every session.
    async fn write_password(
        &self,
        tenant: &TenantView,
        door: &FrontDoor,
        subject: SubjectId,
        new: Secret<String>,
        what: u8,
    ) -> Result<(), VaultError> {
        let Some((group, name)) = door.password.split_once('.') else { return Err(no_address()) };
        let caller = self.door(tenant.id);
        let values: BTreeMap<String, Value> = BTreeMap::from([(name.to_owned(), json!({ "plain": new.expose() }))]);
        let new = NewRecord { group: group.to_owned(), values, source: "subject".to_owned() };
        // Written, not corrected: no older hash is kept.
        self.vault.patch_record(&caller, subject, ONLY_RECORD, new).await?;
        self.vault.tell(&caller, (Some(subject), EntryBody::CredentialChanged { what })).await?;
        self.end_sessions(&caller, subject, SignOutCause::NewPassword).await.map(drop)
    }
}

fn no_address() -> VaultError {
    VaultError::new(
        candor_vault::ErrorKind::Unprocessable,
        "recover.none",
        "no password can be set this way: the policy keeps no address that could be written to",
    )
    .help("ask an administrator")
}
