//! One run in one system: foreseen, written down, done, and looked for again.

use std::sync::Arc;

use candor_connect::{ConnectError, Connector};
use candor_ledger::EntryBody;
use candor_places::{Concerned, Identifier, Overdue, OverdueDid, OverdueTask, Person, SystemMap, TASK_PEOPLE_MAX};
use candor_vault::{Caller, Counters, KeptPerson, NamedBy, RetentionSurvey, SlipTold, VaultError};
use candor_words::{Instant, Secret, SubjectId, TenantId};
use futures_util::TryStreamExt as _;

use super::slips::{Kept, SystemState};
use super::{KeptState, SystemRetention, back_off_ms, n_changed, unacknowledged, view};
use crate::Rights;
use crate::machine::{Outcome, Trouble};
use crate::trouble::{failed, vault_failed};

/// How long something waits that somebody has to mend.
const MEND_MS: i64 = 3_600_000;
/// What the ledger says of a place that only the system's template knows.
const OF_TEMPLATE: u16 = u16::MAX;

/// What the ledger says became of rows.
#[derive(Debug, Clone, Copy)]
enum Told {
    Deleted = 1,
    DeIdentified = 2,
    Emptied = 3,
    Unacknowledged = 4,
    Failed = 5,
    Left = 6,
}

/// Some of the people whose rows are over, by whom a pass is made.
struct Slice<'a> {
    ended: &'a [(SubjectId, Vec<String>)],
    owed: &'a [([u8; 32], candor_vault::Owed)],
}

/// What a pass did.
#[derive(Default)]
struct Pass {
    places: Vec<Overdue>,
    gone: Vec<Overdue>,
    n_left: u64,
}

impl Rights {
    /// What a run would do in a system.
    pub(super) async fn look_at_overdue(
        &self,
        tenant: TenantId,
        survey: &RetentionSurvey,
        at: usize,
    ) -> Result<SystemRetention, VaultError> {
        let mut told = view(survey, at, KeptState::Previewed);
        let state = self.state_in(tenant, &told.system).await?;
        (told.ran_at, told.again_at) = (state.ran_at, state.again_at);
        match self.foresee_overdue(tenant, survey, &told.system).await {
            Ok(places) => told.places = places,
            Err(trouble) => (told.state, told.trouble) = (KeptState::Failed, Some(trouble.1)),
        }
        Ok(told)
    }

    async fn foresee_overdue(
        &self,
        tenant: TenantId,
        survey: &RetentionSurvey,
        system: &str,
    ) -> Result<Vec<Overdue>, (bool, Trouble)> {
        let (map, connector) = self.reached_for(tenant, survey, system).await?;
        let kept = self.kept_of_retention(tenant).await.map_err(|error| of_vault(&error))?;
        let owed = owed_in(&kept, system);
        let mut places = Vec::new();
        for slice in slices(&survey.ended, &owed) {
            let task = self.task_of(tenant, survey, &map, &slice).await.map_err(|error| of_vault(&error))?;
            let found = self.within(connector.preview_overdue(&task)).await.map_err(|error| of_system(&error))?;
            most(&mut places, found);
        }
        Ok(places)
    }

    /// Ends what is over in a system, and notes what came of it.
    pub(super) async fn end_in(
        &self,
        tenant: TenantId,
        survey: &RetentionSurvey,
        at: usize,
    ) -> Result<SystemRetention, VaultError> {
        let mut told = view(survey, at, KeptState::Done);
        let _turn = self.turns.take(&format!("keep {tenant} {}", told.system)).await;
        let office = self.vault.office(tenant);
        let mut state = self.state_in(tenant, &told.system).await?;
        let mut pass = Pass::default();
        let done = self.passes(&office, survey, &mut state, &mut pass).await;
        let now = self.vault.now();
        let mut entries = entries(survey, at, &pass);
        match done {
            Ok(()) => {
                let n_left = pass.n_left;
                told.state = if n_left == 0 { KeptState::Done } else { KeptState::Left };
                entries.extend((n_left > 0).then(|| entry(at, OF_TEMPLATE, Told::Left, n_left)));
                let plan = candor_words::to_hex(survey.plan.digest());
                state = SystemState { system: state.system, plan, ran_at: Some(now), ..SystemState::default() };
                let n_rows = n_changed(&pass.places);
                let n_held = n_of(&pass.places, OverdueDid::Held);
                let n_waiting = n_of(&pass.places, OverdueDid::Waiting);
                let n_cannot = pass.places.iter().filter(|it| it.did == OverdueDid::CannotHold).count();
                Counters::add(&self.vault.counters().rows_ended, n_rows);
                tracing::info!(
                    system = told.system,
                    n_rows,
                    n_held,
                    n_waiting,
                    n_cannot,
                    n_left,
                    "keep rules were carried out in a connected system"
                );
            }
            Err((is_passing, trouble)) => {
                told.state = KeptState::Failed;
                entries.extend((state.attempts == 0).then(|| entry(at, OF_TEMPLATE, Told::Failed, 0)));
                state.attempts = state.attempts.saturating_add(1);
                let wait_ms = if is_passing { back_off_ms(state.attempts) } else { MEND_MS };
                state.again_at = Some(Instant::from_millis(now.as_millis().saturating_add(wait_ms)));
                Counters::add(&self.vault.counters().keeping_failures, 1);
                tracing::warn!(
                    system = told.system,
                    code = trouble.code,
                    attempts = state.attempts,
                    wait_ms,
                    "keep rules were not carried out in a connected system"
                );
                state.trouble = Some(trouble);
            }
        }
        self.keep_state(&office, &state, entries).await?;
        (told.ran_at, told.again_at, told.trouble, told.places) =
            (state.ran_at, state.again_at, state.trouble, pass.places);
        Ok(told)
    }

