//! Organisations that manage accounts: made by a tenant, in the frame of the policy's `organisations` clause.
//!
//! An organisation names a domain and proves it (`domains.rs`); everybody with an address on it is told, and has time to
//! leave (`claims.rs`); whoever stays is managed from the deadline on (`tend.rs`). Then another address needs the
//! organisation's approval (`addresses.rs`), and requests are its to decide (`requests.rs`; held by the vault). A proof
//! that is lost ends all that after a grace. See docs/organisations.md and ADR 0023.

use candor_ledger::{Digest, EntryBody};
use candor_manifest::model::Channel;
use candor_manifest::{Manifest, model::Purpose};
use candor_vault::{Caller, ErrorKind, Page, Scope, SlipChange, VaultError};
use candor_words::{Instant, OrganisationId, Span, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use crate::door::FrontDoor;
use crate::drawer::{Kept, Sort, read};
use crate::identity::Identity;

mod addresses;
mod claims;
mod domains;
mod letters;
mod members;
mod requests;
mod tend;

pub use addresses::{AddressView, AddressesWaiting, Confirmed};
pub use claims::Claim;
pub use domains::{DomainView, GRACE_MS, RECHECK_MS};
pub use members::{MemberState, MemberView};

/// The most organisations of one tenant.
pub const ORGANISATIONS_MAX: usize = 10_000;
/// The most domains of one organisation.
pub const DOMAINS_MAX: usize = 50;
/// The most people who decide for one.
const DECIDERS_MAX: usize = 20;
/// The longest title, in bytes.
const TITLE_BYTES_MAX: usize = 200;

/// What an entry says that an organisation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Act {
    Made = 1,
    Closed = 2,
    Named = 3,
    Proved = 4,
    Unproved = 5,
    Lost = 6,
    TakenAway = 7,
}

/// An organisation to be made.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    /// What people call it; at most 200 bytes, in one line.
    pub title: String,
    /// Who decides for it, besides the tenant's administrators.
    pub deciders: Vec<SubjectId>,
}

/// Body of an organisation's slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Organisation {
    pub id: OrganisationId,
    pub title: String,
    pub since: Instant,
    pub deciders: Vec<SubjectId>,
    /// Every domain that it named, proved or not.
    pub domains: Vec<String>,
    /// When its members are looked at next.
    pub look_at: Option<Instant>,
}

impl Sort for Organisation {
    const KIND: u16 = 46;
}

/// An organisation as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrganisationView {
    /// Its id.
    pub id: OrganisationId,
    /// What people call it.
    pub title: String,
    /// Since when.
    pub since: Instant,
    /// Who decides for it, besides the tenant's administrators.
    pub deciders: Vec<SubjectId>,
    /// Its domains.
    pub domains: Vec<DomainView>,
}

/// What the policy says of organisations that claim accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The time that people have to leave.
    pub notice: Span,
    /// The purpose for which addresses are looked at and people are told.
    pub purpose: String,
    /// Whether the purpose names the channel.
    pub by_mail: bool,
    /// The address that is looked at.
    pub email: String,
}

impl Frame {
    /// Reads it from a policy.
    pub(crate) fn of(manifest: &Manifest) -> Result<Self, VaultError> {
        let notice = manifest.organisations.as_ref().and_then(|organisations| organisations.claim_notice);
        let Some(notice) = notice else {
            return Err(unprocessable("organisations.none", "the policy lets no organisation claim accounts")
                .help("declare `claim accounts after notice of …` in the policy's `organisations`"));
        };
        let email = FrontDoor::of(manifest).ok().and_then(|door| door.email).or_else(|| address_field(manifest));
        let found = email.and_then(|email| {
            let uses = |purpose: &&Purpose| {
                purpose.term == "AccountManagement"
                    && purpose.uses.iter().any(|ix| manifest.fields[ix.at()].name == email)
            };
            let purpose = manifest.purposes.iter().find(uses)?;
            let by_mail = purpose.channels.contains(&Channel::Email);
            Some(Self { notice, purpose: purpose.name.clone(), by_mail, email: email.clone() })
        });
        found.ok_or_else(|| {
            unprocessable(
                "organisations.no_purpose",
                "the policy has no purpose for which an organisation claims accounts",
            )
            .help("declare a purpose of the term `AccountManagement` that uses the address and goes out `by email`")
        })
    }
}

