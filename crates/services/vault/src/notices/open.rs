//! What an app shows a subject until they have seen it, and what a site shows everybody.

use std::sync::Arc;

use candor_ledger::{Digest, Entry, EntryBody};
use candor_manifest::model::Channel;
use candor_publish::Notice;
use candor_store::{Change, NoticeRow, Unit};
use candor_words::{Instant, Span, SpanUnit, SubjectId, TenantId, to_hex};
use serde::Serialize;

use super::{NoticeState, notice_id};
use crate::caller::{Caller, Scope};
use crate::channel::{channel_name, channel_number};
use crate::tenant::{Policy, Tenant};
use crate::{Vault, VaultError};

/// The most notices that are shown at once, the newest first.
const SHOWN_MAX: usize = 10;
/// How long a site goes on showing a change that has taken effect.
const SHOWN_AFTER: Span = Span::new(30, SpanUnit::Day);

/// A notice that a subject has not acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OpenNotice {
    /// Names the notice where it is acknowledged.
    pub id: String,
    pub policy: String,
    pub version: String,
    pub effective_at: Instant,
    /// True when the version decides already.
    pub in_force: bool,
    /// Over which channels the policy has people told.
    pub by: Vec<&'static str>,
    /// What it says.
    #[serde(flatten)]
    pub notice: Notice,
    /// Since when the app has it.
    pub shown_at: Instant,
}

/// A notice that a site shows to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ComingNotice {
    /// Names the notice, so that who has closed it is not shown it again.
    pub id: String,
    pub version: String,
    pub effective_at: Instant,
    /// True when the version decides already.
    pub in_force: bool,
    /// What it says.
    #[serde(flatten)]
    pub notice: Notice,
}

/// A notice that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Acknowledged {
    pub subject: SubjectId,
    pub id: String,
    pub at: Instant,
    /// The ledger entry that proves it; of an earlier acknowledgement none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
}

impl Vault {
    /// The notices that a subject has not acknowledged, newest first: of versions to come and of the one in force, when
    /// they knew an earlier one. That the app fetched a notice is written down the first time, with an entry.
    ///
    /// # Errors
    /// The caller lacks the consent scope; no such subject; it was erased.
    pub async fn open_notices(&self, caller: &Caller, subject: SubjectId) -> Result<Vec<OpenNotice>, VaultError> {
        caller.needs(Scope::Consent)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let live = self.live_for(caller, &tenant, subject).await?;
        let now = self.now();
        let in_force = Arc::clone(tenant.policy_at(now)?);
        let mut open = Vec::new();
        let newest_first = tenant.policies.iter().rev();
        let current = newest_first.filter(|policy| policy.effective_at > now || Arc::ptr_eq(policy, &in_force));
        for policy in current.filter(|policy| live.row.created_at < policy.effective_at).take(SHOWN_MAX) {
            let Some((notice, telling)) = self.notice_of(&tenant, policy, now) else { continue };
            let Some(shown_at) = self.shown(caller, &tenant, policy, subject, now).await? else { continue };
            open.push(OpenNotice {
                id: to_hex(&notice_id(policy)),
                policy: policy.digest.clone(),
                version: policy.manifest().version.clone(),
                effective_at: policy.effective_at,
                in_force: policy.effective_at <= now,
                by: telling.by.iter().map(|channel| channel_name(*channel)).collect(),
                notice,
                shown_at,
            });
        }
        Ok(open)
    }

    /// Since when the app has a notice; `None` when it was acknowledged.
    async fn shown(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        policy: &Policy,
        subject: SubjectId,
        now: Instant,
    ) -> Result<Option<Instant>, VaultError> {
        let channel = channel_number(Channel::InApp);
        let known = self.store.notice(tenant.id(), notice_id(policy), channel, subject).await?;
        if let Some(known) = known {
            let is_open = known.state != NoticeState::Acknowledged as u8;
            return Ok(is_open.then_some(known.at));
        }
        let body = EntryBody::NoticeSent { policy: Digest(*policy.plan.digest()), channel };
        self.note_in_app(caller, tenant, policy, subject, (NoticeState::Shown, body), now).await?;
        Ok(Some(now))
    }

