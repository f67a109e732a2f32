//! Notice of changes to the policy: due when a version is put, carried out by a job, open in the app until it is seen.
//!
//! `due.rs` holds a version back until notice can be given; `mailing.rs` tells people by mail; `open.rs` what an app shows;
//! `told.rs` what became of it. Source: GDPR Art. 12, 13(3), 14(4); docs/adr/0013-notice-and-consent-again.md.

mod again;
mod due;
mod mailing;
mod open;
mod told;

use std::sync::Arc;

use candor_ledger::Digest;
use candor_manifest::model::Channel;
use candor_publish::{Notice, NoticeOf, notice};
use candor_words::Instant;

use crate::Vault;
use crate::channel::channel_number;
use crate::tenant::{Policy, Tenant};
use crate::versions::Telling;

pub use again::AskAgain;
pub(crate) use due::Due;
pub use due::NoticeDue;
pub(crate) use mailing::NOTICE_MAIL;
pub use open::{Acknowledged, ComingNotice, OpenNotice};
pub use told::{Told, Untold};

/// Where a notice to one subject over one channel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum NoticeState {
    /// Its carrier took it.
    Sent = 1,
    /// Its carrier did not take it yet.
    PutOff = 2,
    /// It never will.
    Failed = 3,
    /// The policy itself forbids it: the account is sealed.
    Withheld = 4,
    /// The app fetched it.
    Shown = 5,
    /// The subject said that they have seen it.
    Acknowledged = 6,
}

impl NoticeState {
    const ALL: [Self; 6] = [Self::Sent, Self::PutOff, Self::Failed, Self::Withheld, Self::Shown, Self::Acknowledged];

    pub(crate) fn of(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|state| *state as u8 == number)
    }
}

/// Why a notice failed, where no carrier was asked.
pub(crate) const NO_ADDRESS: u16 = 1;

/// Names the notice that a version takes effect at its instant: the same text put anew at another is another notice.
pub(crate) fn notice_id(policy: &Policy) -> [u8; 32] {
    let mut bytes = policy.plan.digest().to_vec();
    bytes.extend_from_slice(&policy.effective_at.as_millis().to_be_bytes());
    Digest::of(&bytes).0
}

impl Tenant {
    /// The version's name in addresses: as written, or its digest where a later one bears the same.
    fn address_of<'a>(&self, policy: &'a Policy) -> &'a str {
        let newest = self.policies.iter().rev().find(|known| known.manifest().version == policy.manifest().version);
        let is_its_own = newest.is_none_or(|newest| newest.digest == policy.digest);
        if is_its_own { &policy.manifest().version } else { &policy.digest }
    }

    /// Where rows say what became of telling people: each notice, and each channel that is served.
    pub(crate) fn notices_kept(&self) -> impl Iterator<Item = ([u8; 32], u16)> + '_ {
        let has_told = |policy: &&Arc<Policy>| policy.since.as_ref().is_some_and(|since| since.telling.is_some());
        let served = [Channel::Email, Channel::InApp].map(channel_number);
        self.policies.iter().filter(has_told).flat_map(move |policy| {
            let notice = notice_id(policy);
            served.into_iter().map(move |channel| (notice, channel))
        })
    }

    /// True when another version takes the place of this one at the same instant.
    fn is_replaced(&self, policy: &Arc<Policy>) -> bool {
        let last = self.policies.iter().rev().find(|other| other.effective_at == policy.effective_at);
        last.is_some_and(|last| !Arc::ptr_eq(last, policy))
    }
}

impl Vault {
    /// What people are told of a version, when they must be told; never of a version that comes not to decide.
    fn notice_of(&self, tenant: &Tenant, policy: &Arc<Policy>, now: Instant) -> Option<(Notice, Telling)> {
        let since = policy.since.as_ref().filter(|_| !tenant.is_replaced(policy))?;
        let telling = since.telling.clone()?;
        let page = self.page_of(&tenant.row.slug);
        let told = notice(&NoticeOf {
            old: since.before.manifest(),
            new: policy.manifest(),
            comparison: &since.comparison,
            effective_at: policy.effective_at,
            is_in_force: policy.effective_at <= now,
            page: &page,
            versions: (tenant.address_of(&since.before), tenant.address_of(policy)),
        })?;
        Some((told, telling))
    }
}