/// The first address that identifies people, where nobody signs in.
fn address_field(manifest: &Manifest) -> Option<String> {
    let is_address =
        |field: &&candor_manifest::model::Field| field.identifies && field.term.starts_with("EmailAddress");
    manifest.fields.iter().find(is_address).map(|field| field.name.clone())
}

impl Identity {
    /// Makes an organisation.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `organisations.none`, `organisations.no_purpose`: the policy lets none claim
    /// accounts; a title that is empty or too long; somebody who is not known; too many of them.
    pub async fn create_organisation(
        &self,
        actor: &Caller,
        new: NewOrganisation,
    ) -> Result<OrganisationView, VaultError> {
        actor.needs(Scope::Admin)?;
        let tenant = actor.tenant();
        self.frame(tenant).await?;
        let title = title_of(&new.title)?;
        self.check_deciders(actor, &new.deciders).await?;
        if self.vault.slips(tenant, Organisation::KIND, None, None, candor_vault::PAGE_MAX).await?.next.is_some()
            && self.all_organisations(tenant).await?.len() >= ORGANISATIONS_MAX
        {
            return Err(unprocessable("organisation.too_many", "the organisation was not made: there are too many"));
        }
        let id = OrganisationId::random(self.entropy.as_ref());
        let body =
            Organisation { id, title, since: self.now(), deciders: new.deciders, domains: Vec::new(), look_at: None };
        let put = self.put_new(name_of(id), None, None, &body)?;
        self.vault.change_slips(actor, vec![put], vec![told(id, Act::Made, None)]).await?;
        self.organisation(actor, id).await
    }

    /// An organisation.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `organisation.unknown`.
    pub async fn organisation(&self, actor: &Caller, id: OrganisationId) -> Result<OrganisationView, VaultError> {
        actor.needs(Scope::Admin)?;
        let kept = self.kept_organisation(actor.tenant(), id).await?;
        self.organisation_view(actor.tenant(), kept.body).await
    }

