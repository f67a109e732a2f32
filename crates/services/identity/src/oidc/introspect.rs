//! Introspection (RFC 7662): whether a token is worth anything at this very moment.

use candor_oidc::{AuthMethod, ErrorCode, Params};
use serde_json::{Value, json};

use crate::identity::Identity;
use crate::oidc::access_token::seconds;
use crate::oidc::client::Client;
use crate::oidc::grant::{Grant, halves};
use crate::oidc::issuer::Issuer;
use crate::oidc::trouble::{OidcError, refused};

impl Identity {
    /// What a token is worth, told to a client that can prove who it is. For a token that is worth nothing, nothing else
    /// is told.
    ///
    /// # Errors
    /// `invalid_client`; `invalid_request`.
    pub async fn introspect(
        &self,
        issuer: &Issuer,
        authorization: Option<&str>,
        params: &Params,
    ) -> Result<Value, OidcError> {
        let asker = self.client_of_proof(issuer, authorization, params).await?;
        if asker.metadata.token_endpoint_auth_method == AuthMethod::None {
            return Err(refused(ErrorCode::InvalidClient, "only a client that can prove who it is may ask"));
        }
        let token = params.needed("token", "`token` is missing")?;
        let told = match self.access_told(issuer, token).await? {
            Some(told) => Some(told),
            None => self.refresh_told(issuer, &asker, token).await?,
        };
        Ok(told.unwrap_or_else(|| json!({ "active": false })))
    }

    async fn access_told(&self, issuer: &Issuer, token: &str) -> Result<Option<Value>, OidcError> {
        let Some(access) = self.read_access(issuer, token).await? else { return Ok(None) };
        let is_live = match access.grant {
            Some(name) => match self.kept::<Grant>(issuer.tenant, name).await? {
                Some(kept) => self.standing_grant(issuer.tenant, &kept).await?.is_some(),
                None => false,
            },
            None => match self.client(issuer.tenant, access.client).await? {
                Some(client) => match self.check_scopes(issuer.tenant, &client, &access.scopes).await {
                    Ok(()) => true,
                    Err(OidcError::Refused(_)) => false,
                    Err(trouble) => return Err(trouble),
                },
                None => false,
            },
        };
        if !is_live {
            return Ok(None);
        }
        let mut told = json!({
            "active": true,
            "iss": issuer.url,
            "aud": issuer.url,
            "sub": access.sub,
            "client_id": access.client.to_string(),
            "scope": access.scopes.to_string(),
            "purpose": access.scopes.purposes,
            "token_type": if access.jkt.is_some() { "DPoP" } else { "Bearer" },
            "jti": access.id,
            "iat": seconds(access.issued_at),
            "exp": seconds(access.expires_at),
        });
        if let Some(jkt) = access.jkt {
            told["cnf"] = json!({ "jkt": jkt });
        }
        if let Some(auth_time) = access.auth_time {
            told["auth_time"] = auth_time.into();
        }
        Ok(Some(told))
    }

    /// A refresh token is told about to its own client alone.
    async fn refresh_told(&self, issuer: &Issuer, asker: &Client, token: &str) -> Result<Option<Value>, OidcError> {
        let Some((handle, secret)) = halves(token) else { return Ok(None) };
        let kept = self.kept_by::<Grant>(issuer.tenant, &handle).await?;
        let own =
            |kept: &crate::drawer::Kept<Grant>| kept.body.client == asker.client_id && kept.body.is_present(&secret);
        let Some(kept) = kept.filter(own) else { return Ok(None) };
        if self.standing_grant(issuer.tenant, &kept).await?.is_none() {
            return Ok(None);
        }
        Ok(Some(json!({
            "active": true,
            "iss": issuer.url,
            "client_id": asker.id(),
            "scope": kept.body.scopes.to_string(),
            "token_type": "refresh_token",
            "iat": seconds(kept.body.began_at),
        })))
    }
}
