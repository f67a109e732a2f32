//! Claims: everybody with an address on a proved domain is told, and may leave until the deadline.
//!
//! Addresses are looked at for the purpose that the policy names for it, through `decide` like every read; whoever the
//! policy keeps out of it (restricted, deactivated) is not claimed.

use candor_manifest::model::Channel;
use candor_vault::{Ask, Caller, ErrorKind, VaultError};
use candor_words::{Instant, OrganisationId, Secret, SubjectId, TenantId};
use serde::Serialize;

use super::domains::{Domain, Walk, domain_in};
use super::members::{MemberAct, Membership, entry};
use super::{Frame, MemberState};
use crate::drawer::Kept;
use crate::identity::Identity;

/// How many accounts one slice looks through.
const SLICE: usize = 200;

/// What a person sees of the organisation that claims or manages their account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// What people call it.
    pub title: String,
    /// The domain by which it claims the account.
    pub domain: String,
    /// Whether it manages the account already.
    pub state: MemberState,
    /// Since when.
    pub since: Instant,
    /// Until when the person may leave; none while they have not been written to.
    pub deadline: Option<Instant>,
    /// Whether it decides about requests from then on.
    pub decides_requests: bool,
}

impl Identity {
    /// The organisation that claims or manages somebody's account; `None` for everybody else.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn claim_of(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<Claim>, VaultError> {
        let Some(kept) = self.membership(tenant, subject).await? else { return Ok(None) };
        let Membership { organisation, domain, state, claimed_at, deadline, .. } = kept.body;
        let title = match self.kept_organisation(tenant, organisation).await {
            Ok(kept) => kept.body.title,
            Err(error) if error.kind() == ErrorKind::Missing => return Ok(None),
            Err(error) => return Err(error),
        };
        let plan = self.vault.plan(tenant, None).await?;
        let decides_requests = plan.manifest().organisations.as_ref().is_some_and(|clause| clause.decide_requests);
        Ok(Some(Claim { organisation, title, domain, state, since: claimed_at, deadline, decides_requests }))
    }

    /// Looks through the next accounts for those on a domain; true when that was all.
    pub(super) async fn walk(
        &self,
        office: &Caller,
        frame: &Frame,
        kept: &mut Kept<Domain>,
    ) -> Result<bool, VaultError> {
        let after = match kept.body.walk {
            None => return Ok(true),
            Some(Walk::Begin) => None,
            Some(Walk::After(subject)) => Some(subject),
        };
        let page = self.vault.subjects(office, after, SLICE).await?;
        let asks: Vec<Ask> =
            page.rows.iter().filter(|row| row.state == "active").map(|row| ask(frame, row.id, false)).collect();
        for answer in self.vault.read_many(office, &asks).await? {
            // Who was erased meanwhile is not there.
            let Ok(answer) = answer else { continue };
            let subject = answer.subject;
            if let Some(address) = address_in(answer)
                && domain_in(address.expose()).as_deref() == Some(&kept.body.domain)
            {
                self.claim(office, &kept.body, subject).await?;
            }
        }
        kept.body.walk = page.next.map(Walk::After);
        Ok(page.next.is_none())
    }

    /// Claims one account for the organisation that proved its domain.
    pub(super) async fn claim(&self, office: &Caller, by: &Domain, subject: SubjectId) -> Result<(), VaultError> {
        let tenant = office.tenant();
        if self.membership(tenant, subject).await?.is_some() {
            return Ok(());
        }
        let now = self.now();
        let body = Membership {
            organisation: by.organisation,
            domain: by.domain.clone(),
            state: MemberState::Claimed,
            claimed_at: now,
            told_at: None,
            deadline: None,
            tell_at: now,
        };
        let name = self.membership_name(tenant, by.organisation, subject).await?;
        let put = self.put_new(name, Some(subject), None, &body)?;
        let kept = Kept { name, owner: Some(subject), version: 1, expires_at: None, body };
        let told = entry(&kept, MemberAct::Claimed);
        match self.vault.change_slips(office, vec![put], vec![told]).await {
            // Somebody else claimed it at the same moment, or it is not there any more.
            Err(error) if matches!(error.code(), "slip.changed" | "subject.unknown") => Ok(()),
            done => done.map(drop),
        }
    }

    /// Claims an account whose address is new, if the address is on a proved domain; ends a claim that it leaves.
    pub(crate) async fn address_is_new(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        address: &str,
    ) -> Result<(), VaultError> {
        let office = self.vault.office(tenant);
        let domain = domain_in(address);
        if let Some(kept) = self.membership(tenant, subject).await? {
            if domain.as_ref() == Some(&kept.body.domain) {
                return Ok(());
            }
            let act = match kept.body.state {
                MemberState::Claimed => MemberAct::Left,
                MemberState::Managed => MemberAct::LetGo,
            };
            self.end_membership(&office, &kept, act).await?;
        }
        let Some(domain) = domain else { return Ok(()) };
        let Some(proved) = self.proved_domain(tenant, &domain).await? else { return Ok(()) };
        if self.frame(tenant).await.is_err() {
            return Ok(());
        }
        self.claim(&office, &proved.body, subject).await?;
        self.look_at(tenant, proved.body.organisation, self.now()).await
    }

    /// The address of somebody, for the purpose of managing accounts.
    pub(super) async fn managed_address(
        &self,
        tenant: TenantId,
        frame: &Frame,
        subject: SubjectId,
        to_write: bool,
    ) -> Result<Option<Secret<String>>, VaultError> {
        let answer = self.vault.read(&self.vault.office(tenant), &ask(frame, subject, to_write)).await?;
        Ok(address_in(answer))
    }
}

fn ask(frame: &Frame, subject: SubjectId, to_write: bool) -> Ask {
    let channel = (to_write && frame.by_mail).then_some(Channel::Email);
    Ask { channel, ..Ask::of(subject, &frame.purpose, vec![frame.email.clone()]) }
}

fn address_in(answer: candor_vault::Answer) -> Option<Secret<String>> {
    let mut values = answer.records.into_iter().flat_map(|record| record.values.into_values());
    values.find_map(|value| value.value.as_str().map(|text| Secret::new(text.to_owned())))
}
