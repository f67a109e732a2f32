//! How long managed accounts are kept, as administrators set it within the policy's bounds.

use std::sync::Arc;

use candor_ledger::{Digest, EntryBody};
use candor_manifest::Manifest;
use candor_store::{Change, Unit};
use candor_words::Span;

use super::view::RetentionView;
use crate::caller::{Caller, Scope};
use crate::choice::Told;
use crate::{Vault, VaultError};

impl Vault {
    /// Sets how long a group is kept for managed accounts, counted from the events that its rules name; `None` goes
    /// back to what the rules say. Every subject is then looked at again.
    ///
    /// # Errors
    /// The caller lacks the admin scope; the policy in force declares no such group, lets nobody set lengths, or a
    /// length outside its bounds (`retention.out_of_bounds`, which names them).
    pub async fn set_retention_length(
        &self,
        caller: &Caller,
        group: &str,
        length: Option<Span>,
    ) -> Result<RetentionView, VaultError> {
        caller.needs(Scope::Admin)?;
        let writer = Arc::clone(&self.tenant_rows).lock_owned().await;
        let tenant = self.tenant(caller.tenant()).await?;
        let now = self.now();
        let policy = tenant.policy_at(now)?;
        check(policy.manifest(), group, length)?;
        let mut settings = tenant.settings.clone();
        let was = match length {
            Some(length) => settings.lengths.insert(group.to_owned(), length),
            None => settings.lengths.remove(group),
        };
        if was != length {
            let mut row = tenant.row.clone();
            row.settings = settings.write().ok_or_else(|| VaultError::damaged("tenant settings"))?;
            let code = if length.is_some() { Told::LengthSet } else { Told::LengthUnset };
            let told = length.map_or_else(|| group.to_owned(), |length| format!("{group} {length}"));
            let body = EntryBody::Other { code: code as u16, payload: Digest::of(told.as_bytes()) };
            let entry = self.entry(&tenant, now, None, Some(caller.key()), body)?;
            let again = self.look_again_job(tenant.id(), &format!("length:{}", now.as_millis()), now);
            let unit =
                Unit::of(caller.tenant()).change(Change::PutTenant(row)).change(Change::PutJob(again)).entry(entry);
            self.commit_then(unit, (self.tenants_epoch.moving_on(), writer)).await?;
        }
        Ok(RetentionView::of(policy.manifest(), &settings, &policy.plan))
    }

    /// The keep rules of the policy in force, and what administrators set.
    ///
    /// # Errors
    /// There is no such tenant.
    pub async fn retention(&self, caller: &Caller) -> Result<RetentionView, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let policy = tenant.policy_at(self.now())?;
        Ok(RetentionView::of(policy.manifest(), &tenant.settings, &policy.plan))
    }
}

fn check(manifest: &Manifest, group: &str, length: Option<Span>) -> Result<(), VaultError> {
    let Some(length) = length else { return Ok(()) };
    if manifest.group(group).is_none() {
        return Err(VaultError::missing("group.undeclared", "nothing was set: the policy declares no such data group")
            .help("name a group that the policy in force declares with `data`"));
    }
    let bounds = manifest.organisations.as_ref().and_then(|organisations| organisations.retention);
    let Some((least, most)) = bounds else {
        return Err(VaultError::unprocessable(
            "retention.not_settable",
            "nothing was set: the policy lets nobody set how long data is kept",
        )
        .help("declare `set retention between … and …` in the policy's `organisations`"));
    };
    let seconds = length.approximate_seconds();
    if seconds < least.approximate_seconds() || seconds > most.approximate_seconds() {
        return Err(VaultError::unprocessable(
            "retention.out_of_bounds",
            format!("nothing was set: the policy allows from `{least}` to `{most}`"),
        )
        .detail("least", least)
        .detail("most", most)
        .help("name a length within the policy's bounds"));
    }
    Ok(())
}
