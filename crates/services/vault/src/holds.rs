//! Legal holds: while one is in force, nothing of the subject is destroyed.

use candor_ledger::EntryBody;
use candor_store::{Change, HoldRow};
use candor_words::{HoldId, Instant, SubjectId};
use serde::Serialize;
use serde_json::json;

use crate::caller::{Caller, Scope};
use crate::choice::{Happened, is_line, refuse_past};
use crate::draft::Draft;
use crate::standing_form::StandingForm;
use crate::{Vault, VaultError};

/// The most holds on one subject.
pub const HOLDS_MAX: usize = 100;

/// A legal hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldView {
    /// Its id.
    pub id: HoldId,
    /// On whom.
    pub subject: SubjectId,
    /// On what ground, as the tenant states it.
    pub ground: String,
    /// Since when.
    pub placed_at: Instant,
    /// Until when, when that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// True when it holds now.
    pub in_force: bool,
}

impl Vault {
    /// Places a hold: from then on neither the subject nor anything of it can be destroyed.
    ///
    /// `ground` is one line of at most 200 bytes (a case number, a law), never personal data: it is shown to whoever
    /// is refused because of it.
    ///
    /// # Errors
    /// The caller lacks the hold scope; no such subject; a ground that is missing or too long; an end that is not to
    /// come; more than [`HOLDS_MAX`] holds.
    pub async fn place_hold(
        &self,
        caller: &Caller,
        subject: SubjectId,
        ground: &str,
        until: Option<Instant>,
    ) -> Result<HoldView, VaultError> {
        caller.needs(Scope::Hold)?;
        if !is_line(ground) {
            return Err(VaultError::bad(
                "hold.ground",
                "the hold was not placed: its ground is one line of 1 to 200 bytes",
            )
            .help("state a case number or a law, no personal data"));
        }
        let mut draft = self.draft(caller, subject).await?;
        refuse_past(until, draft.now)?;
        if draft.form.holds.len() >= HOLDS_MAX {
            return Err(VaultError::conflict("hold.too_many", "the hold was not placed: a subject has at most 100")
                .help("lift those that have ended"));
        }
        let id = HoldId::random(self.entropy.as_ref());
        let row = HoldRow { id, subject, ground: ground.to_owned(), placed_at: draft.now, until };
        draft.form.holds.insert(id.to_string(), until);
        draft.put(Change::PutHold(row.clone()));
        let now = draft.now;
        let detail = json!({ "hold": id, "until": until });
        self.conclude(draft, Happened::new("hold.placed", "held", detail, EntryBody::HoldPlaced { hold: id })).await?;
        Ok(view(row, now))
    }

    /// Lifts a hold.
    ///
    /// # Errors
    /// The caller lacks the hold scope; no such subject; it has no such hold.
    pub async fn lift_hold(&self, caller: &Caller, subject: SubjectId, hold: HoldId) -> Result<(), VaultError> {
        caller.needs(Scope::Hold)?;
        let mut draft = self.draft(caller, subject).await?;
        if draft.form.holds.remove(&hold.to_string()).is_none() {
            return Err(VaultError::missing("hold.unknown", "the subject has no such hold"));
        }
        draft.put(Change::DeleteHold(subject, hold));
        let happened = Happened::new("hold.lifted", "lifted", json!({ "hold": hold }), EntryBody::HoldLifted { hold });
        self.conclude(draft, happened).await?;
        Ok(())
    }

    /// The holds on a subject, at most [`HOLDS_MAX`], oldest first; those that ended by themselves stay until lifted.
    ///
    /// # Errors
    /// The caller lacks the hold scope and is not the subject; no such subject; it was erased.
    pub async fn holds(&self, caller: &Caller, subject: SubjectId) -> Result<Vec<HoldView>, VaultError> {
        if !caller.is(subject) {
            caller.needs(Scope::Hold)?;
        }
        let tenant = self.tenant(caller.tenant()).await?;
        self.live_for(caller, &tenant, subject).await?;
        let now = self.now();
        let mut rows = self.store.holds(tenant.id(), subject).await?;
        rows.sort_by_key(|row| (row.placed_at, row.id));
        Ok(rows.into_iter().map(|row| view(row, now)).collect())
    }

    /// Refuses destruction while a hold is in force, and states its ground.
    pub(crate) async fn refuse_while_held(&self, draft: &Draft) -> Result<(), VaultError> {
        if !is_held(&draft.form, draft.now) {
            return Ok(());
        }
        let mut rows = self.store.holds(draft.tenant.id(), draft.subject()).await?;
        rows.retain(|row| holds_at(row.until, draft.now));
        rows.sort_by_key(|row| (row.placed_at, row.id));
        let error =
            VaultError::conflict("hold.in_force", "nothing was destroyed: a legal hold is in force on the subject")
                .detail("n_holds", rows.len())
                .help("lift the hold first, or wait until it ends");
        Err(match rows.first() {
            Some(row) => error.detail("hold", row.id).detail("ground", &row.ground),
            None => error,
        })
    }
}

/// True while a hold is in force.
pub(crate) fn is_held(form: &StandingForm, now: Instant) -> bool {
    form.holds.values().any(|until| holds_at(*until, now))
}

fn holds_at(until: Option<Instant>, now: Instant) -> bool {
    until.is_none_or(|until| now < until)
}

fn view(row: HoldRow, now: Instant) -> HoldView {
    let in_force = holds_at(row.until, now);
    HoldView {
        id: row.id,
        subject: row.subject,
        ground: row.ground,
        placed_at: row.placed_at,
        until: row.until,
        in_force,
    }
}
