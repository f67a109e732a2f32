//! Retention in connected systems: what is over its time there is found in sets, ended, and looked for again.
//!
//! Every system goes on by itself: one that fails is tried again later, each time after a longer wait, and keeps neither the others
//! nor the vault's own retention from going on. What a run was about to do is written down before it begins, so that
//! the ledger tells of rows that went although nobody lived to acknowledge it. Start at [`Rights::run_retention`], then
//! `round.rs`. Docs: docs/systems.md, "Keeping"; ADR 36.

mod round;
mod slips;

use std::collections::HashSet;
use std::sync::Arc;

use candor_places::{Overdue, OverdueDid};
use candor_vault::{Caller, PAGE_MAX, RetentionSurvey, Scope, VaultError};
use candor_words::{Instant, TenantId};
use futures_util::TryStreamExt as _;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use crate::Rights;
use crate::machine::Trouble;
use crate::systems::word;
use slips::Kept;

/// How long a system rests between two runs.
const EVERY_MS: i64 = 6 * 3_600_000;
/// The wait after the first failure; doubled after each other.
const BACK_OFF_MS: i64 = 1_000;
const BACK_OFF_MS_MAX: i64 = 3_600_000;

/// How retention stands in every system of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemsRetention {
    /// As of which instant.
    pub at: Instant,
    /// System by system, in the order of the policy.
    pub systems: Vec<SystemRetention>,
}

/// How retention stands in one system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemRetention {
    /// Its name in the policy.
    pub system: String,
    /// What people call it.
    pub title: String,
    /// What it is.
    pub kind: &'static str,
    /// Where it stands.
    pub state: KeptState,
    /// When it last ran.
    pub ran_at: Option<Instant>,
    /// When a failure is tried again.
    pub again_at: Option<Instant>,
    /// Why it failed.
    pub trouble: Option<Trouble>,
    /// What would be done, or was done, place by place; what stays, and what cannot be done.
    pub places: Vec<Overdue>,
}

/// Where retention stands in a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptState {
    /// The server was given no address for it: the organisation sees to it itself.
    NotConnected,
    /// It was looked at, and nothing was changed.
    Previewed,
    /// It ran, and nothing that could go is left.
    Done,
    /// It ran, and rows that are over are left.
    Left,
    /// It failed, and is tried again.
    Failed,
}

impl Rights {
    /// Says what a run would do now in each connected system, and why; nothing is changed.
    ///
    /// # Errors
    /// The caller lacks the admin scope; the store does not answer.
    pub async fn preview_retention(&self, caller: &Caller) -> Result<SystemsRetention, VaultError> {
        caller.needs(Scope::Admin)?;
        self.each(caller.tenant(), Doing::Look).await
    }

    /// Ends what is over its time in each connected system now. What failed before is tried at once.
    ///
    /// # Errors
    /// The caller lacks the admin scope; the store does not answer. A system that fails is told, and keeps no other from going on.
    pub async fn run_retention(&self, caller: &Caller) -> Result<SystemsRetention, VaultError> {
        caller.needs(Scope::Admin)?;
        self.each(caller.tenant(), Doing::End).await
    }

    async fn each(&self, tenant: TenantId, doing: Doing) -> Result<SystemsRetention, VaultError> {
        let survey = self.vault.survey_retention(tenant).await?;
        let slug = self.slug(tenant).await?;
        let systems = survey.plan.manifest().systems.iter().enumerate().map(async |(at, system)| {
            if !self.is_connected(tenant, &slug, survey.plan.manifest(), system).await? {
                return Ok(not_connected(&survey, at));
            }
            match doing {
                Doing::Look => self.look_at_overdue(tenant, &survey, at).await,
                Doing::End => self.end_in(tenant, &survey, at).await,
            }
        });
        let systems: Result<Vec<SystemRetention>, VaultError> = join_all(systems).await.into_iter().collect();
        Ok(SystemsRetention { at: survey.at, systems: systems? })
    }