    async fn passes(
        &self,
        office: &Caller,
        survey: &RetentionSurvey,
        state: &mut SystemState,
        pass: &mut Pass,
    ) -> Result<(), (bool, Trouble)> {
        let tenant = office.tenant();
        let system = state.system.clone();
        let (map, connector) = self.reached_for(tenant, survey, &system).await?;
        let kept = self.kept_of_retention(tenant).await.map_err(|error| of_vault(&error))?;
        let owed = owed_in(&kept, &system);
        for slice in slices(&survey.ended, &owed) {
            let task = self.task_of(tenant, survey, &map, &slice).await.map_err(|error| of_vault(&error))?;
            let done = self.pass(office, state, &*connector, &task, pass).await;
            if done.is_err() {
                self.let_go(tenant, &survey.plan, &system);
            }
            done?;
            if !slice.owed.is_empty() {
                let names = slice.owed.iter().map(|(name, _)| *name).collect();
                let connected = self.connected_names(tenant, survey).await.map_err(|error| of_vault(&error))?;
                // Who leaves rows behind that wait for others, is still owed their end.
                let waits = n_of(&pass.places, OverdueDid::Waiting) > 0 || pass.n_left > 0;
                let noted = self.no_longer_owed(office, names, (&system, waits), &connected).await;
                noted.map_err(|error| of_vault(&error))?;
            }
        }
        Ok(())
    }

    async fn pass(
        &self,
        office: &Caller,
        state: &mut SystemState,
        connector: &dyn Connector,
        task: &OverdueTask,
        pass: &mut Pass,
    ) -> Result<(), (bool, Trouble)> {
        let foreseen = self.within(connector.preview_overdue(task)).await.map_err(|error| of_system(&error))?;
        if let Some(before) = state.foreseen.take() {
            pass.gone.extend(unacknowledged(&before, &foreseen));
        }
        if n_changed(&foreseen) == 0 {
            add(&mut pass.places, foreseen.into_iter().map(without_statements).collect());
            return Ok(());
        }
        state.foresee(&foreseen);
        // What was about to be done is known whatever happens from here on.
        self.keep_state(office, state, Vec::new()).await.map_err(|error| of_vault(&error))?;
        tracing::info!(
            system = state.system,
            n_rows = n_changed(&foreseen),
            "rows of a connected system are about to end"
        );
        let done = self.within(connector.end_overdue(task)).await.map_err(|error| of_system(&error))?;
        state.foreseen = None;
        add(&mut pass.places, done);
        let left = self.within(connector.preview_overdue(task)).await.map_err(|error| of_system(&error))?;
        pass.n_left += n_changed(&left);
        Ok(())
    }

    async fn reached_for(
        &self,
        tenant: TenantId,
        survey: &RetentionSurvey,
        system: &str,
    ) -> Result<(Arc<SystemMap>, Arc<dyn Connector>), (bool, Trouble)> {
        self.within(self.reach(tenant, &survey.plan, system)).await.map_err(|error| of_system(&error))
    }

    async fn connected_names(&self, tenant: TenantId, survey: &RetentionSurvey) -> Result<Vec<String>, VaultError> {
        let slug = self.slug(tenant).await?;
        let connected = self.connected(tenant, &slug, survey.plan.manifest(), |_| true);
        connected.map_ok(|(_, system)| system.name.clone()).try_collect().await
    }

    /// The task for everybody who is protected, and some of those whose rows are over.
    async fn task_of(
        &self,
        tenant: TenantId,
        survey: &RetentionSurvey,
        map: &Arc<SystemMap>,
        slice: &Slice<'_>,
    ) -> Result<OverdueTask, VaultError> {
        let mut people: Vec<Concerned> = survey.people.iter().map(concerned).collect();
        people.extend(self.vault.kept_people(tenant, slice.ended).await?.iter().map(concerned));
        for (_, owed) in slice.owed {
            // Whoever came since with a name of theirs is somebody of their own.
            let named = self.vault.held_by_nobody(tenant, owed.named_by()).await?;
            people.push(Concerned { person: person(&named), held: None, is_managed: false, ended: owed.ended.clone() });
        }
        Ok(OverdueTask {
            map: Arc::clone(map),
            endings: survey.endings.clone(),
            managed: survey.managed.clone(),
            people,
        })
    }
}

