//! What became of telling people: how many were reached, and who was not, and why.

use candor_decision::Reason;
use candor_manifest::model::Channel;
use candor_store::{PAGE_MAX, Page};
use candor_words::{Instant, SubjectId};
use serde::Serialize;

use super::{NO_ADDRESS, NOTICE_MAIL, NoticeDue, NoticeState, notice_id};
use crate::caller::{Caller, Scope};
use crate::channel::{channel_name, channel_number};
use crate::tenant::{Policy, Tenant};
use crate::{Vault, VaultError};

/// The most pages of jobs that are looked through for the one that tells people.
const JOB_PAGES_MAX: usize = 20;

/// How far telling people of a version has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Told {
    pub policy: String,
    pub version: String,
    pub effective_at: Instant,
    /// What the change asks for; `None` when nobody must be told.
    pub due: Option<NoticeDue>,
    /// Channels that the policy names and the tenant serves by other means than this server.
    pub elsewhere: Vec<&'static str>,
    /// `none`, `running` or `done`.
    pub mailing: &'static str,
    /// When the mailing goes on, while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Instant>,
    pub n_mailed: u64,
    /// Mails that the relay did not take yet.
    pub n_put_off: u64,
    /// Subjects without an address, or whose address the relay refused for good.
    pub n_undeliverable: u64,
    /// Subjects whom the policy forbids to write to: their account is sealed.
    pub n_withheld: u64,
    /// Subjects for whom an app fetched the notice and who have not acknowledged it.
    pub n_shown: u64,
    pub n_acknowledged: u64,
}

/// Somebody who was not reached by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Untold {
    pub subject: SubjectId,
    /// `no_address`, `address_invalid`, or `relay_` and what the relay answered.
    pub reason: String,
    pub attempts: u32,
    pub at: Instant,
}

impl Vault {
    /// How far telling people of a version has come.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such version.
    pub async fn told(&self, caller: &Caller, digest: &str) -> Result<Told, VaultError> {
        caller.needs(Scope::Admin)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let policy = version(&tenant, digest)?;
        let telling = policy.since.as_ref().and_then(|since| since.telling.as_ref());
        let by = telling.map_or(&[][..], |telling| telling.by.as_slice());
        let counts = self.store.notice_counts(tenant.id(), notice_id(policy)).await?;
        let count = |state: NoticeState| counts.iter().filter(|(_, of, _)| *of == state as u8).map(|(.., n)| n).sum();
        let next_at = self.mailing_goes_on(&tenant, policy).await?;
        Ok(Told {
            policy: policy.digest.clone(),
            version: policy.manifest().version.clone(),
            effective_at: policy.effective_at,
            due: telling.map(NoticeDue::from),
            elsewhere: by
                .iter()
                .filter(|channel| !matches!(channel, Channel::Email | Channel::InApp))
                .map(|channel| channel_name(*channel))
                .collect(),
            mailing: match (by.contains(&Channel::Email), next_at) {
                (false, _) => "none",
                (true, Some(_)) => "running",
                (true, None) => "done",
            },
            next_at,
            n_mailed: count(NoticeState::Sent),
            n_put_off: count(NoticeState::PutOff),
            n_undeliverable: count(NoticeState::Failed),
            n_withheld: count(NoticeState::Withheld),
            n_shown: count(NoticeState::Shown),
            n_acknowledged: count(NoticeState::Acknowledged),
        })
    }

    async fn mailing_goes_on(&self, tenant: &Tenant, policy: &Policy) -> Result<Option<Instant>, VaultError> {
        let unique = format!("{NOTICE_MAIL}:{}:{}", policy.digest, policy.effective_at.as_millis());
        let mut after = None;
        for _ in 0..JOB_PAGES_MAX {
            let page = self.store.jobs(tenant.id(), after, PAGE_MAX).await?;
            if let Some(job) = page.rows.iter().find(|job| job.unique == unique) {
                return Ok(Some(job.run_at));
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(None)
    }

    /// Who could not be reached by mail for good, and why.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such version.
    pub async fn undeliverable(
        &self,
        caller: &Caller,
        digest: &str,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Page<Untold, SubjectId>, VaultError> {
        caller.needs(Scope::Admin)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let policy = version(&tenant, digest)?;
        let (channel, state) = (channel_number(Channel::Email), NoticeState::Failed as u8);
        let page = self.store.notices(tenant.id(), notice_id(policy), channel, state, after, limit).await?;
        let untold = page.rows.into_iter().map(|row| Untold {
            subject: row.subject,
            reason: reason(NoticeState::of(row.state), row.reason),
            attempts: row.attempts,
            at: row.at,
        });
        Ok(Page { rows: untold.collect(), next: page.next })
    }
}

/// Of versions with one digest, the one that was put last.
fn version<'a>(tenant: &'a Tenant, digest: &str) -> Result<&'a Policy, VaultError> {
    let found = tenant.policies.iter().rev().find(|policy| policy.digest == digest);
    found.map(|policy| &**policy).ok_or_else(|| {
        VaultError::missing("policy.unknown", "there is no such version of the policy")
            .help("list the versions and take the `digest` of one")
    })
}

fn reason(state: Option<NoticeState>, number: u16) -> String {
    match (state, number) {
        (Some(NoticeState::Withheld), number) => {
            let known = Reason::ALL.iter().find(|reason| **reason as u16 == number);
            known.map_or("unknown", |reason| reason.code()).to_owned()
        }
        (_, 0) => "address_invalid".to_owned(),
        (_, NO_ADDRESS) => "no_address".to_owned(),
        (_, code) => format!("relay_{code}"),
    }
}
