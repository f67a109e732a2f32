//! Whether an address was confirmed by its holder: what `email_verified` says.

use candor_vault::{Expect, NewSlip, SlipChange, VaultError};
use candor_words::{SubjectId, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::drawer::{Sort, written};
use crate::identity::Identity;

/// That an address was confirmed: its slip is named by person and address, and goes with the person.
#[derive(Debug, Serialize, Deserialize)]
struct Confirmed {}

impl Sort for Confirmed {
    const KIND: u16 = 43;
}

impl Identity {
    /// Remembers that the person showed to receive mail at an address.
    pub(crate) async fn address_confirmed(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        address: &str,
    ) -> Result<(), VaultError> {
        let name = self.confirmed_name(tenant, subject, address).await?;
        let body = written(&Confirmed {})?;
        let new = NewSlip { kind: Confirmed::KIND, name, owner: Some(subject), expires_at: None, body };
        let put = SlipChange::Put(new, Expect::Anything);
        self.vault.change_slips(&self.door(tenant), vec![put], Vec::new()).await.map(drop)
    }

    /// True when the person showed to receive mail at this very address.
    pub(crate) async fn is_confirmed(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        address: Option<&Value>,
    ) -> Result<bool, VaultError> {
        let Some(address) = address.and_then(Value::as_str) else { return Ok(false) };
        let name = self.confirmed_name(tenant, subject, address).await?;
        Ok(self.kept::<Confirmed>(tenant, name).await?.is_some())
    }

    async fn confirmed_name(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        address: &str,
    ) -> Result<[u8; 32], VaultError> {
        let text = [subject.as_bytes().as_slice(), address.trim().to_lowercase().as_bytes()].concat();
        self.vault.slip_name(tenant, Confirmed::KIND, &text).await
    }
}
