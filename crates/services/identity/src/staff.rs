//! Staff: people with an account who work at the console, and the roles of the policy that they have.
//!
//! A role says for which purposes its people read (`staff NAME for PURPOSE, …`). Whoever administers the tenant has a seat
//! besides: policies, keys, accounts, but no field by that alone. Every look at somebody states a purpose, a reason and
//! where it is written down why; the person sees all three.

use candor_ledger::{ADMINISTRATOR, EntryBody};
use candor_manifest::Manifest;
use candor_vault::{Answer, Ask, Caller, ErrorKind, Page, Scope, Seat, SlipChange, StaffReason, VaultError};
use candor_words::{ApiKeyId, Instant, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use crate::drawer::{Kept, Sort, read};
use crate::identity::Identity;

/// The longest name of what is written down elsewhere, in bytes.
pub const TICKET_BYTES_MAX: usize = 200;
/// The most roles of one person.
const ROLES_MAX: usize = 64;
/// How long the words of a look are kept: a year. The ledger keeps that there was one.
const LOOK_MS: i64 = 365 * 24 * 60 * 60 * 1000;
/// The most looks that are shown.
const LOOKS_MAX: usize = 500;

/// What somebody is at the console.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRoles {
    /// Roles of the policy, by name.
    pub roles: Vec<String>,
    /// True for whoever administers the tenant.
    pub administrator: bool,
}

/// Body of a member's slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Member {
    has: StaffRoles,
    since: Instant,
}

impl Sort for Member {
    const KIND: u16 = candor_vault::STAFF_SLIPS;
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaffView {
    /// Who.
    pub subject: SubjectId,
    /// What the ledger calls them.
    pub actor: ApiKeyId,
    /// Roles of the policy, by name; one that the policy in force does not declare any more gives nothing.
    pub roles: Vec<String>,
    /// True for whoever administers the tenant.
    pub administrator: bool,
    /// Since when they are staff.
    pub since: Instant,
}

/// That staff looked at somebody, in words; it is the person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffLook {
    /// When.
    pub at: Instant,
    /// What the ledger calls who looked.
    pub actor: ApiKeyId,
    /// For which purpose.
    pub purpose: String,
    /// Why.
    pub reason: StaffReason,
    /// Where it is written down: a ticket, a case.
    pub ticket: String,
}

impl Sort for StaffLook {
    const KIND: u16 = 50;
}

impl Identity {
    /// Gives somebody their roles, in the place of those they had; none of them and no seat takes them off the staff.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such subject; `role.undeclared`; too many roles.
    pub async fn set_staff(
        &self,
        actor: &Caller,
        subject: SubjectId,
        mut new: StaffRoles,
    ) -> Result<Option<StaffView>, VaultError> {
        actor.needs(Scope::Admin)?;
        let tenant = actor.tenant();
        self.vault.subject(actor, subject).await?;
        new.roles.sort();
        new.roles.dedup();
        let plan = self.vault.plan(tenant, None).await?;
        check(plan.manifest(), &new)?;
        let kept = self.member(tenant, subject).await?;
        let had = kept.as_ref().map(|kept| kept.body.has.clone()).unwrap_or_default();
        let staff = self.vault.staff_actor(tenant, subject).await?;
        let told = |role: u16, act: u8| (Some(subject), EntryBody::StaffChanged { staff, role, act });
        let place = |name: &String| {
            let at = plan.manifest().roles.iter().position(|role| role.name == *name);
            at.and_then(|at| u16::try_from(at).ok()).unwrap_or(ADMINISTRATOR - 1)
        };
        let given = new.roles.iter().filter(|name| !had.roles.contains(name)).map(|name| told(place(name), 1));
        let taken = had.roles.iter().filter(|name| !new.roles.contains(name)).map(|name| told(place(name), 2));
        let mut entries: Vec<_> = given.chain(taken).collect();
        match (had.administrator, new.administrator) {
            (false, true) => entries.push(told(ADMINISTRATOR, 1)),
            (true, false) => entries.push(told(ADMINISTRATOR, 2)),
            _ => {}
        }
        let is_staff = new.administrator || !new.roles.is_empty();
        let change = match kept {
            Some(kept) if !is_staff => kept.taken(),
            Some(mut kept) => {
                kept.body.has = new;
                kept.put_again()?
            }
            None if !is_staff => return Ok(None),
            None => {
                let name = self.vault.slip_name(tenant, Member::KIND, subject.as_bytes()).await?;
                self.put_new(name, Some(subject), None, &Member { has: new, since: self.now() })?
            }
        };
        self.vault.change_slips(actor, vec![change], entries).await?;
        self.staff_of(tenant, subject).await
    }

