//! An attempt to sign in: what was proved so far, until it is enough.
//!
//! Every way in (a password, a passkey, an upstream provider, a directory) ends in [`Identity::advance`], which alone
//! decides whether that is enough and alone begins sessions. What is still missing is kept with the attempt for ten
//! minutes, under a token that only this browser has.

use candor_ledger::EntryBody;
use candor_vault::VaultError;
use candor_words::{SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::local_path::LocalPath;
use crate::method::{Method, Methods};
use crate::risk::RiskMark;
use crate::session::Opened;
use crate::token::Token;
use crate::visit::Visit;

/// How long an attempt waits for what is missing: ten minutes.
pub const ATTEMPT_MS: i64 = 10 * 60 * 1000;

/// The token of an attempt that is not enough yet.
pub type AttemptToken = Token;

/// What was proved so far, and by whom.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attempt {
    /// Who it is, proved by at least one method.
    pub subject: SubjectId,
    /// What they proved themself with.
    pub methods: Methods,
    /// How many further factors failed.
    pub n_failed: u32,
    /// Where they go on afterwards.
    pub then: Option<LocalPath>,
    /// What its risk was judged to be.
    #[serde(default)]
    pub risk: Option<RiskMark>,
    /// True when the account was made by what was proved.
    #[serde(default)]
    pub is_newcomer: bool,
}

/// What the risk of an attempt asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskOutcome {
    /// Nothing more.
    #[default]
    Allow,
    /// A further factor, whether or not the person set one up.
    StepUp,
    /// That nobody gets in by it.
    Deny,
}

impl Sort for Attempt {
    const KIND: u16 = 2;
}

/// What became of an attempt.
#[derive(Debug)]
pub enum Step {
    /// It is enough: signed in.
    SignedIn {
        /// The session.
        opened: Opened,
        /// Where the person goes on.
        then: Option<LocalPath>,
    },
    /// A further factor is missing: one of these.
    Factor {
        /// The browser's hold on the attempt.
        token: AttemptToken,
        /// What would do.
        offered: Methods,
    },
    /// It was not the right one: no word about why.
    Refused,
}

impl Attempt {
    /// What its risk asks for; nothing before it was judged.
    pub(crate) fn asked_by_risk(&self) -> RiskOutcome {
        self.risk.as_ref().map_or(RiskOutcome::Allow, |mark| mark.outcome)
    }

    /// The same of somebody whose account was made just now.
    #[must_use]
    pub fn of_newcomer(self) -> Self {
        Self { is_newcomer: true, ..self }
    }

    /// An attempt that proved one thing.
    pub fn by(subject: SubjectId, method: Method, then: Option<LocalPath>) -> Self {
        Self { subject, methods: Methods::of(method), n_failed: 0, then, risk: None, is_newcomer: false }
    }
}

impl Identity {
    /// Goes on with an attempt that proved something: signs in when that is enough, else says what is missing.
    ///
    /// # Errors
    /// The subject is not there any more; `account.locked`; `risk.no_factor`: the risk asks for a factor, and there is none
    /// to ask for; the store does not answer.
    pub async fn advance(&self, tenant: TenantId, mut attempt: Attempt, visit: &Visit) -> Result<Step, VaultError> {
        // Said only now, to somebody who proved something: whoever guesses learns nothing of a lock.
        self.refuse_locked(tenant, attempt.subject).await?;
        let risk = self.judge(tenant, &mut attempt, visit).await?;
        if risk == RiskOutcome::Deny {
            self.tell_denied(tenant, &attempt).await?;
            return Ok(Step::Refused);
        }
        let offered = self.missing(tenant, &attempt, risk).await?;
        if offered != Methods::default() {
            return self.wait_for(tenant, attempt, offered).await;
        }
        if let Err(refused) = self.refuse_unproved(&attempt, risk) {
            self.tell_denied(tenant, &attempt).await?;
            return Err(refused);
        }
        let then = attempt.then.clone();
        let opened = self.begin_session(tenant, attempt.subject, attempt.methods, visit).await?;
        self.learn(tenant, &attempt, visit, opened.device.as_ref()).await;
        Ok(Step::SignedIn { opened, then })
    }

    async fn tell_denied(&self, tenant: TenantId, attempt: &Attempt) -> Result<(), VaultError> {
        let told = EntryBody::SignIn { methods: attempt.methods.bits(), outcome: 3 };
        self.vault.tell(&self.door(tenant), (Some(attempt.subject), told)).await.map(drop)
    }

    /// What would complete the attempt; nothing when it is complete. Who has a second factor is asked for one. Where the
    /// risk asks for one and the person has none, a code goes to the account's address; where none can be sent, there is
    /// nothing that could be asked for.
    pub(crate) async fn missing(
        &self,
        tenant: TenantId,
        attempt: &Attempt,
        risk: RiskOutcome,
    ) -> Result<Methods, VaultError> {
        if attempt.methods.is_multi_factor() {
            return Ok(Methods::default());
        }
        let held = self.held_factors(tenant, attempt.subject).await?;
        let door = self.front_door_if_any(tenant).await?;
        let can_write = door.is_some_and(|door| self.can_send(&door, Method::MailCode));
        if held == Methods::default() && risk == RiskOutcome::StepUp && can_write {
            return Ok(Methods::of(Method::MailCode));
        }
        Ok(held)
    }

    async fn wait_for(&self, tenant: TenantId, attempt: Attempt, offered: Methods) -> Result<Step, VaultError> {
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<Attempt>(tenant, &token).await?;
        let put = self.put_new(name, Some(attempt.subject), Some(self.in_ms(ATTEMPT_MS)), &attempt)?;
        let told = EntryBody::SignIn { methods: attempt.methods.bits(), outcome: 2 };
        self.vault.change_slips(&self.door(tenant), vec![put], vec![(Some(attempt.subject), told)]).await?;
        Ok(Step::Factor { token, offered })
    }

    /// The attempt that a browser holds; `None` when it is over.
    pub(crate) async fn attempt(
        &self,
        tenant: TenantId,
        token: &AttemptToken,
    ) -> Result<Option<Kept<Attempt>>, VaultError> {
        self.kept_by(tenant, token).await
    }
}
