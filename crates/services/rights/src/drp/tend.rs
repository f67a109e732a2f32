//! Looking after what agents brought: begun when it is proved who asks, ended when that is too late, told when it changes.

use candor_connect::{Callback, Callbacks};
use candor_dsr::drp::{Denial, Status};
use candor_vault::{AGENT_REQUEST_SLIPS, PAGE_MAX, TenantView, VaultError};
use candor_words::RequestId;

use super::status::is_late;
use super::{End, Kept, told};
use crate::Rights;

/// When a request that was not looked into is given up: the process died between two writes, and who is meant is not kept.
const UNSETTLED_MS: i64 = 3_600_000;
/// How a refusal for want of proof is justified (DPV).
const IDENTITY_FAILURE: &str = "A12IdentityFailure";

impl Rights {
    /// Looks after every request that agents brought; returns how many call-backs were taken.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn drp_tend(&self, callbacks: &dyn Callbacks) -> Result<u64, VaultError> {
        let (mut n_told, mut after) = (0, None);
        loop {
            let page = self.vault.tenants(after, PAGE_MAX).await?;
            for tenant in &page.rows {
                n_told += self.tend_of(tenant, callbacks).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(n_told);
            }
        }
    }

    async fn tend_of(&self, tenant: &TenantView, callbacks: &dyn Callbacks) -> Result<u64, VaultError> {
        let (mut n_told, mut after) = (0, None);
        loop {
            let page = self.vault.slips(tenant.id, AGENT_REQUEST_SLIPS, None, after, PAGE_MAX).await?;
            for slip in page.rows {
                let kept = Kept::read(&slip.body, slip.version, slip.expires_at)?;
                match self.tend_one(tenant, kept.body.id, callbacks).await {
                    Ok(is_told) => n_told += u64::from(is_told),
                    Err(error) => {
                        tracing::warn!(
                            code = error.code(),
                            "a request that an agent brought was not looked after; it is tried again"
                        );
                    }
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(n_told);
            }
        }
    }

    async fn tend_one(
        &self,
        tenant: &TenantView,
        id: RequestId,
        callbacks: &dyn Callbacks,
    ) -> Result<bool, VaultError> {
        let door = self.vault.door(tenant.id);
        let turn = self.turn_at(tenant.id, id).await;
        let Some(mut kept) = self.brought(tenant.id, id).await? else { return Ok(false) };
        self.begin(&door, &mut kept).await?;
        self.end_when_late(tenant, &mut kept).await?;
        let object = self.status_object(tenant, &kept.body).await?;
        let word = format!("{} {}", object.status.word(), object.reason.unwrap_or_default());
        let now = self.vault.now();
        let Some(callback) = kept.body.callback.as_mut() else { return Ok(false) };
        if !callback.is_due(&word, now) {
            return Ok(false);
        }
        let Ok(body) = serde_json::to_vec(&object) else { return Ok(false) };
        let posted =
            Callback { address: callback.address.clone(), content_type: "application/json", headers: Vec::new(), body };
        // An agent that takes its time keeps nobody from answering.
        drop(turn);
        let is_taken = match callbacks.post(&posted).await {
            Ok(()) => true,
            Err(error) => {
                tracing::info!(%error, "an agent was not told yet");
                false
            }
        };
        let _turn = self.turn_at(tenant.id, id).await;
        let Some(mut kept) = self.brought(tenant.id, id).await? else { return Ok(is_taken) };
        let Some(callback) = kept.body.callback.as_mut() else { return Ok(is_taken) };
        callback.note(&word, is_taken, now);
        self.put_brought(&door, &mut kept, Vec::new(), Vec::new()).await?;
        Ok(is_taken)
    }

    /// Ends what the person did not prove in time, and what was never looked into.
    async fn end_when_late(&self, tenant: &TenantView, kept: &mut Kept) -> Result<(), VaultError> {
        let (door, now) = (self.vault.door(tenant.id), self.vault.now());
        if kept.body.end.is_some() {
            return Ok(());
        }
        let age_ms = now.as_millis().saturating_sub(kept.body.received_at.as_millis());
        if !kept.body.is_settled {
            if age_ms > UNSETTLED_MS {
                kept.body.end = Some(End::of(Status::Denied, Some(Denial::Other.word()), now));
                self.put_brought(&door, kept, Vec::new(), Vec::new()).await?;
            }
            return Ok(());
        }
        let (status, reason, open) = self.state_of(tenant.id, &kept.body).await?;
        let is_refused_here = open.as_ref().is_none_or(|open| open.closed_at.is_none());
        let is_unproved = status == Status::Denied && reason == Some(Denial::InsufVerification.word());
        if !is_late(&kept.body, now) || !is_unproved || !is_refused_here {
            return Ok(());
        }
        let mut tells = Vec::new();
        if let Some(request) = kept.body.request {
            let subject = self.vault.refuse_request(&door, request, IDENTITY_FAILURE).await?.subject;
            let agents = self.known_agents(tenant.id).await?;
            let agent = agents.iter().find(|known| known.body.id == kept.body.agent);
            tells.extend(agent.map(|known| (Some(subject), told(known.body.record, request, 6))));
        }
        kept.body.end = Some(End::of(Status::Denied, reason, now));
        self.put_brought(&door, kept, Vec::new(), tells).await
    }
}
