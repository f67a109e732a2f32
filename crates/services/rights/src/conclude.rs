//! Concluding: every step is done, and the request is answered with what its receipt tells.

use std::collections::HashMap;

use candor_vault::{Caller, ErrorKind, VaultError};
use serde_json::Value;

use crate::Rights;
use crate::keep::With;
use crate::named::Named;
use crate::receipt::rendering;
use crate::run::Run;

/// How often an answer is tried again when somebody else changed the subject or the request meanwhile.
const TRIES: usize = 10;

impl Rights {
    /// Answers a request whose steps are all done; false when something in the vault stands in the way, which is noted.
    pub(crate) async fn conclude(&self, office: &Caller, run: Run) -> Result<bool, VaultError> {
        let plan = self.plan_of(office.tenant(), &run.plan).await?;
        let mut later = HashMap::new();
        for digest in run.systems.iter().filter_map(|system| system.plan.as_ref()) {
            later.insert(digest.clone(), self.plan_of(office.tenant(), digest).await?);
        }
        let rendering = rendering(&run, &plan, &later);
        let mut answered = self.answer(office, &run, &rendering).await;
        for _ in 0..TRIES {
            match &answered {
                Err(error) if error.code().ends_with(".changed") => {
                    answered = self.answer(office, &run, &rendering).await;
                }
                _ => break,
            }
        }
        match answered {
            Ok(()) => {
                tracing::info!(request.id = %run.request, right = run.right, "a request was answered after every connected system");
                Ok(true)
            }
            // A hold came meanwhile, or somebody else answered: what stands in the way is shown with the request.
            Err(error) if error.kind() == ErrorKind::Conflict || error.kind() == ErrorKind::Gone => {
                self.hold_up(office, &run, error.code()).await?;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    async fn answer(&self, office: &Caller, run: &Run, rendering: &Value) -> Result<(), VaultError> {
        if run.right == "erasure" {
            return self.vault.erase_last(office, run.subject, run.request, rendering.clone()).await.map(drop);
        }
        let slips = vec![Named::dropped(run.request)];
        self.vault.answer_run(office, run.request, rendering.clone(), slips).await.map(drop)
    }

    async fn hold_up(&self, office: &Caller, run: &Run, code: &'static str) -> Result<(), VaultError> {
        if run.held_up.as_deref() == Some(code) {
            return Ok(());
        }
        tracing::warn!(request.id = %run.request, code, "every step is done and the request could not be answered yet");
        self.change(office, run.request, |run| {
            run.held_up = Some(code.to_owned());
            Ok(With::default())
        })
        .await
        .map(drop)
    }
}
