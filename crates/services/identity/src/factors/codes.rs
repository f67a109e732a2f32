//! Codes that are sent: by mail to the account's address, as a text message to its telephone number.
//!
//! Address and number are asked of the vault for the purpose that says so, the number for the recipient that carries text
//! messages where the policy names one; `decide` may refuse either. What is kept of a code stands before it is handed over, for
//! whoever gets it may type it at once. Mail is handed over without waiting, as every letter.

use candor_factors::{OneTimeCode, SentCode};
use candor_manifest::model::Channel;
use candor_vault::{Ask, ErrorKind, TenantView, VaultError};
use candor_words::{Secret, SubjectId, TenantId};

use crate::door::FrontDoor;
use crate::identity::Identity;
use crate::letters::{About, letter};
use crate::method::Method;
use candor_words::Language;

/// How long a code is good: ten minutes.
pub(crate) const CODE_MS: i64 = 10 * 60 * 1000;
const CODE_DIGITS: u32 = 6;
/// No slip has this kind: it sets the key of codes apart from the names of slips.
const CODES: u16 = u16::MAX - 1;

/// A code that was drawn and not handed over yet.
pub(crate) struct Drawn {
    code: OneTimeCode,
    to: Secret<String>,
    method: Method,
}

impl Identity {
    /// The key under which codes are kept; the tenant's own.
    pub(crate) async fn code_key(&self, tenant: TenantId) -> Result<Secret<[u8; 32]>, VaultError> {
        Ok(Secret::new(self.vault.slip_name(tenant, CODES, b"key of codes").await?))
    }

    /// Draws a code; what is kept of it, and what is handed over once that is kept. `bound_to` is what it counts for.
    ///
    /// # Errors
    /// `factor.unreachable`: there is no address or number, no carrier, or the policy refuses; `factor.too_often`.
    pub(crate) async fn draw_sent_code(
        &self,
        tenant: &TenantView,
        subject: SubjectId,
        method: Method,
        bound_to: &[u8],
    ) -> Result<(SentCode, Drawn), VaultError> {
        let door = self.front_door(tenant.id).await?;
        let to = match method {
            Method::MailCode if self.needs_mail().is_ok() => self.address_of(tenant, &door, subject).await?,
            Method::SmsCode if self.sms.is_some() => self.number_of(tenant, &door, subject).await?,
            _ => None,
        };
        let to = to.ok_or_else(unreachable)?;
        self.count_sent(tenant.id, subject).await?;
        let code = OneTimeCode::new(CODE_DIGITS, self.entropy.as_ref());
        let kept = code.keep(&self.code_key(tenant.id).await?, bound_to, self.in_ms(CODE_MS));
        Ok((kept, Drawn { code, to, method }))
    }

    /// Hands a code over to whoever carries it.
    ///
    /// # Errors
    /// `factor.unreachable`: the gateway did not take the text message.
    pub(crate) async fn hand_over(
        &self,
        tenant: &TenantView,
        drawn: Drawn,
        language: Language,
    ) -> Result<(), VaultError> {
        let Drawn { code, to, method } = drawn;
        let about = About::Code { digits: code.digits() };
        if method == Method::MailCode {
            self.send(tenant, to, about, language);
            return Ok(());
        }
        self.send_text(tenant, to, about, language).await
    }

    /// True when codes can be sent to somebody this way at all: a carrier, and a policy that provides for it.
    pub(crate) fn can_send(&self, door: &FrontDoor, method: Method) -> bool {
        match method {
            Method::MailCode => self.needs_mail().is_ok() && door.email.is_some() && door.mail_purpose.is_some(),
            Method::SmsCode => self.sms.is_some() && door.telephone.is_some() && door.sms_purpose.is_some(),
            _ => false,
        }
    }

    /// The number that codes go to; read for the purpose and the recipient that the policy names.
    async fn number_of(
        &self,
        tenant: &TenantView,
        door: &FrontDoor,
        subject: SubjectId,
    ) -> Result<Option<Secret<String>>, VaultError> {
        let (Some(field), Some((purpose, recipient))) = (&door.telephone, &door.sms_purpose) else { return Ok(None) };
        let ask = Ask {
            recipient: recipient.clone(),
            channel: Some(Channel::Sms),
            ..Ask::of(subject, purpose, vec![field.clone()])
        };
        self.first_text(tenant, &ask).await
    }

    async fn send_text(
        &self,
        tenant: &TenantView,
        to: Secret<String>,
        about: About<'_>,
        language: Language,
    ) -> Result<(), VaultError> {
        let Some(sms) = &self.sms else { return Err(unreachable()) };
        let message = self.message(tenant, to, letter(about, &tenant.title, language));
        sms.deliver(&message).await.map_err(|error| {
            tracing::warn!(%error, "a code was not sent as a text message");
            unreachable()
        })
    }
}

fn unreachable() -> VaultError {
    VaultError::new(ErrorKind::Unavailable, "factor.unreachable", "no code was sent: nothing could be sent this way")
        .help("use another factor")
}
