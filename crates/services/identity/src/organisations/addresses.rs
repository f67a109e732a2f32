//! Addresses that wait: who is managed gets another address once the organisation approves it.
//!
//! The new address confirms itself first, by a code, as everybody's does. Whoever decides is shown whether it is on one of
//! the organisation's domains, and not the address.

use std::collections::BTreeMap;

use candor_ledger::EntryBody;
use candor_vault::{Caller, ErrorKind, NewRecord, ONLY_RECORD, Page, Scope, SlipChange, TenantView, VaultError};
use candor_words::{Instant, OrganisationId, RequestId, SubjectId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::domains::domain_in;
use super::letters::About;
use super::name_of;
use crate::drawer::{Kept, Sort, read};
use crate::identity::Identity;

/// How long an address waits: thirty days.
const WAIT_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// What an entry of the kind *decided* is about: an address.
const ADDRESS: u8 = 2;

/// What became of an address that was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// It is the account's.
    Changed,
    /// It is, once the organisation that manages the account approves.
    AwaitsApproval,
}

/// An address that waits for its approval.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WaitingAddress {
    pub(super) id: RequestId,
    to: String,
    asked_at: Instant,
}

impl Sort for WaitingAddress {
    const KIND: u16 = 48;
}

impl Drop for WaitingAddress {
    fn drop(&mut self) {
        self.to.zeroize();
    }
}

/// An address that waits, as administrators see it: not the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AddressView {
    /// Names it.
    pub id: RequestId,
    /// Whose it would be.
    pub subject: SubjectId,
    /// When it was asked for.
    pub asked_at: Instant,
    /// Whether it is on one of the organisation's domains; one that is not ends the management of the account.
    pub on_domain: bool,
}

/// Addresses that wait for one organisation.
pub type AddressesWaiting = Page<AddressView, [u8; 32]>;

impl Identity {
    /// True when an organisation has to approve another address of somebody.
    pub(crate) async fn needs_approval(&self, tenant: &TenantView, subject: SubjectId) -> Result<bool, VaultError> {
        let plan = self.vault.plan(tenant.id, None).await?;
        if plan.manifest().organisations.is_none() {
            return Ok(false);
        }
        let seen = self.vault.subject(&self.person(tenant.id, subject), subject).await?;
        Ok(seen.standing.is_some_and(|standing| standing.managed))
    }

    /// Keeps an address, which confirmed itself, until the organisation decides.
    pub(crate) async fn await_approval(
        &self,
        tenant: &TenantView,
        subject: SubjectId,
        to: &str,
    ) -> Result<(), VaultError> {
        let id = RequestId::random(self.entropy.as_ref());
        let organisation = self.membership(tenant.id, subject).await?.map(|kept| kept.body.organisation);
        let name = waiting_name(organisation, id);
        let body = WaitingAddress { id, to: to.to_owned(), asked_at: self.now() };
        let put = self.put_new(name, Some(subject), Some(self.in_ms(WAIT_MS)), &body)?;
        // Of several that wait, the last one holds.
        let earlier = SlipChange::DropAllOf(subject, WaitingAddress::KIND);
        let told = decided(id, subject, 0);
        self.vault.change_slips(&self.person(tenant.id, subject), vec![earlier, put], vec![told]).await.map(drop)
    }

