//! Planning and approving: what would be done in each connected system, and the word that lets it be done.
//!
//! Nothing leaves before identity is proved where the policy wants that (d20): planning too asks systems about the person.

use std::sync::Arc;

use candor_connect::{ConnectError, Connector};
use candor_ledger::EntryBody;
use candor_manifest::model::RightKind;
use candor_places::{PersonIx, SystemMap};
use candor_vault::{
    Caller, ErrorKind, Expect, NewRecord, PlanInForce, RestrictionForm, RunState, Scope, Terms, VaultError, right_of,
};
use candor_words::{Instant, RecordId, RequestId, TenantId};
use futures_util::future::join_all;

use crate::Rights;
use crate::act::{is_carried_out, not_there, task};
use crate::drive::WATCH_MS;
use crate::keep::With;
use crate::machine::{Outcome, Progress, Step};
use crate::named::Named;
use crate::run::{Agreed, OfSystem, Restricted, Run};
use crate::systems::word;
use crate::trouble::failed;
use crate::view::RunView;

/// How often systems are asked for further identifiers: what one knows may help another.
const NAMING_ROUNDS: usize = 3;
/// What the ledger says of a step: not connected.
const NOT_CONNECTED: u8 = 5;

/// What an approval says besides yes.
#[derive(Debug, Default)]
pub struct Approval {
    /// For a rectification: what is put right in the vault and wherever it is mapped.
    pub correction: Option<(RecordId, NewRecord)>,
    /// For a restriction: what was agreed with the person: which purposes go on, until when, and where that is kept.
    pub terms: Option<Terms>,
}

/// A system that is connected, with its connector or why there is none.
struct Asked {
    at: usize,
    map: Arc<SystemMap>,
    connector: Result<Arc<dyn Connector>, ConnectError>,
}

impl Rights {
    /// Says what carrying a request out would do now, system by system, and keeps it; nothing is changed anywhere. Planned
    /// again, it is worked out anew.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed, wants identity proved first, or is under way; a
    /// right that is not carried out in systems; no system of the policy is connected.
    pub async fn plan(&self, caller: &Caller, request: RequestId) -> Result<RunView, VaultError> {
        caller.needs(Scope::Rights)?;
        let tenant = caller.tenant();
        let _turn = self.turns.take(&format!("plan {request}")).await;
        if let Some(kept) = self.kept(tenant, request).await?
            && kept.run.approved_at.is_some()
        {
            return Err(VaultError::new(
                ErrorKind::Conflict,
                "request.under_way",
                "the request was not planned: it was approved and is under way",
            )
            .help("look at its steps"));
        }
        self.draw_plan(caller, request, Vec::new()).await?;
        self.run(caller, request).await
    }

    async fn draw_plan(
        &self,
        caller: &Caller,
        request: RequestId,
        corrections: Vec<(String, Option<String>)>,
    ) -> Result<(), VaultError> {
        let tenant = caller.tenant();
        let open = self.vault.request(caller, request).await?;
        if !right_of(&open.right).is_some_and(is_carried_out) {
            return Err(not_there(&open.right));
        }
        let plan = self.vault.plan(tenant, None).await?;
        let slug = self.slug(tenant).await?;
        if !plan.manifest().systems.iter().any(|system| self.is_connected(&slug, system)) {
            return Err(VaultError::new(
                ErrorKind::Unprocessable,
                "systems.none",
                "the request was not planned: no system that the policy declares is connected",
            )
            .help("give the server the systems' addresses, or carry the request out in the vault alone"));
        }
        let mut named = Named::of(self.vault.named_by(caller, request).await?);
        named.correct(corrections);
        let mut run = Run {
            request,
            subject: open.subject,
            right: open.right.clone(),
            plan: candor_words::to_hex(plan.digest()),
            planned_at: self.vault.now(),
            approved_at: None,
            named_by: Vec::new(),
            progress: Progress { searches: open.right == "erasure", ..Progress::default() },
            systems: Vec::new(),
            restricted: None,
            agreed: None,
            held_up: None,
        };
        self.lay_out(&slug, &plan, &mut run);
        self.foresee(tenant, &plan, &mut run, &mut named).await?;
        run.named_by = named.fields();
        let slips = vec![named.slip(request, run.subject, Expect::Anything)?];
        let told = run.progress.steps.iter().zip(&run.systems).filter(|(step, _)| !step.is_connected);
        let told = told.map(|(_, system)| step_told(request, system.at, NOT_CONNECTED, 0)).collect();
        let with = With { state: Some(RunState::Planned), slips, told, watch_at: None };
        match self.kept(tenant, request).await? {
            Some(mut kept) => {
                kept.run = run;
                self.keep(caller, kept, with).await.map(drop)
            }
            None => self.keep_new(caller, run, with).await.map(drop),
        }
    }

