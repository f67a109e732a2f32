//! Who has to act when somebody's standing changes: looks before the change, and acts once it is durable.
//!
//! What applications were let in to see stands on consents and on the account itself; they are told when it falls. What an
//! onlooker does is done before the change is acknowledged, on the task that commits it: whoever asked may hang up.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use candor_store::{Change, Unit};
use candor_words::{SubjectId, TenantId};

use crate::Vault;
use crate::draft::Draft;
use crate::state::{DEACTIVATED, ERASED};

/// What happens to somebody's standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingTurn {
    /// Something was said by them or about them: what was allowed before may be no more.
    Changes,
    /// The account is left, and rests.
    Rests,
    /// The person is erased: whatever hung on them is gone afterwards.
    Ends,
}

/// What follows a change; dropped unrun when there was none.
pub type Aftermath = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Somebody who looks on.
#[async_trait]
pub trait Onlooker: Send + Sync {
    /// Looks at somebody whose standing is about to change; what follows once it has.
    async fn before(&self, tenant: TenantId, subject: SubjectId, turn: StandingTurn) -> Option<Aftermath>;
}

impl Vault {
    /// Names who looks on; the first one named stays.
    pub fn watched_by(&self, onlooker: Arc<dyn Onlooker>) {
        let _ = self.onlooker.set(onlooker);
    }

    /// What follows a draft.
    pub(crate) async fn aftermath_of(&self, draft: &Draft) -> Option<Aftermath> {
        let onlooker = self.onlooker.get()?;
        // Values that are written change nothing about what is allowed.
        let said = |is: fn(&str) -> bool| {
            draft.unit.changes.iter().any(|change| matches!(change, Change::AddEvent(event) if is(&event.kind)))
        };
        let turn = match draft.form.state {
            ERASED => StandingTurn::Ends,
            DEACTIVATED if said(|kind| kind == "subject.deactivated") => StandingTurn::Rests,
            _ if !draft.is_new() && said(|_| true) => StandingTurn::Changes,
            _ => return None,
        };
        onlooker.before(draft.tenant.id(), draft.subject(), turn).await
    }

    /// What follows a unit that takes subjects away.
    pub(crate) async fn aftermath_of_all(&self, unit: &Unit) -> Vec<Aftermath> {
        let Some(onlooker) = self.onlooker.get() else { return Vec::new() };
        let mut following = Vec::new();
        for change in &unit.changes {
            if let Change::ForgetSubject(subject, _) = change {
                following.extend(onlooker.before(unit.tenant, *subject, StandingTurn::Ends).await);
            }
        }
        following
    }
}
