//! Passkeys: added to an account, as a second factor, and to sign in with nothing else.
//!
//! The site is the public address of the configuration, never of a request. A question is used up by its first answer.

use candor_identity_port::{Holder, PasskeyError, Site};
use candor_ledger::EntryBody;
use candor_vault::{ErrorKind, SlipChange, TenantView, VaultError};
use candor_words::{SubjectId, TenantId};

use super::enrol::{Enrolment, Pending};
use super::kept::{Factor, Held};
use super::proof::Challenge;
use crate::attempt::{Attempt, AttemptToken, Step};
use crate::drawer::Kept;
use crate::identity::Identity;
use crate::local_path::LocalPath;
use crate::method::{Method, Methods};
use crate::session::Session;
use crate::sign_up::code_over;
use crate::token::Token;
use crate::visit::Visit;

/// How long a question for a passkey waits: five minutes.
const QUESTION_MS: i64 = 5 * 60 * 1000;
/// How long one waits that a page holds ready: as long as somebody may look at it.
const OFFER_MS: i64 = 30 * 60 * 1000;

/// What a page hands its browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyQuestion {
    /// For the answer.
    pub token: Token,
    /// The options, as JSON.
    pub options: String,
}

impl Identity {
    /// True where browsers use passkeys: the public address is https, or `localhost`.
    pub fn has_passkeys(&self) -> bool {
        let site = Site { origin: origin_of(self.public_url()).to_owned(), name: "-".to_owned() };
        self.passkeys.start_sign_in(&site, &[]).is_ok()
    }

    fn site(&self, tenant: &TenantView) -> Site {
        Site { origin: origin_of(self.public_url()).to_owned(), name: tenant.title.clone() }
    }

    /// Begins to add a passkey. `name` is what the authenticator lists it by.
    ///
    /// # Errors
    /// `session.stale`, `factor.needed`; `factor.too_many`; `passkey.site`.
    pub async fn begin_passkey(&self, tenant: &TenantView, session: &Session) -> Result<PasskeyQuestion, VaultError> {
        self.may_enrol(session).await?;
        let door = self.front_door(tenant.id).await?;
        let address = self.address_of(tenant, &door, session.subject).await?;
        let name = address.map_or_else(|| tenant.slug.clone(), |address| address.expose().clone());
        let holder = Holder { subject: session.subject, name };
        let known = ids(&self.kept_factors(session.tenant, session.subject).await?);
        let begun = self.passkeys.start_registration(&self.site(tenant), &holder, &known).map_err(refused)?;
        let token = self.put_pending(session, &Pending::Passkey { state: begun.state }).await?;
        Ok(PasskeyQuestion { token, options: begun.options })
    }

    /// Adds the passkey that the browser answered with.
    ///
    /// # Errors
    /// `code.over`; `passkey.…` as [`PasskeyError`] says.
    pub async fn confirm_passkey(
        &self,
        tenant: &TenantView,
        session: &Session,
        token: &Enrolment,
        answer: &str,
        label: &str,
        visit: &Visit,
    ) -> Result<(), VaultError> {
        let kept = self.pending(session, token).await?;
        let Pending::Passkey { state } = &kept.body else { return Err(code_over()) };
        let passkey = self.passkeys.finish_registration(&self.site(tenant), state, answer).map_err(refused)?;
        if ids(&self.kept_factors(session.tenant, session.subject).await?).contains(&passkey.id) {
            return Err(refused(PasskeyError::Known));
        }
        let held = Held::Passkey { id: passkey.id, kept: passkey.kept, is_synced: passkey.is_synced };
        self.add(tenant, session, kept, Factor::new(label, held, self.now()), visit).await
    }

    /// Begins a sign-in with a passkey, of whoever it turns out to be.
    ///
    /// # Errors
    /// `door.none`; `door.too_often`; `passkey.site`.
    pub async fn begin_passkey_sign_in(
        &self,
        tenant: &TenantView,
        visit: &Visit,
    ) -> Result<PasskeyQuestion, VaultError> {
        self.limits.begin(visit, self.now())?;
        self.question_of_anybody(tenant, QUESTION_MS, false).await
    }

