//! The agents that a tenant hears: declared by its administrators, each with the key that its messages are verified by.

use candor_dsr::drp::{is_directory_id, verify_key};
use candor_ledger::EntryBody;
use candor_vault::{
    AGENT_MARK_SLIPS, AGENT_SLIPS, Caller, ErrorKind, Expect, NewSlip, Scope, SlipChange, VaultError, factor_name,
};
use candor_words::{RecordId, TenantId};
use serde::{Deserialize, Serialize};

use super::{damaged, written};
use crate::Rights;

/// The most agents of one tenant.
const AGENTS_MAX: usize = 100;
const NAME_BYTES_MAX: usize = 200;
const URL_BYTES_MAX: usize = 2_048;
const HOSTS_MAX: usize = 16;
const HOST_BYTES_MAX: usize = 253;

/// An agent to be declared. One of the same name is replaced whole; under another key, its token is worth nothing any more.
#[derive(Debug, Clone)]
pub struct NewAgent {
    /// Its name in messages: capital letters, digits and `_`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The key by which its messages are verified: 32 bytes of Ed25519 in base64, as the directory has it.
    pub verify_key: String,
    /// Its site.
    pub web_url: Option<String>,
    /// What it calls the tenant in messages; the tenant's name in addresses, in capital letters, when nothing is said.
    pub business_id: Option<String>,
    /// What it verified is relied on.
    pub vouches_for: Vec<Vouching>,
    /// The hosts that may be called back, and that people may be sent back to.
    pub callback_hosts: Vec<String>,
}

/// What an agent may verify about people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vouching {
    /// That an address of electronic mail is theirs.
    Email,
    /// That a telephone number is.
    PhoneNumber,
}

/// An agent as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields of NewAgent")]
pub struct AgentView {
    pub id: String,
    pub name: String,
    pub verify_key: String,
    pub web_url: Option<String>,
    pub business_id: String,
    pub vouches_for: Vec<Vouching>,
    pub callback_hosts: Vec<String>,
    /// Whether it agreed on a token.
    pub has_token: bool,
}

/// Body of an agent's slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Agent {
    pub record: RecordId,
    pub id: String,
    pub name: String,
    /// In base64, as it was declared.
    key: String,
    pub web_url: Option<String>,
    pub business_id: String,
    pub vouches_for: Vec<Vouching>,
    pub callback_hosts: Vec<String>,
    /// What the slip of its token is called.
    pub token: Option<[u8; 32]>,
}

/// An agent as it was read.
#[derive(Debug, Clone)]
pub(super) struct KnownAgent {
    pub body: Agent,
    pub version: u32,
}

impl Agent {
    pub(super) fn verify_key(&self) -> Result<[u8; 32], VaultError> {
        verify_key(&self.key).ok_or_else(damaged)
    }

    fn view(&self) -> AgentView {
        AgentView {
            id: self.id.clone(),
            name: self.name.clone(),
            verify_key: self.key.clone(),
            web_url: self.web_url.clone(),
            business_id: self.business_id.clone(),
            vouches_for: self.vouches_for.clone(),
            callback_hosts: self.callback_hosts.clone(),
            has_token: self.token.is_some(),
        }
    }
}

impl KnownAgent {
    pub(super) fn put(&self, expect: Expect) -> Result<SlipChange, VaultError> {
        let slip = NewSlip {
            kind: AGENT_SLIPS,
            name: factor_name(self.body.record),
            owner: None,
            expires_at: None,
            body: written(&self.body)?,
        };
        Ok(SlipChange::Put(slip, expect))
    }

    /// The change that makes its token worth nothing.
    pub(super) fn forget_token(&self) -> Option<SlipChange> {
        self.body.token.map(|name| SlipChange::Drop(AGENT_MARK_SLIPS, name, Expect::Anything))
    }
}