/// All of them at once, when they are few enough for one task.
fn slices<'a>(ended: &'a [(SubjectId, Vec<String>)], owed: &'a [([u8; 32], candor_vault::Owed)]) -> Vec<Slice<'a>> {
    if ended.len() + owed.len() <= TASK_PEOPLE_MAX {
        return vec![Slice { ended, owed }];
    }
    let of_ended = ended.chunks(TASK_PEOPLE_MAX).map(|ended| Slice { ended, owed: &[] });
    of_ended.chain(owed.chunks(TASK_PEOPLE_MAX).map(|owed| Slice { ended: &[], owed })).collect()
}

/// Those of whom a system is not done yet.
fn owed_in(kept: &Kept, system: &str) -> Vec<([u8; 32], candor_vault::Owed)> {
    let left = kept.owed.iter().filter(|(_, owed)| !owed.done.iter().any(|done| done == system));
    left.map(|(name, owed)| {
        let (named, ended) = (owed.named.clone(), owed.ended.clone());
        (*name, candor_vault::Owed { named, ended, done: owed.done.clone(), waiting: owed.waiting.clone() })
    })
    .collect()
}

fn concerned(kept: &KeptPerson) -> Concerned {
    Concerned {
        person: person(&kept.named),
        held: kept.held.clone(),
        is_managed: kept.is_managed,
        ended: kept.ended.clone(),
    }
}

fn person(named: &[NamedBy]) -> Person {
    let identifier =
        |named: &NamedBy| Identifier { field: named.field.clone(), value: Secret::new(named.value.expose().clone()) };
    Person { identifiers: named.iter().map(identifier).collect() }
}

fn of_system(error: &ConnectError) -> (bool, Trouble) {
    told_by(failed(error))
}

fn of_vault(error: &VaultError) -> (bool, Trouble) {
    told_by(vault_failed(error))
}

fn told_by(outcome: Outcome) -> (bool, Trouble) {
    match outcome {
        Outcome::Failed { is_passing, trouble, .. } => (is_passing, trouble),
        _ => (true, Trouble { code: "system.failed".to_owned(), text: "the system failed".to_owned() }),
    }
}

fn without_statements(overdue: Overdue) -> Overdue {
    Overdue { statements: Vec::new(), ..overdue }
}

/// Adds what another pass found. Changes add up; what stays is asked anew by each, for everybody.
fn add(places: &mut Vec<Overdue>, found: Vec<Overdue>) {
    for new in found.into_iter().filter(|it| it.n_rows > 0 || it.did == OverdueDid::CannotHold) {
        let same = |known: &&mut Overdue| {
            known.place == new.place
                && known.did == new.did
                && known.fields == new.fields
                && known.because == new.because
        };
        match places.iter_mut().find(same) {
            Some(known) if new.did.is_change() => known.n_rows = known.n_rows.saturating_add(new.n_rows),
            Some(known) => known.n_rows = known.n_rows.max(new.n_rows),
            None => places.push(new),
        }
    }
}

/// Takes up what another slice foresees: rows that end by their own columns are foreseen by each.
fn most(places: &mut Vec<Overdue>, found: Vec<Overdue>) {
    let mut alone = Vec::new();
    add(&mut alone, found);
    for new in alone {
        let same =
            |known: &&mut Overdue| known.place == new.place && known.did == new.did && known.because == new.because;
        match places.iter_mut().find(same) {
            Some(known) => known.n_rows = known.n_rows.max(new.n_rows),
            None => places.push(new),
        }
    }
}

fn n_of(places: &[Overdue], did: OverdueDid) -> u64 {
    places.iter().filter(|it| it.did == did).map(|it| it.n_rows).sum()
}

/// What the ledger says of a pass: counts alone, about nobody.
fn entries(survey: &RetentionSurvey, at: usize, pass: &Pass) -> Vec<SlipTold> {
    let declared = survey.plan.manifest().systems.get(at);
    let position = |name: &str| {
        let found = declared.and_then(|system| system.places.iter().position(|place| place.name == name));
        found.and_then(|at| u16::try_from(at).ok()).unwrap_or(OF_TEMPLATE)
    };
    let changed = pass.places.iter().filter(|it| it.n_rows > 0).filter_map(|it| {
        let told = match it.did {
            OverdueDid::Deleted => Told::Deleted,
            OverdueDid::DeIdentified => Told::DeIdentified,
            OverdueDid::Emptied => Told::Emptied,
            _ => return None,
        };
        Some(entry(at, position(&it.place), told, it.n_rows))
    });
    let gone = pass.gone.iter().map(|it| entry(at, position(&it.place), Told::Unacknowledged, it.n_rows));
    changed.chain(gone).collect()
}

fn entry(system: usize, place: u16, told: Told, n_rows: u64) -> SlipTold {
    let system = u16::try_from(system).unwrap_or(u16::MAX);
    (None, EntryBody::SystemKept { system, place, outcome: told as u8, n_rows })
}
