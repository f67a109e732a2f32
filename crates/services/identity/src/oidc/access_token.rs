//! Access tokens (RFC 9068): signed with EdDSA, naming client and purposes, worth nothing without what they stand on.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candor_jose::{Algorithm, Expected, Verifier};
use candor_oidc::{AccessClaims, Scopes};
use candor_vault::VaultError;
use candor_words::{ClientId, Instant};
use serde_json::Value;

use crate::identity::Identity;
use crate::oidc::client::Client;
use crate::oidc::grant::ACCESS_MS;
use crate::oidc::issuer::Issuer;

const TYPE: &str = "at+jwt";
/// A grant's name and what tells one token of it from another.
const GRANT_ID_BYTES: usize = 44;

/// What a token says, once its signature, issuer, audience and time were verified.
#[derive(Debug)]
pub(crate) struct AccessToken {
    /// The grant that it stands on; `None` for a client's own.
    pub grant: Option<[u8; 32]>,
    pub client: ClientId,
    pub sub: String,
    pub scopes: Scopes,
    /// The key that it is bound to.
    pub jkt: Option<String>,
    pub issued_at: Instant,
    pub expires_at: Instant,
    pub id: String,
    pub auth_time: Option<i64>,
}

/// What a token is about.
pub(crate) struct About<'a> {
    pub sub: &'a str,
    pub scopes: &'a Scopes,
    pub grant: Option<[u8; 32]>,
    pub proved_at: Option<Instant>,
    pub jkt: Option<&'a str>,
}

impl Identity {
    /// Signs an access token.
    pub(crate) async fn access_token(
        &self,
        issuer: &Issuer,
        client: &Client,
        about: About<'_>,
    ) -> Result<String, VaultError> {
        let now = self.now();
        let ring = self.ring(issuer.tenant, Algorithm::EdDsa).await?;
        let mut id = about.grant.map(|grant| grant.to_vec()).unwrap_or_default();
        let mut drawn = [0; GRANT_ID_BYTES - 32];
        self.entropy.fill(&mut drawn);
        id.extend_from_slice(&drawn);
        let (id, client_id) = (URL_SAFE_NO_PAD.encode(id), client.id());
        let claims = AccessClaims {
            iss: &issuer.url,
            aud: &issuer.url,
            sub: about.sub,
            client_id: &client_id,
            iat: seconds(now),
            exp: seconds(self.in_ms(ACCESS_MS)),
            jti: &id,
            scope: about.scopes.to_string(),
            purpose: &about.scopes.purposes,
            auth_time: about.proved_at.map(seconds),
            cnf: None,
        };
        ring.sign(Algorithm::EdDsa, TYPE, &claims.bound_to(about.jkt), now)
    }

    /// Reads an access token of this issuer; `None` for anything else.
    pub(crate) async fn read_access(&self, issuer: &Issuer, token: &str) -> Result<Option<AccessToken>, VaultError> {
        let ring = self.ring(issuer.tenant, Algorithm::EdDsa).await?;
        let verifier = Verifier { keys: &ring.set, algorithms: &[Algorithm::EdDsa], typ: Some(TYPE) };
        let Ok(claims) = verifier.verify(token).and_then(|verified| verified.claims()) else { return Ok(None) };
        let expected = Expected { issuer: &issuer.url, audience: &issuer.url, now: self.now(), leeway_seconds: 0 };
        if claims.check(&expected).is_err() {
            return Ok(None);
        }
        let read = || {
            let id = claims.string("jti")?;
            let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
            let grant = (bytes.len() == GRANT_ID_BYTES).then(|| bytes.first_chunk().copied()).flatten();
            Some(AccessToken {
                grant,
                client: claims.string("client_id")?.parse().ok()?,
                sub: claims.string("sub")?.to_owned(),
                scopes: Scopes::read(claims.string("scope")?).ok()?,
                jkt: claims.get("cnf").and_then(|cnf| cnf.get("jkt")).and_then(Value::as_str).map(str::to_owned),
                issued_at: claims.instant("iat").ok()??,
                expires_at: claims.instant("exp").ok()??,
                id: id.to_owned(),
                auth_time: claims.get("auth_time").and_then(Value::as_i64),
            })
        };
        Ok(read())
    }
}

pub(crate) const fn seconds(at: Instant) -> i64 {
    at.as_millis().div_euclid(1_000)
}