impl Rights {
    /// The tenant's agents, by name.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn agents(&self, caller: &Caller) -> Result<Vec<AgentView>, VaultError> {
        caller.needs(Scope::Admin)?;
        Ok(self.known_agents(caller.tenant()).await?.iter().map(|known| known.body.view()).collect())
    }

    /// Declares an agent, with the ledger entry that says so.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `agent.malformed` with what; `agent.too_many`.
    pub async fn put_agent(&self, caller: &Caller, new: NewAgent) -> Result<AgentView, VaultError> {
        caller.needs(Scope::Admin)?;
        let entropy = &self.agent_parts()?.entropy;
        check(&new)?;
        let own_id = own_id(&self.slug(caller.tenant()).await?);
        let all = self.known_agents(caller.tenant()).await?;
        let old = all.iter().find(|known| known.body.id == new.id);
        if old.is_none() && all.len() >= AGENTS_MAX {
            return Err(VaultError::new(
                ErrorKind::Unprocessable,
                "agent.too_many",
                "the agent was not declared: there are 100 already",
            )
            .help("remove one that asks no more"));
        }
        let is_same_key = old.is_some_and(|old| old.body.key == new.verify_key);
        let body = Agent {
            record: old.map_or_else(|| RecordId::random(entropy.as_ref()), |old| old.body.record),
            id: new.id,
            name: new.name,
            key: new.verify_key,
            web_url: new.web_url,
            business_id: new.business_id.unwrap_or(own_id),
            vouches_for: new.vouches_for,
            callback_hosts: new.callback_hosts,
            token: old.filter(|_| is_same_key).and_then(|old| old.body.token),
        };
        let known = KnownAgent { body, version: 1 };
        let mut changes = vec![known.put(Expect::Anything)?];
        changes.extend(old.filter(|_| !is_same_key).and_then(KnownAgent::forget_token));
        let told = EntryBody::AgentChanged { agent: known.body.record, act: 1 };
        self.vault.change_slips(caller, changes, vec![(None, told)]).await?;
        Ok(known.body.view())
    }

    /// Removes an agent: it is not heard any more. What it brought goes on.
    ///
    /// # Errors
    /// The caller lacks the admin scope; there is no such agent.
    pub async fn remove_agent(&self, caller: &Caller, id: &str) -> Result<(), VaultError> {
        caller.needs(Scope::Admin)?;
        let all = self.known_agents(caller.tenant()).await?;
        let known = all.iter().find(|known| known.body.id == id);
        let known =
            known.ok_or_else(|| VaultError::new(ErrorKind::Missing, "agent.unknown", "there is no such agent"))?;
        let mut changes = vec![SlipChange::Drop(AGENT_SLIPS, factor_name(known.body.record), Expect::Anything)];
        changes.extend(known.forget_token());
        let told = EntryBody::AgentChanged { agent: known.body.record, act: 2 };
        self.vault.change_slips(caller, changes, vec![(None, told)]).await.map(drop)
    }

    /// The agents of a tenant, by name.
    pub(super) async fn known_agents(&self, tenant: TenantId) -> Result<Vec<KnownAgent>, VaultError> {
        let page = self.vault.slips(tenant, AGENT_SLIPS, None, None, AGENTS_MAX * 2).await?;
        let read = |slip: candor_vault::Slip| {
            let body = serde_json::from_slice(&slip.body).map_err(|_| damaged())?;
            Ok(KnownAgent { body, version: slip.version })
        };
        let mut all = page.rows.into_iter().map(read).collect::<Result<Vec<_>, VaultError>>()?;
        all.sort_by(|one, other| one.body.id.cmp(&other.body.id));
        Ok(all)
    }
}

/// What a tenant is called in messages when nothing else is agreed on.
pub(super) fn own_id(slug: &str) -> String {
    slug.to_ascii_uppercase().replace('-', "_")
}

fn check(new: &NewAgent) -> Result<(), VaultError> {
    let malformed = |what: &'static str, how: &'static str| {
        VaultError::new(
            ErrorKind::BadInput,
            "agent.malformed",
            format!("the agent was not declared: its `{what}` is not as it has to be"),
        )
        .help(how)
    };
    let is_url = |url: &String| url.starts_with("https://") && url.len() <= URL_BYTES_MAX;
    let is_host = |host: &String| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':');
        (1..=HOST_BYTES_MAX).contains(&host.len()) && host.bytes().all(fits)
    };
    if !is_directory_id(&new.id) {
        return Err(malformed("id", "it is 1 to 128 capital letters, digits and `_`, as the directory has it"));
    }
    if new.name.is_empty() || new.name.len() > NAME_BYTES_MAX || new.name.contains(char::is_control) {
        return Err(malformed("name", "it is one line of 1 to 200 bytes"));
    }
    if verify_key(&new.verify_key).is_none() {
        return Err(malformed("verify_key", "it is an Ed25519 key of 32 bytes in base64, as the directory has it"));
    }
    if new.web_url.as_ref().is_some_and(|url| !is_url(url)) {
        return Err(malformed("web_url", "it begins with https"));
    }
    if new.business_id.as_ref().is_some_and(|id| !is_directory_id(id)) {
        return Err(malformed("business_id", "it is 1 to 128 capital letters, digits and `_`"));
    }
    if new.callback_hosts.len() > HOSTS_MAX || !new.callback_hosts.iter().all(is_host) {
        return Err(malformed(
            "callback_hosts",
            "they are up to 16 names of hosts, `host:port` for another port than 443",
        ));
    }
    Ok(())
}
