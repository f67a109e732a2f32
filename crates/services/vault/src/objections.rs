//! Objections (GDPR Art. 21): processing stops when one is made, and goes on only against compelling grounds.
//!
//! An objection to marketing is absolute (Art. 21(3)): upheld as it is made, and never overridden.

use std::sync::Arc;

use candor_ledger::EntryBody;
use candor_manifest::model::{Basis, Purpose};
use candor_store::{Change, Page};
use candor_words::{Instant, SubjectId};
use serde::Serialize;
use serde_json::json;

use crate::caller::{Caller, Scope};
use crate::choice::{Choice, Happened, declared, is_line};
use crate::draft::Draft;
use crate::slips::OBJECTION_SLIPS;
use crate::standing_form::{ObjectionForm, ObjectionOutcome};
use crate::{ErrorKind, Vault, VaultError};

/// How an objection is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// It stands.
    Upheld,
    /// Compelling legitimate grounds outweigh it.
    Overridden {
        /// The grounds as the tenant states them: one line of at most 200 bytes, no personal data.
        ground: String,
    },
}

/// An objection that waits for an answer; the purpose stops meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PendingObjection {
    /// Whose.
    pub subject: SubjectId,
    /// To what.
    pub purpose: String,
    /// Since when.
    pub at: Instant,
}

impl Vault {
    /// Notes an objection; the purpose is refused from then on. Objecting again changes nothing that was upheld.
    ///
    /// # Errors
    /// The caller lacks the consent scope or is bound to other purposes; no such subject; an undeclared purpose; one
    /// that knows no objection, because it neither rests on legitimate interest or public task nor is marketing.
    pub async fn object(&self, caller: &Caller, subject: SubjectId, purpose: &str) -> Result<Choice, VaultError> {
        caller.needs(Scope::Consent)?;
        caller.may_ask_for(purpose)?;
        let mut draft = self.draft(caller, subject).await?;
        let policy = Arc::clone(&draft.policy);
        let (ix, declared) = declared(&policy.plan, purpose)?;
        if !can_object(declared) {
            return Err(VaultError::unprocessable(
                "objection.not_possible",
                "nothing was changed: the purpose's basis knows no objection",
            )
            .help("withdraw consent where it is the basis, or ask for erasure or restriction"));
        }
        let stood = draft.form.objections.get(purpose).map(|objection| objection.outcome);
        let outcome = match stood {
            _ if declared.is_marketing => ObjectionOutcome::Upheld,
            Some(ObjectionOutcome::Upheld) => ObjectionOutcome::Upheld,
            _ => ObjectionOutcome::Pending,
        };
        draft.form.objections.insert(purpose.to_owned(), ObjectionForm { at: draft.now, outcome });
        if outcome == ObjectionOutcome::Pending {
            let (name, body) = (self.pending_name(&draft, purpose), purpose.as_bytes());
            self.slip_in_draft(&mut draft, (OBJECTION_SLIPS, name), body)?;
        }
        let detail = json!({ "marketing": declared.is_marketing });
        let happened = Happened::new("objection.made", outcome.name(), detail, EntryBody::Objection { purpose: ix.0 });
        self.conclude(draft, happened.of(purpose)).await
    }

    /// Answers an objection that is pending.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such subject; no pending objection to the purpose; an attempt to override
    /// one to marketing; grounds that are missing or too long.
    pub async fn resolve_objection(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        resolution: Resolution,
    ) -> Result<Choice, VaultError> {
        caller.needs(Scope::Rights)?;
        let mut draft = self.draft(caller, subject).await?;
        let policy = Arc::clone(&draft.policy);
        let (ix, declared) = declared(&policy.plan, purpose)?;
        let (outcome, ground) = match resolution {
            Resolution::Upheld => (ObjectionOutcome::Upheld, None),
            Resolution::Overridden { .. } if declared.is_marketing => {
                return Err(VaultError::unprocessable(
                    "objection.absolute",
                    "nothing was changed: an objection to marketing cannot be overridden",
                )
                .help("stop: GDPR Art. 21(3) knows no exception"));
            }
            Resolution::Overridden { ground } => (ObjectionOutcome::Overridden, Some(ground)),
        };
        if ground.as_deref().is_some_and(|ground| !is_line(ground)) {
            return Err(VaultError::bad(
                "objection.ground",
                "the grounds for overriding are one line of 1 to 200 bytes",
            ));
        }
        let objection =
            draft.form.objections.get_mut(purpose).filter(|objection| objection.outcome == ObjectionOutcome::Pending);
        let objection = objection.ok_or_else(|| {
            VaultError::conflict(
                "objection.not_pending",
                "nothing was changed: no objection to the purpose waits for an answer",
            )
        })?;
        objection.outcome = outcome;
        let name = self.pending_name(&draft, purpose);
        draft.put(Change::DeleteSlip(OBJECTION_SLIPS, name));
        let number = if outcome == ObjectionOutcome::Upheld { 1 } else { 2 };
        let body = EntryBody::ObjectionResolved { purpose: ix.0, outcome: number };
        let happened = Happened::new("objection.resolved", outcome.name(), json!({ "ground": ground }), body);
        self.conclude(draft, happened.of(purpose)).await
    }

    /// The objections that wait for an answer, in no order; a page may hold fewer than were asked for, and still be followed by
    /// another.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or reaches one person alone.
    pub async fn pending_objections(
        &self,
        caller: &Caller,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<PendingObjection, [u8; 32]>, VaultError> {
        caller.needs(Scope::Rights)?;
        caller.reaches_all()?;
        let tenant = self.tenant(caller.tenant()).await?;
        let page = self.slips(tenant.id(), OBJECTION_SLIPS, None, after, limit).await?;
        let mut rows = Vec::with_capacity(page.rows.len());
        for slip in &page.rows {
            let (Some(subject), Ok(purpose)) = (slip.owner, std::str::from_utf8(&slip.body)) else { continue };
            let live = match self.live(&tenant, subject).await {
                Ok(live) => live,
                Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Missing) => continue,
                Err(error) => return Err(error),
            };
            let made = live.form.objections.get(purpose);
            if let Some(made) = made.filter(|made| made.outcome == ObjectionOutcome::Pending) {
                rows.push(PendingObjection { subject, purpose: purpose.to_owned(), at: made.at });
            }
        }
        Ok(Page { rows, next: page.next })
    }

    /// What the slip of a pending objection is called.
    fn pending_name(&self, draft: &Draft, purpose: &str) -> [u8; 32] {
        let text = format!("{}/{purpose}", draft.subject());
        *draft.tenant.blind.blind(&format!("@slip.{OBJECTION_SLIPS}"), text.as_bytes()).as_bytes()
    }
}

/// True for what Art. 21(1) and (2) give an objection to.
pub(crate) const fn can_object(purpose: &Purpose) -> bool {
    purpose.is_marketing || matches!(purpose.basis, Basis::LegitimateInterest(_) | Basis::PublicTask(_))
}

impl ObjectionOutcome {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Upheld => "upheld",
            Self::Overridden => "overridden",
        }
    }
}
