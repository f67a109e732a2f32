//! What an agent asks in somebody's name, confirmed by a letter: for people who have no session, and perhaps no password.
//!
//! They say by which address they are known here, and are sent a link if it is so; what is answered is the same for every
//! address. The link shows the question once more, and is used up by the answer.

use candor_vault::{Expect, SlipChange, TenantView, VaultError};
use candor_words::{RequestId, Secret, SubjectId};
use serde::{Deserialize, Serialize};

use crate::address::address;
use crate::drawer::Sort;
use crate::identity::Identity;
use crate::letters::About;
use crate::sign_up::{bad, code_over};
use crate::token::Token;
use crate::visit::Visit;

/// How long the link of a letter is good for: a day.
const ASKED_MS: i64 = 24 * 60 * 60 * 1000;
/// The longest address of the agent's that a letter's link leads back to.
const BACK_BYTES_MAX: usize = 2_000;

/// A letter under way about what an agent asked for; its owner may answer.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AskedByMail {
    /// The agent's request, by its own id.
    id: RequestId,
    /// Where the agent wants them back.
    back: String,
}

impl Sort for AskedByMail {
    const KIND: u16 = 71;
}

/// Who answers by a letter's link.
#[derive(Debug, Clone)]
pub struct AskedLetter {
    /// To whom the letter was written.
    pub subject: SubjectId,
    /// Where the agent wants them back.
    pub back: String,
}

impl Identity {
    /// True where somebody can be written to, and is found by an address.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn asks_by_letter(&self, tenant: &TenantView) -> Result<bool, VaultError> {
        let door = self.front_door_if_any(tenant.id).await?;
        Ok(self.needs_mail().is_ok() && door.is_some_and(|door| door.email.is_some()))
    }

    /// Writes to an address, if somebody here has it, with a link to what an agent asked for in their name.
    ///
    /// # Errors
    /// `door.none`; `address.malformed`; `mail.none`; `door.too_often`.
    pub async fn ask_by_letter(
        &self,
        tenant: &TenantView,
        (id, agent, back): (RequestId, &str, &str),
        email: &str,
        visit: &Visit,
    ) -> Result<(), VaultError> {
        let door = self.front_door(tenant.id).await?;
        self.needs_mail()?;
        let malformed = || bad("address.malformed", "nothing was sent: no mail could reach that address");
        let field = door.email.as_ref().ok_or_else(malformed)?;
        let to = address(email).ok_or_else(malformed)?;
        self.limits.begin(visit, self.now())?;
        let found = self.vault.find(&self.door(tenant.id), &door.purpose, field, to).await?;
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<AskedByMail>(tenant.id, &token).await?;
        let back = if back.len() > BACK_BYTES_MAX { String::new() } else { back.to_owned() };
        // Put in either case, so that both take the same; one without an owner opens nothing.
        let put = self.put_new(name, found, Some(self.in_ms(ASKED_MS)), &AskedByMail { id, back })?;
        self.vault.change_slips(&self.door(tenant.id), vec![put], Vec::new()).await?;
        if found.is_some() {
            let link = self.link(tenant, &format!("asked/{id}/confirm"), &token);
            self.send(tenant, Secret::new(to.to_owned()), About::AskedByAgent { link: &link, agent }, visit.language);
        }
        Ok(())
    }

    /// Who was written to with a link; looking at it uses nothing up.
    ///
    /// # Errors
    /// `code.over`: the link is none, is another request's, was used, or is too old.
    pub async fn asked_by_letter(
        &self,
        tenant: &TenantView,
        id: RequestId,
        code: &Token,
    ) -> Result<AskedLetter, VaultError> {
        let kept = self.kept_by::<AskedByMail>(tenant.id, code).await?.filter(|kept| kept.body.id == id);
        let kept = kept.ok_or_else(code_over)?;
        let subject = kept.owner.ok_or_else(code_over)?;
        Ok(AskedLetter { subject, back: kept.body.back })
    }

    /// The link was answered: it is good for nothing any more.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn letter_answered(&self, tenant: &TenantView, code: &Token) -> Result<(), VaultError> {
        let name = self.name_of::<AskedByMail>(tenant.id, code).await?;
        let dropped = SlipChange::Drop(AskedByMail::KIND, name, Expect::Anything);
        self.vault.change_slips(&self.door(tenant.id), vec![dropped], Vec::new()).await.map(drop)
    }
}
