//! Events that keep rules count from and only the tenant sees: interest, sign-ins, and what the policy names.

use candor_manifest::model::KeepEvent;
use candor_words::{Instant, SubjectId};
use serde_json::json;

use crate::caller::{Caller, Scope};
use crate::choice::{Choice, Happened, Told, told};
use crate::{Vault, VaultError};

/// The most events by name that a subject's standing holds.
pub const EVENTS_MAX: usize = 64;

impl Vault {
    /// Notes that something happened: `last_interest`, `last_sign_in`, or an event that a keep rule of the policy in
    /// force names. Of reports of one event the latest instant counts; one that tells of an earlier changes nothing
    /// but is noted.
    ///
    /// # Errors
    /// The caller lacks the write scope; no such subject; no keep rule counts from the event; an instant to come.
    pub async fn report_event(
        &self,
        caller: &Caller,
        subject: SubjectId,
        event: &str,
        at: Option<Instant>,
    ) -> Result<Choice, VaultError> {
        caller.needs(Scope::Write)?;
        let mut draft = self.draft(caller, subject).await?;
        let at = at.unwrap_or(draft.now);
        if at > draft.now {
            return Err(VaultError::bad("event.to_come", "nothing was noted: the event has not happened yet")
                .help("report it when it has"));
        }
        match event {
            "last_interest" => draft.form.last_interest = draft.form.last_interest.max(Some(at)),
            "last_sign_in" => draft.form.last_sign_in = draft.form.last_sign_in.max(Some(at)),
            name => {
                let counts = |event: &KeepEvent| matches!(event, KeepEvent::Named(counted) if counted == name);
                if !draft.policy.manifest().keeps.iter().any(|keep| counts(&keep.event)) {
                    return Err(VaultError::unprocessable(
                        "event.undeclared",
                        "nothing was noted: no keep rule of the policy counts from such an event",
                    )
                    .help("report `last_interest`, `last_sign_in`, or an event that a keep rule names"));
                }
                if draft.form.events.len() >= EVENTS_MAX && !draft.form.events.contains_key(name) {
                    // Those of policies that are over go first; a policy names far fewer.
                    let manifest = draft.policy.plan.manifest();
                    draft.form.events.retain(|known, _| {
                        manifest.keeps.iter().any(|keep| matches!(&keep.event, KeepEvent::Named(name) if name == known))
                    });
                }
                let known = draft.form.events.entry(name.to_owned()).or_insert(at);
                *known = at.max(*known);
            }
        }
        let mut detail = json!({ "event": event, "at": at });
        let body = told(self.entropy.as_ref(), Told::EventReported, &mut detail);
        self.conclude(draft, Happened::new("event.reported", "reported", detail, body)).await
    }

    /// Notes whether an organisation manages the account: then the lengths that its administrators set hold for it.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such subject; the policy knows no organisations.
    pub async fn set_managed(&self, caller: &Caller, subject: SubjectId, managed: bool) -> Result<Choice, VaultError> {
        caller.needs(Scope::Admin)?;
        let mut draft = self.draft(caller, subject).await?;
        if draft.policy.manifest().organisations.is_none() {
            return Err(VaultError::unprocessable(
                "organisations.none",
                "nothing was changed: the policy lets no organisation manage accounts",
            )
            .help("declare `organisations` in the policy"));
        }
        draft.form.managed = managed;
        let mut detail = json!({ "managed": managed });
        let body = told(self.entropy.as_ref(), Told::ManagedSet, &mut detail);
        let state = if managed { "managed" } else { "unmanaged" };
        self.conclude(draft, Happened::new("subject.managed", state, detail, body)).await
    }
}
