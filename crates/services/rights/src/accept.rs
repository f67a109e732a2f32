//! An administrator's decision that what the search found is not this person: a name that somebody else has too.
//!
//! It stands for one column and for as many rows as were found when it was made: with one more, the step is *found again*. It is an
//! entry of the ledger under the key of whoever decided, and stands with its reason in the receipt. The system is searched anew before
//! the request goes on.

use candor_places::Trace;
use candor_vault::{Caller, ErrorKind, Scope, VaultError};
use candor_words::{Instant, RequestId};
use serde::{Deserialize, Serialize};

use crate::Rights;
use crate::keep::With;
use crate::plan::step_told;
use crate::run::OfSystem;
use crate::view::RunView;

/// The longest reason, in bytes.
const REASON_BYTES_MAX: usize = 200;
/// The most decisions of one request in one system.
const ACCEPTED_MAX: usize = 200;
/// What the ledger says of a step: what was found is not the person.
const ACCEPTED: u8 = 7;

/// What was found and is not the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotThem {
    /// In which place.
    pub place: String,
    /// In which column of it; in every one where something was found, when nothing is said.
    pub column: Option<String>,
    /// Why: one line, which names nobody.
    pub reason: String,
}

/// A decision that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// In which place.
    pub place: String,
    /// In which column.
    pub column: String,
    /// For how many rows at most.
    pub n_rows: u64,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Instant,
}

impl Accepted {
    fn covers(&self, trace: &Trace) -> bool {
        self.place == trace.place && self.column == trace.column && trace.n_rows <= self.n_rows
    }
}

impl OfSystem {
    /// Whether somebody decided that a trace is not the person.
    pub(crate) fn is_accepted(&self, trace: &Trace) -> bool {
        self.accepted.iter().any(|accepted| accepted.covers(trace))
    }
}

impl Rights {
    /// Notes that what the search of a system found in a place is not the person, and has the system searched anew.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such request, or it is not on its way; the policy has no such system; nothing was
    /// found there; a reason that is missing or out of bounds.
    pub async fn accept_found(
        &self,
        caller: &Caller,
        request: RequestId,
        system: &str,
        not_them: &NotThem,
    ) -> Result<RunView, VaultError> {
        caller.needs(Scope::Admin)?;
        self.vault.request(caller, request).await?;
        let reason = not_them.reason.trim();
        if reason.is_empty() || reason.len() > REASON_BYTES_MAX || reason.contains(char::is_control) {
            return Err(bad("found.reason", "nothing was decided: a reason is one line of 1 to 200 bytes"));
        }
        let now = self.vault.now();
        let changed = self
            .change(caller, request, |run| {
                let at = run.progress.steps.iter().position(|step| step.system == system);
                let at = at.ok_or_else(|| {
                    missing("step.unknown", "nothing was decided: the request has no step for such a system")
                })?;
                let of = run.systems.get_mut(at).ok_or_else(not_found)?;
                let is_meant = |trace: &&Trace| {
                    trace.place == not_them.place
                        && not_them.column.as_ref().is_none_or(|column| *column == trace.column)
                };
                let meant: Vec<Trace> = of.left.iter().filter(is_meant).cloned().collect();
                if meant.is_empty() || !run.progress.look_again(at) {
                    return Err(not_found());
                }
                if of.accepted.len() + meant.len() > ACCEPTED_MAX {
                    return Err(bad("found.too_many", "nothing was decided: there are 200 decisions already"));
                }
                let n_rows = meant.iter().map(|trace| trace.n_rows).sum();
                for Trace { place, column, n_rows, .. } in meant {
                    of.accepted.retain(|known| (&known.place, &known.column) != (&place, &column));
                    of.accepted.push(Accepted { place, column, n_rows, reason: reason.to_owned(), at: now });
                }
                run.held_up = None;
                let told = vec![step_told(request, of.at, ACCEPTED, n_rows)];
                let watch_at = Instant::from_millis(now.as_millis().saturating_add(crate::drive::WATCH_MS));
                Ok(With { told, watch_at: Some(watch_at), ..With::default() })
            })
            .await?;
        if changed.is_none() {
            return Err(missing("request.not_on_its_way", "nothing was decided: the request is not on its way"));
        }
        self.kick(caller.tenant(), request);
        self.run(caller, request).await
    }
}

fn bad(code: &'static str, text: &'static str) -> VaultError {
    VaultError::new(ErrorKind::BadInput, code, text)
}

fn missing(code: &'static str, text: &'static str) -> VaultError {
    VaultError::new(ErrorKind::Missing, code, text)
}

fn not_found() -> VaultError {
    let text = "nothing was decided: the search found nothing there that waits for a decision";
    VaultError::new(ErrorKind::Conflict, "found.nothing_there", text).help("see `left` of the request's steps")
}
