//! Clients: applications of a recipient that the policy declares, registered by an administrator or by invitation.

use std::sync::Arc;

use candor_ledger::{Digest, EntryBody};
use candor_oidc::{AuthMethod, ClientMetadata};
use candor_vault::{CLIENT_SLIPS, Caller, ErrorKind, Expect, Page, Scope, SlipChange, VaultError, client_name};
use candor_words::{ClientId, Instant, Secret, TenantId, from_hex, to_hex};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::drawer::{Kept, Sort, read};
use crate::identity::Identity;
use crate::oidc::offered::Shared;
use crate::token::Token;

const REGISTERED: u8 = 1;
const CHANGED: u8 = 2;
const SECRET_RENEWED: u8 = 3;
const REMOVED: u8 = 4;

/// A client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Client {
    /// Names it.
    pub client_id: ClientId,
    /// The recipient of the policy that it works for.
    pub recipient: String,
    /// The purposes that it may ask for, as far as the policy in force shares something for them.
    pub purposes: Vec<String>,
    /// When it was registered.
    pub registered_at: Instant,
    /// What it said of itself.
    pub metadata: ClientMetadata,
    /// The SHA-256 of its secret, in hexadecimal.
    secret_hash: Option<String>,
}

impl Sort for Client {
    const KIND: u16 = CLIENT_SLIPS;
}

impl Client {
    /// True when it presents its secret; in constant time.
    pub(crate) fn is_secret(&self, presented: &str) -> bool {
        let hash = self.secret_hash.as_deref().and_then(|hash| from_hex::<32>(hash).ok());
        hash.is_some_and(|hash| bool::from(Digest::of(presented.as_bytes()).0.ct_eq(&hash)))
    }

    /// A client of which nothing matters but its name.
    #[cfg(test)]
    pub(crate) fn of_tests(client_id: ClientId) -> Self {
        let json = serde_json::json!({ "client_name": "Calendar", "grant_types": ["client_credentials"] });
        let metadata = ClientMetadata::read(json.as_object().unwrap()).unwrap();
        let registered_at = Instant::from_millis(0);
        Self { client_id, recipient: String::new(), purposes: Vec::new(), registered_at, metadata, secret_hash: None }
    }

    /// Its name in messages.
    pub fn id(&self) -> String {
        self.client_id.to_string()
    }
}

/// A client to be registered.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// The recipient that it works for.
    pub recipient: String,
    /// The purposes that it may ask for; all that share something with the recipient when none are named.
    pub purposes: Option<Vec<String>>,
    /// What it says of itself.
    pub metadata: ClientMetadata,
}

/// A client that was registered, or whose secret was renewed.
#[derive(Debug)]
pub struct IssuedClient {
    /// The client.
    pub client: Client,
    /// Its secret, shown this once; `None` when it proves itself in another way.
    pub secret: Option<Secret<String>>,
}

impl Identity {
    /// Registers a client.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `recipient.undeclared`; `client.purpose_unshared`.
    pub async fn register_client(&self, caller: &Caller, new: NewClient) -> Result<IssuedClient, VaultError> {
        caller.needs(Scope::Admin)?;
        self.register(caller, new, Vec::new()).await
    }

