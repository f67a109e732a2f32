//! Adding a factor: it counts once its first code was right.

use candor_factors::{SentCode, TotpSecret, svg};
use candor_vault::{ErrorKind, TenantView, VaultError};
use candor_words::Secret;
use serde::{Deserialize, Serialize};

use super::kept::{FACTORS_MAX, Factor, Held, SecretBytes};
use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::letters::About;
use crate::method::{Method, Methods};
use crate::session::Session;
use crate::sign_up::{bad, code_over};
use crate::token::Token;
use crate::visit::Visit;

/// How long an enrolment waits for its first code: a quarter of an hour.
const ENROL_MS: i64 = 15 * 60 * 1000;

/// A factor on its way.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Pending {
    Totp { secret: SecretBytes, used_step: Option<i64> },
    Code { by_sms: bool, sent: SentCode },
    Passkey { state: Vec<u8> },
}

impl Sort for Pending {
    const KIND: u16 = 17;
}

/// The hold of a page on a factor on its way.
pub type Enrolment = Token;

/// What a person needs to set up an authenticator app.
#[derive(Debug)]
pub struct TotpEnrolment {
    /// For the form.
    pub token: Enrolment,
    /// The secret as it is typed, in groups of four.
    pub secret: Secret<String>,
    /// The address that opens an app on the same device.
    pub address: Secret<String>,
    /// The address as a QR code; `None` when it would be too long.
    pub picture: Option<Secret<String>>,
}

impl Identity {
    /// Begins to set up an authenticator app. `picture_title` is read out in the picture's place.
    ///
    /// # Errors
    /// `session.stale`, `factor.needed`; `factor.too_many`.
    pub async fn begin_totp(
        &self,
        tenant: &TenantView,
        session: &Session,
        picture_title: &str,
    ) -> Result<TotpEnrolment, VaultError> {
        self.may_enrol(session).await?;
        let secret = TotpSecret::new(self.entropy.as_ref());
        let pending = Pending::Totp { secret: SecretBytes(secret.as_bytes().to_vec()), used_step: None };
        let token = self.put_pending(session, &pending).await?;
        self.shown(tenant, token, &secret, picture_title)
    }

    /// Shows once more what a person needs to set up an app, as after a wrong code.
    ///
    /// # Errors
    /// `code.over`.
    pub async fn totp_again(
        &self,
        tenant: &TenantView,
        session: &Session,
        token: &Enrolment,
        picture_title: &str,
    ) -> Result<TotpEnrolment, VaultError> {
        match self.pending(session, token).await?.body {
            Pending::Totp { secret, .. } => {
                let secret = TotpSecret::from_bytes(&secret.0).map_err(|_| code_over())?;
                self.shown(tenant, token.clone(), &secret, picture_title)
            }
            _ => Err(code_over()),
        }
    }

    fn shown(
        &self,
        tenant: &TenantView,
        token: Enrolment,
        secret: &TotpSecret,
        picture_title: &str,
    ) -> Result<TotpEnrolment, VaultError> {
        // The app keeps what it is told for years: the organisation, and nothing of the person.
        let address = secret.address(&tenant.title, &tenant.slug);
        let picture = svg(&address, picture_title);
        Ok(TotpEnrolment { token, secret: secret.text(), address, picture })
    }

    /// Begins to add codes by mail or text message: sends the first one.
    ///
    /// # Errors
    /// As of [`Identity::begin_totp`]; `factor.unreachable`; `factor.known`.
    pub async fn begin_codes(
        &self,
        tenant: &TenantView,
        session: &Session,
        method: Method,
        visit: &Visit,
    ) -> Result<Enrolment, VaultError> {
        self.may_enrol(session).await?;
        if self.held_factors(session.tenant, session.subject).await?.has(method) {
            return Err(VaultError::new(
                ErrorKind::Conflict,
                "factor.known",
                "nothing was added: the account has it already",
            ));
        }
        let bound_to = session.subject.as_bytes();
        let (sent, drawn) = self.draw_sent_code(tenant, session.subject, method, bound_to).await?;
        let token = self.put_pending(session, &Pending::Code { by_sms: method == Method::SmsCode, sent }).await?;
        self.hand_over(tenant, drawn, visit.language).await?;
        Ok(token)
    }

