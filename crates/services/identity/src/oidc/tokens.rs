//! The token endpoint: a code, a refresh token, a device's code or the client's own name, for tokens.

use candor_jose::half_hash;
use candor_oidc::{ErrorCode, Grant as Given, IdClaims, Params, Scopes, TokenRequest};
use serde_json::{Value, json};

use crate::drawer::Kept;
use crate::identity::Identity;
use crate::method::Method;
use crate::oidc::access_token::{About, seconds};
use crate::oidc::client::Client;
use crate::oidc::dpop::{ProofShown, not_proved};
use crate::oidc::grant::{ACCESS_MS, Grant, TWICE, halves};
use crate::oidc::issuer::Issuer;
use crate::oidc::trouble::{OidcError, invalid_grant, refused};
use crate::token::Token;

/// How long an ID token holds: ten minutes.
const ID_TOKEN_MS: i64 = 10 * 60 * 1000;

/// Tokens on their way to the client.
pub struct TokenAnswer {
    access_token: String,
    refresh_token: Option<Token>,
    id_token: Option<String>,
    scope: String,
    is_bound: bool,
}

impl TokenAnswer {
    /// The body of the answer.
    pub fn to_json(&self) -> Value {
        let mut json = json!({
            "access_token": self.access_token,
            "token_type": if self.is_bound { "DPoP" } else { "Bearer" },
            "expires_in": ACCESS_MS / 1000,
            "scope": self.scope,
        });
        if let Some(token) = &self.refresh_token {
            json["refresh_token"] = token.expose().into();
        }
        if let Some(token) = &self.id_token {
            json["id_token"] = token.as_str().into();
        }
        json
    }
}

impl std::fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenAnswer(…)")
    }
}

impl Identity {
    /// Takes a token request.
    ///
    /// # Errors
    /// What the standards name.
    pub async fn tokens(
        &self,
        issuer: &Issuer,
        authorization: Option<&str>,
        params: &Params,
        shown: &ProofShown<'_>,
    ) -> Result<TokenAnswer, OidcError> {
        let request = TokenRequest::read(params)?;
        let client = self.client_of_proof(issuer, authorization, params).await?;
        if !client.metadata.uses(request.grant.name()) {
            return Err(refused(ErrorCode::UnauthorizedClient, "the client did not register this grant"));
        }
        let key_shown = self.key_shown(issuer, shown, None).await?;
        if client.metadata.dpop_bound_access_tokens && key_shown.is_none() {
            return Err(not_proved());
        }
        match request.grant {
            Given::Code { code, redirect_uri, verifier } => {
                let given = (code.expose().as_str(), redirect_uri.as_str(), verifier.expose().as_str());
                let (kept, refresh, nonce) = self.use_code(issuer.tenant, &client, given, key_shown).await?;
                let scopes = kept.body.scopes.clone();
                self.family(issuer, &client, &kept, &scopes, refresh, nonce.as_deref()).await
            }
            Given::Refresh { token } => {
                self.refreshed(issuer, &client, token.expose(), request.scopes, key_shown).await
            }
            Given::ClientCredentials => self.own_token(issuer, &client, request.scopes, key_shown).await,
            Given::Device { code } => {
                let (kept, refresh) = self.use_device_code(issuer.tenant, &client, code.expose(), key_shown).await?;
                let scopes = kept.body.scopes.clone();
                self.family(issuer, &client, &kept, &scopes, refresh, None).await
            }
        }
    }

