//! Invitations: an administrator lets somebody register one client by themself (RFC 7591), for one recipient.

use candor_oidc::ClientMetadata;
use candor_oidc::ErrorCode;
use candor_vault::{Caller, ErrorKind, Scope, VaultError};
use serde::{Deserialize, Serialize};

use crate::drawer::Sort;
use crate::identity::Identity;
use crate::oidc::client::{IssuedClient, NewClient};
use crate::oidc::issuer::Issuer;
use crate::oidc::offered::Shared;
use crate::oidc::trouble::{OidcError, refused};
use crate::token::Token;

/// How long an invitation waits: seven days.
const INVITATION_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Whom a client may be registered for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewInvitation {
    /// The recipient that it will work for.
    pub recipient: String,
    /// The purposes that it may ask for; all that share something with the recipient when none are named.
    pub purposes: Option<Vec<String>>,
}

impl Sort for NewInvitation {
    const KIND: u16 = 41;
}

impl Identity {
    /// Draws an invitation: the initial access token, shown this once.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `recipient.undeclared`.
    pub async fn invite_client(&self, caller: &Caller, new: NewInvitation) -> Result<Token, VaultError> {
        caller.needs(Scope::Admin)?;
        let plan = self.vault.plan(caller.tenant(), None).await?;
        let is_shared = |purpose: &String| Shared::of(plan.manifest(), purpose, &new.recipient).is_some();
        if plan.manifest().recipient(&new.recipient).is_none() || !new.purposes.iter().flatten().all(is_shared) {
            return Err(VaultError::new(
                ErrorKind::Unprocessable,
                "recipient.undeclared",
                "the policy declares no such recipient, or shares nothing with it for a purpose",
            ));
        }
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<NewInvitation>(caller.tenant(), &token).await?;
        let put = self.put_new(name, None, Some(self.in_ms(INVITATION_MS)), &new)?;
        self.vault.change_slips(caller, vec![put], Vec::new()).await?;
        Ok(token)
    }

    /// Registers a client on an invitation, which is used up by it.
    ///
    /// # Errors
    /// `invalid_token`: no such invitation; `invalid_client_metadata`.
    pub async fn register_invited(
        &self,
        issuer: &Issuer,
        invitation: &str,
        metadata: ClientMetadata,
    ) -> Result<IssuedClient, OidcError> {
        // What the server itself calls is named by an administrator alone.
        if metadata.backchannel_logout_uri.is_some() {
            let why = "`backchannel_logout_uri` is registered by an administrator only";
            return Err(refused(ErrorCode::InvalidClientMetadata, why));
        }
        let unknown = refused(ErrorCode::InvalidToken, "the initial access token is unknown, expired or used");
        let Some(token) = Token::parse(invitation) else { return Err(unknown) };
        let Some(kept) = self.kept_by::<NewInvitation>(issuer.tenant, &token).await? else { return Err(unknown) };
        let NewInvitation { recipient, purposes } = kept.body.clone();
        let new = NewClient { recipient, purposes, metadata };
        match self.register(&self.door(issuer.tenant), new, vec![kept.taken()]).await {
            Err(error) if error.code() == "slip.changed" => Err(unknown),
            done => Ok(done?),
        }
    }
}