    /// A question that a sign-in page holds ready, for whoever takes a passkey from the list under the name's field. It is no
    /// attempt until it is answered.
    ///
    /// # Errors
    /// `door.none`; `door.too_often`; `passkey.site`.
    pub async fn offer_passkey_sign_in(
        &self,
        tenant: &TenantView,
        visit: &Visit,
    ) -> Result<PasskeyQuestion, VaultError> {
        self.offers.begin(visit, self.now())?;
        self.question_of_anybody(tenant, OFFER_MS, true).await
    }

    async fn question_of_anybody(
        &self,
        tenant: &TenantView,
        ms: i64,
        is_offer: bool,
    ) -> Result<PasskeyQuestion, VaultError> {
        self.front_door(tenant.id).await?;
        let begun = self.passkeys.start_sign_in(&self.site(tenant), &[]).map_err(refused)?;
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<Challenge>(tenant.id, &token).await?;
        // Nobody in particular is asked.
        let asked = Challenge { sent: None, passkey: Some(begun.state), is_offer };
        let put = self.put_new(name, None, Some(self.in_ms(ms)), &asked)?;
        self.vault.change_slips(&self.door(tenant.id), vec![put], Vec::new()).await?;
        Ok(PasskeyQuestion { token, options: begun.options })
    }

    /// Signs in whoever the passkey belongs to. An answer that nobody's passkey gives is refused as a wrong password is.
    ///
    /// # Errors
    /// `code.over`: the question is over, or was answered already.
    pub async fn sign_in_with_passkey(
        &self,
        tenant: &TenantView,
        token: &Token,
        answer: &str,
        then: Option<LocalPath>,
        visit: &Visit,
    ) -> Result<Step, VaultError> {
        let kept = self.kept_by::<Challenge>(tenant.id, token).await?.filter(|kept| kept.owner.is_none());
        let kept = kept.ok_or_else(code_over)?;
        let state = kept.body.passkey.as_deref().ok_or_else(code_over)?;
        if kept.body.is_offer {
            // An attempt from now on, and counted as one: a success takes one back.
            self.limits.begin(visit, self.now())?;
        }
        self.vault
            .change_slips(&self.door(tenant.id), vec![kept.taken()], Vec::new())
            .await
            .map_err(crate::sign_up::once)?;
        let subject = self.passkeys.claimed(answer).ok().and_then(|claimed| claimed.subject);
        let proved = match subject {
            Some(subject) => self.is_passkey_of(tenant, subject, state, answer).await?,
            None => false,
        };
        let (Some(subject), true) = (subject, proved) else {
            let told = EntryBody::SignIn { methods: Methods::of(Method::Passkey).bits(), outcome: 0 };
            self.vault.tell(&self.door(tenant.id), (None, told)).await?;
            return Ok(Step::Refused);
        };
        self.limits.succeeded(visit);
        self.advance(tenant.id, Attempt::by(subject, Method::Passkey, then), visit).await
    }

    /// Asks for a passkey in an attempt that a password began.
    ///
    /// # Errors
    /// `code.over`; `factor.not_offered`; `passkey.site`.
    pub async fn ask_for_passkey(&self, tenant: &TenantView, token: &AttemptToken) -> Result<String, VaultError> {
        let attempt = self.attempt_offering(tenant.id, token, Method::Passkey).await?;
        let challenge = self.name_of::<Challenge>(tenant.id, token).await?;
        self.ask_passkey_of(tenant, attempt.body.subject, challenge).await
    }

    /// Looks at the answer.
    ///
    /// # Errors
    /// As of [`Identity::ask_for_passkey`].
    pub async fn prove_with_passkey(
        &self,
        tenant: &TenantView,
        token: &AttemptToken,
        answer: &str,
        visit: &Visit,
    ) -> Result<Step, VaultError> {
        let kept = self.attempt_offering(tenant.id, token, Method::Passkey).await?;
        let challenge = self.name_of::<Challenge>(tenant.id, token).await?;
        if self.answers_challenge(tenant, kept.body.subject, challenge, answer).await? {
            return self.proved(tenant.id, token, kept, Method::Passkey, visit).await;
        }
        self.failed(tenant.id, kept, Method::Passkey).await
    }