    /// Adds the app or the way of sending codes, when the code is right.
    ///
    /// # Errors
    /// `code.over`; `code.wrong`; `code.spent`.
    pub async fn confirm_factor(
        &self,
        tenant: &TenantView,
        session: &Session,
        token: &Enrolment,
        code: &str,
        label: &str,
        visit: &Visit,
    ) -> Result<(), VaultError> {
        let mut kept = self.pending(session, token).await?;
        let now = self.now();
        let held = match &mut kept.body {
            Pending::Totp { secret, .. } => {
                let known = TotpSecret::from_bytes(&secret.0).map_err(|_| code_over())?;
                // The code that proves the app is used up by it.
                let step = known.matched_step(code, now, None).ok_or_else(wrong_app_code)?;
                Held::Totp { secret: secret.clone(), used_step: Some(step) }
            }
            Pending::Code { by_sms, sent } => {
                let held = if *by_sms { Held::SmsCode } else { Held::MailCode };
                let key = self.code_key(session.tenant).await?;
                if let Err(error) = sent.attempt(code, &key, session.subject.as_bytes(), now) {
                    let person = self.person(session.tenant, session.subject);
                    self.vault.change_slips(&person, vec![kept.put_again()?], Vec::new()).await?;
                    return Err(bad(
                        error.code(),
                        "nothing was added: the code is not the one that was sent, or no longer good",
                    ));
                }
                held
            }
            Pending::Passkey { .. } => return Err(code_over()),
        };
        self.add(tenant, session, kept, Factor::new(label, held, now), visit).await
    }

    /// Puts the factor in the place of its enrolment; the session has proved it.
    pub(crate) async fn add(
        &self,
        tenant: &TenantView,
        session: &Session,
        pending: Kept<Pending>,
        factor: Factor,
        visit: &Visit,
    ) -> Result<(), VaultError> {
        let method = factor.method();
        let (put, told) = self.put_factor(session.subject, &factor)?;
        let person = self.person(session.tenant, session.subject);
        self.vault.change_slips(&person, vec![pending.taken(), put], vec![told]).await.map_err(crate::sign_up::once)?;
        self.prove_again(session, Methods::of(method)).await?;
        self.tell_person(tenant, session.subject, About::FactorAdded, visit.language).await
    }

    /// Refuses to add a factor on a stale proof, or without one of the factors that are there.
    pub(crate) async fn may_enrol(&self, session: &Session) -> Result<(), VaultError> {
        self.needs_fresh_factor(session).await?;
        if self.kept_factors(session.tenant, session.subject).await?.len() >= FACTORS_MAX {
            return Err(VaultError::new(
                ErrorKind::TooLarge,
                "factor.too_many",
                "nothing was added: there are too many already",
            )
            .detail("max", FACTORS_MAX)
            .help("remove one first"));
        }
        Ok(())
    }

    pub(crate) async fn put_pending(&self, session: &Session, pending: &Pending) -> Result<Enrolment, VaultError> {
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<Pending>(session.tenant, &token).await?;
        let put = self.put_new(name, Some(session.subject), Some(self.in_ms(ENROL_MS)), pending)?;
        let person = self.person(session.tenant, session.subject);
        self.vault.change_slips(&person, vec![put], Vec::new()).await?;
        Ok(token)
    }

    /// The enrolment that a page holds, if it is of whoever is signed in.
    pub(crate) async fn pending(&self, session: &Session, token: &Enrolment) -> Result<Kept<Pending>, VaultError> {
        let kept = self.kept_by::<Pending>(session.tenant, token).await?;
        kept.filter(|kept| kept.owner == Some(session.subject)).ok_or_else(code_over)
    }
}

fn wrong_app_code() -> VaultError {
    bad("code.wrong", "nothing was added: the code is not the one that the app shows now")
        .help("look whether the device's clock is right, and enter the code that is shown now")
}
