//! What retention keeps of connected systems: how far it is in each, and who is owed an end there.

use std::collections::BTreeMap;

use candor_places::Overdue;
use candor_vault::{
    Caller, ErrorKind, Expect, KEEPING_SLIPS, NewSlip, Owed, PAGE_MAX, SLIP_CHANGES_MAX, SlipChange, SlipTold,
    VaultError,
};
use candor_words::{Instant, TenantId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::Rights;
use crate::machine::Trouble;

/// The most people who are owed an end that one run takes up.
const OWED_AT_ONCE: usize = 10_000;
/// The most of what was foreseen that is kept.
const FORESEEN_MAX: usize = 300;

/// One slip.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Body {
    State(SystemState),
    Owed(Owed),
}

/// How far retention is in one system.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct SystemState {
    pub system: String,
    /// The digest of the policy that it last ran under.
    pub plan: String,
    pub ran_at: Option<Instant>,
    /// How often it failed since it last ran.
    pub attempts: u32,
    pub again_at: Option<Instant>,
    pub trouble: Option<Trouble>,
    /// What a run that has not ended was about to do.
    pub foreseen: Option<Vec<Overdue>>,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub states: BTreeMap<String, SystemState>,
    pub owed: Vec<([u8; 32], Owed)>,
}

impl SystemState {
    /// Keeps what is about to be done.
    pub fn foresee(&mut self, foreseen: &[Overdue]) {
        let changes = foreseen.iter().filter(|it| it.did.is_change() && it.n_rows > 0).take(FORESEEN_MAX);
        let short = |it: &Overdue| {
            let (place, did, n_rows) = (it.place.clone(), it.did, it.n_rows);
            Overdue { place, did, fields: Vec::new(), n_rows, because: None, statements: Vec::new() }
        };
        self.foreseen = Some(changes.map(short).collect());
    }
}

impl Rights {
    pub(super) async fn kept_of_retention(&self, tenant: TenantId) -> Result<Kept, VaultError> {
        let (mut kept, mut after) = (Kept::default(), None);
        loop {
            let page = self.vault.slips(tenant, KEEPING_SLIPS, None, after, PAGE_MAX).await?;
            for slip in page.rows {
                match serde_json::from_slice(&slip.body).map_err(|_| damaged())? {
                    Body::State(state) => drop(kept.states.insert(state.system.clone(), state)),
                    Body::Owed(owed) if kept.owed.len() < OWED_AT_ONCE => kept.owed.push((slip.name, owed)),
                    Body::Owed(_) => {}
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(kept);
            }
        }
    }

    pub(super) async fn state_in(&self, tenant: TenantId, system: &str) -> Result<SystemState, VaultError> {
        let name = self.vault.slip_name(tenant, KEEPING_SLIPS, system.as_bytes()).await?;
        match self.vault.slip(tenant, KEEPING_SLIPS, name).await? {
            Some(slip) => match serde_json::from_slice(&slip.body).map_err(|_| damaged())? {
                Body::State(state) => Ok(state),
                Body::Owed(_) => Err(damaged()),
            },
            None => Ok(SystemState { system: system.to_owned(), ..SystemState::default() }),
        }
    }

    /// Keeps how far a system is, with what the ledger says of it.
    pub(super) async fn keep_state(
        &self,
        office: &Caller,
        state: &SystemState,
        told: Vec<SlipTold>,
    ) -> Result<(), VaultError> {
        let name = self.vault.slip_name(office.tenant(), KEEPING_SLIPS, state.system.as_bytes()).await?;
        let slip = slip(name, None, &Body::State(state.clone()))?;
        self.vault.change_slips(office, vec![SlipChange::Put(slip, Expect::Anything)], told).await.map(drop)
    }

    /// Notes that a system is done with people who were owed an end there; whom all are done with, is forgotten.
    pub(super) async fn no_longer_owed(
        &self,
        office: &Caller,
        owed: Vec<[u8; 32]>,
        (system, waits): (&str, bool),
        connected: &[String],
    ) -> Result<(), VaultError> {
        // Several systems may be done with one person at the same time.
        let _turn = self.turns.take(&format!("owed {}", office.tenant())).await;
        for names in owed.chunks(SLIP_CHANGES_MAX) {
            let mut changes = Vec::with_capacity(names.len());
            for name in names {
                let Some(kept) = self.vault.slip(office.tenant(), KEEPING_SLIPS, *name).await? else { continue };
                let Ok(Body::Owed(mut owed)) = serde_json::from_slice(&kept.body) else { continue };
                let noted = if waits { &mut owed.waiting } else { &mut owed.done };
                if noted.iter().any(|known| known == system) {
                    continue;
                }
                noted.push(system.to_owned());
                let is_over = connected.iter().all(|system| owed.done.contains(system));
                changes.push(if is_over {
                    SlipChange::Drop(KEEPING_SLIPS, *name, Expect::Anything)
                } else {
                    SlipChange::Put(slip(*name, kept.expires_at, &Body::Owed(owed))?, Expect::Version(kept.version))
                });
            }
            if !changes.is_empty() {
                self.vault.change_slips(office, changes, Vec::new()).await?;
            }
        }
        Ok(())
    }
}

fn slip(name: [u8; 32], expires_at: Option<Instant>, body: &Body) -> Result<NewSlip, VaultError> {
    let body = serde_json::to_vec(body).map_err(|_| damaged())?;
    Ok(NewSlip { kind: KEEPING_SLIPS, name, owner: None, expires_at, body: Zeroizing::new(body) })
}

fn damaged() -> VaultError {
    VaultError::new(ErrorKind::Internal, "store.damaged", "what retention keeps of systems cannot be read back")
}