    /// The tenant's organisations.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn organisations(
        &self,
        actor: &Caller,
        after: Option<OrganisationId>,
        limit: usize,
    ) -> Result<Page<OrganisationView, OrganisationId>, VaultError> {
        actor.needs(Scope::Admin)?;
        let tenant = actor.tenant();
        let page = self.vault.slips(tenant, Organisation::KIND, None, after.map(name_of), limit).await?;
        let mut rows = Vec::with_capacity(page.rows.len());
        for slip in page.rows {
            rows.push(self.organisation_view(tenant, read::<Organisation>(slip)?.body).await?);
        }
        Ok(Page { rows, next: page.next.map(id_of) })
    }

    /// Says who decides for an organisation, besides the tenant's administrators.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `organisation.unknown`; somebody who is not known; more than 20.
    pub async fn set_deciders(
        &self,
        actor: &Caller,
        id: OrganisationId,
        deciders: Vec<SubjectId>,
    ) -> Result<OrganisationView, VaultError> {
        actor.needs(Scope::Admin)?;
        self.check_deciders(actor, &deciders).await?;
        let mut kept = self.kept_organisation(actor.tenant(), id).await?;
        kept.body.deciders = deciders;
        self.vault.change_slips(actor, vec![kept.put_again()?], Vec::new()).await?;
        self.organisation(actor, id).await
    }

    /// True when somebody decides for an organisation.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn decides_for(
        &self,
        tenant: TenantId,
        id: OrganisationId,
        subject: SubjectId,
    ) -> Result<bool, VaultError> {
        let kept = self.kept::<Organisation>(tenant, name_of(id)).await?;
        Ok(kept.is_some_and(|kept| kept.body.deciders.contains(&subject)))
    }

    /// Closes an organisation: its domains and its hold on accounts end; the accounts stay.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `organisation.unknown`.
    pub async fn close_organisation(&self, actor: &Caller, id: OrganisationId) -> Result<(), VaultError> {
        actor.needs(Scope::Admin)?;
        let tenant = actor.tenant();
        let mut kept = self.kept_organisation(tenant, id).await?;
        for domain in std::mem::take(&mut kept.body.domains) {
            self.drop_domain(actor, &domain, (id, Act::TakenAway)).await?;
        }
        self.let_all_go(actor, &kept.body).await?;
        let gone = SlipChange::Drop(Organisation::KIND, name_of(id), candor_vault::Expect::Anything);
        self.vault.change_slips(actor, vec![gone], vec![told(id, Act::Closed, None)]).await.map(drop)
    }

    pub(crate) async fn frame(&self, tenant: TenantId) -> Result<Frame, VaultError> {
        Frame::of(self.vault.plan(tenant, None).await?.manifest())
    }

    pub(crate) async fn kept_organisation(
        &self,
        tenant: TenantId,
        id: OrganisationId,
    ) -> Result<Kept<Organisation>, VaultError> {
        self.kept(tenant, name_of(id))
            .await?
            .ok_or_else(|| VaultError::new(ErrorKind::Missing, "organisation.unknown", "there is no such organisation"))
    }

    /// Every organisation of a tenant, at most one more than there may be.
    pub(crate) async fn all_organisations(&self, tenant: TenantId) -> Result<Vec<Kept<Organisation>>, VaultError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.vault.slips(tenant, Organisation::KIND, None, after, candor_vault::PAGE_MAX).await?;
            for slip in page.rows {
                all.push(read(slip)?);
            }
            after = page.next;
            if after.is_none() || all.len() > ORGANISATIONS_MAX {
                return Ok(all);
            }
        }
    }

    async fn organisation_view(&self, tenant: TenantId, body: Organisation) -> Result<OrganisationView, VaultError> {
        let mut domains = Vec::with_capacity(body.domains.len());
        for domain in &body.domains {
            domains.extend(self.domain_view(tenant, domain).await?);
        }
        let Organisation { id, title, since, deciders, .. } = body;
        Ok(OrganisationView { id, title, since, deciders, domains })
    }

    async fn check_deciders(&self, actor: &Caller, deciders: &[SubjectId]) -> Result<(), VaultError> {
        if deciders.len() > DECIDERS_MAX {
            return Err(VaultError::new(
                ErrorKind::BadInput,
                "organisation.deciders_too_many",
                "nothing was changed: too many people decide for the organisation",
            )
            .detail("max", DECIDERS_MAX));
        }
        for subject in deciders {
            self.vault.subject(actor, *subject).await?;
        }
        Ok(())
    }
}

/// What an organisation's slip is called.
pub(crate) fn name_of(id: OrganisationId) -> [u8; 32] {
    let mut name = [0; 32];
    name[..16].copy_from_slice(id.as_bytes());
    name
}

fn id_of(name: [u8; 32]) -> OrganisationId {
    let mut id = [0; 16];
    id.copy_from_slice(&name[..16]);
    OrganisationId::from_bytes(id)
}

/// What the ledger says of an organisation; a domain goes in blinded.
pub(crate) fn told(organisation: OrganisationId, act: Act, domain: Option<[u8; 32]>) -> (Option<SubjectId>, EntryBody) {
    let domain = Digest(domain.unwrap_or_default());
    (None, EntryBody::OrganisationChanged { organisation, act: act as u8, domain })
}

fn title_of(text: &str) -> Result<String, VaultError> {
    let text = text.trim();
    if text.is_empty() || text.len() > TITLE_BYTES_MAX || text.chars().any(char::is_control) {
        return Err(VaultError::new(
            ErrorKind::BadInput,
            "organisation.title",
            "the organisation was not made: its title is empty, too long, or more than one line",
        )
        .detail("max", TITLE_BYTES_MAX));
    }
    Ok(text.to_owned())
}

pub(crate) fn unprocessable(code: &'static str, message: &'static str) -> VaultError {
    VaultError::new(ErrorKind::Unprocessable, code, message)
}
