//! The export that a request asks for: nothing of it leaves before identity is proved, and its last part answers the request.

use std::sync::Arc;

use candor_ledger::EntryBody;
use candor_manifest::model::RightKind;
use candor_store::Unit;
use candor_words::{Instant, RequestId, SubjectId};

use super::{Export, ExportKind};
use crate::caller::{Caller, Scope};
use crate::live::LiveSubject;
use crate::requests::{State, form_of};
use crate::{ErrorKind, Vault, VaultError, right_of};

/// How often the answer is tried when somebody else changes the request at the same time.
const ATTEMPTS: usize = 3;

impl Vault {
    /// Begins the export that a request for access or portability asks for. The request is answered in the unit that records
    /// the export, so that one which broke off leaves it open; an answered request can be exported again.
    ///
    /// # Errors
    /// Those of [`Vault::export`]; no such request; it exercises another right, was refused or withdrawn; identity is not proved
    /// where the policy wants that first (promise d20).
    pub async fn export_of_request(
        self: &Arc<Self>,
        caller: &Caller,
        request: RequestId,
    ) -> Result<Export, VaultError> {
        caller.needs(Scope::Rights)?;
        let (kind, subject) = self.exportable(caller, request).await?;
        let mut export = self.export(caller, subject, kind).await?;
        export.request = Some(request);
        Ok(export)
    }

    async fn exportable(&self, caller: &Caller, request: RequestId) -> Result<(ExportKind, SubjectId), VaultError> {
        let row = self.right_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        let kind = match right_of(&row.kind) {
            Some(RightKind::Access) => ExportKind::Access,
            Some(RightKind::Portability) => ExportKind::Portability,
            _ => {
                return Err(VaultError::unprocessable(
                    "request.other_right",
                    "nothing was exported: the request is not for access or portability",
                )
                .detail("right", row.kind));
            }
        };
        if row.closed_at.is_none() {
            self.change(caller, request).await?.open.refuse_unproved()?;
        } else if row.state != State::Answered.name() {
            return Err(VaultError::conflict("request.closed", "nothing was exported: the request is closed")
                .detail("state", row.state));
        }
        let form = form_of(&row)?;
        if form.paused_at.is_some() {
            return Err(VaultError::conflict(
                "request.paused",
                "nothing was exported: the request is paused until the subject has said something",
            )
            .help("resume it first"));
        }
        Ok((kind, row.subject))
    }
}

impl Export {
    /// Records the export, and answers the request that it was for; the number of the export's entry.
    pub(super) async fn record(&self, live: &LiveSubject, at: Instant, body: EntryBody) -> Result<u64, VaultError> {
        let mut attempts_left = ATTEMPTS;
        loop {
            attempts_left -= 1;
            let entry = crate::read::entry(live, &self.caller, at, body);
            let mut unit = Unit::of(self.tenant.id()).entry(entry);
            if let Some(request) = self.request {
                self.answer(request, &mut unit).await?;
            }
            match self.vault.commit(unit).await {
                Ok(committed) => return Ok(committed.first_entry),
                Err(error) if error.kind() == ErrorKind::Conflict && attempts_left > 0 => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn answer(&self, request: RequestId, unit: &mut Unit) -> Result<(), VaultError> {
        if self.vault.right_row(&self.caller, request).await?.closed_at.is_some() {
            return Ok(());
        }
        let change = self.vault.change(&self.caller, request).await?;
        let answered = self.vault.answered_by_export(change)?;
        unit.guards.extend(answered.guards);
        unit.changes.extend(answered.changes);
        unit.entries.extend(answered.entries);
        Ok(())
    }
}
