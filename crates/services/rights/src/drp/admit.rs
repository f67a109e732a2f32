//! Who is calling: the agreement on a token (section 2.05), and the agent of a token.
//!
//! A token is 256 random bits; the store knows a blinded name of it only. A message is good once: its digest is kept until
//! its time is over.

use candor_dsr::drp::{Envelope, EnvelopeError, KeySetup, Opened};
use candor_vault::{
    AGENT_MARK_SLIPS, AGENT_SLIPS, ErrorKind, Expect, NewSlip, SlipChange, TenantView, VaultError, factor_name,
};
use candor_words::{Instant, RecordId, RequestId, Secret, Span, SpanUnit, TenantId, to_hex};
use serde::{Deserialize, Serialize};

use super::agents::KnownAgent;
use super::{damaged, written};
use crate::Rights;

/// How long a token is good for.
const TOKEN_LASTS: Span = Span::new(1, SpanUnit::Year);
const TOKEN_BYTES_MAX: usize = 64;

/// What an agent that proved its key is given.
#[derive(Debug, Serialize)]
pub struct KeyGiven {
    /// Its own name.
    #[serde(rename = "agent-id")]
    pub agent_id: String,
    /// What its further calls carry.
    #[serde(serialize_with = "shown")]
    pub token: Secret<String>,
}

/// A token leaves here alone, for the one who is to hold it.
fn shown<S: serde::Serializer>(token: &Secret<String>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(token.expose())
}

/// What an agent's calls are known by.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Mark {
    /// A token, and whose.
    Token(RecordId),
    /// A message that was used.
    Used,
    /// The agent's own number of a request.
    Number(RequestId),
}

/// An agent that calls.
pub(super) struct Calling {
    pub tenant: TenantView,
    pub agent: KnownAgent,
}

impl Rights {
    /// Gives an agent that proves its key a token; an earlier one is worth nothing from then on.
    ///
    /// # Errors
    /// No such business, or no such agent of it; the message is not believed, or was used before.
    pub async fn drp_pair(&self, slug: &str, id: &str, body: &[u8]) -> Result<KeyGiven, VaultError> {
        let entropy = &self.agent_parts()?.entropy;
        let tenant = self.business(slug).await?;
        let agent = self.known_agents(tenant.id).await?.into_iter().find(|known| known.body.id == id);
        let mut calling = Calling { tenant, agent: agent.ok_or_else(unknown)? };
        let (opened, digest) = self.believe(&calling, body)?;
        KeySetup::read(&opened).map_err(disbelieved)?;
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        let token = Secret::new(to_hex(&bytes));
        let of_tenant = calling.tenant.id;
        let name = self.mark_name(of_tenant, "token", token.expose().as_bytes()).await?;
        let agent = &mut calling.agent;
        let mut changes = vec![
            self.used(of_tenant, &agent.body.id, digest, opened.expires_at).await?,
            put(name, &Mark::Token(agent.body.record), Some(self.vault.now().plus(TOKEN_LASTS)), Expect::Absent)?,
        ];
        changes.extend(agent.forget_token());
        agent.body.token = Some(name);
        changes.push(agent.put(Expect::Version(agent.version))?);
        self.vault.change_slips(&self.vault.door(of_tenant), changes, Vec::new()).await.map_err(replayed)?;
        Ok(KeyGiven { agent_id: id.to_owned(), token })
    }

    /// The name of the agent that a token is of.
    ///
    /// # Errors
    /// `drp.unknown`: no business, no token, or the agent was removed.
    pub async fn drp_agent(&self, slug: &str, token: &str) -> Result<String, VaultError> {
        Ok(self.calling(slug, token).await?.agent.body.id)
    }

