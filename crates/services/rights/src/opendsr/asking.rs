//! The controller's side: what an organisation is told of a request, and what is done when it calls back.
//!
//! A call-back only lets the organisation be asked at once, once it is believed: what counts is its signed answer then.

use candor_connect::{Errand, Heard, HeardError};
use candor_manifest::model::SystemKind;
use candor_vault::VaultError;
use candor_words::{RequestId, TenantId};

use crate::Rights;
use crate::keep::With;
use crate::run::Run;
use crate::systems::word;

/// Why a step is not done yet that another organisation was asked for.
pub(crate) const AWAITED: &str = "system.awaited";

impl Rights {
    /// What a system that takes requests of its own has to know of a step.
    pub(crate) async fn errand(&self, tenant: TenantId, run: &Run, at: usize) -> Result<Errand, VaultError> {
        let is_asked = run.systems.get(at).is_some_and(|system| system.kind == word(SystemKind::Opendsr));
        let callback =
            match run.progress.steps.get(at).filter(|_| is_asked && self.public_url().starts_with("https://")) {
                Some(step) => Some(self.callback_of(&self.slug(tenant).await?, run.request, &step.system)),
                None => None,
            };
        let begun_at = run.approved_at.unwrap_or(run.planned_at);
        Ok(Errand { request: run.request, begun_at, callback })
    }

    /// Takes a call-back of an organisation that was asked; it is asked again at once.
    ///
    /// # Errors
    /// Nothing is waited for there, or the call-back is not believed.
    pub async fn opendsr_hear(
        &self,
        slug: &str,
        request: &str,
        system: &str,
        (domain, signature): (&str, &str),
        body: &[u8],
    ) -> Result<(), HeardError> {
        let unexpected = |_| HeardError::Unexpected;
        let request: RequestId = request.parse().map_err(|_| HeardError::Unexpected)?;
        let tenant = self.vault.tenant_by_slug(slug).await.map_err(unexpected)?.ok_or(HeardError::Unexpected)?.id;
        let kept = self.kept(tenant, request).await.map_err(unexpected)?.ok_or(HeardError::Unexpected)?;
        let steps = &kept.run.progress.steps;
        let at = steps.iter().position(|step| step.system == system && step.is_connected);
        let is_asked = |at: &usize| kept.run.systems.get(*at).is_some_and(|of| of.kind == word(SystemKind::Opendsr));
        let at = at.filter(is_asked).ok_or(HeardError::Unexpected)?;
        let plan = self.plan_of(tenant, kept.run.plan_at(at)).await.map_err(unexpected)?;
        let reached = self.within(self.reach(tenant, &plan, system)).await;
        let (_, connector) = reached.map_err(|_| HeardError::Unreachable)?;
        let heard = Heard {
            url: self.callback_of(slug, request, system),
            domain: domain.to_owned(),
            signature: signature.to_owned(),
            body: body.to_vec(),
        };
        connector.heard(&heard).await?;
        let office = self.vault.office(tenant);
        let hastened = self.change(&office, request, |run| {
            if let Some(step) = run.progress.steps.get_mut(at) {
                step.act.again_at = None;
            }
            Ok(With::default())
        });
        if hastened.await.is_ok() {
            self.kick(tenant, request);
        }
        Ok(())
    }

    fn callback_of(&self, slug: &str, request: RequestId, system: &str) -> String {
        format!("{}/opendsr/{slug}/{request}/{system}", self.public_url())
    }
}
