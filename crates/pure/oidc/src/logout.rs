//! Signing out: asked for by the application (RP-Initiated Logout 1.0), told to the others (Back-Channel Logout 1.0).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{OAuthError, Params};

/// The event that a logout token tells.
pub const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Longer no logout token is of use.
const LIFETIME_SECONDS: i64 = 120;

/// What an application asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// An ID token that it got, whatever its age.
    pub id_token_hint: Option<String>,
    /// Who asks.
    pub client_id: Option<String>,
    /// Where the person goes on, if that is the client's own.
    pub post_logout_redirect_uri: Option<String>,
    /// What comes back with them.
    pub state: Option<String>,
}

impl LogoutRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// A `state` out of bounds.
    pub fn read(params: &Params) -> Result<Self, OAuthError> {
        let own = |name: &str| params.get(name).map(str::to_owned);
        if params.get("state").is_some_and(|state| state.len() > 1_024) {
            return Err(OAuthError::request("`state` is longer than 1024 bytes"));
        }
        Ok(Self {
            id_token_hint: own("id_token_hint"),
            client_id: own("client_id"),
            post_logout_redirect_uri: own("post_logout_redirect_uri"),
            state: own("state"),
        })
    }

    /// Where the person goes on, with the client's `state`.
    pub fn location(&self) -> Option<String> {
        let uri = self.post_logout_redirect_uri.as_ref()?;
        let Some(state) = &self.state else { return Some(uri.clone()) };
        let mark = if uri.contains('?') { '&' } else { '?' };
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
        Some(format!("{uri}{mark}{query}"))
    }
}

/// The claims of a logout token.
pub fn logout_claims(issuer: &str, client_id: &str, sub: &str, sid: &str, jti: &str, now_seconds: i64) -> Value {
    json!({
        "iss": issuer, "aud": client_id, "sub": sub, "sid": sid, "jti": jti,
        "iat": now_seconds, "exp": now_seconds + LIFETIME_SECONDS,
        "events": { LOGOUT_EVENT: {} },
    })
}
