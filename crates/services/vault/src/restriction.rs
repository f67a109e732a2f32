//! Restriction of processing (GDPR Art. 18): data is kept, and read by nothing but storage, claims, consent and
//! what the terms allow.

use candor_ledger::EntryBody;
use candor_words::{Instant, SubjectId};
use serde_json::json;

use crate::caller::{Caller, Scope};
use crate::choice::{Choice, Happened, declared, is_line, refuse_past};
use crate::draft::Draft;
use crate::push::Reach;
use crate::standing_form::RestrictionForm;
use crate::{Vault, VaultError};

/// The most purposes that the terms of a restriction may allow.
pub const ALLOWED_PURPOSES_MAX: usize = 64;

/// The terms of a restriction; none of them means that nothing is allowed, until it is lifted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// Declared purposes that go on all the same.
    pub allowed_purposes: Vec<String>,
    /// Until when it holds.
    pub until: Option<Instant>,
    /// Where the agreement is kept: one line of at most 200 bytes, a reference and no personal data.
    pub agreement: Option<String>,
    /// How far it reaches.
    pub reach: Reach,
}

impl Vault {
    /// Restricts processing to the terms; those of an earlier restriction are replaced.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such subject; an allowed purpose that the policy does not declare; an end
    /// that is not to come; a reference out of bounds; a dispute restricts, and the terms would ease that.
    pub async fn restrict(&self, caller: &Caller, subject: SubjectId, terms: Terms) -> Result<Choice, VaultError> {
        caller.needs(Scope::Rights)?;
        if terms.allowed_purposes.len() > ALLOWED_PURPOSES_MAX {
            return Err(VaultError::bad(
                "restriction.purposes_too_many",
                "the terms of a restriction allow at most 64 purposes",
            ));
        }
        if terms.agreement.as_deref().is_some_and(|agreement| !is_line(agreement)) {
            return Err(VaultError::bad(
                "restriction.agreement",
                "the reference to an agreement is one line of 1 to 200 bytes",
            ));
        }
        let mut draft = self.draft(caller, subject).await?;
        refuse_past(terms.until, draft.now)?;
        for purpose in &terms.allowed_purposes {
            declared(draft.plan(), purpose)?;
        }
        if !terms.allowed_purposes.is_empty() || terms.until.is_some() {
            self.refuse_disputed(caller, &draft).await?;
        }
        let Terms { allowed_purposes: mut allowed, until, agreement, reach } = terms;
        draft.reach = reach;
        allowed.sort_unstable();
        allowed.dedup();
        let detail = json!({ "allowed": allowed, "until": until, "agreement": agreement });
        draft.form.restriction = Some(RestrictionForm { since: draft.now, allowed, until, agreement });
        let happened = Happened::new("restriction.placed", "restricted", detail, EntryBody::Restricted);
        self.conclude(draft, happened.until(until)).await
    }

    /// Lifts a restriction. `informed` says how the subject was told beforehand, as Art. 18(3) wants it: one line of at
    /// most 200 bytes, kept with the event.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such subject; there is no restriction; the subject was not told.
    pub async fn lift_restriction(
        &self,
        caller: &Caller,
        subject: SubjectId,
        informed: &str,
    ) -> Result<Choice, VaultError> {
        self.lift_restriction_in(caller, subject, informed, Reach::Everywhere).await
    }

    /// Lifts a restriction as far as is said.
    ///
    /// # Errors
    /// Those of [`lift_restriction`](Self::lift_restriction).
    pub async fn lift_restriction_in(
        &self,
        caller: &Caller,
        subject: SubjectId,
        informed: &str,
        reach: Reach,
    ) -> Result<Choice, VaultError> {
        caller.needs(Scope::Rights)?;
        if !is_line(informed) {
            return Err(VaultError::bad(
                "restriction.not_informed",
                "the restriction was not lifted: it is not said how the subject was told",
            )
            .help("tell the subject first (GDPR Art. 18(3)), then say how in one line of 1 to 200 bytes"));
        }
        let mut draft = self.draft(caller, subject).await?;
        self.refuse_disputed(caller, &draft).await?;
        draft.reach = reach;
        if draft.form.restriction.take().is_none() {
            return Err(VaultError::conflict(
                "restriction.none",
                "nothing was changed: the subject's data is not restricted",
            ));
        }
        let happened = Happened::new(
            "restriction.lifted",
            "lifted",
            json!({ "informed": informed }),
            EntryBody::RestrictionLifted,
        );
        self.conclude(draft, happened).await
    }

    /// Refuses to ease what is restricted while a request is disputed, whatever placed it: that is for whoever settles the dispute,
    /// for the administrator, and for the person.
    async fn refuse_disputed(&self, caller: &Caller, draft: &Draft) -> Result<(), VaultError> {
        let Some(restriction) = &draft.form.restriction else { return Ok(()) };
        if caller.is(draft.subject()) || caller.needs(Scope::Admin).is_ok() {
            return Ok(());
        }
        if !restriction.is_of_dispute() && self.disputed_request(draft, None).await?.is_none() {
            return Ok(());
        }
        Err(VaultError::conflict(
            "restriction.disputed",
            "nothing was changed: use is restricted while a request is disputed",
        )
        .help("settle the dispute, or have an administrator override it"))
    }
}
