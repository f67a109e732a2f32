//! Whether a grant still stands: asked at every use, so that nothing that was taken back is worth anything.
//!
//! It does while its client is there, its session lives, the person may sign in and is not locked out, and each of its purposes may share
//! something with the client's recipient. When a purpose may share no more, the grant is over for good.

use std::sync::Arc;

use candor_manifest::model::{AUTHENTICATION, FieldIx, Manifest};
use candor_oidc::Scopes;
use candor_vault::{Ask, ErrorKind, VaultError};
use candor_words::{SubjectId, TenantId};

use crate::door::FrontDoor;
use crate::drawer::Kept;
use crate::identity::Identity;
use crate::oidc::client::Client;
use crate::oidc::grant::{Grant, SHARES_NO_MORE};
use crate::oidc::offered::Shared;
use crate::session::SessionBody;

impl Identity {
    /// The client of a grant that still stands, with the person; `None` when it does not.
    pub(crate) async fn standing_grant(
        &self,
        tenant: TenantId,
        kept: &Kept<Grant>,
    ) -> Result<Option<(Arc<Client>, SubjectId)>, VaultError> {
        let Some(subject) = kept.owner else { return Ok(None) };
        let Some(client) = self.client(tenant, kept.body.client).await? else { return Ok(None) };
        if let Some(session) = kept.body.bound_session() {
            let is_live =
                self.kept::<SessionBody>(tenant, *session).await?.is_some_and(|kept| kept.owner == Some(subject));
            if !is_live {
                return Ok(None);
            }
        }
        match self.still_allowed(tenant, &client, subject, &kept.body.scopes).await {
            Ok(true) => Ok(Some((client, subject))),
            Ok(false) => {
                self.end_grant(tenant, kept.name, SHARES_NO_MORE).await?;
                Ok(None)
            }
            Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn still_allowed(
        &self,
        tenant: TenantId,
        client: &Client,
        subject: SubjectId,
        scopes: &Scopes,
    ) -> Result<bool, VaultError> {
        if !self.may_sign_in(tenant, subject).await? || self.is_locked(tenant, subject).await? {
            return Ok(false);
        }
        for purpose in &scopes.purposes {
            if !self.may_share(tenant, client, subject, purpose).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// True when the policy lets the person sign in now: here, or where it has no passwords elsewhere.
    pub(crate) async fn may_sign_in(&self, tenant: TenantId, subject: SubjectId) -> Result<bool, VaultError> {
        for (purpose, fields) in ways_in(self.vault.plan(tenant, None).await?.manifest()) {
            let ask = Ask::of(subject, purpose, fields);
            if self.vault.foresee(&self.door(tenant), &ask).await?.grants {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// True when a purpose may share something of the person with the client's recipient now.
    pub(crate) async fn may_share(
        &self,
        tenant: TenantId,
        client: &Client,
        subject: SubjectId,
        purpose: &str,
    ) -> Result<bool, VaultError> {
        let plan = self.vault.plan(tenant, None).await?;
        if !client.purposes.iter().any(|own| own == purpose) {
            return Ok(false);
        }
        let Some(shared) = Shared::of(plan.manifest(), purpose, &client.recipient) else { return Ok(false) };
        Ok(self.vault.foresee(&self.door(tenant), &shared.ask(subject, &client.recipient)).await?.grants)
    }
}

/// The purposes that sign people in, each with the fields by which it does: the one of the password, else all others.
fn ways_in(manifest: &Manifest) -> Vec<(String, Vec<String>)> {
    if let Ok(door) = FrontDoor::of(manifest) {
        return vec![(door.purpose, door.identifiers)];
    }
    let own = manifest.purposes.iter().filter(|purpose| purpose.term == AUTHENTICATION);
    let field = |ix: &FieldIx| manifest.fields.get(ix.at()).map(|field| field.name.clone());
    own.map(|purpose| (purpose.name.clone(), purpose.uses.iter().filter_map(field).collect())).collect()
}
