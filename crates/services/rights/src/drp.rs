//! Requests that agents bring for people: the covered business's side of the Data Rights Protocol 1.0.
//!
//! An agent is declared by the tenant's administrators with the key that its messages are verified by (`agents.rs`), agrees
//! on a token (`admit.rs`), and brings signed requests (`take.rs`). Nothing leaves and nothing is erased on an agent's word
//! alone: the person signs in and says yes (`confirm.rs`), unless the tenant relies on what this agent verified. From then
//! on it is a request like any other (`carry.rs`); what becomes of it is posted to the agent (`tend.rs`). What is kept of a
//! request names nobody. Docs: docs/other-organisations.md, ADR 37.

use std::sync::Arc;

use candor_dsr::drp::{Exercise, Status};
use candor_ledger::EntryBody;
use candor_vault::{
    AGENT_REQUEST_SLIPS, Caller, ErrorKind, Expect, NewSlip, SlipChange, SlipTold, TenantView, VaultError, request_slip,
};
use candor_words::{Entropy, Instant, RequestId, TenantId};
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;
use zeroize::Zeroizing;

use crate::Rights;
use crate::telling::Telling;

mod admit;
mod agents;
mod carry;
mod confirm;
mod status;
mod take;
mod tend;

pub use admit::KeyGiven;
pub use agents::{AgentView, NewAgent, Vouching};
pub use confirm::{AskedFor, AskedState};

/// What requests that agents bring need from outside.
#[derive(Clone)]
pub struct AgentParts {
    /// Draws ids and tokens.
    pub entropy: Arc<dyn Entropy>,
}

/// What is kept of a request that an agent brought.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Brought {
    /// Its own id, by which the agent knows it.
    pub id: RequestId,
    /// The agent's name in messages.
    pub agent: String,
    /// Which right, by its word.
    pub exercise: String,
    /// The agent's number of it.
    pub number: Option<String>,
    pub received_at: Instant,
    pub expected_by: Instant,
    /// The person has to prove who they are before then.
    pub prove_by: Instant,
    /// Whether it was looked for whoever it is about.
    pub is_settled: bool,
    /// Which request it became; none when nobody was found, or is yet to be.
    pub request: Option<RequestId>,
    pub has_begun: bool,
    /// When it is tried again to begin, when something stood in the way.
    pub begin_at: Option<Instant>,
    /// How it ended, where the request itself does not say so.
    pub end: Option<End>,
    pub callback: Option<Telling>,
}

/// How a request ended, where the request itself does not say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    /// By the protocol's word.
    pub status: String,
    /// Why it was refused, by the protocol's word.
    pub reason: Option<String>,
    pub at: Instant,
}

/// A request as it was read.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub body: Brought,
    version: u32,
    expires_at: Option<Instant>,
}

impl Brought {
    /// Which right; erasure is never guessed.
    pub(super) fn right(&self) -> Exercise {
        Exercise::of(&self.exercise).unwrap_or(Exercise::Access)
    }
}

impl End {
    pub(super) fn of(status: Status, reason: Option<&str>, at: Instant) -> Self {
        Self { status: status.word().to_owned(), reason: reason.map(str::to_owned), at }
    }
}

impl Rights {
    /// Lets agents bring requests.
    pub fn hear_agents_by(&self, parts: AgentParts) {
        let _ = self.agents.set(parts);
    }

    pub(super) fn agent_parts(&self) -> Result<&AgentParts, VaultError> {
        self.agents.get().ok_or_else(|| {
            VaultError::new(ErrorKind::Unavailable, "drp.closed", "this server takes no agents' requests")
        })
    }

    /// The tenant of a name in addresses.
    pub(super) async fn business(&self, slug: &str) -> Result<TenantView, VaultError> {
        let tenant = self.vault.tenant_by_slug(slug).await?;
        tenant.ok_or_else(|| VaultError::new(ErrorKind::Missing, "drp.business_unknown", "there is no such business"))
    }

    /// A request that an agent brought.
    pub(super) async fn brought(&self, tenant: TenantId, id: RequestId) -> Result<Option<Kept>, VaultError> {
        let slip = self.vault.slip(tenant, AGENT_REQUEST_SLIPS, request_slip(id)).await?;
        slip.map(|slip| Kept::read(&slip.body, slip.version, slip.expires_at)).transpose()
    }

    /// Waits until nobody else decides about a request that an agent brought: the agent, the person, and the runner of jobs
    /// would otherwise undo each other's answers. Whoever takes the agent's turn too takes that one first.
    pub(super) async fn turn_at(&self, tenant: TenantId, id: RequestId) -> OwnedMutexGuard<()> {
        self.turns.take(&format!("drp asked {tenant} {id}")).await
    }

    /// Writes it, with further changes and what the ledger says.
    pub(super) async fn put_brought(
        &self,
        by: &Caller,
        kept: &mut Kept,
        mut with: Vec<SlipChange>,
        told: Vec<SlipTold>,
    ) -> Result<(), VaultError> {
        with.push(kept.put()?);
        self.vault.change_slips(by, with, told).await?;
        kept.version += 1;
        Ok(())
    }
}

impl Kept {
    pub(super) const fn new(body: Brought, expires_at: Instant) -> Self {
        Self { body, version: 0, expires_at: Some(expires_at) }
    }

    pub(super) fn read(body: &[u8], version: u32, expires_at: Option<Instant>) -> Result<Self, VaultError> {
        let body = serde_json::from_slice(body).map_err(|_| damaged())?;
        Ok(Self { body, version, expires_at })
    }

    fn put(&self) -> Result<SlipChange, VaultError> {
        let expect = if self.version == 0 { Expect::Absent } else { Expect::Version(self.version) };
        let slip = NewSlip {
            kind: AGENT_REQUEST_SLIPS,
            name: request_slip(self.body.id),
            owner: None,
            expires_at: self.expires_at,
            body: written(&self.body)?,
        };
        Ok(SlipChange::Put(slip, expect))
    }
}

pub(super) fn told(agent: candor_words::RecordId, request: RequestId, act: u8) -> EntryBody {
    EntryBody::AgentRequest { agent, request, act }
}

pub(super) fn written(body: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    serde_json::to_vec(body).map(Zeroizing::new).map_err(|_| damaged())
}

pub(super) fn damaged() -> VaultError {
    VaultError::new(ErrorKind::Internal, "store.damaged", "the stored slip cannot be read back")
}
