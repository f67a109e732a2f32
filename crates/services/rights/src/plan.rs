//! Planning: what would be done in each connected system, drawn up and kept.
//!
//! Nothing leaves before identity is proved where the policy wants that (d20): planning too asks systems about the person.

use candor_ledger::EntryBody;
use candor_vault::{Caller, ErrorKind, Expect, PlanInForce, PushForm, RunState, Scope, VaultError, right_of};
use candor_words::{RequestId, TenantId};

use crate::Rights;
use crate::act::{is_carried_out, not_there};
use crate::corrected::Corrections;
use crate::keep::With;
use crate::machine::{Progress, Step};
use crate::named::Named;
use crate::recipients::{any_told, is_told, tellings};
use crate::run::{OfSystem, Run};
use crate::systems::word;
use crate::view::RunView;

/// What the ledger says of a step: not connected.
const NOT_CONNECTED: u8 = 5;

/// What plans are drawn on.
pub(crate) struct Ground {
    pub plan: PlanInForce,
    slug: String,
}

/// A plan in the making, with what names the person.
pub(crate) struct Drawn {
    pub run: Run,
    pub named: Named,
    /// How often the person was changed before it was read what names them.
    seen: u64,
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
        self.draw_plan(caller, request, Corrections::default()).await?;
        self.run(caller, request).await
    }

    pub(crate) async fn draw_plan(
        &self,
        caller: &Caller,
        request: RequestId,
        corrections: Corrections,
    ) -> Result<(), VaultError> {
        let ground = self.ground(caller.tenant()).await?;
        let mut drawn = [self.draw(caller, &ground, request, corrections).await?];
        self.foresee(caller.tenant(), &ground.plan, &mut drawn).await?;
        let [drawn] = drawn;
        self.keep_drawn(caller, drawn).await
    }

    /// What every plan is drawn on: the policy in force.
    pub(crate) async fn ground(&self, tenant: TenantId) -> Result<Ground, VaultError> {
        Ok(Ground { plan: self.vault.plan(tenant, None).await?, slug: self.slug(tenant).await? })
    }

    /// A plan that no system was asked for yet.
    pub(crate) async fn draw(
        &self,
        caller: &Caller,
        ground: &Ground,
        request: RequestId,
        corrections: Corrections,
    ) -> Result<Drawn, VaultError> {
        let open = self.vault.request(caller, request).await?;
        let push = self.vault.push_of(caller, request).await?;
        let is_push = push.is_some();
        let (push, corrections) = match push {
            Some(PushForm::Mark { mark, .. }) => (Some(mark), corrections),
            Some(PushForm::Correction { correction }) => {
                (None, self.pushed_corrections(caller, &ground.plan, open.subject, correction).await?)
            }
            None => (None, corrections),
        };
        if !is_push && !right_of(&open.right).is_some_and(is_carried_out) {
            return Err(not_there(&open.right));
        }
        let manifest = ground.plan.manifest();
        let is_told = (corrections.correction.is_some() || is_told(&open.right, push.as_ref())) && any_told(manifest);
        // A push whose systems are gone from the policy meanwhile has nowhere to go, and ends so.
        if !is_push && !is_told && !self.reaches_any(caller.tenant(), &ground.slug, manifest, |_| true).await? {
            return Err(VaultError::new(
                ErrorKind::Unprocessable,
                "systems.none",
                "the request was not planned: no system that the policy declares is connected",
            )
            .help("give the server the systems' addresses, or carry the request out in the vault alone"));
        }
        let seen = self.vault.subject(caller, open.subject).await?.version;
        let mut named = Named::of(self.vault.named_by(caller, request).await?);
        let Corrections { correction, fields: corrected, values, not_recomputed } = corrections;
        named.correct(values);
        let tellings = if is_told {
            let standing = self.vault.subject(caller, open.subject).await?.standing.unwrap_or_default();
            let given = self.vault.recipients(caller, open.subject).await?;
            let given: Vec<String> =
                given.into_iter().filter(|view| view.n_disclosures > 0).map(|view| view.name).collect();
            tellings(manifest, &standing, &given, &corrected, &named)
        } else {
            Vec::new()
        };
        let mut run = Run {
            request,
            subject: open.subject,
            right: open.right.clone(),
            plan: candor_words::to_hex(ground.plan.digest()),
            planned_at: self.vault.now(),
            approved_at: None,
            named_by: Vec::new(),
            progress: Progress { searches: open.right == "erasure", ..Progress::default() },
            systems: Vec::new(),
            restricted: None,
            push: push.clone(),
            correction,
            tellings,
            corrected,
            not_recomputed,
            agreed: None,
            held_up: None,
        };
        self.lay_out(caller.tenant(), &ground.slug, &ground.plan, &mut run).await?;
        Ok(Drawn { run, named, seen })
    }

    /// Keeps a plan that systems were asked for.
    pub(crate) async fn keep_drawn(&self, caller: &Caller, drawn: Drawn) -> Result<(), VaultError> {
        let Drawn { mut run, mut named, seen } = drawn;
        let (request, subject) = (run.request, run.subject);
        run.named_by = named.fields();
        if run.correction.is_some() {
            // Read anew when a system is reached.
            named.correct(Vec::new());
        }
        let slips = vec![named.slip(request, run.subject, Expect::Anything)?];
        let told = run.progress.steps.iter().zip(&run.systems).filter(|(step, _)| !step.is_connected);
        let told = told.map(|(_, system)| step_told(request, system.at, NOT_CONNECTED, 0)).collect();
        let with = With { state: Some(RunState::Planned), slips, told, watch_at: None };
        match self.kept(caller.tenant(), request).await? {
            Some(mut kept) => {
                run.restricted = kept.run.restricted.take();
                kept.run = run;
                self.keep(caller, kept, with).await?;
            }
            None => drop(self.keep_new(caller, run, with).await?),
        }
        self.name_anew(caller, request, (subject, seen)).await
    }

    /// A step for every system that the policy declares.
    async fn lay_out(&self, tenant: TenantId, slug: &str, plan: &PlanInForce, run: &mut Run) -> Result<(), VaultError> {
        let manifest = plan.manifest();
        for (at, system) in (0_u16..).zip(&manifest.systems) {
            if !run.concerns(manifest, system) {
                continue;
            }
            let is_connected = self.is_connected(tenant, slug, manifest, system).await?;
            run.progress.steps.push(Step::new(system.name.clone(), is_connected));
            run.systems.push(OfSystem {
                title: system.title.clone(),
                kind: word(system.kind).to_owned(),
                at,
                mapped: system.places.iter().map(|place| place.name.clone()).collect(),
                ..OfSystem::default()
            });
        }
        Ok(())
    }
}

/// What the ledger says of a step.
pub(crate) const fn step_told(request: RequestId, system: u16, state: u8, n_rows: u64) -> EntryBody {
    EntryBody::RequestStep { request, system, state, n_rows }
}