    /// Begins a run in every system whose time has come, each on a task of its own; says how many were begun.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn keep_systems(&self) -> Result<u64, VaultError> {
        let (mut after, mut n_begun) = (None, 0);
        loop {
            let page = self.vault.tenants(after, PAGE_MAX).await?;
            for tenant in &page.rows {
                match self.keep_systems_of(tenant.id, &tenant.slug).await {
                    Ok(begun) => n_begun += begun,
                    Err(error) => {
                        tracing::warn!(tenant.id = %tenant.id, code = error.code(), "retention did not reach a tenant's systems; it is tried again");
                    }
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(n_begun);
            }
        }
    }

    async fn keep_systems_of(&self, tenant: TenantId, slug: &str) -> Result<u64, VaultError> {
        let plan = match self.vault.plan(tenant, None).await {
            Ok(plan) => plan,
            // A tenant without a policy has no systems.
            Err(_) => return Ok(0),
        };
        let connected: Vec<(usize, &str)> = self
            .connected(tenant, slug, plan.manifest(), |_| true)
            .map_ok(|(at, system)| (at, system.name.as_str()))
            .try_collect()
            .await?;
        if connected.is_empty() {
            return Ok(0);
        }
        let kept = self.kept_of_retention(tenant).await?;
        let now = self.vault.now();
        let digest = candor_words::to_hex(plan.digest());
        let due: Vec<usize> = {
            let mut flying = self.keeping.lock();
            let is_due = |(_, name): &&(usize, &str)| is_due(&kept, name, &digest, now);
            let due = connected.iter().filter(is_due).filter(|(_, name)| flying.insert((tenant, (*name).to_owned())));
            due.map(|(at, _)| *at).collect()
        };
        if due.is_empty() {
            return Ok(0);
        }
        let survey = self.vault.survey_retention(tenant).await.map(Arc::new);
        for at in &due {
            let Some(system) = plan.manifest().systems.get(*at).map(|system| system.name.clone()) else { continue };
            let (Ok(survey), Some(this)) = (&survey, self.this.upgrade()) else {
                self.keeping.lock().remove(&(tenant, system));
                continue;
            };
            let (survey, at) = (Arc::clone(survey), *at);
            tokio::spawn(async move {
                if let Err(error) = this.end_in(tenant, &survey, at).await {
                    tracing::warn!(
                        system,
                        code = error.code(),
                        "retention in a connected system was not written down; it is done again"
                    );
                }
                this.keeping.lock().remove(&(tenant, system));
            });
        }
        survey.map(|_| due.len() as u64)
    }
}

/// What a pass is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Look,
    End,
}

fn is_due(kept: &Kept, system: &str, plan: &str, now: Instant) -> bool {
    let Some(state) = kept.states.get(system) else { return true };
    if let Some(again_at) = state.again_at {
        return again_at <= now;
    }
    let is_owed = kept.owed.iter().any(|(_, owed)| !owed.done.iter().chain(&owed.waiting).any(|known| known == system));
    let next = state.ran_at.map(|ran_at| Instant::from_millis(ran_at.as_millis().saturating_add(EVERY_MS)));
    is_owed || state.foreseen.is_some() || state.plan != plan || next.is_none_or(|next| next <= now)
}

fn view(survey: &RetentionSurvey, at: usize, state: KeptState) -> SystemRetention {
    let system = survey.plan.manifest().systems.get(at);
    SystemRetention {
        system: system.map(|system| system.name.clone()).unwrap_or_default(),
        title: system.map(|system| system.title.clone()).unwrap_or_default(),
        kind: system.map_or("", |system| word(system.kind)),
        state,
        ran_at: None,
        again_at: None,
        trouble: None,
        places: Vec::new(),
    }
}

/// A system that the server does not reach: its places are told, for the organisation to see to.
fn not_connected(survey: &RetentionSurvey, at: usize) -> SystemRetention {
    let mut told = view(survey, at, KeptState::NotConnected);
    let system = survey.plan.manifest().systems.get(at);
    let places = system.into_iter().flat_map(|system| &system.places);
    told.places = places
        .map(|place| Overdue {
            place: place.name.clone(),
            did: OverdueDid::CannotHold,
            fields: Vec::new(),
            n_rows: 0,
            because: Some("the system is not connected; end what is over there yourself".to_owned()),
            statements: Vec::new(),
        })
        .collect();
    told
}

