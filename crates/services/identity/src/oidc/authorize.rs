//! The authorization endpoint: a request is checked, and parked for the page on which the person answers it.

use candor_oidc::{Answer, AuthorizationRequest, ErrorCode, OAuthError, Params, Scopes, Target};
use candor_words::TenantId;

use crate::identity::Identity;
use crate::oidc::client::Client;
use crate::oidc::issuer::Issuer;
use crate::oidc::offered::Shared;
use crate::oidc::trouble::{OidcError, refused};
use crate::token::Token;

/// What becomes of a request at first.
#[derive(Debug)]
pub enum Begun {
    /// It waits for the person, under this token.
    Parked(Token),
    /// It is answered at once: a refusal for the client.
    Answer(Answer),
}

impl Identity {
    /// Takes an authorization request.
    ///
    /// # Errors
    /// Whatever must be shown here because it is not known where it could be sent: an unknown client, an address that the
    /// client did not register, a parameter twice.
    pub async fn authorize(&self, issuer: &Issuer, params: &Params) -> Result<Begun, OidcError> {
        let client_id = params.needed("client_id", "`client_id` is missing")?;
        let client = self.client_named(issuer.tenant, client_id).await?;
        let client = client.ok_or(refused(ErrorCode::InvalidClient, "there is no such client here"))?;
        if let Some(request_uri) = params.get("request_uri") {
            // What was pushed was checked, and the client was asked who it is.
            let request = self.take_pushed(issuer, &client, request_uri).await?;
            return Ok(Begun::Parked(self.park(issuer.tenant, request).await?));
        }
        let target = Target::read(params)?;
        // INVARIANT: before this line nothing is sent to an address that a request names.
        if !client.metadata.admits(&target.redirect_uri) {
            return Err(refused(ErrorCode::InvalidRequest, "`redirect_uri` is none that the client registered"));
        }
        let refuse = |error| Ok(Begun::Answer(Answer::refusal(&target, &issuer.url, error)));
        if client.metadata.require_pushed_authorization_requests {
            return refuse(OAuthError::new(ErrorCode::InvalidRequest, "the client must push its requests"));
        }
        let request = match AuthorizationRequest::read(params, target.clone()) {
            Ok(request) => request,
            Err(error) => return refuse(error),
        };
        match self.check_asked(issuer.tenant, &client, &request).await {
            Err(OidcError::Refused(error)) => refuse(error),
            Err(trouble) => Err(trouble),
            Ok(()) => Ok(Begun::Parked(self.park(issuer.tenant, request).await?)),
        }
    }

    /// Refuses what the client may not ask for at all.
    pub(crate) async fn check_asked(
        &self,
        tenant: TenantId,
        client: &Client,
        request: &AuthorizationRequest,
    ) -> Result<(), OidcError> {
        if !client.metadata.uses("authorization_code") {
            return Err(refused(ErrorCode::UnauthorizedClient, "the client does not sign people in"));
        }
        self.check_scopes(tenant, client, &request.scopes).await
    }

    /// Refuses scopes that are no purposes for which the policy in force shares something with the client's recipient.
    pub(crate) async fn check_scopes(
        &self,
        tenant: TenantId,
        client: &Client,
        scopes: &Scopes,
    ) -> Result<(), OidcError> {
        let plan = self.vault.plan(tenant, None).await?;
        let is_offered = |purpose: &String| {
            client.purposes.contains(purpose) && Shared::of(plan.manifest(), purpose, &client.recipient).is_some()
        };
        if scopes.purposes.iter().all(is_offered) {
            return Ok(());
        }
        Err(refused(
            ErrorCode::InvalidScope,
            "`scope` names something that is no purpose for which the policy shares anything with the client",
        ))
    }
}
