//! Who calls: a client proves who it is by the one method that it is registered with.

use std::sync::Arc;

use candor_jose::{Algorithm, ExpectedAssertion, verify_assertion};
use candor_oidc::{AuthMethod, ClientProof, ErrorCode, Params};

use crate::identity::Identity;
use crate::oidc::assertions::Once;
use crate::oidc::client::Client;
use crate::oidc::issuer::Issuer;
use crate::oidc::trouble::{OidcError, refused};

/// How far a client's clock may be off, in seconds.
const LEEWAY_SECONDS: u32 = 30;

impl Identity {
    /// Finds out which client presents itself.
    ///
    /// # Errors
    /// `invalid_client`, the same for every reason.
    pub async fn client_of_proof(
        &self,
        issuer: &Issuer,
        authorization: Option<&str>,
        params: &Params,
    ) -> Result<Arc<Client>, OidcError> {
        let proof = ClientProof::read(authorization, params)?;
        let client = self.client_named(issuer.tenant, &proof.client_id).await?.ok_or(unproved())?;
        // A client that could prove itself by another, weaker method than its own would be as weak as that.
        if client.metadata.token_endpoint_auth_method != proof.method {
            return Err(unproved());
        }
        let is_proved = match proof.method {
            AuthMethod::None => true,
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost => client.is_secret(proof.presented.expose()),
            AuthMethod::PrivateKeyJwt => {
                self.check_assertion(issuer, &client, proof.presented.expose()).await?;
                true
            }
        };
        if is_proved { Ok(client) } else { Err(unproved()) }
    }

    async fn check_assertion(&self, issuer: &Issuer, client: &Client, assertion: &str) -> Result<(), OidcError> {
        let keys = client.metadata.keys()?;
        let token_endpoint = issuer.at("token");
        let expected = ExpectedAssertion {
            client_id: &client.id(),
            keys: &keys,
            algorithms: &Algorithm::ALL,
            audiences: &[&issuer.url, &token_endpoint],
            now: self.now(),
            leeway_seconds: LEEWAY_SECONDS,
        };
        let assertion = verify_assertion(assertion, &expected).map_err(|_| unproved())?;
        let once = Once::Assertion { client: &client.id(), id: &assertion.id };
        if self.is_first(issuer.tenant, once, assertion.expires_at).await? { Ok(()) } else { Err(unproved()) }
    }
}

const fn unproved() -> OidcError {
    refused(ErrorCode::InvalidClient, "the client is not known, or did not prove who it is")
}
