//! The drawer: typed slips. Each sort has a number, a form that its body takes, and nothing else in common.
//!
//! A sort names its body type, so that a session cannot be read as a code. Numbers are never used twice.

use candor_vault::{Expect, NewSlip, SLIP_BYTES_MAX, Slip, SlipChange, VaultError};
use candor_words::{Instant, SubjectId, TenantId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::identity::Identity;
use crate::token::Token;

/// A sort of slip: its number, and by the implementing type the form of its body.
pub trait Sort: Serialize + DeserializeOwned + Send + Sync {
    /// The number under which the store knows it. 1 sessions, 2 attempts, 3 sign-ups on their way, 4 recoveries, 5
    /// changes of an address; 16 second factors, 17 those on their way, 18 what was asked of somebody, 19 how often; 20 to 23
    /// counts and notes of sign-in risk; 25 places to sign in elsewhere, 26 people who are there, 27 links to accounts there,
    /// 28 newcomers; 46 to 52 organisations, their domains, members and staff; 71 letters about what an agent asked for.
    const KIND: u16;
}

/// A slip read as its sort.
#[derive(Debug, Clone)]
pub(crate) struct Kept<T> {
    pub name: [u8; 32],
    pub owner: Option<SubjectId>,
    pub version: u32,
    pub expires_at: Option<Instant>,
    pub body: T,
}

impl<T: Sort> Kept<T> {
    /// The change that writes the body anew, unless somebody else did meanwhile.
    pub(crate) fn put_again(&self) -> Result<SlipChange, VaultError> {
        let new = NewSlip {
            kind: T::KIND,
            name: self.name,
            owner: self.owner,
            expires_at: self.expires_at,
            body: written(&self.body)?,
        };
        Ok(SlipChange::Put(new, Expect::Version(self.version)))
    }

    /// The change that takes it away: of two who try, one succeeds.
    pub(crate) const fn taken(&self) -> SlipChange {
        SlipChange::Drop(T::KIND, self.name, Expect::Version(self.version))
    }
}

impl Identity {
    /// The change that puts a new slip; its name must be free.
    pub(crate) fn put_new<T: Sort>(
        &self,
        name: [u8; 32],
        owner: Option<SubjectId>,
        expires_at: Option<Instant>,
        body: &T,
    ) -> Result<SlipChange, VaultError> {
        let new = NewSlip { kind: T::KIND, name, owner, expires_at, body: written(body)? };
        Ok(SlipChange::Put(new, Expect::Absent))
    }

    /// What a token's slip is called.
    pub(crate) async fn name_of<T: Sort>(&self, tenant: TenantId, token: &Token) -> Result<[u8; 32], VaultError> {
        self.vault.slip_name(tenant, T::KIND, token.expose().as_bytes()).await
    }

    /// The slip of a name.
    pub(crate) async fn kept<T: Sort>(&self, tenant: TenantId, name: [u8; 32]) -> Result<Option<Kept<T>>, VaultError> {
        self.vault.slip(tenant, T::KIND, name).await?.map(read).transpose()
    }

    /// The slip that a token opens.
    pub(crate) async fn kept_by<T: Sort>(
        &self,
        tenant: TenantId,
        token: &Token,
    ) -> Result<Option<Kept<T>>, VaultError> {
        let name = self.name_of::<T>(tenant, token).await?;
        self.kept(tenant, name).await
    }

    /// Every slip of a sort that a subject owns, at most `max`.
    pub(crate) async fn kept_of<T: Sort>(
        &self,
        tenant: TenantId,
        owner: SubjectId,
        max: usize,
    ) -> Result<Vec<Kept<T>>, VaultError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.vault.slips(tenant, T::KIND, Some(owner), after, max).await?;
            for slip in page.rows {
                all.push(read(slip)?);
            }
            after = page.next;
            if after.is_none() || all.len() >= max {
                all.truncate(max);
                return Ok(all);
            }
        }
    }
}

pub(crate) fn written<T: Serialize>(body: &T) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let bytes = Zeroizing::new(serde_json::to_vec(body).map_err(|_| damaged())?);
    if bytes.len() > SLIP_BYTES_MAX {
        return Err(VaultError::new(
            candor_vault::ErrorKind::TooLarge,
            "slip.too_long",
            "what was sent holds more than the front door keeps",
        ));
    }
    Ok(bytes)
}

pub(crate) fn read<T: Sort>(slip: Slip) -> Result<Kept<T>, VaultError> {
    let body = serde_json::from_slice(&slip.body).map_err(|_| damaged())?;
    Ok(Kept { name: slip.name, owner: slip.owner, version: slip.version, expires_at: slip.expires_at, body })
}

fn damaged() -> VaultError {
    VaultError::new(candor_vault::ErrorKind::Internal, "store.damaged", "what the front door kept cannot be read back")
}