    /// Notes that a subject has seen a notice; it is no longer open.
    ///
    /// # Errors
    /// The caller lacks the consent scope; no such subject; it was erased; no such notice.
    pub async fn acknowledge(&self, caller: &Caller, subject: SubjectId, id: &str) -> Result<Acknowledged, VaultError> {
        caller.needs(Scope::Consent)?;
        let tenant = self.tenant(caller.tenant()).await?;
        self.live_for(caller, &tenant, subject).await?;
        let has_told = |policy: &&Arc<Policy>| policy.since.as_ref().is_some_and(|since| since.telling.is_some());
        let named = |policy: &&Arc<Policy>| to_hex(&notice_id(policy)) == id;
        let policy = tenant.policies.iter().filter(has_told).find(named).ok_or_else(|| {
            VaultError::missing("notice.unknown", "nothing was changed: there is no such notice")
                .help("list the notices that are open for the subject")
        })?;
        let channel = channel_number(Channel::InApp);
        let known = self.store.notice(tenant.id(), notice_id(policy), channel, subject).await?;
        let seen_at = known.filter(|row| row.state == NoticeState::Acknowledged as u8).map(|row| row.at);
        if let Some(at) = seen_at {
            return Ok(Acknowledged { subject, id: id.to_owned(), at, entry: None });
        }
        let now = self.now();
        let body = EntryBody::NoticeAcknowledged { policy: Digest(*policy.plan.digest()) };
        let entry = self.note_in_app(caller, &tenant, policy, subject, (NoticeState::Acknowledged, body), now).await?;
        Ok(Acknowledged { subject, id: id.to_owned(), at: now, entry: Some(entry) })
    }

    async fn note_in_app(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        policy: &Policy,
        subject: SubjectId,
        (state, body): (NoticeState, EntryBody),
        now: Instant,
    ) -> Result<u64, VaultError> {
        // INVARIANT: no row of somebody who was erased meanwhile; whoever erases holds the same lock.
        let _writer = self.stripes.hold(subject).await;
        let stored = self.stored_subject(tenant, subject).await?;
        let plan = Digest(*tenant.policy_at(now)?.plan.digest());
        let entry = Entry { at: now, subject: Some(stored.reference), actor: Some(caller.key()), plan, body };
        let row = NoticeRow {
            notice: notice_id(policy),
            channel: channel_number(Channel::InApp),
            subject,
            state: state as u8,
            attempts: 1,
            reason: 0,
            at: now,
        };
        let unit = Unit::of(tenant.id()).change(Change::PutNotice(row)).entry(entry.to_bytes());
        Ok(self.commit(unit).await?.first_entry)
    }

    /// The notices that a tenant's sites show to everybody, newest first: of versions to come, and of the one in force for
    /// a month. Nothing in them is about a person.
    ///
    /// # Errors
    /// There is no such tenant.
    pub async fn coming_notices(&self, tenant: TenantId) -> Result<Vec<ComingNotice>, VaultError> {
        let tenant = self.tenant(tenant).await?;
        let now = self.now();
        let in_force = Arc::clone(tenant.policy_at(now)?);
        let is_shown = |policy: &&Arc<Policy>| {
            let is_news = Arc::ptr_eq(policy, &in_force) && now < policy.effective_at.plus(SHOWN_AFTER);
            policy.effective_at > now || is_news
        };
        let shown = tenant.policies.iter().rev().filter(is_shown).take(SHOWN_MAX);
        let notices = shown.filter_map(|policy| {
            let (notice, telling) = self.notice_of(&tenant, policy, now)?;
            telling.by.contains(&Channel::InApp).then(|| ComingNotice {
                id: to_hex(&notice_id(policy)),
                version: policy.manifest().version.clone(),
                effective_at: policy.effective_at,
                in_force: policy.effective_at <= now,
                notice,
            })
        });
        Ok(notices.collect())
    }
}
