//! Coming back within the time of grace: what was set aside is found as it was.

use std::collections::BTreeSet;

use candor_store::{PAGE_MAX, RecordRow, Retained};
use candor_words::SubjectId;

use super::carry_out::{Acting, enter_outcomes};
use super::reckon::{Reckoned, Turn, reckon};
use super::run::LookedAt;
use crate::draft::Draft;
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

impl Vault {
    /// Puts into the draft what its standing finds again.
    pub(crate) async fn find_again(&self, draft: &mut Draft) -> Result<(), VaultError> {
        let found = self.store.retained(draft.tenant.id(), &[draft.subject()]).await?;
        let Some(retained) = found.into_iter().next() else { return Ok(()) };
        let records = self.all_records(&draft.tenant, draft.subject(), &retained).await?;
        let mut retained = retained;
        if let Some(event) = &mut retained.state.last_event {
            event.standing = draft.form.write();
        }
        let policy = std::sync::Arc::clone(&draft.policy);
        let tenant = std::sync::Arc::clone(&draft.tenant);
        let Reckoned { mut changes, .. } = reckon(&policy.plan, &tenant.settings, retained, records, draft.now)?;
        for change in &mut changes {
            change.values.retain(|_, (_, _, turn)| *turn == Turn::FoundAgain);
        }
        changes.retain(|change| !change.values.is_empty());
        let acting = Acting { tenant: &tenant, policy: &policy, by: Some(draft.actor), now: draft.now };
        enter_outcomes(acting, &mut draft.unit, draft.reference, &changes, &mut LookedAt::default());
        for change in &changes {
            self.rewrite(&tenant, &mut draft.unit, change, false, &mut BTreeSet::new()).await?;
        }
        Ok(())
    }

    /// All records of a subject: the page that was read, and what follows it.
    pub(super) async fn all_records(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        retained: &Retained,
    ) -> Result<Vec<RecordRow>, VaultError> {
        let mut rows = retained.records.rows.clone();
        let mut after = retained.records.next.clone();
        while after.is_some() {
            let page = self.store.records(tenant.id(), subject, None, after, PAGE_MAX).await?;
            rows.extend(page.rows);
            after = page.next;
        }
        Ok(rows)
    }
}
