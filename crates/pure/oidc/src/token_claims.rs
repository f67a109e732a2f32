//! What tokens say: access tokens (RFC 9068) and ID tokens (OpenID Connect Core §2). No field of anybody is in them.

use serde::Serialize;

/// The claims of an access token. `sub` is the client's own name for the person, or the client itself.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the standard's names")]
pub struct AccessClaims<'a> {
    pub iss: &'a str,
    pub aud: &'a str,
    pub sub: &'a str,
    pub client_id: &'a str,
    pub iat: i64,
    pub exp: i64,
    pub jti: &'a str,
    pub scope: String,
    /// The purposes for which alone it may be used.
    pub purpose: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The key that it is bound to (RFC 9449 §6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation<'a>>,
}

/// The key that a token is bound to.
#[derive(Debug, Clone, Serialize)]
pub struct Confirmation<'a> {
    /// Its thumbprint.
    pub jkt: &'a str,
}

impl<'a> AccessClaims<'a> {
    /// Binds the token to the key with a thumbprint.
    #[must_use]
    pub fn bound_to(mut self, jkt: Option<&'a str>) -> Self {
        self.cnf = jkt.map(|jkt| Confirmation { jkt });
        self
    }
}

/// The claims of an ID token.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the standard's names")]
pub struct IdClaims<'a> {
    pub iss: &'a str,
    pub aud: &'a str,
    pub sub: &'a str,
    pub iat: i64,
    pub exp: i64,
    pub auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    pub at_hash: &'a str,
    /// How the person proved who they are (RFC 8176).
    pub amr: Vec<&'static str>,
    /// The session, as logout tokens name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<&'a str>,
}
