//! The sign-ins of late, with every signal's weight in words: for the person, and for administrators who state why.

use candor_risk::{Audience, Explanation, Judgement, explain};
use candor_vault::{Ask, Caller, ErrorKind, Observation, VaultError};
use candor_words::{Instant, SubjectId, TenantId};
use serde::Serialize;

use super::note::Note;
use crate::attempt::RiskOutcome;
use crate::drawer::Kept;
use crate::identity::Identity;
use crate::method::Methods;
use crate::session::Session;
use candor_words::Language;

/// The most sign-ins that are shown.
pub const SIGN_INS_MAX: usize = 50;

/// A sign-in that was judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignInView {
    /// When.
    pub at: Instant,
    /// What was proved.
    pub methods: Methods,
    /// True when the person was let in.
    pub is_completed: bool,
    /// What was judged, by which counts.
    pub judgement: Judgement,
    /// The same in words.
    pub explanation: Explanation,
}

impl SignInView {
    /// A note in words.
    pub(super) fn of(note: Note, language: Language, audience: Audience) -> Self {
        let Note { at, methods, is_completed, judgement } = note;
        Self { at, methods, is_completed, explanation: explain(&judgement, language, audience), judgement }
    }

    /// What the risk asked for.
    pub fn outcome(&self) -> RiskOutcome {
        self.judgement.outcome.into()
    }
}

impl Identity {
    /// The person's own sign-ins of late, newest first; none where the policy judges none.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn sign_ins(&self, session: &Session, language: Language) -> Result<Vec<SignInView>, VaultError> {
        self.judged(session.tenant, session.subject, language, Audience::Person).await
    }

    /// Somebody's sign-ins of late, for the purpose that the policy judges them for. The ledger says that they were read.
    ///
    /// # Errors
    /// The caller lacks the read scope, or is bound to another purpose; no such subject, or it was erased; `risk.none`: the
    /// policy judges no sign-ins; `purpose.undeclared`, `field.not_used` and what else the policy refuses.
    pub async fn sign_ins_of(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        language: Language,
    ) -> Result<Vec<SignInView>, VaultError> {
        let tenant = caller.tenant();
        // Whether there is such a person comes before what the policy says of anybody, as everywhere.
        let nothing = Ask::of(subject, purpose, Vec::new());
        let _ = self.vault.foresee(caller, &nothing).await?;
        let policy = self.risk_policy(tenant).await?.ok_or_else(none_judged)?;
        let fields = policy.fields.into_iter().map(|(name, _)| name).collect();
        let observation = Observation { subject, purpose: purpose.to_owned(), fields };
        let usable = self.vault.may_use(caller, &observation).await?;
        if usable.fields.is_empty() {
            let reason = usable.reason();
            for told in usable.disclosed(0) {
                self.vault.tell(caller, (Some(subject), told)).await?;
            }
            return Err(VaultError::new(ErrorKind::Denied, reason.code(), reason.message()).help(reason.help()));
        }
        let views = self.judged(tenant, subject, language, Audience::Administrator).await?;
        for told in usable.disclosed(u32::try_from(views.len()).unwrap_or(u32::MAX)) {
            self.vault.tell(caller, (Some(subject), told)).await?;
        }
        Ok(views)
    }

    async fn judged(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        language: Language,
        audience: Audience,
    ) -> Result<Vec<SignInView>, VaultError> {
        let notes = self.kept_of::<Note>(tenant, subject, SIGN_INS_MAX).await?;
        Ok(notes.into_iter().map(|Kept { body, .. }| SignInView::of(body, language, audience)).collect())
    }
}

/// The policy judges no sign-ins.
pub(super) fn none_judged() -> VaultError {
    VaultError::new(ErrorKind::Unprocessable, "risk.none", "there is nothing to show: the policy judges no sign-ins")
        .help("declare a purpose of the term `ServiceAccessDetermination`")
}