    /// Registers a client in one unit with other changes.
    pub(crate) async fn register(
        &self,
        actor: &Caller,
        new: NewClient,
        mut changes: Vec<SlipChange>,
    ) -> Result<IssuedClient, VaultError> {
        let plan = self.vault.plan(actor.tenant(), None).await?;
        let manifest = plan.manifest();
        let Some(recipient) = manifest.recipient(&new.recipient) else {
            return Err(unprocessable("recipient.undeclared", "the policy declares no such recipient"));
        };
        let shared = Shared::all(manifest, &new.recipient);
        let shared: Vec<String> = shared.iter().map(|shared| shared.purpose.name.clone()).collect();
        let purposes = new.purposes.unwrap_or_else(|| shared.clone());
        if let Some(unshared) = purposes.iter().find(|purpose| !shared.contains(purpose)) {
            let error = unprocessable(
                "client.purpose_unshared",
                "the client was not registered: the policy shares nothing with its recipient for a purpose",
            );
            return Err(error.detail("purpose", unshared).help("name purposes that `share … with` the recipient"));
        }
        // So that the first token does not wait for it, and it is published by then.
        if let Ok(algorithm) = new.metadata.id_token_algorithm() {
            self.ring(actor.tenant(), algorithm).await?;
        }
        let client_id = ClientId::random(self.entropy.as_ref());
        let (secret, secret_hash) = self.secret_for(&new.metadata);
        let client = Client {
            client_id,
            recipient: new.recipient,
            purposes,
            registered_at: self.now(),
            metadata: new.metadata,
            secret_hash,
        };
        changes.push(self.put_new(client_name(client_id), None, None, &client)?);
        let told = EntryBody::ClientChanged { client: client_id, recipient: recipient.0, act: REGISTERED };
        self.change_clients(actor, changes, told).await?;
        Ok(IssuedClient { client, secret })
    }

