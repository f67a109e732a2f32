//! A request on its way as it is shown, step by step, and what is done about a step.

use candor_manifest::Manifest;
use candor_places::{PlaceReport, Preview, Trace};
use candor_vault::{Caller, ErrorKind, PROVED_SLIPS, RequestView, Scope, VaultError, request_slip};
use candor_words::{Instant, RequestId};
use serde::Serialize;

use crate::Rights;
use crate::accept::Accepted;
use crate::keep::With;
use crate::machine::{Part, PartState, Progress, Step, Trouble, Which};
use crate::opendsr::AWAITED;
use crate::recipients::{Telling, TellingState};
use crate::run::{Agreed, OfSystem, Run};
use crate::systems::word;

/// A request with its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunView {
    /// The request.
    pub request: RequestView,
    /// `planned`, `running`, `waiting_for_somebody`, `paused`, `answered`, `refused`, or `none` when it never went to systems.
    pub state: &'static str,
    /// When it was planned.
    pub planned_at: Option<Instant>,
    /// When it was approved.
    pub approved_at: Option<Instant>,
    /// The fields whose values the person is looked for by.
    pub named_by: Vec<String>,
    /// Why it is not answered although every step is done.
    pub held_up: Option<String>,
    /// Of a restriction: what was agreed with the person when it was approved.
    pub terms: Option<Agreed>,
    /// System by system.
    pub steps: Vec<StepView>,
    /// The recipients that are told of it.
    pub recipients: Vec<TellingView>,
}

/// A recipient that is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TellingView {
    /// Its position in the policy that the request was planned under.
    pub recipient: u16,
    /// What people call it, for pages.
    #[serde(skip)]
    pub title: String,
    /// `waiting`, `told` or `given_up`: then the person has to ask it.
    pub state: &'static str,
    /// When it was told.
    pub told_at: Option<Instant>,
    /// When it is tried again.
    pub again_at: Option<Instant>,
    /// Why it was not told yet.
    pub trouble: Option<Trouble>,
}

/// One system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepView {
    /// Its name in the policy.
    pub system: String,
    /// What people call it.
    pub title: String,
    /// What it is.
    pub kind: String,
    /// `planned`, `waiting`, `running`, `failed`, `asked` (another organisation was asked and has not answered), `done`, `searching`, `found_again`, `stuck` or `not_connected`.
    pub state: &'static str,
    /// When it is tried again.
    pub again_at: Option<Instant>,
    /// Why it last failed.
    pub trouble: Option<Trouble>,
    /// What would be done, place by place.
    pub previews: Vec<Preview>,
    /// True when more statements were foreseen than are shown.
    pub is_cut: bool,
    /// What was done.
    pub places: Vec<PlaceReport>,
    /// Where the person was still found.
    pub left: Vec<Trace>,
    /// Where they stand in what is kept on a ground.
    pub kept: Vec<Trace>,
    /// What was found and is not them, as an administrator decided.
    pub accepted: Vec<Accepted>,
    /// When it was last searched.
    pub searched_at: Option<Instant>,
    /// The places that the policy maps there.
    pub mapped: Vec<String>,
}

impl TellingView {
    fn of(telling: Telling, titles: &[String]) -> Self {
        let state = match telling.state {
            TellingState::Waiting => "waiting",
            TellingState::Told => "told",
            TellingState::GivenUp => "given_up",
        };
        let Telling { recipient, told_at, again_at, trouble, .. } = telling;
        let title = titles.get(usize::from(recipient)).cloned().unwrap_or_default();
        Self { recipient, title, state, told_at, again_at, trouble }
    }
}

/// The terms that the receipt of a request tells.
fn agreed_in(proved: &[u8]) -> Option<Agreed> {
    let mut told: serde_json::Value = serde_json::from_slice(proved).ok()?;
    serde_json::from_value(told["receipt"]["terms"].take()).ok()
}

impl Rights {
    /// Whether a right, by its name, is carried out by changing connected systems.
    pub fn carries_out(right: &str) -> bool {
        candor_vault::right_of(right).is_some_and(crate::act::is_carried_out)
    }

    /// A request with its steps as they stand.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request.
    pub async fn run(&self, caller: &Caller, request: RequestId) -> Result<RunView, VaultError> {
        let open = self.vault.request(caller, request).await?;
        let Some(kept) = self.kept(caller.tenant(), request).await? else {
            let proved = self.vault.slip(caller.tenant(), PROVED_SLIPS, request_slip(request)).await?;
            let terms = proved.as_ref().and_then(|slip| agreed_in(&slip.body));
            let state = match open.state.as_str() {
                "refused" => "refused",
                _ if proved.is_some() => "answered",
                _ => "none",
            };
            let (planned_at, approved_at, named_by) = (None, None, Vec::new());
            return Ok(RunView {
                request: open,
                state,
                planned_at,
                approved_at,
                named_by,
                held_up: None,
                terms,
                steps: Vec::new(),
                recipients: Vec::new(),
            });
        };
        let run = kept.run;
        let steps: Vec<StepView> = (0..run.systems.len()).filter_map(|at| self.step(&run, at)).collect();
        let state = match () {
            () if open.closed_at.is_some() => "answered",
            () if open.paused_at.is_some() => "paused",
            () if run.approved_at.is_none() => "planned",
            () if run.held_up.is_some() => "waiting_for_somebody",
            () if steps.iter().any(|step| matches!(step.state, "stuck" | "found_again")) => "waiting_for_somebody",
            () => "running",
        };
        let titles = if run.tellings.is_empty() {
            Vec::new()
        } else {
            let plan = self.plan_of(caller.tenant(), &run.plan).await?;
            plan.manifest().recipients.iter().map(|recipient| recipient.title.clone()).collect()
        };
        Ok(RunView {
            request: open,
            state,
            planned_at: Some(run.planned_at),
            approved_at: run.approved_at,
            named_by: run.named_by,
            held_up: run.held_up,
            terms: run.agreed,
            steps,
            recipients: run.tellings.into_iter().map(|telling| TellingView::of(telling, &titles)).collect(),
        })
    }

