//! The note of an attempt that was judged: what came of it and by which counts, for its person and for administrators.
//!
//! It holds no address, no user agent and no name of a value: counts and ratios alone. It lies under the person's key, and
//! ends when the policy says that signals do.

use candor_risk::Judgement;
use candor_vault::{Usable, VaultError};
use candor_words::{Instant, TenantId};
use serde::{Deserialize, Serialize};

use super::number_of;
use super::policy::RiskPolicy;
use crate::attempt::Attempt;
use crate::drawer::Sort;
use crate::identity::Identity;
use crate::method::Methods;

/// Body of a note's slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Note {
    pub at: Instant,
    /// What was proved when it was judged, and then in the end.
    pub methods: Methods,
    /// True once the person was in.
    pub is_completed: bool,
    pub judgement: Judgement,
}

impl Sort for Note {
    const KIND: u16 = 23;
}

impl Note {
    /// Notes that the person was let in.
    pub(super) const fn complete(&mut self, methods: Methods) {
        self.is_completed = true;
        self.methods = methods;
    }
}

impl Identity {
    /// Keeps the note of a judgement, with what the ledger says of it; returns the note's name.
    pub(super) async fn note(
        &self,
        tenant: TenantId,
        policy: &RiskPolicy,
        attempt: &Attempt,
        judgement: Judgement,
        usable: Usable,
    ) -> Result<[u8; 32], VaultError> {
        let now = self.now();
        let name = newest_first(now, self.entropy.as_ref());
        let told = usable.judged(number_of(&judgement)).into_iter().map(|body| (Some(attempt.subject), body));
        let note = Note { at: now, methods: attempt.methods, is_completed: false, judgement };
        let put = self.put_new(name, Some(attempt.subject), Some(policy.ends_at(now)), &note)?;
        self.vault.change_slips(&self.door(tenant), vec![put], told.collect()).await?;
        Ok(name)
    }
}

/// A name by which notes stand in the order of time, the newest first. The ledger tells as much.
fn newest_first(at: Instant, entropy: &dyn candor_words::Entropy) -> [u8; 32] {
    let mut name = [0; 32];
    entropy.fill(&mut name[8..]);
    name[..8].copy_from_slice(&(u64::MAX - at.as_millis().unsigned_abs()).to_be_bytes());
    name
}
