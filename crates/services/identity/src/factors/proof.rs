//! One proof of a second factor: a code is looked at, once, and only if it may be.

use candor_factors::{CodeError, RecoveryCode, SentCode, TotpSecret};
use candor_vault::{SlipChange, SlipTold, TenantView, VaultError};
use candor_words::{SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use super::kept::{Act, Factor, Held};
use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::letters::About;
use crate::method::Method;
use crate::visit::Visit;

/// What was asked of somebody and is not answered yet: the code that was sent, the state of a passkey ceremony.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Challenge {
    /// The last code that was sent, and whether as a text message.
    pub sent: Option<(bool, SentCode)>,
    /// The ceremony that was begun last.
    pub passkey: Option<Vec<u8>>,
    /// True when the ceremony was offered by a sign-in page, unasked.
    #[serde(default)]
    pub is_offer: bool,
}

impl Sort for Challenge {
    const KIND: u16 = 18;
}

/// What a right code changes in the store; it counts only if that can be written.
type Counts = Option<(Vec<SlipChange>, Vec<SlipTold>)>;

impl Identity {
    /// Looks at a code of a method that the person is asked for. `challenge` is what the asking is kept under.
    ///
    /// The guess is counted before it is looked at. Of two that present the same code at once, one is right.
    ///
    /// # Errors
    /// `factor.too_often`.
    pub(crate) async fn is_right(
        &self,
        tenant: &TenantView,
        subject: SubjectId,
        challenge: [u8; 32],
        (method, code): (Method, &str),
        visit: &Visit,
    ) -> Result<bool, VaultError> {
        if self.count_guess(tenant.id, subject).await? {
            self.tell_person(tenant, subject, About::FactorGuessed, visit.language).await?;
        }
        let counts = match method {
            Method::Totp => self.totp(tenant.id, subject, code).await?,
            Method::MailCode | Method::SmsCode => self.sent(tenant.id, subject, challenge, method, code).await?,
            Method::RecoveryCode => self.recovery(tenant.id, subject, code).await?,
            _ => None,
        };
        let Some((changes, told)) = counts else { return Ok(false) };
        let person = self.person(tenant.id, subject);
        match self.vault.change_slips(&person, changes, told).await {
            Err(error) if error.code() == "slip.changed" => return Ok(false),
            done => drop(done?),
        }
        self.guessed_right(tenant.id, subject).await?;
        if method == Method::RecoveryCode {
            self.tell_person(tenant, subject, About::RecoveryCodeUsed, visit.language).await?;
        }
        Ok(true)
    }

    /// A code of any of the person's apps, at a step that did not count yet.
    async fn totp(&self, tenant: TenantId, subject: SubjectId, code: &str) -> Result<Counts, VaultError> {
        let now = self.now();
        for mut kept in self.kept_factors(tenant, subject).await? {
            let Held::Totp { secret, used_step } = &mut kept.body.held else { continue };
            let Ok(secret) = TotpSecret::from_bytes(&secret.0) else { continue };
            if let Some(step) = secret.matched_step(code, now, *used_step) {
                *used_step = Some(step);
                kept.body.used_at = Some(now);
                return Ok(Some((vec![kept.put_again()?], Vec::new())));
            }
        }
        Ok(None)
    }

    /// The code that was sent last, for this asking and this way.
    async fn sent(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        challenge: [u8; 32],
        method: Method,
        code: &str,
    ) -> Result<Counts, VaultError> {
        let Some(mut kept) = self.kept::<Challenge>(tenant, challenge).await? else { return Ok(None) };
        let Some((by_sms, sent)) = &mut kept.body.sent else { return Ok(None) };
        if kept.owner != Some(subject) || *by_sms != (method == Method::SmsCode) {
            return Ok(None);
        }
        let key = self.code_key(tenant).await?;
        match sent.attempt(code, &key, &challenge, self.now()) {
            Ok(()) => {
                let mut changes = vec![kept.taken()];
                changes.extend(self.used_now(tenant, subject, method).await?);
                Ok(Some((changes, Vec::new())))
            }
            // The try counts: if somebody else's was written meanwhile, that one did.
            Err(CodeError::Wrong) => {
                let put = kept.put_again()?;
                match self.vault.change_slips(&self.person(tenant, subject), vec![put], Vec::new()).await {
                    Err(error) if error.code() != "slip.changed" => Err(error),
                    _ => Ok(None),
                }
            }
            Err(_) => Ok(None),
        }
    }

    /// A recovery code, which is used up by it.
    async fn recovery(&self, tenant: TenantId, subject: SubjectId, code: &str) -> Result<Counts, VaultError> {
        let Ok(code) = RecoveryCode::parse(code) else { return Ok(None) };
        let digest = code.digest(&self.code_key(tenant).await?, subject.as_bytes());
        for mut kept in self.kept_factors(tenant, subject).await? {
            let Held::RecoveryCodes { digests } = &mut kept.body.held else { continue };
            let Some(at) =
                digests.iter().position(|known| bool::from(subtle::ConstantTimeEq::ct_eq(&known[..], &digest[..])))
            else {
                continue;
            };
            digests.remove(at);
            kept.body.used_at = Some(self.now());
            let told = kept.told(Act::UsedUp);
            return Ok(Some((vec![kept.put_again()?], vec![told])));
        }
        Ok(None)
    }

    /// Notes that a way of sending codes was used, where the person has it as a factor.
    async fn used_now(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        method: Method,
    ) -> Result<Option<SlipChange>, VaultError> {
        let all = self.kept_factors(tenant, subject).await?;
        let Some(mut kept) = all.into_iter().find(|kept: &Kept<Factor>| kept.body.method() == method) else {
            return Ok(None);
        };
        kept.body.used_at = Some(self.now());
        kept.put_again().map(Some)
    }

    /// Keeps a code under a challenge, in the place of an earlier one, and sends it.
    pub(crate) async fn challenge_by_code(
        &self,
        tenant: &TenantView,
        subject: SubjectId,
        challenge: [u8; 32],
        method: Method,
        visit: &Visit,
    ) -> Result<(), VaultError> {
        let (kept, drawn) = self.draw_sent_code(tenant, subject, method, &challenge).await?;
        let by_sms = method == Method::SmsCode;
        self.challenge(tenant.id, subject, challenge, |body| body.sent = Some((by_sms, kept))).await?;
        self.hand_over(tenant, drawn, visit.language).await
    }

    /// Changes what is asked of somebody under a challenge.
    pub(crate) async fn challenge(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        challenge: [u8; 32],
        change: impl FnOnce(&mut Challenge),
    ) -> Result<(), VaultError> {
        let end = Some(self.in_ms(super::codes::CODE_MS));
        let kept = self.kept::<Challenge>(tenant, challenge).await?.filter(|kept| kept.owner == Some(subject));
        let mut body = kept.as_ref().map(|kept| kept.body.clone()).unwrap_or_default();
        change(&mut body);
        let put = match kept {
            Some(kept) => Kept { body, expires_at: end, ..kept }.put_again()?,
            None => self.put_new(challenge, Some(subject), end, &body)?,
        };
        self.vault.change_slips(&self.person(tenant, subject), vec![put], Vec::new()).await.map(drop)
    }
}