    pub(crate) async fn ask_passkey_of(
        &self,
        tenant: &TenantView,
        subject: SubjectId,
        challenge: [u8; 32],
    ) -> Result<String, VaultError> {
        let known = ids(&self.kept_factors(tenant.id, subject).await?);
        let begun = self.passkeys.start_sign_in(&self.site(tenant), &known).map_err(refused)?;
        self.challenge(tenant.id, subject, challenge, |body| body.passkey = Some(begun.state)).await?;
        Ok(begun.options)
    }

    /// True when it is an answer of the person's to the question that was asked last, which is used up by it.
    pub(crate) async fn answers_challenge(
        &self,
        tenant: &TenantView,
        subject: SubjectId,
        challenge: [u8; 32],
        answer: &str,
    ) -> Result<bool, VaultError> {
        let kept = self.kept::<Challenge>(tenant.id, challenge).await?;
        let Some(mut kept) = kept.filter(|kept| kept.owner == Some(subject)) else { return Ok(false) };
        let Some(state) = kept.body.passkey.take() else { return Ok(false) };
        let person = self.person(tenant.id, subject);
        self.vault.change_slips(&person, vec![kept.put_again()?], Vec::new()).await.map_err(crate::sign_up::once)?;
        self.is_passkey_of(tenant, subject, &state, answer).await
    }

    /// True when one of the person's passkeys signed; its counter moves on with it.
    async fn is_passkey_of(
        &self,
        tenant: &TenantView,
        subject: SubjectId,
        state: &[u8],
        answer: &str,
    ) -> Result<bool, VaultError> {
        let Ok(claimed) = self.passkeys.claimed(answer) else { return Ok(false) };
        if claimed.subject.is_some_and(|claimed| claimed != subject) {
            return Ok(false);
        }
        let Some((mut kept, passkey)) = self.passkey(tenant.id, subject, &claimed.id).await? else { return Ok(false) };
        let used = match self.passkeys.finish_sign_in(&self.site(tenant), state, answer, &passkey) {
            Ok(used) => used,
            Err(error) => {
                tracing::info!(code = error.code(), "a passkey was refused");
                return Ok(false);
            }
        };
        kept.body.held = Held::Passkey { id: used.id, kept: used.kept, is_synced: used.is_synced };
        kept.body.used_at = Some(self.now());
        let put: SlipChange = kept.put_again()?;
        match self.vault.change_slips(&self.person(tenant.id, subject), vec![put], Vec::new()).await {
            Err(error) if error.code() == "slip.changed" => Ok(false),
            done => done.map(|_| true),
        }
    }

    async fn passkey(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        id: &[u8],
    ) -> Result<Option<(Kept<Factor>, candor_identity_port::Passkey)>, VaultError> {
        let all = self.kept_factors(tenant, subject).await?;
        let with = |kept: Kept<Factor>| kept.body.passkey().map(|passkey| (kept, passkey));
        Ok(all.into_iter().filter_map(with).find(|(_, passkey)| passkey.id == id))
    }
}

fn ids(factors: &[Kept<Factor>]) -> Vec<Vec<u8>> {
    factors.iter().filter_map(|kept| kept.body.passkey()).map(|passkey| passkey.id).collect()
}

/// Scheme, host and port of an address.
fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find('/').map_or(url.len(), |at| start + at);
    &url[..end]
}

fn refused(error: PasskeyError) -> VaultError {
    let kind = match error {
        PasskeyError::Site => ErrorKind::Unavailable,
        PasskeyError::Known => ErrorKind::Conflict,
        _ => ErrorKind::BadInput,
    };
    let message = match error {
        PasskeyError::Site => "passkeys cannot be used here: the public address is neither https nor `localhost`",
        PasskeyError::Known => "no passkey was added: this device holds one for the account already",
        PasskeyError::Unverified => "the passkey was not taken: the device did not verify who uses it",
        _ => "the passkey was not taken: the browser's answer does not fit what was asked",
    };
    VaultError::new(kind, error.code(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_is_the_origin_of_the_public_address() {
        for (url, origin) in [
            ("https://id.vendor.example", "https://id.vendor.example"),
            ("https://id.vendor.example/people", "https://id.vendor.example"),
            ("http://localhost:8700", "http://localhost:8700"),
            ("", ""),
        ] {
            assert_eq!(origin_of(url), origin);
        }
    }
}