    /// What somebody is at the console; `None` for whoever does not work there.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn staff_of(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<StaffView>, VaultError> {
        match self.member(tenant, subject).await? {
            Some(kept) => Ok(Some(self.staff_view(tenant, kept).await?)),
            None => Ok(None),
        }
    }

    /// The tenant's staff.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn staff(
        &self,
        actor: &Caller,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<StaffView, [u8; 32]>, VaultError> {
        actor.needs(Scope::Admin)?;
        let page = self.vault.slips(actor.tenant(), Member::KIND, None, after, limit).await?;
        let mut rows = Vec::with_capacity(page.rows.len());
        for slip in page.rows {
            rows.push(self.staff_view(actor.tenant(), read::<Member>(slip)?).await?);
        }
        Ok(Page { rows, next: page.next })
    }

    /// The seat of a member of staff under the policy in force.
    ///
    /// # Errors
    /// `staff.none`: they do not work at the console.
    pub async fn seat(&self, tenant: TenantId, subject: SubjectId) -> Result<Seat, VaultError> {
        let staff = self.staff_of(tenant, subject).await?.ok_or_else(|| {
            VaultError::new(ErrorKind::Denied, "staff.none", "this page is for people who work here")
                .help("ask an administrator for a role")
        })?;
        let plan = self.vault.plan(tenant, None).await?;
        let manifest = plan.manifest();
        let roles = manifest.roles.iter().filter(|role| staff.roles.contains(&role.name));
        let mut purposes: Vec<String> =
            roles.flat_map(|role| &role.purposes).map(|ix| manifest.purposes[ix.at()].name.clone()).collect();
        purposes.sort();
        purposes.dedup();
        Ok(Seat { subject, is_administrator: staff.administrator, purposes })
    }

    /// Reads fields of somebody for a purpose of the role, with its reason; the person sees who looked and why.
    ///
    /// # Errors
    /// `staff.ticket`: it is not said where it is written down; the purpose is not one of the roles'; no such subject.
    pub async fn look(
        &self,
        tenant: TenantId,
        seat: &Seat,
        subject: SubjectId,
        (purpose, fields): (&str, Vec<String>),
        (reason, ticket): (StaffReason, &str),
    ) -> Result<Answer, VaultError> {
        let ticket = stated(ticket)?;
        needs_purpose(seat, purpose)?;
        let staff = self.vault.staff(tenant, seat, reason).await?;
        let look = StaffLook {
            at: self.now(),
            actor: staff.key(),
            purpose: purpose.to_owned(),
            reason,
            ticket: ticket.to_owned(),
        };
        self.vault.change_slips(&staff, vec![self.put_look(subject, &look)?], Vec::new()).await?;
        self.vault.read(&staff, &Ask::of(subject, purpose, fields)).await
    }

    /// When staff looked at somebody, and why, newest first.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn looks(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<StaffLook>, VaultError> {
        let kept = self.kept_of::<StaffLook>(tenant, subject, LOOKS_MAX).await?;
        let mut looks: Vec<StaffLook> = kept.into_iter().map(|kept| kept.body).collect();
        looks.sort_by_key(|look| std::cmp::Reverse(look.at));
        Ok(looks)
    }

    /// The change that keeps a look for the person it is at.
    pub(crate) fn put_look(&self, subject: SubjectId, look: &StaffLook) -> Result<SlipChange, VaultError> {
        let mut name = [0; 32];
        self.entropy.fill(&mut name);
        self.put_new(name, Some(subject), Some(self.in_ms(LOOK_MS)), look)
    }

    async fn member(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<Kept<Member>>, VaultError> {
        let name = self.vault.slip_name(tenant, Member::KIND, subject.as_bytes()).await?;
        self.kept(tenant, name).await
    }

    async fn staff_view(&self, tenant: TenantId, kept: Kept<Member>) -> Result<StaffView, VaultError> {
        let subject = kept.owner.ok_or_else(|| {
            VaultError::new(ErrorKind::Internal, "store.damaged", "a member of staff cannot be read back")
        })?;
        let Member { has, since } = kept.body;
        let actor = self.vault.staff_actor(tenant, subject).await?;
        Ok(StaffView { subject, actor, roles: has.roles, administrator: has.administrator, since })
    }
}

/// Where it is written down why somebody is looked at.
pub(crate) fn stated(ticket: &str) -> Result<&str, VaultError> {
    let ticket = ticket.trim();
    if ticket.is_empty() || ticket.len() > TICKET_BYTES_MAX || ticket.chars().any(char::is_control) {
        return Err(VaultError::new(
            ErrorKind::BadInput,
            "staff.ticket",
            "nothing was read: it is not said where it is written down why",
        )
        .detail("max", TICKET_BYTES_MAX)
        .help("name a ticket or a case, in one line"));
    }
    Ok(ticket)
}

/// Refuses a purpose that is none of the seat's roles'.
pub(crate) fn needs_purpose(seat: &Seat, purpose: &str) -> Result<(), VaultError> {
    if seat.purposes.iter().any(|known| known == purpose) {
        return Ok(());
    }
    Err(VaultError::new(
        ErrorKind::Denied,
        "staff.purpose_foreign",
        "nothing was read: the purpose is not one of your roles'",
    )
    .help("name a purpose of your role"))
}

fn check(manifest: &Manifest, new: &StaffRoles) -> Result<(), VaultError> {
    if new.roles.len() > ROLES_MAX {
        return Err(VaultError::new(ErrorKind::BadInput, "role.too_many", "nothing was changed: too many roles")
            .detail("max", ROLES_MAX));
    }
    match new.roles.iter().find(|name| !manifest.roles.iter().any(|role| role.name == **name)) {
        None => Ok(()),
        Some(unknown) => Err(VaultError::new(
            ErrorKind::Unprocessable,
            "role.undeclared",
            "nothing was changed: the policy declares no such role",
        )
        .detail("role", unknown)
        .help("name a role that the policy in force declares with `staff`")),
    }
}
