//! Approving: the word that lets a planned request be carried out.

use candor_manifest::model::RightKind;
use candor_vault::{
    Caller, ErrorKind, NewRecord, Reach, RequestView, RestrictionForm, RunState, Scope, Terms, VaultError, right_of,
};
use candor_words::{Instant, RecordId, RequestId};

use crate::Rights;
use crate::drive::WATCH_MS;
use crate::keep::With;
use crate::run::{Agreed, Restricted};
use crate::view::RunView;

/// What an approval says besides yes.
#[derive(Debug, Default)]
pub struct Approval {
    /// For a rectification: what is put right in the vault and wherever it is mapped.
    pub correction: Option<(RecordId, NewRecord)>,
    /// For a restriction: what was agreed with the person: which purposes go on, until when, and where that is kept.
    pub terms: Option<Terms>,
}

impl Rights {
    /// Lets a planned request be carried out; planned first when it was not. Approved before, it stays as it is.
    ///
    /// # Errors
    /// Those of [`Rights::plan`]; a legal hold; a correction that is missing, or that the policy does not take.
    pub async fn approve(
        &self,
        caller: &Caller,
        request: RequestId,
        approval: Approval,
    ) -> Result<RunView, VaultError> {
        caller.needs(Scope::Rights)?;
        let tenant = caller.tenant();
        let turn = self.turns.take(&format!("plan {request}")).await;
        let kept = self.kept(tenant, request).await?;
        if kept.as_ref().is_some_and(|kept| kept.run.approved_at.is_some()) {
            drop(turn);
            self.kick(tenant, request);
            return self.run(caller, request).await;
        }
        let open = self.vault.request(caller, request).await?;
        if open.paused_at.is_some() {
            return Err(paused());
        }
        self.vault.refuse_undecided_request(caller, request).await?;
        if approval.terms.is_some() && open.right != "restriction" {
            return Err(VaultError::new(
                ErrorKind::Unprocessable,
                "terms.other_right",
                "nothing was begun: only a restriction has terms",
            ));
        }
        if kept.is_none() || approval.correction.is_some() {
            let corrections = self.corrections(caller, &open.right, &approval).await?;
            self.draw_plan(caller, request, corrections).await?;
        } else if open.right == "rectification" {
            return Err(correction_missing());
        }
        if let Some((record, new)) = approval.correction {
            // Systems and recipients are seen to by the request's own steps.
            self.vault.rectify_here(caller, open.subject, record, new).await?;
        }
        self.name_others(caller, request).await?;
        self.let_run(caller, &open, approval.terms).await?;
        drop(turn);
        self.kick(tenant, request);
        self.run(caller, request).await
    }

    /// Has a planned request run, with the person's data restricted meanwhile where its right wants that.
    pub(crate) async fn let_run(
        &self,
        caller: &Caller,
        open: &RequestView,
        terms: Option<Terms>,
    ) -> Result<(), VaultError> {
        let request = open.id;
        let agreed = terms.clone().map(Agreed::from);
        match terms {
            // Systems are seen to by the request's own steps.
            Some(terms) => {
                self.vault.restrict(caller, open.subject, Terms { reach: Reach::Vault, ..terms }).await.map(drop)?;
            }
            None => self.restrict_meanwhile(caller, open, request).await?,
        }
        let now = self.vault.now();
        let running = self.change(caller, request, |run| {
            run.approved_at = Some(now);
            run.agreed = agreed.clone().or_else(|| run.agreed.clone());
            run.progress.hasten();
            let watch_at = Instant::from_millis(now.as_millis().saturating_add(WATCH_MS));
            Ok(With { state: Some(RunState::Running), watch_at: Some(watch_at), ..With::default() })
        });
        running.await.map(drop)
    }

    /// While an erasure or a restriction is under way, nothing but storage, claims and consent reads the person's data.
    async fn restrict_meanwhile(
        &self,
        caller: &Caller,
        open: &RequestView,
        request: RequestId,
    ) -> Result<(), VaultError> {
        let right = right_of(&open.right);
        if !matches!(right, Some(RightKind::Erasure | RightKind::Restriction)) {
            return Ok(());
        }
        let standing = self.vault.subject(caller, open.subject).await?.standing;
        let before: Option<RestrictionForm> = standing.and_then(|standing| standing.restriction);
        let is_whole = before.as_ref().is_some_and(|before| before.allowed.is_empty() && before.until.is_none());
        let is_of_dispute = before.as_ref().is_some_and(RestrictionForm::is_of_dispute);
        // A restriction that the person has, with its terms, is what a request for one asks for; one that goes when a dispute
        // is over is not.
        let is_had = match right {
            Some(RightKind::Restriction) => before.is_some() && !is_of_dispute,
            _ => is_whole,
        };
        if is_had {
            return Ok(());
        }
        if right == Some(RightKind::Erasure) {
            // Noted before it is placed: whoever goes on after a crash knows whose restriction it is, and what stood before.
            self.change(caller, request, |run| {
                run.restricted.get_or_insert_with(|| Restricted { before: before.clone() });
                Ok(With::default())
            })
            .await?;
        }
        // Systems are seen to by the request's own steps.
        let agreement = Some(format!("request {request}"));
        let terms = Terms { agreement, reach: Reach::Vault, ..Terms::default() };
        self.vault.restrict(caller, open.subject, terms).await.map(drop)
    }
}

pub(crate) fn paused() -> VaultError {
    VaultError::new(ErrorKind::Conflict, "request.paused", "nothing was begun: the request is paused")
        .help("let its clock go on first")
}

pub(crate) fn correction_missing() -> VaultError {
    VaultError::new(ErrorKind::BadInput, "correction.missing", "nothing was begun: it is not said what is put right")
        .help("approve a rectification with the record and its right values")
}
