//! What a client registers about itself (RFC 7591 §2; OpenID Connect Dynamic Registration §2).

use candor_jose::{Algorithm, JwkSet};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{AuthMethod, ErrorCode, OAuthError, RedirectUri};

/// The most bytes of a registration.
pub const METADATA_BYTES_MAX: usize = 32 << 10;
/// The most redirect addresses of one client.
pub const REDIRECTS_MAX: usize = 16;
const NAME_BYTES_MAX: usize = 100;

/// What a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// A site.
    #[default]
    Web,
    /// An app on a person's own machine.
    Native,
}

/// A client as it describes itself, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// What people are told it is called.
    pub client_name: String,
    /// What it is.
    #[serde(default)]
    pub application_type: ClientKind,
    /// Where answers may go.
    #[serde(default)]
    pub redirect_uris: Vec<RedirectUri>,
    /// Where people may go after signing out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// How it proves who it is.
    pub token_endpoint_auth_method: AuthMethod,
    /// Which grants it uses, by the standard's names.
    pub grant_types: Vec<String>,
    /// Its public keys, for assertions.
    #[serde(default)]
    pub jwks: Option<Value>,
    /// What its ID tokens are signed with.
    pub id_token_signed_response_alg: String,
    /// Where it is told that somebody signed out.
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
    /// True when every token must be bound to a key.
    #[serde(default)]
    pub dpop_bound_access_tokens: bool,
    /// True when requests must be pushed.
    #[serde(default)]
    pub require_pushed_authorization_requests: bool,
}

const GRANTS: [&str; 4] = ["authorization_code", "refresh_token", "client_credentials", crate::DEVICE_CODE_GRANT];

impl ClientMetadata {
    /// Reads and checks a registration. Members that are not known are left out, as the standard wants it.
    ///
    /// # Errors
    /// `invalid_redirect_uri`, `invalid_client_metadata`.
    pub fn read(members: &Map<String, Value>) -> Result<Self, OAuthError> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let application_type = match text("application_type") {
            None | Some("web") => ClientKind::Web,
            Some("native") => ClientKind::Native,
            Some(_) => return Err(refused("`application_type` must be `web` or `native`")),
        };
        let is_native = application_type == ClientKind::Native;
        let name = text("client_name").unwrap_or_default().trim();
        if name.is_empty() || name.len() > NAME_BYTES_MAX || name.chars().any(char::is_control) {
            return Err(refused("`client_name` must have 1 to 100 bytes"));
        }
        let uris = |name: &str| -> Result<Vec<RedirectUri>, OAuthError> {
            let many = match members.get(name) {
                None | Some(Value::Null) => return Ok(Vec::new()),
                Some(Value::Array(many)) if many.len() <= REDIRECTS_MAX => many,
                Some(_) => return Err(refused("a list of addresses has at most 16")),
            };
            many.iter().map(|uri| RedirectUri::register(uri.as_str().unwrap_or_default(), is_native)).collect()
        };
        let method = match text("token_endpoint_auth_method") {
            None | Some("client_secret_basic") => AuthMethod::ClientSecretBasic,
            Some("client_secret_post") => AuthMethod::ClientSecretPost,
            Some("private_key_jwt") => AuthMethod::PrivateKeyJwt,
            Some("none") => AuthMethod::None,
            Some(_) => return Err(refused("`token_endpoint_auth_method` is not spoken here")),
        };
        let metadata = Self {
            client_name: name.to_owned(),
            application_type,
            redirect_uris: uris("redirect_uris")?,
            post_logout_redirect_uris: uris("post_logout_redirect_uris")?,
            token_endpoint_auth_method: method,
            grant_types: grants(members.get("grant_types"))?,
            jwks: members.get("jwks").filter(|jwks| !jwks.is_null()).cloned(),
            id_token_signed_response_alg: text("id_token_signed_response_alg").unwrap_or("EdDSA").to_owned(),
            backchannel_logout_uri: text("backchannel_logout_uri").map(str::to_owned),
            dpop_bound_access_tokens: flag(members, "dpop_bound_access_tokens")?,
            require_pushed_authorization_requests: flag(members, "require_pushed_authorization_requests")?,
        };
        metadata.check()?;
        Ok(metadata)
    }

    fn check(&self) -> Result<(), OAuthError> {
        let wants = |grant: &str| self.grant_types.iter().any(|known| known == grant);
        if wants("authorization_code") && self.redirect_uris.is_empty() {
            return Err(OAuthError::new(ErrorCode::InvalidRedirectUri, "`redirect_uris` names no address"));
        }
        if wants("client_credentials") && self.token_endpoint_auth_method == AuthMethod::None {
            return Err(refused("`client_credentials` needs a client that can prove who it is"));
        }
        if self.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt && self.keys()?.keys().is_empty() {
            return Err(refused("`jwks` holds no public key that is spoken here"));
        }
        self.id_token_algorithm()?;
        // What the server itself calls must be beyond doubt: TLS, or this machine.
        let is_callable = |uri: &String| RedirectUri::register(uri, false).is_ok();
        if self.backchannel_logout_uri.as_ref().is_some_and(|uri| !is_callable(uri)) {
            return Err(refused("`backchannel_logout_uri` must be `https`"));
        }
        Ok(())
    }

    /// Its public keys.
    ///
    /// # Errors
    /// They are no set of keys, or lie elsewhere.
    pub fn keys(&self) -> Result<JwkSet, OAuthError> {
        let Some(jwks) = &self.jwks else { return Ok(JwkSet::default()) };
        JwkSet::parse(jwks.to_string().as_bytes()).map_err(|_| refused("`jwks` is no set of keys"))
    }

    /// What its ID tokens are signed with.
    ///
    /// # Errors
    /// An algorithm that is not spoken.
    pub fn id_token_algorithm(&self) -> Result<Algorithm, OAuthError> {
        Algorithm::from_name(&self.id_token_signed_response_alg)
            .ok_or(refused("`id_token_signed_response_alg` must be `EdDSA`, `ES256` or `RS256`"))
    }

    /// True for an app on a person's own machine.
    pub fn is_native(&self) -> bool {
        self.application_type == ClientKind::Native
    }

    /// True when it may use a grant.
    pub fn uses(&self, grant: &str) -> bool {
        self.grant_types.iter().any(|known| known == grant)
    }

    /// True when answers may go to an address.
    pub fn admits(&self, redirect_uri: &str) -> bool {
        self.redirect_uris.iter().any(|own| own.admits(redirect_uri, self.is_native()))
    }

    /// As the client reads it back.
    pub fn to_json(&self) -> Value {
        let mut json = json!(self);
        json["response_types"] = json!(["code"]);
        json["subject_type"] = "pairwise".into();
        json
    }
}

