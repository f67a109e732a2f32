//! What may be presented once: assertions and proofs of possession, remembered until nobody takes them any more.

use candor_words::{Instant, TenantId};
use serde::{Deserialize, Serialize};

use crate::drawer::Sort;
use crate::identity::Identity;
use candor_vault::VaultError;

/// What is presented once.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Once<'a> {
    /// A client's assertion.
    Assertion { client: &'a str, id: &'a str },
    /// A proof of possession.
    Proof { thumbprint: &'a str, id: &'a str },
}

/// That something was presented: its name says all.
#[derive(Debug, Serialize, Deserialize)]
struct Seen {}

impl Sort for Seen {
    const KIND: u16 = 36;
}

impl Identity {
    /// True when it is presented for the first time; from then on it is remembered, over restarts too.
    pub(crate) async fn is_first(&self, tenant: TenantId, once: Once<'_>, until: Instant) -> Result<bool, VaultError> {
        let (sort, by, id) = match once {
            Once::Assertion { client, id } => ("assertion", client, id),
            Once::Proof { thumbprint, id } => ("proof", thumbprint, id),
        };
        // Neither clients nor thumbprints hold a line end, so that no two pairs have one text.
        let name = self.vault.slip_name(tenant, Seen::KIND, format!("{sort}\n{by}\n{id}").as_bytes()).await?;
        let put = self.put_new(name, None, Some(until), &Seen {})?;
        match self.vault.change_slips(&self.door(tenant), vec![put], Vec::new()).await {
            Err(error) if error.code() == "slip.changed" => Ok(false),
            done => done.map(|_| true),
        }
    }
}