    /// A step for every system that the policy declares.
    fn lay_out(&self, slug: &str, plan: &PlanInForce, run: &mut Run) {
        for (at, system) in (0_u16..).zip(&plan.manifest().systems) {
            let is_connected = self.is_connected(slug, system);
            run.progress.steps.push(Step::new(system.name.clone(), is_connected));
            run.systems.push(OfSystem {
                title: system.title.clone(),
                kind: word(system.kind).to_owned(),
                at,
                mapped: system.places.iter().map(|place| place.name.clone()).collect(),
                ..OfSystem::default()
            });
        }
    }

    /// Asks every connected system at once who else it knows the person as, and what would be done.
    async fn foresee(
        &self,
        tenant: TenantId,
        plan: &PlanInForce,
        run: &mut Run,
        named: &mut Named,
    ) -> Result<(), VaultError> {
        let steps = run.progress.steps.iter().enumerate().filter(|(_, step)| step.is_connected);
        let asked = steps.map(async |(at, step)| {
            let reached = self.within(self.reach(tenant, plan, &step.system)).await;
            let map = plan.manifest().systems.iter().find(|system| system.name == step.system);
            let map = map.map(|system| Arc::new(SystemMap::of(plan.manifest(), system)));
            map.map(|map| Asked { at, map, connector: reached.map(|(_, connector)| connector) })
        });
        let mut asked: Vec<Asked> = join_all(asked).await.into_iter().flatten().collect();
        for _ in 0..NAMING_ROUNDS {
            if !self.name_by(&mut asked, named).await {
                break;
            }
        }
        let task = task(&run.right, named)?;
        let previews = asked.iter().map(async |asked| match &asked.connector {
            Ok(connector) => (asked.at, self.within(connector.preview(&task)).await),
            Err(error) => (asked.at, Err(error.clone())),
        });
        for (at, previews) in join_all(previews).await {
            let Some(system) = run.systems.get_mut(at) else { continue };
            match previews {
                Ok(previews) => system.foresee(previews),
                Err(error) => {
                    let Outcome::Failed { trouble, .. } = failed(&error) else { continue };
                    run.progress.steps[at].act.trouble = Some(trouble);
                }
            }
        }
        for asked in asked.iter().filter(|asked| asked.connector.is_err()) {
            tracing::warn!(request.id = %run.request, system = asked.map.name, "a system was not reached while a request was planned");
        }
        Ok(())
    }

    /// True when a system knew the person by something further.
    async fn name_by(&self, asked: &mut [Asked], named: &mut Named) -> bool {
        let people = [named.person()];
        let found = asked.iter().map(async |asked| match &asked.connector {
            Ok(connector) => Some(self.within(connector.identify(&people)).await),
            Err(_) => None,
        });
        let mut is_new = false;
        let found = join_all(found).await;
        for (asked, found) in asked.iter_mut().zip(found) {
            match found {
                Some(Ok(found)) => {
                    is_new |= named.add(found.into_iter().filter(|found| found.person == PersonIx(0)).collect());
                }
                Some(Err(error)) => asked.connector = Err(error),
                None => {}
            }
        }
        is_new
    }

