//! What a read would give now: decided by the same rules, with nothing opened and nothing logged.
//!
//! For those who must know whether to go on asking, such as whoever keeps tokens: a token whose purpose may share no
//! more is over at once.

use candor_words::Instant;

use crate::caller::{Caller, Scope};
use crate::read::{Ask, RefusedField};
use crate::{Vault, VaultError};

/// What a read would give.
#[derive(Debug, Clone)]
pub struct Foreseen {
    /// When that was decided.
    pub at: Instant,
    /// The fields that would be refused, with the reasons; every field asked for when nothing would be given.
    pub refused: Vec<RefusedField>,
    /// True when at least one field would be given, had it a value.
    pub grants: bool,
    /// The version of the subject that it was decided of: another one after whatever changes of them.
    pub version: u64,
}

impl Vault {
    /// Decides a question as [`Vault::read`] would.
    ///
    /// # Errors
    /// As of [`Vault::read`].
    pub async fn foresee(&self, caller: &Caller, ask: &Ask) -> Result<Foreseen, VaultError> {
        caller.needs(Scope::Read)?;
        caller.may_ask_for(&ask.purpose)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let recipient = caller.recipient_for(ask.recipient.as_deref())?;
        let live = self.live_for(caller, &tenant, ask.subject).await?;
        let (at, version) = (self.now(), live.row.version);
        Ok(match self.decide_by_name(&live, &tenant, ask, recipient, false, at) {
            Ok(decided) => {
                let grants = !decided.decision.allowed().is_empty() && !ask.fields.is_empty();
                Foreseen { at, refused: decided.refused, grants, version }
            }
            Err((reason, name)) => {
                Foreseen { at, refused: vec![RefusedField::new(name, reason)], grants: false, version }
            }
        })
    }
}