    async fn refreshed(
        &self,
        issuer: &Issuer,
        client: &Client,
        token: &str,
        asked: Option<Scopes>,
        key_shown: Option<String>,
    ) -> Result<TokenAnswer, OidcError> {
        let (handle, secret) = halves(token).ok_or(invalid_grant())?;
        let mut kept = self.kept_by::<Grant>(issuer.tenant, &handle).await?.ok_or(invalid_grant())?;
        if kept.body.client != client.client_id {
            return Err(invalid_grant());
        }
        if !kept.body.is_present(&secret) {
            // An old token: either of its two holders stole it.
            self.end_grant(issuer.tenant, kept.name, TWICE).await?;
            return Err(invalid_grant());
        }
        if kept.body.jkt.is_some() && kept.body.jkt != key_shown {
            return Err(not_proved());
        }
        let scopes = asked.unwrap_or_else(|| kept.body.scopes.clone());
        if !kept.body.scopes.covers(&scopes) {
            return Err(refused(ErrorCode::InvalidScope, "`scope` names more than the grant holds"));
        }
        self.standing_grant(issuer.tenant, &kept).await?.ok_or(invalid_grant())?;
        let refresh = self.rotate(issuer.tenant, &handle, &mut kept).await?.ok_or(invalid_grant())?;
        self.family(issuer, client, &kept, &scopes, Some(refresh), None).await
    }

    /// Access token and ID token of a grant.
    async fn family(
        &self,
        issuer: &Issuer,
        client: &Client,
        kept: &Kept<Grant>,
        scopes: &Scopes,
        refresh_token: Option<Token>,
        nonce: Option<&str>,
    ) -> Result<TokenAnswer, OidcError> {
        // Between the page and here everything may have been taken back.
        let (_, subject) = self.standing_grant(issuer.tenant, kept).await?.ok_or(invalid_grant())?;
        let sub = self.sub(issuer.tenant, &client.recipient, subject).await?;
        let grant = &kept.body;
        let about = About {
            sub: &sub,
            scopes,
            grant: Some(kept.name),
            proved_at: Some(grant.proved_at),
            jkt: grant.jkt.as_deref(),
        };
        let access_token = self.access_token(issuer, client, about).await?;
        let id_token = if scopes.openid {
            Some(self.id_token(issuer, client, grant, &sub, &access_token, nonce).await?)
        } else {
            None
        };
        let is_bound = grant.jkt.is_some();
        Ok(TokenAnswer { access_token, refresh_token, id_token, scope: scopes.to_string(), is_bound })
    }

    async fn id_token(
        &self,
        issuer: &Issuer,
        client: &Client,
        grant: &Grant,
        sub: &str,
        access_token: &str,
        nonce: Option<&str>,
    ) -> Result<String, OidcError> {
        let algorithm = client.metadata.id_token_algorithm()?;
        let sid = match &grant.session {
            Some(session) => Some(self.sid(issuer.tenant, &client.recipient, session).await?),
            None => None,
        };
        let mut amr: Vec<_> =
            Method::ALL.into_iter().filter(|method| grant.methods.has(*method)).map(Method::amr).collect();
        amr.dedup();
        let (client_id, now) = (client.id(), self.now());
        let claims = IdClaims {
            iss: &issuer.url,
            aud: &client_id,
            sub,
            iat: seconds(now),
            exp: seconds(self.in_ms(ID_TOKEN_MS)),
            auth_time: seconds(grant.proved_at),
            nonce,
            at_hash: &half_hash(algorithm, access_token),
            amr,
            sid: sid.as_deref(),
        };
        Ok(self.ring(issuer.tenant, algorithm).await?.sign(algorithm, "JWT", &claims, now)?)
    }

    /// A client's own token: for purposes, about nobody.
    async fn own_token(
        &self,
        issuer: &Issuer,
        client: &Client,
        asked: Option<Scopes>,
        key_shown: Option<String>,
    ) -> Result<TokenAnswer, OidcError> {
        let all = || Scopes { purposes: client.purposes.clone(), ..Scopes::default() };
        let scopes = asked.unwrap_or_else(all);
        if scopes.openid || scopes.offline {
            return Err(refused(ErrorCode::InvalidScope, "a client by itself signs nobody in"));
        }
        self.check_scopes(issuer.tenant, client, &scopes).await?;
        let sub = client.id();
        let about = About { sub: &sub, scopes: &scopes, grant: None, proved_at: None, jkt: key_shown.as_deref() };
        let access_token = self.access_token(issuer, client, about).await?;
        let (scope, is_bound) = (scopes.to_string(), key_shown.is_some());
        Ok(TokenAnswer { access_token, refresh_token: None, id_token: None, scope, is_bound })
    }
}