    /// Lets a planned request be carried out; planned first when it was not. Approved before, it stays as it is.
    ///
    /// # Errors
    /// Those of [`Rights::plan`]; a legal hold; a correction that is missing, or that the policy does not take.
    pub async fn approve(
        &self,
        caller: &Caller,
        request: RequestId,
        approval: Approval,
    ) -> Result<RunView, VaultError> {
        caller.needs(Scope::Rights)?;
        let tenant = caller.tenant();
        let turn = self.turns.take(&format!("plan {request}")).await;
        let kept = self.kept(tenant, request).await?;
        if kept.as_ref().is_some_and(|kept| kept.run.approved_at.is_some()) {
            drop(turn);
            self.kick(tenant, request);
            return self.run(caller, request).await;
        }
        let open = self.vault.request(caller, request).await?;
        if open.paused_at.is_some() {
            return Err(VaultError::new(
                ErrorKind::Conflict,
                "request.paused",
                "nothing was begun: the request is paused",
            )
            .help("let its clock go on first"));
        }
        self.vault.refuse_undecided_request(caller, request).await?;
        if approval.terms.is_some() && open.right != "restriction" {
            return Err(VaultError::new(
                ErrorKind::Unprocessable,
                "terms.other_right",
                "nothing was begun: only a restriction has terms",
            ));
        }
        if kept.is_none() || approval.correction.is_some() {
            let corrections = corrections(&open.right, &approval)?;
            self.draw_plan(caller, request, corrections).await?;
        } else if open.right == "rectification" {
            return Err(correction_missing());
        }
        if let Some((record, new)) = approval.correction {
            self.vault.rectify(caller, open.subject, record, new, None).await?;
        }
        let agreed = approval.terms.clone();
        let restricted = match approval.terms {
            Some(terms) => self.vault.restrict(caller, open.subject, terms).await.map(|_| None)?,
            None => self.restrict_meanwhile(caller, &open, request).await?,
        };
        let now = self.vault.now();
        self.change(caller, request, |run| {
            run.approved_at = Some(now);
            run.agreed = agreed.clone().map(Agreed::from).or_else(|| run.agreed.clone());
            run.restricted = restricted.clone().or_else(|| run.restricted.clone());
            run.progress.hasten();
            let watch_at = Instant::from_millis(now.as_millis().saturating_add(WATCH_MS));
            Ok(With { state: Some(RunState::Running), watch_at: Some(watch_at), ..With::default() })
        })
        .await?;
        drop(turn);
        self.kick(tenant, request);
        self.run(caller, request).await
    }

    /// While an erasure or a restriction is under way, nothing but storage, claims and consent reads the person's data.
    async fn restrict_meanwhile(
        &self,
        caller: &Caller,
        open: &candor_vault::RequestView,
        request: RequestId,
    ) -> Result<Option<Restricted>, VaultError> {
        let right = right_of(&open.right);
        if !matches!(right, Some(RightKind::Erasure | RightKind::Restriction)) {
            return Ok(None);
        }
        let standing = self.vault.subject(caller, open.subject).await?.standing;
        let before: Option<RestrictionForm> = standing.and_then(|standing| standing.restriction);
        let is_whole = before.as_ref().is_some_and(|before| before.allowed.is_empty() && before.until.is_none());
        // A restriction that the person has, with its terms, is what a request for one asks for.
        if is_whole || (right == Some(RightKind::Restriction) && before.is_some()) {
            return Ok(None);
        }
        let terms = Terms { agreement: Some(format!("request {request}")), ..Terms::default() };
        self.vault.restrict(caller, open.subject, terms).await?;
        Ok((right == Some(RightKind::Erasure)).then_some(Restricted { before }))
    }

    /// Has what an act or a search asks of a system end in time.
    pub(crate) async fn within<T>(
        &self,
        asked: impl Future<Output = Result<T, ConnectError>>,
    ) -> Result<T, ConnectError> {
        let late = || ConnectError::TimedOut { seconds: self.step_wait.as_secs() };
        tokio::time::timeout(self.step_wait, asked).await.unwrap_or_else(|_| Err(late()))
    }
}

/// What is corrected, by field as the policy maps it.
fn corrections(right: &str, approval: &Approval) -> Result<Vec<(String, Option<String>)>, VaultError> {
    let Some((_, new)) = &approval.correction else {
        return if right == "rectification" { Err(correction_missing()) } else { Ok(Vec::new()) };
    };
    if right != "rectification" {
        return Err(VaultError::new(
            ErrorKind::Unprocessable,
            "correction.other_right",
            "nothing was begun: only a rectification corrects values",
        ));
    }
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    Ok(new.values.iter().map(|(name, value)| (format!("{}.{name}", new.group), text(value))).collect())
}

fn correction_missing() -> VaultError {
    VaultError::new(ErrorKind::BadInput, "correction.missing", "nothing was begun: it is not said what is put right")
        .help("approve a rectification with the record and its right values")
}

/// What the ledger says of a step.
pub(crate) const fn step_told(request: RequestId, system: u16, state: u8, n_rows: u64) -> EntryBody {
    EntryBody::RequestStep { request, system, state, n_rows }
}
