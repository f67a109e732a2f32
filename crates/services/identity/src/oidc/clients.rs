//! Clients in memory: every request of an application begins with its own, and they change seldom.
//!
//! Promise: whoever looks for a client after a change of it was acknowledged is not given what was before. A change
//! empties all that is kept and ends the epoch; what was read from the store in an earlier epoch is not kept.

use std::collections::HashMap;
use std::sync::Arc;

use candor_ledger::EntryBody;
use candor_vault::{Caller, ErrorKind, SlipChange, VaultError, client_name};
use candor_words::{ClientId, TenantId};
use parking_lot::Mutex;

use crate::identity::Identity;
use crate::oidc::client::Client;

/// The most clients in memory.
const CLIENTS_MAX: usize = 1_000;

type Key = (TenantId, ClientId);

#[derive(Default)]
struct Known {
    epoch: u64,
    clients: HashMap<Key, Arc<Client>>,
}

/// Clients that were looked for lately.
#[derive(Default)]
pub(crate) struct Clients(Mutex<Known>);

impl Clients {
    /// The client if it is in memory, else the epoch in which to read it.
    fn find(&self, key: Key) -> Result<Arc<Client>, u64> {
        let known = self.0.lock();
        known.clients.get(&key).cloned().ok_or(known.epoch)
    }

    fn keep(&self, key: Key, epoch: u64, client: &Arc<Client>) {
        let mut known = self.0.lock();
        if known.epoch != epoch {
            return;
        }
        if known.clients.len() >= CLIENTS_MAX {
            known.clients.clear();
        }
        known.clients.insert(key, Arc::clone(client));
    }

    fn forget(&self) {
        let mut known = self.0.lock();
        known.epoch += 1;
        known.clients.clear();
    }
}

/// Forgets when dropped: however a change ends.
struct Forgetting(Arc<Clients>);

impl Drop for Forgetting {
    fn drop(&mut self) {
        self.0.forget();
    }
}

impl Identity {
    /// A client of the tenant.
    pub(crate) async fn client(&self, tenant: TenantId, id: ClientId) -> Result<Option<Arc<Client>>, VaultError> {
        let epoch = match self.clients.find((tenant, id)) {
            Ok(client) => return Ok(Some(client)),
            Err(epoch) => epoch,
        };
        let Some(kept) = self.kept::<Client>(tenant, client_name(id)).await? else { return Ok(None) };
        let client = Arc::new(kept.body);
        self.clients.keep((tenant, id), epoch, &client);
        Ok(Some(client))
    }

    /// A client by its name in a message.
    pub(crate) async fn client_named(&self, tenant: TenantId, id: &str) -> Result<Option<Arc<Client>>, VaultError> {
        match id.parse() {
            Ok(id) => self.client(tenant, id).await,
            Err(_) => Ok(None),
        }
    }

    /// Changes clients, with what the ledger says of it. On a task of its own: whoever asked may hang up half way, and what
    /// is in memory must be forgotten all the same.
    pub(crate) async fn change_clients(
        &self,
        actor: &Caller,
        changes: Vec<SlipChange>,
        told: EntryBody,
    ) -> Result<(), VaultError> {
        let (vault, actor, forgetting) =
            (Arc::clone(&self.vault), actor.clone(), Forgetting(Arc::clone(&self.clients)));
        let changing = tokio::spawn(async move {
            let done = vault.change_slips(&actor, changes, vec![(None, told)]).await;
            drop(forgetting);
            done.map(drop)
        });
        let unknown = |_| VaultError::new(ErrorKind::Internal, "store.unknown", "the client may or may not be changed");
        changing.await.map_err(unknown)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let (clients, key) = (Clients::default(), (TenantId::from_bytes([1; 16]), ClientId::from_bytes([2; 16])));
        let client = Arc::new(Client::of_tests(key.1));
        let before = clients.find(key).unwrap_err();
        clients.forget();
        clients.keep(key, before, &client);
        let now = clients.find(key).unwrap_err();
        clients.keep(key, now, &client);
        assert!(clients.find(key).is_ok());
        clients.forget();
        assert!(clients.find(key).is_err());
    }
}