    /// When somebody asked for another address that still waits.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn waiting_address_of(
        &self,
        tenant: &TenantView,
        subject: SubjectId,
    ) -> Result<Option<Instant>, VaultError> {
        let kept = self.kept_of::<WaitingAddress>(tenant.id, subject, 1).await?;
        Ok(kept.first().map(|kept| kept.body.asked_at))
    }

    /// The addresses that wait for an organisation; without one, those of accounts that are managed without any.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `organisation.unknown`.
    pub async fn addresses_waiting(
        &self,
        actor: &Caller,
        organisation: Option<OrganisationId>,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<AddressesWaiting, VaultError> {
        actor.needs(Scope::Admin)?;
        let tenant = actor.tenant();
        let domains = match organisation {
            Some(id) => {
                let kept = self.kept_organisation(tenant, id).await?;
                self.proved_domains(tenant, &kept.body).await?
            }
            None => Vec::new(),
        };
        let first = organisation_of(organisation);
        let begin = after.unwrap_or_else(|| name_of(first));
        let page = self.vault.slips(tenant, WaitingAddress::KIND, None, Some(begin), limit).await?;
        let is_of = |name: &[u8; 32]| name.starts_with(first.as_bytes());
        let mut rows = Vec::new();
        for slip in page.rows.into_iter().filter(|slip| is_of(&slip.name)) {
            let kept = read::<WaitingAddress>(slip)?;
            let on_domain = domain_in(&kept.body.to).is_some_and(|domain| domains.contains(&domain));
            let (id, asked_at) = (kept.body.id, kept.body.asked_at);
            rows.extend(kept.owner.map(|subject| AddressView { id, subject, asked_at, on_domain }));
        }
        Ok(Page { rows, next: page.next.filter(is_of) })
    }

    /// Approves an address, or refuses it. The person is told either way, at the address that is then theirs.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `address.unknown`; `identifier.taken`: another account has it by now.
    pub async fn decide_address(
        &self,
        actor: &Caller,
        tenant: &TenantView,
        organisation: Option<OrganisationId>,
        (id, approve): (RequestId, bool),
    ) -> Result<(), VaultError> {
        actor.needs(Scope::Admin)?;
        let kept = self.kept::<WaitingAddress>(tenant.id, waiting_name(organisation, id)).await?;
        let Some((kept, subject)) = kept.and_then(|kept| kept.owner.map(|owner| (kept, owner))) else {
            return Err(VaultError::new(ErrorKind::Missing, "address.unknown", "no such address waits for approval"));
        };
        let told = decided(id, subject, if approve { 1 } else { 2 });
        if approve {
            self.write_address(tenant, subject, &kept).await?;
        }
        self.vault.change_slips(actor, vec![kept.taken()], vec![told]).await?;
        self.write_to(tenant.id, subject, &About::Address { approved: approve }).await?;
        if approve {
            self.address_is_new(tenant.id, subject, &kept.body.to).await?;
        }
        Ok(())
    }

    async fn write_address(
        &self,
        tenant: &TenantView,
        subject: SubjectId,
        kept: &Kept<WaitingAddress>,
    ) -> Result<(), VaultError> {
        let door = self.front_door(tenant.id).await?;
        let Some((group, name)) = door.email.as_deref().and_then(|field| field.split_once('.')) else { return Ok(()) };
        let values = BTreeMap::from([(name.to_owned(), kept.body.to.as_str().into())]);
        let new = NewRecord { group: group.to_owned(), values, source: "subject".to_owned() };
        let left = self.address_of(tenant, &door, subject).await?;
        self.vault.rectify(&self.door(tenant.id), subject, ONLY_RECORD, new, None).await?;
        let changed = (Some(subject), EntryBody::CredentialChanged { what: 3 });
        self.vault.tell(&self.door(tenant.id), changed).await?;
        if let Some(left) = left {
            self.send(tenant, left, crate::letters::About::AddressLeft, candor_words::Language::default());
        }
        Ok(())
    }
}

fn waiting_name(organisation: Option<OrganisationId>, id: RequestId) -> [u8; 32] {
    let mut name = name_of(organisation_of(organisation));
    name[16..].copy_from_slice(id.as_bytes());
    name
}

/// What stands for no organisation; none is drawn like it.
fn organisation_of(organisation: Option<OrganisationId>) -> OrganisationId {
    organisation.unwrap_or(OrganisationId::from_bytes([0; 16]))
}

fn decided(matter: RequestId, subject: SubjectId, outcome: u8) -> (Option<SubjectId>, EntryBody) {
    (Some(subject), EntryBody::Decided { matter, about: ADDRESS, outcome })
}