/// How many rows changed, or would.
fn n_changed(places: &[Overdue]) -> u64 {
    places.iter().filter(|it| it.did.is_change()).map(|it| it.n_rows).sum()
}

/// How long a system waits after so many failures.
fn back_off_ms(attempts: u32) -> i64 {
    let doubled = 1_i64.checked_shl(attempts.saturating_sub(1).min(30)).unwrap_or(i64::MAX);
    BACK_OFF_MS.saturating_mul(doubled).min(BACK_OFF_MS_MAX)
}

/// What was about to be done and is not any more, though no run acknowledged it: by place and outcome.
fn unacknowledged(foreseen: &[Overdue], now: &[Overdue]) -> Vec<Overdue> {
    let mut seen: HashSet<(&str, OverdueDid)> = HashSet::new();
    let n = |all: &[Overdue], place: &str, did: OverdueDid| -> u64 {
        all.iter().filter(|it| it.place == place && it.did == did).map(|it| it.n_rows).sum()
    };
    let mut gone = Vec::new();
    for before in foreseen.iter().filter(|it| it.did.is_change()) {
        if !seen.insert((before.place.as_str(), before.did)) {
            continue;
        }
        let n_rows = n(foreseen, &before.place, before.did).saturating_sub(n(now, &before.place, before.did));
        if n_rows > 0 {
            gone.push(Overdue { n_rows, statements: Vec::new(), ..before.clone() });
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::slips::SystemState;
    use super::*;

    fn overdue(place: &str, did: OverdueDid, n_rows: u64) -> Overdue {
        Overdue { place: place.into(), did, fields: Vec::new(), n_rows, because: None, statements: Vec::new() }
    }

    #[test]
    fn what_was_foreseen_and_is_gone_was_done_though_nobody_acknowledged_it() {
        let before = [
            overdue("a", OverdueDid::Deleted, 5),
            overdue("b", OverdueDid::Held, 3),
            overdue("c", OverdueDid::Emptied, 1),
        ];
        let now = [overdue("a", OverdueDid::Deleted, 2), overdue("c", OverdueDid::Emptied, 4)];
        assert_eq!(unacknowledged(&before, &now), [overdue("a", OverdueDid::Deleted, 3)]);
    }

    #[test]
    fn each_wait_is_twice_the_last_up_to_an_hour() {
        assert_eq!([1, 2, 3].map(back_off_ms), [1_000, 2_000, 4_000]);
        assert_eq!(back_off_ms(u32::MAX), BACK_OFF_MS_MAX);
    }

    #[test]
    fn a_system_is_due_when_its_time_has_come_and_not_while_it_waits_after_a_failure() {
        let at = Instant::from_millis;
        let mut kept = Kept::default();
        assert!(is_due(&kept, "shop", "p", at(0)), "it never ran");
        let ran = SystemState { ran_at: Some(at(0)), plan: "p".into(), ..SystemState::default() };
        kept.states.insert("shop".into(), ran);
        assert!(!is_due(&kept, "shop", "p", at(EVERY_MS - 1)));
        assert!(is_due(&kept, "shop", "p", at(EVERY_MS)));
        assert!(is_due(&kept, "shop", "another", at(1)), "another policy decides");
        kept.owed.push((
            [1; 32],
            candor_vault::Owed { named: Vec::new(), ended: Vec::new(), done: vec!["crm".into()], waiting: Vec::new() },
        ));
        assert!(is_due(&kept, "shop", "p", at(1)), "somebody is owed");
        if let Some(state) = kept.states.get_mut("shop") {
            state.again_at = Some(at(10));
        }
        assert!(!is_due(&kept, "shop", "p", at(9)));
        assert!(is_due(&kept, "shop", "p", at(10)));
    }
}
