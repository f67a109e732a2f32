//! Putting a version: not before people can be told as the policy promises.

use std::sync::Arc;

use candor_manifest::model::Channel;
use candor_store::JobRow;
use candor_words::{Instant, JobId, TenantId};
use serde::Serialize;

use super::mailing::{self, Mailing};
use crate::channel::channel_name;
use crate::tenant::{Policy, Tenant};
use crate::versions::{Since, Telling};
use crate::{Vault, VaultError};

/// What a version's change asks to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeDue {
    /// `neutral`, `narrows`, `notice`, `consent` or `transfer`: the strongest class of a change.
    pub class: candor_publish::Class,
    /// Over which channels.
    pub by: Vec<&'static str>,
    /// How long before it takes effect, at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

impl From<&Telling> for NoticeDue {
    fn from(telling: &Telling) -> Self {
        let by = telling.by.iter().map(|channel| channel_name(*channel)).collect();
        Self { class: telling.class, by, before: telling.before.map(|span| span.to_string()) }
    }
}

/// When a version may take effect, and the job that tells people of it.
pub(crate) struct Due {
    pub effective_at: Instant,
    pub job: Option<JobRow>,
}

impl Vault {
    /// Works out what putting a version asks for. A version that states its date takes effect then or is refused; one that
    /// states none takes effect as soon as notice allows.
    ///
    /// # Errors
    /// The stated date leaves less time than the policy promises; notice by mail is promised and no mail can be sent.
    pub(crate) fn due(&self, tenant: &Tenant, policy: &Policy, now: Instant) -> Result<Due, VaultError> {
        let stated = policy.manifest().effective;
        let mut effective_at = policy.effective_at;
        let mut telling = telling_at(tenant, policy, effective_at);
        let earliest = |telling: &Option<Telling>| {
            telling.as_ref().and_then(|telling| telling.before).map_or(now, |before| now.plus(before))
        };
        if stated.is_none() && effective_at < earliest(&telling) {
            effective_at = earliest(&telling);
            telling = telling_at(tenant, policy, effective_at);
        }
        if effective_at < earliest(&telling) {
            return Err(too_short(&telling, earliest(&telling)));
        }
        let by_mail = telling.as_ref().is_some_and(|telling| telling.by.contains(&Channel::Email));
        if by_mail && self.mail().is_none() {
            return Err(no_mail());
        }
        let job = by_mail.then(|| self.mailing_job(tenant.id(), policy, effective_at, now));
        Ok(Due { effective_at, job })
    }

    fn mailing_job(&self, tenant: TenantId, policy: &Policy, effective_at: Instant, now: Instant) -> JobRow {
        let mailing = Mailing::begin(policy.digest.clone(), effective_at);
        JobRow {
            id: JobId::random(self.entropy.as_ref()),
            tenant,
            kind: mailing::NOTICE_MAIL.to_owned(),
            unique: format!("{}:{}:{}", mailing::NOTICE_MAIL, policy.digest, effective_at.as_millis()),
            payload: mailing.write(),
            run_at: now,
            attempts: 0,
            leased_until: None,
        }
    }
}

/// What must be told of a version that takes effect at an instant, by the rules of the one that it then follows.
fn telling_at(tenant: &Tenant, policy: &Policy, effective_at: Instant) -> Option<Telling> {
    let before: &Arc<Policy> = tenant.policies.iter().rev().find(|known| known.effective_at < effective_at)?;
    Since::of(before, policy.manifest()).telling
}

fn too_short(telling: &Option<Telling>, earliest: Instant) -> VaultError {
    let before = telling.as_ref().and_then(|telling| telling.before).map(|span| span.to_string()).unwrap_or_default();
    let message = format!(
        "the policy was not put: the version in force promises notice of such a change {before} before it takes effect, \
         and the date stated is earlier"
    );
    VaultError::unprocessable("policy.notice_too_short", message).detail("earliest", earliest).help(
        "state a day after `earliest`, or leave the date out: the version then takes effect as soon as notice allows",
    )
}

fn no_mail() -> VaultError {
    let message = "the policy was not put: the version in force promises notice of such a change by mail, and this server \
                   has no mail relay";
    VaultError::unprocessable("policy.notice_no_mail", message)
        .help("name a relay with `smtp_host` and `mail_from`, and put the policy again")
}