    /// The agent that a token is of.
    pub(super) async fn calling(&self, slug: &str, token: &str) -> Result<Calling, VaultError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(unknown());
        }
        let tenant = self.business(slug).await?;
        let name = self.mark_name(tenant.id, "token", token.as_bytes()).await?;
        let Some(Mark::Token(record)) = self.mark(tenant.id, name).await? else { return Err(unknown()) };
        let slip = self.vault.slip(tenant.id, AGENT_SLIPS, factor_name(record)).await?.ok_or_else(unknown)?;
        let body: super::agents::Agent = serde_json::from_slice(&slip.body).map_err(|_| damaged())?;
        // The agent's slip has the last word: it names the one token that is good.
        if body.token != Some(name) {
            return Err(unknown());
        }
        Ok(Calling { tenant, agent: KnownAgent { body, version: slip.version } })
    }

    /// Believes a message of an agent, in the order of section 3.07; with what it is remembered by.
    pub(super) fn believe(&self, calling: &Calling, body: &[u8]) -> Result<(Opened, [u8; 32]), VaultError> {
        let envelope = Envelope::read(body).map_err(disbelieved)?;
        let agent = &calling.agent.body;
        let opened = envelope.open(&agent.verify_key()?, &agent.id, &agent.business_id, self.vault.now());
        Ok((opened.map_err(disbelieved)?, envelope.digest()))
    }

    /// The change that uses a message up; of two who bring it, one succeeds.
    pub(super) async fn used(
        &self,
        tenant: TenantId,
        agent: &str,
        digest: [u8; 32],
        until: Instant,
    ) -> Result<SlipChange, VaultError> {
        let name = self.mark_name(tenant, &format!("used {agent}"), &digest).await?;
        put(name, &Mark::Used, Some(until), Expect::Absent)
    }

    pub(super) async fn mark_name(&self, tenant: TenantId, what: &str, text: &[u8]) -> Result<[u8; 32], VaultError> {
        let text = [what.as_bytes(), b"\0", text].concat();
        self.vault.slip_name(tenant, AGENT_MARK_SLIPS, &text).await
    }

    pub(super) async fn mark(&self, tenant: TenantId, name: [u8; 32]) -> Result<Option<Mark>, VaultError> {
        let slip = self.vault.slip(tenant, AGENT_MARK_SLIPS, name).await?;
        slip.map(|slip| serde_json::from_slice(&slip.body).map_err(|_| damaged())).transpose()
    }
}

pub(super) fn put(
    name: [u8; 32],
    mark: &Mark,
    expires_at: Option<Instant>,
    expect: Expect,
) -> Result<SlipChange, VaultError> {
    let slip = NewSlip { kind: AGENT_MARK_SLIPS, name, owner: None, expires_at, body: written(mark)? };
    Ok(SlipChange::Put(slip, expect))
}

/// Why a message is not believed, as a use case's error.
pub(super) fn disbelieved(error: EnvelopeError) -> VaultError {
    let kind = match error {
        EnvelopeError::TooLarge => ErrorKind::TooLarge,
        EnvelopeError::Malformed | EnvelopeError::NotJson | EnvelopeError::Member(_) | EnvelopeError::LivesTooLong => {
            ErrorKind::BadInput
        }
        EnvelopeError::SignatureWrong
        | EnvelopeError::OtherAgent
        | EnvelopeError::OtherBusiness
        | EnvelopeError::IssuedLater
        | EnvelopeError::Expired => ErrorKind::Denied,
    };
    VaultError::new(kind, error.code(), error.to_string())
}

/// What stood in the way of using a message up.
pub(super) fn replayed(error: VaultError) -> VaultError {
    if error.code() != "slip.changed" {
        return error;
    }
    VaultError::new(ErrorKind::Denied, "drp.replayed", "the message was not taken: it was used before")
        .help("sign a new one; with the same `agent-request-id` it is the same request")
}

fn unknown() -> VaultError {
    VaultError::new(ErrorKind::Denied, "drp.unknown", "no agent of this business is known by what was presented")
        .help("agree on a token first: POST /v1/agent/{agent-id}")
}
