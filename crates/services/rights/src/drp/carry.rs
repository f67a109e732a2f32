//! Beginning what was asked for, once it is known who asks.

use candor_dsr::drp::Exercise;
use candor_vault::{Caller, ConsentAct, ConsentVerb, ErrorKind, RequestView, Resolution, VaultError};
use candor_words::{Instant, SubjectId};

use super::Kept;
use crate::Rights;

/// When it is tried again to begin what something stands in the way of: a hold, a decision of somebody else.
const AGAIN_MS: i64 = 600_000;
/// How consent was taken back, in the vault's words.
const METHOD: &str = "authorised_agent";

/// Whether it is known well enough who asks. An agent's mere word is never enough for what gives data away or destroys it;
/// an opt-out needs no more than the policy wants.
pub(super) fn is_proved(exercise: Exercise, open: &RequestView) -> bool {
    open.identity_proved_at.is_some() || (exercise == Exercise::SaleOptOut && !open.identity_first)
}

impl Rights {
    /// Begins a request that is ready to be; otherwise nothing happens. It may be called again.
    pub(super) async fn begin(&self, door: &Caller, kept: &mut Kept) -> Result<(), VaultError> {
        let now = self.vault.now();
        let Some(request) = kept.body.request.filter(|_| kept.body.end.is_none() && !kept.body.has_begun) else {
            return Ok(());
        };
        if kept.body.begin_at.is_some_and(|begin_at| begin_at > now) {
            return Ok(());
        }
        let open = self.vault.request(door, request).await?;
        let exercise = kept.body.right();
        if open.closed_at.is_some() || !is_proved(exercise, &open) {
            return Ok(());
        }
        let begun = match exercise {
            Exercise::Deletion => self.vault.erase_everywhere(door, open.subject, Some(request)).await.map(drop),
            Exercise::SaleOptOut | Exercise::SaleOptIn => match self.stop_selling(door, open.subject).await {
                Ok(()) => self.vault.complete_request(door, request).await.map(drop),
                Err(error) => Err(error),
            },
            Exercise::Access | Exercise::AccessCategories | Exercise::AccessSpecific => {
                self.vault.complete_request(door, request).await.map(drop)
            }
        };
        match begun {
            Ok(()) => kept.body.has_begun = true,
            // A hold, or an organisation that decides: the request stays open.
            Err(error) if matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Denied) => {
                tracing::info!(request.id = %request, code = error.code(), "a request that an agent brought could not be begun yet");
                kept.body.begin_at = Some(Instant::from_millis(now.as_millis().saturating_add(AGAIN_MS)));
            }
            Err(error) => return Err(error),
        }
        self.put_brought(door, kept, Vec::new(), Vec::new()).await
    }

    /// Stops every purpose that sells or advertises: its consent is withdrawn, or it is objected to, and the objection stands.
    async fn stop_selling(&self, door: &Caller, subject: SubjectId) -> Result<(), VaultError> {
        let plan = self.vault.plan(door.tenant(), None).await?;
        let sells = |name: &str| {
            plan.manifest().purposes.iter().any(|known| known.name == name && (known.is_sale || known.yields_to_gpc))
        };
        let preferences = self.vault.preferences(door, subject).await?;
        for preference in preferences.purposes.iter().filter(|preference| sells(&preference.purpose)) {
            let purpose = preference.purpose.as_str();
            match &preference.consent {
                Some(consent) if consent.in_force => {
                    let act = ConsentAct {
                        purpose: purpose.to_owned(),
                        act: ConsentVerb::Withdrawn,
                        text: None,
                        language: None,
                        method: Some(METHOD.to_owned()),
                    };
                    self.vault.consent(door, subject, act).await?;
                }
                None if preference.can_object => {
                    self.vault.object(door, subject, purpose).await?;
                    let upheld = self.vault.resolve_objection(door, subject, purpose, Resolution::Upheld).await;
                    // One to marketing stands as it is made.
                    upheld
                        .map(drop)
                        .or_else(|error| if error.kind() == ErrorKind::Conflict { Ok(()) } else { Err(error) })?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
