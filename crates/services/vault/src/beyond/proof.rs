//! How a request that went through connected systems ends, and what proves it: a rendering of what was done is kept, and the ledger
//! holds its digest.

use std::sync::Arc;

use candor_ledger::{Digest, EntryBody, RightsReceipt};
use candor_manifest::model::RightKind;
use candor_store::{Change, PAGE_MAX};
use candor_words::{RequestId, SubjectId};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::caller::{Caller, Scope};
use crate::draft::Draft;
use crate::requests::{RequestChange, State, view};
use crate::slips::{Expect, NewSlip, PROVED_SLIPS, RUN_SLIPS, SlipChange, request_slip};
use crate::{RequestView, Vault, VaultError};

/// The most pages of entries that a receipt's entry is looked for in.
const ENTRY_PAGES_MAX: usize = 20;

impl Vault {
    /// Answers a request that was carried out everywhere, unless it is an erasure.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed, an erasure, or wants identity proved first.
    pub async fn answer_run(
        &self,
        caller: &Caller,
        request: RequestId,
        mut rendering: Value,
        slips: Vec<SlipChange>,
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        let mut change = self.change_on_its_way(caller, request).await?;
        change.open.refuse_unproved()?;
        if change.open.right == RightKind::Erasure {
            return Err(VaultError::damaged("request"));
        }
        rendering["answered_at"] = json!(change.now);
        let proved = EntryBody::RequestProved { request, receipt: digest_of(&rendering)? };
        let mut slips = slips;
        slips.push(SlipChange::Drop(RUN_SLIPS, request_slip(request), Expect::Anything));
        slips.push(kept(request, None, &rendering));
        self.run_in(caller, &mut change, slips, vec![proved]).await?;
        change.open.enter_state(State::Answered, change.now)?;
        let entry =
            self.entry(&change.tenant, change.now, change.reference, change.actor, change.open.entry(State::Answered))?;
        let RequestChange { open, unit, now, .. } = change;
        let mut unit = unit.change(Change::PutRequest(open.row.clone())).entry(entry);
        unit.changes.extend(open.forgotten());
        let committed = self.commit(unit).await?;
        // Said in a unit of its own, for only now it is known; without it, the entry is looked for.
        let known = vec![kept(request, Some(committed.first_entry), &rendering)];
        if let Err(error) = self.change_slips(caller, known, Vec::new()).await {
            tracing::warn!(request.id = %request, code = error.code(), "the place of a receipt's entry was not kept");
        }
        Ok(view(&open.row, open.form, now))
    }

    /// The receipt of a request that went through connected systems: it can be had after the subject is gone.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is still open, or never went there.
    pub async fn rights_receipt(&self, caller: &Caller, request: RequestId) -> Result<RightsReceipt, VaultError> {
        caller.needs(Scope::Rights)?;
        let row = self.run_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        if row.closed_at.is_none() {
            return Err(VaultError::conflict("request.open", "there is no receipt yet: the request is not answered")
                .help("look at its steps, and ask again once it is answered"));
        }
        let slip = self.slip(caller.tenant(), PROVED_SLIPS, request_slip(request)).await?;
        let slip = slip.ok_or_else(|| {
            VaultError::missing("receipt.none", "there is no receipt: the request went through no connected system")
                .help("an erasure's entry has its receipt at the ledger's own address")
        })?;
        let body: Value = serde_json::from_slice(&slip.body).map_err(|_| VaultError::damaged("receipt"))?;
        let entry = match body["entry"].as_u64() {
            Some(entry) => entry,
            None => self.proving_entry(caller, row.subject, &body["receipt"]).await?,
        };
        let proof = self.inclusion(caller.tenant(), entry, None).await?;
        Ok(RightsReceipt::new(body["receipt"].clone(), proof))
    }

    /// The entry that holds a rendering's digest: right behind the erasure's, or among those about the subject.
    async fn proving_entry(&self, caller: &Caller, subject: SubjectId, rendering: &Value) -> Result<u64, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let row = self.store.subject(tenant.id(), subject).await?;
        if let Some(erased) = row.and_then(|row| row.erased_entry) {
            return Ok(erased + 1);
        }
        let digest = digest_of(rendering)?;
        let live = self.live(&tenant, subject).await?;
        self.index_entries(&tenant).await?;
        let mut below = None;
        for _ in 0..ENTRY_PAGES_MAX {
            let page = self.store.entries_of(tenant.id(), live.reference, below, PAGE_MAX).await?;
            let found =
                self.entries_at(&tenant, &page.rows).await?.into_iter().find(
                    |(_, entry)| matches!(entry.body, EntryBody::RequestProved { receipt, .. } if receipt == digest),
                );
            if let Some((at, _)) = found {
                return Ok(at);
            }
            below = page.next;
            if below.is_none() {
                break;
            }
        }
        Err(VaultError::damaged("receipt"))
    }

    /// Puts what an erasure's receipt tells into its unit, for every request that it answers. Its entry stands right behind
    /// the erasure's.
    pub(crate) async fn prove_erasure_in(
        &self,
        caller: &Caller,
        draft: &mut Draft,
        told_by: RequestId,
        answered: &[RequestId],
        mut rendering: Value,
        n_keys: u32,
    ) -> Result<(), VaultError> {
        rendering["answered_at"] = json!(draft.now);
        rendering["requests"] = json!(answered);
        rendering["vault"] = json!({ "did": "erased", "n_keys_destroyed": n_keys });
        draft.enter(EntryBody::RequestProved { request: told_by, receipt: digest_of(&rendering)? });
        let tenant = Arc::clone(&draft.tenant);
        for request in answered {
            let run = SlipChange::Drop(RUN_SLIPS, request_slip(*request), Expect::Anything);
            for change in [run, kept(*request, None, &rendering)] {
                self.slip_in(caller, &tenant, change, &mut draft.unit).await?;
            }
        }
        Ok(())
    }
}

fn kept(request: RequestId, entry: Option<u64>, rendering: &Value) -> SlipChange {
    let body = json!({ "entry": entry, "receipt": rendering }).to_string().into_bytes();
    let slip = NewSlip {
        kind: PROVED_SLIPS,
        name: request_slip(request),
        owner: None,
        expires_at: None,
        body: Zeroizing::new(body),
    };
    SlipChange::Put(slip, Expect::Anything)
}

fn digest_of(rendering: &Value) -> Result<Digest, VaultError> {
    RightsReceipt::digest_of(rendering).ok_or_else(|| VaultError::damaged("receipt"))
}
