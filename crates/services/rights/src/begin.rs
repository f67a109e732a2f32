//! Beginning the requests of a batch: planned and approved many at a time, each on its own ground.
//!
//! They wait in this process; a job for each remembers them, and has them wait again when the process ends before. One in
//! the way of which something stands keeps no other from beginning.

use std::collections::{HashMap, HashSet, VecDeque};

use candor_vault::{Caller, RequestView, VaultError};
use candor_words::{RequestId, TenantId};
use futures_util::stream::{self, StreamExt};
use parking_lot::Mutex;

use crate::Rights;
use crate::corrected::Corrections;
use crate::joining::TOGETHER_MAX;
use crate::plan::{Drawn, Ground};
use crate::together::WRITES_AT_ONCE;

/// The most requests whose trouble is remembered until their job asks for it.
const TROUBLES_MAX: usize = 100_000;

/// Requests that wait to be begun.
#[derive(Default)]
pub(crate) struct Beginning(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    requests: HashMap<TenantId, VecDeque<RequestId>>,
    /// All of them: a job that finds its request waiting adds nothing.
    known: HashSet<RequestId>,
    /// Whose requests somebody is beginning.
    busy: Vec<TenantId>,
    troubles: HashMap<RequestId, VaultError>,
}

impl Beginning {
    /// Has requests wait; true when nobody is at work for the tenant yet.
    fn add(&self, tenant: TenantId, requests: &[RequestId]) -> bool {
        let mut waiting = self.0.lock();
        let new: Vec<RequestId> = requests.iter().filter(|request| waiting.known.insert(**request)).copied().collect();
        waiting.requests.entry(tenant).or_default().extend(new);
        let is_idle = !waiting.busy.contains(&tenant);
        if is_idle {
            waiting.busy.push(tenant);
        }
        is_idle
    }

    /// The next that are begun together; when there are none, nobody is at work any more.
    fn take(&self, tenant: TenantId) -> Option<Vec<RequestId>> {
        let mut waiting = self.0.lock();
        let line = waiting.requests.entry(tenant).or_default();
        let n_next = line.len().min(TOGETHER_MAX);
        let next: Vec<RequestId> = line.drain(..n_next).collect();
        next.iter().for_each(|request| {
            waiting.known.remove(request);
        });
        if next.is_empty() {
            waiting.requests.remove(&tenant);
            waiting.busy.retain(|busy| *busy != tenant);
            return None;
        }
        Some(next)
    }

    fn note(&self, request: RequestId, error: VaultError) {
        let mut waiting = self.0.lock();
        if waiting.troubles.len() < TROUBLES_MAX {
            waiting.troubles.insert(request, error);
        }
    }

    /// Why a request was not begun when that was last tried; told once.
    pub fn trouble_of(&self, request: RequestId) -> Option<VaultError> {
        self.0.lock().troubles.remove(&request)
    }
}

impl Rights {
    /// Begins requests on a task of their own, many at a time.
    pub(crate) fn begin_soon(&self, tenant: TenantId, requests: Vec<RequestId>) {
        let Some(this) = self.this.upgrade() else { return };
        if !self.beginning.add(tenant, &requests) {
            return;
        }
        tokio::spawn(async move {
            while let Some(next) = this.beginning.take(tenant) {
                let office = this.vault.office(tenant);
                for (request, error) in this.begin_all(&office, next).await {
                    tracing::warn!(request.id = %request, code = error.code(), "a request of a batch was not begun; it is tried again");
                    this.beginning.note(request, error);
                }
            }
        });
    }

    /// Plans requests together and lets them run; gives those that were not, and why.
    pub(crate) async fn begin_all(&self, caller: &Caller, requests: Vec<RequestId>) -> Vec<(RequestId, VaultError)> {
        let (planned, mut refused) = self.plan_all(caller, requests).await;
        let running = stream::iter(planned).map(|open| self.let_run_one(caller, open));
        let mut begun = Vec::new();
        for (request, running) in running.buffered(WRITES_AT_ONCE).collect::<Vec<_>>().await {
            match running {
                Ok(()) => begun.push(request),
                Err(error) => refused.push((request, error)),
            }
        }
        self.kick_all(caller.tenant(), begun);
        refused
    }

