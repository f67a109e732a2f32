//! The authorization request: what an application asks a person for (OpenID Connect Core §3.1.2.1, OAuth 2.1 §4.1.1).
//!
//! Read in two steps. Until the [`Target`] is known to be the client's own, nothing is sent anywhere; afterwards every
//! refusal goes there, with the client's `state`.

use serde::{Deserialize, Serialize};

use crate::{Challenge, ErrorCode, OAuthError, Params, ResponseMode, Scopes};

const OPAQUE_BYTES_MAX: usize = 1_024;
const THUMBPRINT_CHARS: usize = 43;
/// Longer ago nobody's session reaches.
const MAX_AGE_SECONDS_MAX: u32 = 366 * 24 * 3_600;

/// Where the answer goes, if that is the client's own address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Who asks.
    pub client_id: String,
    /// Where it listens.
    pub redirect_uri: String,
    /// What it gets back as it came.
    pub state: Option<String>,
    /// How the answer travels.
    pub response_mode: ResponseMode,
}

/// What the client wants of the person's presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Prompt {
    /// No page may be shown.
    pub none: bool,
    /// The person is to prove anew who they are.
    pub login: bool,
    /// What is shared is to be shown anew.
    pub consent: bool,
}

/// A request, read whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Where the answer goes.
    pub target: Target,
    /// What is asked for.
    pub scopes: Scopes,
    /// PKCE.
    pub challenge: Challenge,
    /// What the ID token repeats.
    pub nonce: Option<String>,
    /// What the client wants of the person's presence.
    pub prompt: Prompt,
    /// How many seconds ago the person may have signed in.
    pub max_age_seconds: Option<u32>,
    /// The thumbprint of the key that the tokens are to be bound to (RFC 9449 §10).
    pub dpop_jkt: Option<String>,
}

impl Target {
    /// Reads who asks and where they listen. Until that is checked, refusals are shown and not sent.
    ///
    /// # Errors
    /// `client_id` or `redirect_uri` missing; a mode that is not spoken; a `state` out of bounds.
    pub fn read(params: &Params) -> Result<Self, OAuthError> {
        Ok(Self {
            client_id: params.needed("client_id", "`client_id` is missing")?.to_owned(),
            redirect_uri: params.needed("redirect_uri", "`redirect_uri` is missing")?.to_owned(),
            state: opaque(params, "state", "`state` is longer than 1024 bytes")?,
            response_mode: match params.get("response_mode") {
                None | Some("query") => ResponseMode::Query,
                Some("form_post") => ResponseMode::FormPost,
                Some(_) => return Err(OAuthError::request("`response_mode` must be `query` or `form_post`")),
            },
        })
    }
}

impl AuthorizationRequest {
    /// Reads the rest of a request whose target was checked.
    ///
    /// # Errors
    /// What the standards name, for the client.
    pub fn read(params: &Params, target: Target) -> Result<Self, OAuthError> {
        if params.get("request").is_some() {
            return Err(OAuthError::new(ErrorCode::RequestNotSupported, "`request` is not taken: push the request"));
        }
        if params.get("registration").is_some() {
            return Err(OAuthError::new(ErrorCode::RegistrationNotSupported, "`registration` is not taken"));
        }
        if params.needed("response_type", "`response_type` is missing")? != "code" {
            return Err(OAuthError::new(ErrorCode::UnsupportedResponseType, "`response_type` must be `code`"));
        }
        let scopes = Scopes::read(params.get("scope").unwrap_or_default())?;
        if scopes.is_empty() {
            return Err(OAuthError::new(ErrorCode::InvalidScope, "`scope` names nothing: `openid`, or a purpose"));
        }
        Ok(Self {
            target,
            scopes,
            challenge: Challenge::read(params)?,
            nonce: opaque(params, "nonce", "`nonce` is longer than 1024 bytes")?,
            prompt: Prompt::read(params.get("prompt").unwrap_or_default())?,
            max_age_seconds: params.get("max_age").map(max_age).transpose()?,
            dpop_jkt: params.get("dpop_jkt").map(thumbprint).transpose()?,
        })
    }
}

