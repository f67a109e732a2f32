//! Factors as their person and administrators look after them.

use candor_ledger::EntryBody;
use candor_vault::{Caller, ErrorKind, Scope, SlipChange, TenantView, VaultError};
use candor_words::{RecordId, SubjectId};

use super::kept::{Act, Factor, FactorView, tidy, told};
use super::proof::Challenge;
use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::letters::About;
use crate::method::{Method, Methods};
use crate::session::{Session, SignOutCause};
use crate::visit::Visit;
use candor_words::Language;

impl Identity {
    /// The factors of whoever is signed in.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn factors(&self, session: &Session) -> Result<Vec<FactorView>, VaultError> {
        Ok(self.kept_factors(session.tenant, session.subject).await?.iter().map(Kept::view).collect())
    }

    /// What the person could add here: what the server and the policy provide for, and they have not.
    ///
    /// # Errors
    /// `door.none`.
    pub async fn addable(&self, session: &Session) -> Result<Methods, VaultError> {
        let door = self.front_door(session.tenant).await?;
        let all = self.kept_factors(session.tenant, session.subject).await?;
        let has = |method| all.iter().any(|kept: &Kept<Factor>| kept.body.method() == method);
        let mut methods = Methods::of(Method::Totp);
        if self.has_passkeys() {
            methods = methods.and(Method::Passkey);
        }
        for method in [Method::MailCode, Method::SmsCode] {
            if self.can_send(&door, method) && !has(method) {
                methods = methods.and(method);
            }
        }
        if all.iter().any(|kept| kept.body.is_second()) {
            methods = methods.and(Method::RecoveryCode);
        }
        Ok(methods)
    }

    /// Calls a factor something else.
    ///
    /// # Errors
    /// `factor.unknown`.
    pub async fn rename_factor(&self, session: &Session, id: &str, label: &str) -> Result<(), VaultError> {
        let mut kept = self.factor(session, id).await?;
        kept.body.label = tidy(label);
        let person = self.person(session.tenant, session.subject);
        self.vault.change_slips(&person, vec![kept.put_again()?], Vec::new()).await.map(drop)
    }

    /// Removes a factor. With the last one that counts, the recovery codes go too.
    ///
    /// # Errors
    /// `session.stale`, `factor.needed`; `factor.required`: it is the last one, and one is required; `factor.unknown`.
    pub async fn remove_factor(
        &self,
        tenant: &TenantView,
        session: &Session,
        id: &str,
        visit: &Visit,
    ) -> Result<(), VaultError> {
        self.needs_fresh_factor(session).await?;
        let kept = self.factor(session, id).await?;
        let all = self.kept_factors(session.tenant, session.subject).await?;
        let is_last = kept.body.is_second() && all.iter().filter(|kept| kept.body.is_second()).count() == 1;
        if is_last && self.is_factor_required(session.tenant).await? {
            return Err(VaultError::new(
                ErrorKind::Conflict,
                "factor.required",
                "the factor was not removed: it is the last one, and one is required here",
            )
            .help("add another one first"));
        }
        let leaving = all.iter().filter(|other| other.name == kept.name || (is_last && !other.body.is_second()));
        let (changes, told) = leaving.map(|leaving| (leaving.taken(), leaving.told(Act::Removed))).unzip();
        let person = self.person(session.tenant, session.subject);
        self.vault.change_slips(&person, changes, told).await?;
        self.tell_person(tenant, session.subject, About::FactorRemoved, visit.language).await
    }

    /// Takes every factor of somebody away on an administrator's word, ends their sessions, and tells them.
    ///
    /// # Errors
    /// The caller's key is no administrator's; `subject.unknown`.
    pub async fn reset_factors(&self, caller: &Caller, subject: SubjectId) -> Result<usize, VaultError> {
        caller.needs(Scope::Admin)?;
        self.vault.subject(caller, subject).await?;
        let tenant = &self.vault.tenant_view(caller.tenant()).await?;
        let all = self.kept_factors(caller.tenant(), subject).await?;
        let (changes, mut entries): (Vec<SlipChange>, Vec<_>) =
            all.iter().map(|kept| (kept.taken(), kept.told(Act::Reset))).unzip();
        if entries.is_empty() {
            // That nothing was there is said too, or the ledger would not show who looked after whose account.
            let nothing = RecordId::from_bytes([0; 16]);
            entries.push(told(Some(subject), nothing, Method::Totp, Act::Reset));
        }
        self.vault.change_slips(caller, changes, entries).await?;
        self.end_sessions(caller, subject, SignOutCause::Administrator).await?;
        self.tell_person(tenant, subject, About::FactorsReset, Language::default()).await?;
        Ok(all.len())
    }

    /// The factors of somebody, as an administrator sees them: what they are and since when, nothing that opens.
    ///
    /// # Errors
    /// The caller's key is no administrator's; `subject.unknown`.
    pub async fn factors_of(&self, caller: &Caller, subject: SubjectId) -> Result<Vec<FactorView>, VaultError> {
        caller.needs(Scope::Admin)?;
        self.vault.subject(caller, subject).await?;
        Ok(self.kept_factors(caller.tenant(), subject).await?.iter().map(Kept::view).collect())
    }

    /// Sends a code to whoever is signed in, to prove once more who they are.
    ///
    /// # Errors
    /// `factor.not_offered`; `factor.unreachable`; `factor.too_often`.
    pub async fn send_code_again(
        &self,
        tenant: &TenantView,
        session: &Session,
        method: Method,
        visit: &Visit,
    ) -> Result<(), VaultError> {
        self.needs_held(session, method).await?;
        let challenge = self.challenge_of(session).await?;
        self.challenge_by_code(tenant, session.subject, challenge, method, visit).await
    }

    /// Whoever is signed in proves once more who they are, with a code of a factor; false when it is wrong.
    ///
    /// # Errors
    /// `factor.not_offered`; `factor.too_often`.
    pub async fn prove_with_code(
        &self,
        tenant: &TenantView,
        session: &Session,
        method: Method,
        code: &str,
        visit: &Visit,
    ) -> Result<bool, VaultError> {
        self.needs_held(session, method).await?;
        let challenge = self.challenge_of(session).await?;
        if self.is_right(tenant, session.subject, challenge, (method, code), visit).await? {
            self.prove_again(session, Methods::of(method)).await?;
            return Ok(true);
        }
        let tried = EntryBody::SignIn { methods: Methods::of(method).bits(), outcome: 0 };
        self.vault.tell(&self.person(session.tenant, session.subject), (Some(session.subject), tried)).await?;
        Ok(false)
    }

    /// Asks whoever is signed in for one of their passkeys.
    ///
    /// # Errors
    /// `factor.not_offered`; `passkey.site`.
    pub async fn ask_for_passkey_again(&self, tenant: &TenantView, session: &Session) -> Result<String, VaultError> {
        self.needs_held(session, Method::Passkey).await?;
        let challenge = self.challenge_of(session).await?;
        self.ask_passkey_of(tenant, session.subject, challenge).await
    }

    /// Whoever is signed in proves once more who they are, with a passkey; false when it is none of theirs.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn prove_with_passkey_again(
        &self,
        tenant: &TenantView,
        session: &Session,
        answer: &str,
    ) -> Result<bool, VaultError> {
        let challenge = self.challenge_of(session).await?;
        let is_right = self.answers_challenge(tenant, session.subject, challenge, answer).await?;
        if is_right {
            self.prove_again(session, Methods::of(Method::Passkey)).await?;
        }
        Ok(is_right)
    }

    /// Refuses what changes factors unless the person proved who they are only just now: with a factor, if they have one.
    ///
    /// # Errors
    /// `session.stale`; `factor.needed`.
    pub async fn needs_fresh_factor(&self, session: &Session) -> Result<(), VaultError> {
        if session.has_fresh_factor(self.now()) {
            return Ok(());
        }
        if self.held_factors(session.tenant, session.subject).await? != Methods::default() {
            return Err(VaultError::new(
                ErrorKind::Denied,
                "factor.needed",
                "this was not done: it needs a proof of a second factor that is not older than five minutes",
            )
            .help("prove one of your factors once more"));
        }
        self.needs_fresh(session)
    }

    /// Writes to somebody at their account's address, if they have one.
    pub(crate) async fn tell_person(
        &self,
        tenant: &TenantView,
        subject: SubjectId,
        about: About<'_>,
        language: Language,
    ) -> Result<(), VaultError> {
        // Who has no way in has no address to be told at.
        let Ok(door) = self.front_door(tenant.id).await else { return Ok(()) };
        if let Some(to) = self.address_of(tenant, &door, subject).await? {
            self.send(tenant, to, about, language);
        }
        Ok(())
    }

    async fn needs_held(&self, session: &Session, method: Method) -> Result<(), VaultError> {
        if self.held_factors(session.tenant, session.subject).await?.has(method) {
            return Ok(());
        }
        Err(crate::sign_up::bad("factor.not_offered", "the factor was not looked at: another one is asked for"))
    }

    async fn challenge_of(&self, session: &Session) -> Result<[u8; 32], VaultError> {
        self.vault.slip_name(session.tenant, Challenge::KIND, session.id().as_bytes()).await
    }

    async fn factor(&self, session: &Session, id: &str) -> Result<Kept<Factor>, VaultError> {
        let all = self.kept_factors(session.tenant, session.subject).await?;
        let found = id.parse::<RecordId>().ok().and_then(|id| all.into_iter().find(|kept| kept.id() == id));
        found.ok_or_else(|| VaultError::new(ErrorKind::Missing, "factor.unknown", "there is no such factor any more"))
    }
}