fn grants(asked: Option<&Value>) -> Result<Vec<String>, OAuthError> {
    let many = match asked {
        None | Some(Value::Null) => return Ok(vec!["authorization_code".into(), "refresh_token".into()]),
        Some(Value::Array(many)) if (1..=GRANTS.len()).contains(&many.len()) => many,
        Some(_) => return Err(refused("`grant_types` must be a list of those spoken here")),
    };
    let known = |grant: &Value| GRANTS.iter().find(|known| grant == **known).map(|known| (*known).to_owned());
    many.iter().map(|grant| known(grant).ok_or(refused("`grant_types` holds one that is not spoken here"))).collect()
}

fn flag(members: &Map<String, Value>, name: &str) -> Result<bool, OAuthError> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(is)) => Ok(*is),
        Some(_) => Err(refused("a member that must be true or false is neither")),
    }
}

const fn refused(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: Value) -> Result<ClientMetadata, ErrorCode> {
        ClientMetadata::read(json.as_object().unwrap()).map_err(|error| error.code)
    }

    #[test]
    fn a_site_needs_an_address_and_no_more() {
        let client = read(json!({ "client_name": "Shop", "redirect_uris": ["https://shop.example/cb"], "x": 1 }));
        let client = client.unwrap();
        assert_eq!(client.grant_types, ["authorization_code", "refresh_token"]);
        assert_eq!(client.token_endpoint_auth_method, AuthMethod::ClientSecretBasic);
        assert!(client.admits("https://shop.example/cb") && !client.admits("https://shop.example/cb2"));
        assert!(client.to_json().get("x").is_none());
    }

    #[test]
    fn what_could_not_be_held_is_not_registered() {
        let bad = |more: Value| {
            let mut json = json!({ "client_name": "Shop", "redirect_uris": ["https://shop.example/cb"] });
            json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            read(json).unwrap_err()
        };
        assert_eq!(bad(json!({ "redirect_uris": [] })), ErrorCode::InvalidRedirectUri);
        assert_eq!(bad(json!({ "redirect_uris": ["javascript:alert(1)"] })), ErrorCode::InvalidRedirectUri);
        for more in [
            json!({ "client_name": "" }),
            json!({ "grant_types": ["password"] }),
            json!({ "grant_types": ["implicit"] }),
            json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
            json!({ "token_endpoint_auth_method": "private_key_jwt" }),
            json!({ "token_endpoint_auth_method": "none", "grant_types": ["client_credentials"] }),
            json!({ "id_token_signed_response_alg": "none" }),
            json!({ "id_token_signed_response_alg": "HS256" }),
            json!({ "backchannel_logout_uri": "http://shop.example/out" }),
            json!({ "dpop_bound_access_tokens": "yes" }),
            json!({ "redirect_uris": (0..17).map(|at| format!("https://shop.example/{at}")).collect::<Vec<_>>() }),
        ] {
            assert_eq!(bad(more.clone()), ErrorCode::InvalidClientMetadata, "{more}");
        }
    }
}
