//! Staff: people of the tenant who work at the console, as callers of the vault.
//!
//! They read for the purposes of their roles and no other, each time for a stated reason. Every read, and every look-up
//! that finds somebody, is one more entry about the person, who sees it among their accesses: that staff looked, why, and,
//! in the entry of the disclosure, at what and for which purpose. The ledger tells staff members apart by an id that says
//! nothing: it is made of their subject under the tenant's key.

use candor_ledger::EntryBody;
use candor_words::{ApiKeyId, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, Scope};
use crate::{Vault, VaultError};

/// How a member of staff is called where people see who read what.
pub(crate) const STAFF_LABEL: &str = "a member of staff";
/// How their ids begin; of 2^32 drawn keys one does.
const STAFF_MARK: [u8; 4] = [0xd2; 4];

/// Why a member of staff looks at somebody; the number is the ledger's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u16)]
pub enum StaffReason {
    /// The person asked for help.
    Asked = 680,
    /// A request about a right is to be answered.
    Right = 681,
    /// The service is to be kept working.
    Maintenance = 682,
    /// An invoice or a payment.
    Billing = 683,
    /// The account or the service is to be kept safe.
    Security = 684,
    /// A law wants it.
    Law = 685,
}

impl StaffReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [Self::Asked, Self::Right, Self::Maintenance, Self::Billing, Self::Security, Self::Law];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Right => "right",
            Self::Maintenance => "maintenance",
            Self::Billing => "billing",
            Self::Security => "security",
            Self::Law => "law",
        }
    }

    /// The reason of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// What people read where they see who read what: a stable code.
    pub(crate) fn code_of(number: u16) -> Option<&'static str> {
        Some(match Self::ALL.into_iter().find(|reason| *reason as u16 == number)? {
            Self::Asked => "staff.asked",
            Self::Right => "staff.right",
            Self::Maintenance => "staff.maintenance",
            Self::Billing => "staff.billing",
            Self::Security => "staff.security",
            Self::Law => "staff.law",
        })
    }
}

/// What a member of staff may do.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Who.
    pub subject: SubjectId,
    /// True for whoever administers the tenant: policies, keys, accounts; no fields by that alone.
    pub is_administrator: bool,
    /// The purposes of their roles: for these alone they read.
    pub purposes: Vec<String>,
}

impl Vault {
    /// Somebody at the console. Only the service behind the front door asks for it, once it knows who they are.
    ///
    /// # Errors
    /// No such tenant.
    pub async fn staff(&self, tenant: TenantId, seat: &Seat, reason: StaffReason) -> Result<Caller, VaultError> {
        let mut scopes = Vec::new();
        if !seat.purposes.is_empty() {
            scopes.push(Scope::Read);
        }
        if seat.is_administrator {
            scopes.extend([Scope::Admin, Scope::Audit, Scope::Rights, Scope::Approve]);
        }
        let actor = self.staff_actor(tenant, seat.subject).await?;
        Ok(Caller::staff(tenant, actor, scopes, seat.purposes.clone(), reason))
    }

    /// What the ledger calls a member of staff.
    ///
    /// # Errors
    /// No such tenant.
    pub async fn staff_actor(&self, tenant: TenantId, subject: SubjectId) -> Result<ApiKeyId, VaultError> {
        let tenant = self.tenant(tenant).await?;
        let blinded = tenant.blind.blind("@staff", subject.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&blinded.as_bytes()[..16]);
        id[..4].copy_from_slice(&STAFF_MARK);
        Ok(ApiKeyId::from_bytes(id))
    }

    /// The server's own office: it carries out what administrators and organisations decided, when the time has come.
    ///
    /// Only the service behind the front door asks for it; no face gets one.
    pub fn office(&self, tenant: TenantId) -> Caller {
        Caller::office(tenant)
    }

    /// Says that staff looked at somebody.
    pub(crate) async fn tell_staff_look(&self, caller: &Caller, subject: SubjectId) -> Result<(), VaultError> {
        match caller.staff_reason() {
            Some(reason) => {
                self.tell(caller, (Some(subject), EntryBody::StaffAccess { reason: reason as u16 })).await.map(drop)
            }
            None => Ok(()),
        }
    }
}

/// True of ids that members of staff act under.
pub(crate) fn is_staff(actor: ApiKeyId) -> bool {
    actor.as_bytes().starts_with(&STAFF_MARK)
}
