//! Telling controllers how far their requests have come: signed, at least once, again while nobody takes it.

use candor_connect::{Callback, Callbacks};
use candor_dsr::opendsr::{Callback as Told, ProcessorKey, SIGNATURE_HEADER, domain_header};
use candor_vault::{CONTROLLER_REQUEST_SLIPS, PAGE_MAX, VaultError};
use candor_words::TenantId;

use super::Found;
use crate::Rights;

impl Rights {
    /// Tells the controllers of every tenant what changed since they were told last; returns how many call-backs were taken.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn opendsr_tell(&self, by: &ProcessorKey, callbacks: &dyn Callbacks) -> Result<u64, VaultError> {
        let (mut n_told, mut after) = (0, None);
        loop {
            let page = self.vault.tenants(after, PAGE_MAX).await?;
            for tenant in &page.rows {
                n_told += self.tell_of(tenant.id, by, callbacks).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(n_told);
            }
        }
    }

    async fn tell_of(&self, tenant: TenantId, by: &ProcessorKey, callbacks: &dyn Callbacks) -> Result<u64, VaultError> {
        let (mut n_told, mut after) = (0, None);
        loop {
            let page = self.vault.slips(tenant, CONTROLLER_REQUEST_SLIPS, None, after, PAGE_MAX).await?;
            for slip in page.rows {
                let found = Found::read(&slip)?;
                if found.kept.callbacks.is_empty() {
                    continue;
                }
                n_told += self.tell_one(tenant, found, by, callbacks).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(n_told);
            }
        }
    }

    async fn tell_one(
        &self,
        tenant: TenantId,
        found: Found,
        by: &ProcessorKey,
        callbacks: &dyn Callbacks,
    ) -> Result<u64, VaultError> {
        let office = self.vault.door(tenant);
        let status = self.status_of(&office, &found.kept).await?;
        let now = self.vault.now();
        let (mut told, kept) = (Vec::new(), found.kept);
        for mut telling in kept.callbacks {
            if !telling.is_due(status.word(), now) {
                continue;
            }
            let post = Told {
                controller_id: kept.controller.clone(),
                status_callback_url: telling.address.clone(),
                subject_request_id: kept.id.clone(),
                request_status: status,
                expected_completion_time: kept.expected_at,
            };
            told.push((telling.address, self.post(post, by, callbacks).await));
        }
        if told.is_empty() {
            return Ok(0);
        }
        // The controller may have sent or cancelled it meanwhile: what was told is noted in what stands now.
        let _turn = self.turns.take(&format!("opendsr {}", kept.id)).await;
        let n_told = told.iter().map(|(_, is_taken)| u64::from(*is_taken)).sum();
        let Some(slip) = self.vault.slip(tenant, CONTROLLER_REQUEST_SLIPS, found.name).await? else {
            return Ok(n_told);
        };
        let mut found = Found::read(&slip)?;
        for telling in &mut found.kept.callbacks {
            if let Some((_, is_taken)) = told.iter().find(|(address, _)| *address == telling.address) {
                telling.note(status.word(), *is_taken, now);
            }
        }
        self.put_controllers(&office, &mut found).await?;
        Ok(n_told)
    }

    async fn post(&self, told: Told, by: &ProcessorKey, callbacks: &dyn Callbacks) -> bool {
        let body = told.write();
        let Ok(signature) = by.sign(&body) else { return false };
        let callback = Callback {
            address: told.status_callback_url,
            content_type: "application/json",
            headers: vec![(domain_header(), by.domain().to_owned()), (SIGNATURE_HEADER, signature)],
            body,
        };
        match callbacks.post(&callback).await {
            Ok(()) => true,
            Err(error) => {
                tracing::info!(%error, "a controller was not told yet");
                false
            }
        }
    }
}