impl Prompt {
    fn read(text: &str) -> Result<Self, OAuthError> {
        let mut prompt = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "none" => prompt.none = true,
                // Who wants another account proves anew who they are.
                "login" | "select_account" => prompt.login = true,
                "consent" => prompt.consent = true,
                _ => return Err(OAuthError::request("`prompt` holds a word that is not known")),
            }
        }
        if prompt.none && (prompt.login || prompt.consent) {
            return Err(OAuthError::request("`prompt` holds `none` beside another word"));
        }
        Ok(prompt)
    }
}

fn opaque(params: &Params, name: &str, too_long: &'static str) -> Result<Option<String>, OAuthError> {
    match params.get(name) {
        Some(value) if value.len() > OPAQUE_BYTES_MAX => Err(OAuthError::request(too_long)),
        value => Ok(value.map(str::to_owned)),
    }
}

fn max_age(text: &str) -> Result<u32, OAuthError> {
    let seconds = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    let refused = OAuthError::request("`max_age` is not a number of seconds up to a year");
    seconds.filter(|seconds| *seconds <= MAX_AGE_SECONDS_MAX).ok_or(refused)
}

fn thumbprint(text: &str) -> Result<String, OAuthError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if text.len() == THUMBPRINT_CHARS && text.bytes().all(fits) {
        return Ok(text.to_owned());
    }
    Err(OAuthError::request("`dpop_jkt` is not the thumbprint of a key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: &str = "response_type=code&client_id=c&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=openid+news&state=s\
        &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&nonce=n";

    fn read(more: &str) -> Result<AuthorizationRequest, OAuthError> {
        let params = Params::read(format!("{FINE}{more}").as_bytes())?;
        let target = Target::read(&params)?;
        AuthorizationRequest::read(&params, target)
    }

    #[test]
    fn a_request_is_read_whole() {
        let request = read("&prompt=login+consent&max_age=60&response_mode=form_post").unwrap();
        assert_eq!(request.target.redirect_uri, "https://app.example/cb");
        assert_eq!(request.target.response_mode, ResponseMode::FormPost);
        assert_eq!(request.scopes.purposes, ["news"]);
        assert!(request.prompt.login && request.prompt.consent && !request.prompt.none);
        assert_eq!((request.max_age_seconds, request.nonce.as_deref()), (Some(60), Some("n")));
    }

    #[test]
    fn each_fault_has_the_code_of_the_standard() {
        let code = |more: &str| read(more).unwrap_err().code;
        assert_eq!(code("&request=x"), ErrorCode::RequestNotSupported);
        assert_eq!(code("&registration=x"), ErrorCode::RegistrationNotSupported);
        for bad in [
            "&prompt=none+login",
            "&prompt=sudo",
            "&max_age=-1",
            "&max_age=99999999999",
            "&response_mode=fragment",
            "&dpop_jkt=short",
            "&state=again",
        ] {
            assert_eq!(code(bad), ErrorCode::InvalidRequest, "{bad}");
        }
        let of = |from: &str, to: &str| {
            let params = Params::read(FINE.replace(from, to).as_bytes()).unwrap();
            Target::read(&params).and_then(|target| AuthorizationRequest::read(&params, target)).unwrap_err().code
        };
        assert_eq!(of("response_type=code", "response_type=token"), ErrorCode::UnsupportedResponseType);
        assert_eq!(of("scope=openid+news", "scope="), ErrorCode::InvalidScope);
        assert_eq!(of("code_challenge_method=S256", "code_challenge_method=plain"), ErrorCode::InvalidRequest);
        assert_eq!(of("redirect_uri=", "redirect="), ErrorCode::InvalidRequest);
    }
}