    fn step(&self, run: &Run, at: usize) -> Option<StepView> {
        let (step, system) = (run.progress.steps.get(at)?, run.systems.get(at)?);
        let is_flying = |which| self.flying.lock().contains(&(run.request, at, which));
        let part = if run.progress.has_acted(step) { &step.search } else { &step.act };
        let OfSystem { title, kind, previews, is_cut, places, left, kept, accepted, searched_at, mapped, .. } =
            system.clone();
        Some(StepView {
            system: step.system.clone(),
            title,
            kind,
            state: state_of(&run.progress, step, run.approved_at.is_some(), is_flying),
            again_at: part.again_at,
            trouble: part.trouble.clone(),
            previews,
            is_cut,
            places,
            left,
            kept,
            accepted,
            searched_at,
            mapped,
        })
    }

    /// Has a step tried again now, as the policy in force maps its system: whoever mended a mapping has it carried out so. Of a
    /// request whose steps are all done and whose answer something stood in the way of, the answer is tried again.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request, or it is not on its way; the policy has no such system; there is
    /// nothing to try.
    pub async fn retry(&self, caller: &Caller, request: RequestId, system: &str) -> Result<RunView, VaultError> {
        caller.needs(Scope::Rights)?;
        self.vault.request(caller, request).await?;
        let now = self.vault.now();
        let in_force = self.vault.plan(caller.tenant(), None).await?;
        let digest = candor_words::to_hex(in_force.digest());
        let (mut is_known, mut is_tried, mut was_held_up) = (false, false, false);
        let changed = self
            .change(caller, request, |run| {
                let at = run.progress.steps.iter().position(|step| step.system == system);
                is_known = at.is_some();
                is_tried = at.is_some_and(|at| run.progress.retry(at));
                if let Some(at) = at.filter(|_| is_tried) {
                    map_anew(run, at, in_force.manifest(), &digest);
                }
                // Every step is done, and the answer alone is what is tried again.
                was_held_up = run.held_up.take().is_some();
                let watch_at = Instant::from_millis(now.as_millis().saturating_add(crate::drive::WATCH_MS));
                Ok(With { watch_at: Some(watch_at), ..With::default() })
            })
            .await?;
        let missing = |code, text: &'static str| VaultError::new(ErrorKind::Missing, code, text);
        if changed.is_none() {
            return Err(missing("request.not_on_its_way", "nothing was tried: the request is not on its way"));
        }
        if !is_known {
            return Err(missing("step.unknown", "nothing was tried: the request has no step for such a system"));
        }
        if !is_tried && !was_held_up {
            return Err(VaultError::new(
                ErrorKind::Conflict,
                "step.nothing_to_try",
                "nothing was tried: the step neither failed nor waits for its next attempt",
            ));
        }
        self.kick(caller.tenant(), request);
        self.run(caller, request).await
    }

    /// Lets a paused request's clock go on, and goes on with it.
    ///
    /// # Errors
    /// Those of [`candor_vault::Vault::resume_request`].
    pub async fn resume(&self, caller: &Caller, request: RequestId) -> Result<RequestView, VaultError> {
        let resumed = self.vault.resume_request(caller, request).await?;
        self.kick(caller.tenant(), request);
        Ok(resumed)
    }
}

/// Has a step carried out under a policy, unless that declares no such system any more, or one of another kind.
fn map_anew(run: &mut Run, at: usize, manifest: &Manifest, digest: &str) {
    let name = run.progress.steps.get(at).map(|step| step.system.clone());
    let declared = manifest.systems.iter().find(|declared| name.as_ref() == Some(&declared.name));
    if let Some(declared) = declared.filter(|_| run.plan_at(at) != digest)
        && let Some(system) = run.systems.get_mut(at).filter(|system| system.kind == word(declared.kind))
    {
        system.map_anew(digest, declared.places.iter().map(|place| place.name.clone()).collect());
    }
}

fn state_of(progress: &Progress, step: &Step, is_approved: bool, is_flying: impl Fn(Which) -> bool) -> &'static str {
    let idle = |part: &Part| match part.state {
        PartState::Stuck if part.trouble.as_ref().is_some_and(|why| why.code == crate::machine::FOUND_AGAIN) => {
            "found_again"
        }
        PartState::Stuck => "stuck",
        _ if part.trouble.as_ref().is_some_and(|why| why.code == AWAITED) => "asked",
        _ if part.trouble.is_some() => "failed",
        _ => "waiting",
    };
    match () {
        () if !step.is_connected => "not_connected",
        () if !is_approved => "planned",
        () if !progress.has_acted(step) && is_flying(Which::Act) => "running",
        () if !progress.has_acted(step) => idle(&step.act),
        () if !progress.searches || progress.is_clean(step) => "done",
        () if is_flying(Which::Search) => "searching",
        () => match idle(&step.search) {
            "waiting" => "acted",
            other => other,
        },
    }
}
