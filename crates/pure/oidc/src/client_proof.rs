//! How a client says who it is at the token endpoint: by exactly one method.
//!
//! Source: OAuth 2.1 §2.4; OpenID Connect Core §9. Two methods in one request are refused, so that none can be put beside
//! another client's.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use candor_words::Secret;
use serde::{Deserialize, Serialize};

use crate::{ErrorCode, OAuthError, Params};

/// `client_assertion_type` of a signed assertion (RFC 7523).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const HEADER_BYTES_MAX: usize = 2_048;
const ID_BYTES_MAX: usize = 128;

/// The method that a client is registered with; no other is taken from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// The secret in the `Authorization` header.
    ClientSecretBasic,
    /// The secret in the form.
    ClientSecretPost,
    /// A signed assertion.
    PrivateKeyJwt,
    /// None: the client can keep no secret.
    None,
}

/// What a client presented.
#[derive(Debug)]
pub struct ClientProof {
    /// Who it says it is.
    pub client_id: String,
    /// By which method.
    pub method: AuthMethod,
    /// The secret, or the assertion; empty without a method.
    pub presented: Secret<String>,
}

impl ClientProof {
    /// Reads what a request presents.
    ///
    /// # Errors
    /// `invalid_client`: nothing, or a header that is malformed; `invalid_request`: more than one method.
    pub fn read(authorization: Option<&str>, params: &Params) -> Result<Self, OAuthError> {
        let basic = authorization.and_then(|header| {
            let (scheme, rest) = header.split_once(' ')?;
            scheme.eq_ignore_ascii_case("basic").then_some(rest)
        });
        let (secret, assertion) = (params.get("client_secret"), params.get("client_assertion"));
        let n_methods = [basic, secret, assertion].iter().flatten().count();
        if n_methods > 1 {
            return Err(OAuthError::request("the client presents itself by more than one method"));
        }
        let said = params.get("client_id");
        let (client_id, method, presented) = if let Some(basic) = basic {
            let (id, secret) = read_basic(basic)?;
            (id, AuthMethod::ClientSecretBasic, secret)
        } else if let Some(assertion) = assertion {
            if params.get("client_assertion_type") != Some(ASSERTION_TYPE) {
                return Err(refused("`client_assertion_type` is not that of a signed assertion"));
            }
            (subject_of(assertion)?, AuthMethod::PrivateKeyJwt, assertion.to_owned())
        } else {
            let id = said.ok_or(refused("the client does not say who it is"))?.to_owned();
            match secret {
                Some(secret) => (id, AuthMethod::ClientSecretPost, secret.to_owned()),
                None => (id, AuthMethod::None, String::new()),
            }
        };
        let presented = Secret::new(presented);
        if client_id.is_empty() || client_id.len() > ID_BYTES_MAX || said.is_some_and(|said| said != client_id) {
            return Err(refused("`client_id` is not the client that presents itself"));
        }
        Ok(Self { client_id, method, presented })
    }
}

/// Id and secret, each form-encoded within (OAuth 2.1 §2.4.1).
fn read_basic(text: &str) -> Result<(String, String), OAuthError> {
    let malformed = refused("the `Authorization` header is malformed");
    if text.len() > HEADER_BYTES_MAX {
        return Err(malformed);
    }
    let bytes = STANDARD.decode(text.trim()).map_err(|_| malformed)?;
    let text = String::from_utf8(bytes).map_err(|_| malformed)?;
    let (id, secret) = text.split_once(':').ok_or(malformed)?;
    Ok((decoded(id).ok_or(malformed)?, decoded(secret).ok_or(malformed)?))
}

fn decoded(text: &str) -> Option<String> {
    // As the value of a nameless parameter, in which nothing may end the value.
    let text = format!("={}", text.replace('&', "%26"));
    let (_, value) = form_urlencoded::parse(text.as_bytes()).next()?;
    (!value.contains('\u{fffd}')).then(|| value.into_owned())
}

/// Whom an assertion is about, to find the keys with which it is then verified; nothing else of it is believed.
fn subject_of(assertion: &str) -> Result<String, OAuthError> {
    let malformed = refused("`client_assertion` is malformed");
    let payload = assertion.split('.').nth(1).ok_or(malformed)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| malformed)?;
    #[derive(Deserialize)]
    struct About {
        sub: String,
    }
    serde_json::from_slice::<About>(&payload).map(|about| about.sub).map_err(|_| malformed)
}

const fn refused(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: Option<&str>, form: &str) -> Result<(String, AuthMethod, String), ErrorCode> {
        let proof = ClientProof::read(header, &Params::read(form.as_bytes()).unwrap()).map_err(|error| error.code)?;
        Ok((proof.client_id, proof.method, proof.presented.expose().clone()))
    }

    #[test]
    fn each_method_is_read() {
        let basic = format!("Basic {}", STANDARD.encode("a%3Ab:s%20+t"));
        let own = |id: &str, method, secret: &str| Ok((id.to_owned(), method, secret.to_owned()));
        assert_eq!(read(Some(&basic), ""), own("a:b", AuthMethod::ClientSecretBasic, "s  t"));
        assert_eq!(read(None, "client_id=a&client_secret=s"), own("a", AuthMethod::ClientSecretPost, "s"));
        assert_eq!(read(None, "client_id=a"), own("a", AuthMethod::None, ""));
        let assertion = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(r#"{"sub":"a"}"#));
        let form = format!("client_assertion={assertion}&client_assertion_type={ASSERTION_TYPE}");
        assert_eq!(read(None, &form), own("a", AuthMethod::PrivateKeyJwt, &assertion));
    }

    #[test]
    fn one_method_and_one_client_alone() {
        let basic = format!("Basic {}", STANDARD.encode("a:s"));
        assert_eq!(read(Some(&basic), "client_id=a&client_secret=s"), Err(ErrorCode::InvalidRequest));
        assert_eq!(read(Some(&basic), "client_id=b"), Err(ErrorCode::InvalidClient));
        assert_eq!(read(Some(&basic), "client_assertion=x.y.z"), Err(ErrorCode::InvalidRequest));
        assert_eq!(read(None, ""), Err(ErrorCode::InvalidClient));
        assert_eq!(read(Some("Basic !!"), ""), Err(ErrorCode::InvalidClient));
        assert_eq!(read(None, "client_assertion=e30.e30.x"), Err(ErrorCode::InvalidClient));
        let assertion = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(r#"{"sub":"a"}"#));
        let other = format!("client_id=b&client_assertion={assertion}&client_assertion_type={ASSERTION_TYPE}");
        assert_eq!(read(None, &other), Err(ErrorCode::InvalidClient));
    }
}