    /// The recipients that clients can work for under the policy in force, each with the purposes that a client of it may
    /// ask for.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn client_recipients(&self, caller: &Caller) -> Result<Vec<(String, Vec<String>)>, VaultError> {
        caller.needs(Scope::Admin)?;
        let plan = self.vault.plan(caller.tenant(), None).await?;
        let manifest = plan.manifest();
        let offered = manifest.recipients.iter().map(|recipient| {
            let shared = Shared::all(manifest, &recipient.name);
            (recipient.name.clone(), shared.iter().map(|shared| shared.purpose.name.clone()).collect::<Vec<_>>())
        });
        Ok(offered.filter(|(_, purposes)| !purposes.is_empty()).collect())
    }

    /// Changes what a client says of itself, and what it may ask for.
    ///
    /// # Errors
    /// As of [`Identity::register_client`]; `client.unknown`; another recipient or way to prove itself than it has.
    pub async fn change_client(&self, caller: &Caller, id: ClientId, new: NewClient) -> Result<Client, VaultError> {
        caller.needs(Scope::Admin)?;
        let mut kept = self.kept_client(caller.tenant(), id).await?.ok_or_else(unknown)?;
        let method = new.metadata.token_endpoint_auth_method;
        if new.recipient != kept.body.recipient || method != kept.body.metadata.token_endpoint_auth_method {
            return Err(unprocessable(
                "client.fixed",
                "the client was not changed: its recipient and its way to prove itself stay as they are",
            )
            .help("register another client, and remove this one"));
        }
        let plan = self.vault.plan(caller.tenant(), None).await?;
        let shared = Shared::all(plan.manifest(), &new.recipient);
        let shared: Vec<String> = shared.iter().map(|shared| shared.purpose.name.clone()).collect();
        let purposes = new.purposes.unwrap_or_else(|| shared.clone());
        if purposes.iter().any(|purpose| !shared.contains(purpose)) {
            return Err(unprocessable(
                "client.purpose_unshared",
                "the client was not changed: the policy shares nothing with its recipient for a purpose",
            ));
        }
        if let Ok(algorithm) = new.metadata.id_token_algorithm() {
            self.ring(caller.tenant(), algorithm).await?;
        }
        kept.body.metadata = new.metadata;
        kept.body.purposes = purposes;
        let told = self.told(caller.tenant(), &kept.body, CHANGED).await?;
        self.change_clients(caller, vec![kept.put_again()?], told).await?;
        Ok(kept.body)
    }

    /// The tenant's clients.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn clients(
        &self,
        caller: &Caller,
        after: Option<ClientId>,
        limit: usize,
    ) -> Result<Page<Client, ClientId>, VaultError> {
        caller.needs(Scope::Admin)?;
        let after = after.map(client_name);
        let page = self.vault.slips(caller.tenant(), Client::KIND, None, after, limit).await?;
        let mut rows = Vec::with_capacity(page.rows.len());
        for slip in page.rows {
            rows.push(read::<Client>(slip)?.body);
        }
        let next = page.next.and_then(|name| name.first_chunk().copied()).map(ClientId::from_bytes);
        Ok(Page { rows, next })
    }

    /// One client.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `client.unknown`.
    pub async fn client_of(&self, caller: &Caller, id: ClientId) -> Result<Client, VaultError> {
        caller.needs(Scope::Admin)?;
        self.client(caller.tenant(), id).await?.map(Arc::unwrap_or_clone).ok_or_else(unknown)
    }

    /// Removes a client. From then on none of its tokens, codes and grants is worth anything: whoever uses one looks for the
    /// client first.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `client.unknown`.
    pub async fn remove_client(&self, caller: &Caller, id: ClientId) -> Result<(), VaultError> {
        caller.needs(Scope::Admin)?;
        let client = self.client(caller.tenant(), id).await?.ok_or_else(unknown)?;
        let told = self.told(caller.tenant(), &client, REMOVED).await?;
        let gone = SlipChange::Drop(Client::KIND, client_name(id), Expect::Anything);
        self.change_clients(caller, vec![gone], told).await
    }

    /// Gives a client a new secret; the old one is refused from then on.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `client.unknown`; `client.no_secret`.
    pub async fn renew_client_secret(&self, caller: &Caller, id: ClientId) -> Result<IssuedClient, VaultError> {
        caller.needs(Scope::Admin)?;
        let mut kept = self.kept_client(caller.tenant(), id).await?.ok_or_else(unknown)?;
        let (secret, secret_hash) = self.secret_for(&kept.body.metadata);
        if secret.is_none() {
            return Err(unprocessable("client.no_secret", "the client has no secret: it proves itself in another way"));
        }
        kept.body.secret_hash = secret_hash;
        let told = self.told(caller.tenant(), &kept.body, SECRET_RENEWED).await?;
        self.change_clients(caller, vec![kept.put_again()?], told).await?;
        Ok(IssuedClient { client: kept.body, secret })
    }

    async fn kept_client(&self, tenant: TenantId, id: ClientId) -> Result<Option<Kept<Client>>, VaultError> {
        self.kept(tenant, client_name(id)).await
    }

    fn secret_for(&self, metadata: &ClientMetadata) -> (Option<Secret<String>>, Option<String>) {
        match metadata.token_endpoint_auth_method {
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost => {
                let secret = Token::draw(self.entropy.as_ref());
                let hash = to_hex(&Digest::of(secret.expose().as_bytes()).0);
                (Some(Secret::new(secret.expose().to_owned())), Some(hash))
            }
            AuthMethod::PrivateKeyJwt | AuthMethod::None => (None, None),
        }
    }

    async fn told(&self, tenant: TenantId, client: &Client, act: u8) -> Result<EntryBody, VaultError> {
        let recipient = self.recipient_number(tenant, client).await?;
        Ok(EntryBody::ClientChanged { client: client.client_id, recipient, act })
    }

    /// The place of a client's recipient in the plan; that of the controller when the policy declares it no more.
    pub(crate) async fn recipient_number(&self, tenant: TenantId, client: &Client) -> Result<u16, VaultError> {
        let plan = self.vault.plan(tenant, None).await?;
        let recipient = plan.manifest().recipient(&client.recipient);
        Ok(recipient.map_or(candor_ledger::CONTROLLER, |recipient| recipient.0))
    }
}

fn unknown() -> VaultError {
    VaultError::new(ErrorKind::Missing, "client.unknown", "the tenant has no such client")
}

fn unprocessable(code: &'static str, message: &'static str) -> VaultError {
    VaultError::new(ErrorKind::Unprocessable, code, message)
}
