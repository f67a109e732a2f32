//! Revocation (RFC 7009): a client gives a token back, and with it the whole grant.

use candor_oidc::Params;

use crate::identity::Identity;
use crate::oidc::grant::{BY_CLIENT, Grant, halves};
use crate::oidc::issuer::Issuer;
use crate::oidc::trouble::OidcError;

impl Identity {
    /// Ends the grant of a token that is the client's own; anything else is answered alike and changes nothing.
    ///
    /// # Errors
    /// `invalid_client`; `invalid_request`.
    pub async fn revoke(&self, issuer: &Issuer, authorization: Option<&str>, params: &Params) -> Result<(), OidcError> {
        let client = self.client_of_proof(issuer, authorization, params).await?;
        let token = params.needed("token", "`token` is missing")?;
        let kept = match halves(token) {
            Some((handle, secret)) => {
                let kept = self.kept_by::<Grant>(issuer.tenant, &handle).await?;
                kept.filter(|kept| kept.body.is_present(&secret))
            }
            None => match self.read_access(issuer, token).await?.and_then(|access| access.grant) {
                Some(name) => self.kept::<Grant>(issuer.tenant, name).await?,
                None => None,
            },
        };
        if let Some(kept) = kept.filter(|kept| kept.body.client == client.client_id) {
            self.end_grant(issuer.tenant, kept.name, BY_CLIENT).await?;
        }
        Ok(())
    }
}