    async fn let_run_one(&self, caller: &Caller, open: RequestView) -> (RequestId, Result<(), VaultError>) {
        let _turn = self.turns.take(&format!("plan {}", open.id)).await;
        match self.kept(caller.tenant(), open.id).await {
            Ok(Some(kept)) if kept.run.approved_at.is_some() => (open.id, Ok(())),
            Ok(_) => {
                let decided = self.vault.refuse_undecided_request(caller, open.id).await;
                let running = match decided {
                    Ok(()) => self.let_run(caller, &open, None).await,
                    Err(undecided) => Err(undecided),
                };
                (open.id, running)
            }
            Err(error) => (open.id, Err(error)),
        }
    }

    /// Plans those of some requests that are not planned yet, all together; gives those that may run, and those that could not
    /// be planned.
    pub(crate) async fn plan_all(
        &self,
        caller: &Caller,
        requests: Vec<RequestId>,
    ) -> (Vec<RequestView>, Vec<(RequestId, VaultError)>) {
        let ground = match self.ground(caller.tenant()).await {
            Ok(ground) => ground,
            Err(error) => return (Vec::new(), requests.into_iter().map(|request| (request, error.clone())).collect()),
        };
        let (mut ready, mut refused) = (Vec::new(), Vec::new());
        let mut by_right: HashMap<String, (Vec<RequestView>, Vec<Drawn>)> = HashMap::new();
        let drawn = stream::iter(requests).map(|request| self.draw_one(caller, &ground, request));
        for (request, drawn) in drawn.buffered(WRITES_AT_ONCE).collect::<Vec<_>>().await {
            match drawn {
                Ok(Some((open, Some(drawn)))) => {
                    let (opens, all) = by_right.entry(open.right.clone()).or_default();
                    opens.push(open);
                    all.push(drawn);
                }
                Ok(Some((open, None))) => ready.push(open),
                Ok(None) => {}
                Err(error) => refused.push((request, error)),
            }
        }
        for (_, (opens, mut drawn)) in by_right {
            if let Err(error) = self.foresee(caller.tenant(), &ground.plan, &mut drawn).await {
                refused.extend(opens.into_iter().map(|open| (open.id, error.clone())));
                continue;
            }
            let kept =
                stream::iter(opens.into_iter().zip(drawn)).map(|(open, drawn)| self.keep_one(caller, open, drawn));
            for (open, kept) in kept.buffered(WRITES_AT_ONCE).collect::<Vec<_>>().await {
                match kept {
                    Ok(()) => ready.push(open),
                    Err(error) => refused.push((open.id, error)),
                }
            }
        }
        (ready, refused)
    }

    async fn keep_one(
        &self,
        caller: &Caller,
        open: RequestView,
        drawn: Drawn,
    ) -> (RequestView, Result<(), VaultError>) {
        let _turn = self.turns.take(&format!("plan {}", open.id)).await;
        match self.kept(caller.tenant(), open.id).await {
            // Somebody planned or approved it meanwhile.
            Ok(Some(_)) => (open, Ok(())),
            Ok(None) => {
                let kept = self.keep_drawn(caller, drawn).await;
                (open, kept)
            }
            Err(error) => (open, Err(error)),
        }
    }

    async fn draw_one(
        &self,
        caller: &Caller,
        ground: &Ground,
        request: RequestId,
    ) -> (RequestId, Result<Option<(RequestView, Option<Drawn>)>, VaultError>) {
        (request, self.draw_unplanned(caller, ground, request).await)
    }

    /// The request with its plan, which is still to be asked for; without one when it is planned. None when it is under way or
    /// closed.
    async fn draw_unplanned(
        &self,
        caller: &Caller,
        ground: &Ground,
        request: RequestId,
    ) -> Result<Option<(RequestView, Option<Drawn>)>, VaultError> {
        let open = self.vault.request(caller, request).await?;
        if open.closed_at.is_some() {
            return Ok(None);
        }
        if open.paused_at.is_some() {
            return Err(crate::approve::paused());
        }
        if let Some(kept) = self.kept(caller.tenant(), request).await? {
            let is_under_way = kept.run.approved_at.is_some();
            return Ok((!is_under_way).then_some((open, None)));
        }
        if open.right == "rectification" {
            return Err(crate::approve::correction_missing());
        }
        let drawn = self.draw(caller, ground, request, Corrections::default()).await?;
        Ok(Some((open, Some(drawn))))
    }
}
