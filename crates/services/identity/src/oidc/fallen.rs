//! What applications may have stands on the person's standing: when that falls, grants end with it at once and for good,
//! whether or not anybody uses their tokens, and the applications are told as if the person had signed out.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use candor_vault::{Aftermath, Onlooker, StandingTurn, VaultError};
use candor_words::{SubjectId, TenantId};

use crate::drawer::Kept;
use crate::identity::Identity;
use crate::oidc::grant::{Grant, SHARES_NO_MORE};
use crate::oidc::logout::{GRANTS_MAX, Notice};

/// The front door looking on. The vault does not hold who holds it.
pub(crate) struct Watch(pub Weak<Identity>);

/// A grant that stood before a change, with what its application is told if it falls.
pub(crate) struct Stood {
    name: [u8; 32],
    notice: Option<Notice>,
}

#[async_trait]
impl Onlooker for Watch {
    async fn before(&self, tenant: TenantId, subject: SubjectId, turn: StandingTurn) -> Option<Aftermath> {
        let identity = self.0.upgrade()?;
        match identity.standing_grants(tenant, subject).await {
            Ok(stood) if stood.is_empty() => None,
            Ok(stood) => Some(Box::pin(async move { identity.after(tenant, turn, stood).await })),
            Err(error) => {
                // Grants are looked at again at each use: only telling is left undone.
                tracing::warn!(code = error.code(), "what applications hold was not looked at before a change");
                None
            }
        }
    }
}

impl Identity {
    /// Looks on at the vault for changes of people's standing.
    pub(crate) fn look_on(self: &Arc<Self>) {
        self.vault.watched_by(Arc::new(Watch(Arc::downgrade(self))));
    }

    /// What stands of a person's grants.
    pub(crate) async fn standing_grants(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<Stood>, VaultError> {
        let mut stood = Vec::new();
        for kept in self.kept_of::<Grant>(tenant, subject, GRANTS_MAX).await? {
            if let Some((client, _)) = self.standing_grant(tenant, &kept).await? {
                let notice = self.notice_of(tenant, subject, &client, &kept.body).await?;
                stood.push(Stood { name: kept.name, notice });
            }
        }
        Ok(stood)
    }

    /// Ends what a change let fall, and tells the applications.
    pub(crate) async fn after(&self, tenant: TenantId, turn: StandingTurn, stood: Vec<Stood>) {
        let mut notices: Vec<Notice> = Vec::new();
        for Stood { name, notice } in stood {
            match self.has_fallen(tenant, turn, name).await {
                Ok(true) => notices.extend(notice.filter(|new| !notices.iter().any(|told| told.is_same(new)))),
                Ok(false) => {}
                Err(error) => tracing::warn!(code = error.code(), "a grant was not looked at after a change"),
            }
        }
        self.tell_applications(notices);
    }

    /// True when a grant that stood before stands no more; then it is over.
    async fn has_fallen(&self, tenant: TenantId, turn: StandingTurn, name: [u8; 32]) -> Result<bool, VaultError> {
        match turn {
            StandingTurn::Ends => Ok(true),
            StandingTurn::Rests => self.end_grant(tenant, name, SHARES_NO_MORE).await.map(|()| true),
            StandingTurn::Changes => {
                let kept: Option<Kept<Grant>> = self.kept(tenant, name).await?;
                match kept {
                    Some(kept) => Ok(self.standing_grant(tenant, &kept).await?.is_none()),
                    None => Ok(true),
                }
            }
        }
    }
}
