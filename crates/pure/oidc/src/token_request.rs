//! The token request: what a client gives for tokens (OAuth 2.1 §4.1.3, §4.2, §4.3; RFC 8628 §3.4).

use candor_words::Secret;

use crate::{ErrorCode, OAuthError, Params, Scopes};

/// `grant_type` of the device flow.
pub const DEVICE_CODE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What is given.
#[derive(Debug)]
pub enum Grant {
    /// A code that came through the browser.
    Code {
        /// The code.
        code: Secret<String>,
        /// Where it was sent.
        redirect_uri: String,
        /// What its challenge was made of.
        verifier: Secret<String>,
    },
    /// A refresh token.
    Refresh {
        /// The token.
        token: Secret<String>,
    },
    /// The client's own name.
    ClientCredentials,
    /// A device's code.
    Device {
        /// The code.
        code: Secret<String>,
    },
}

/// A request for tokens.
#[derive(Debug)]
pub struct TokenRequest {
    /// What is given.
    pub grant: Grant,
    /// Which scopes are asked for, where that may be said again.
    pub scopes: Option<Scopes>,
}

impl TokenRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// `unsupported_grant_type`; `invalid_request` with what is missing; `invalid_scope`.
    pub fn read(params: &Params) -> Result<Self, OAuthError> {
        let secret = |name, missing| params.needed(name, missing).map(|text| Secret::new(text.to_owned()));
        let grant = match params.needed("grant_type", "`grant_type` is missing")? {
            "authorization_code" => Grant::Code {
                code: secret("code", "`code` is missing")?,
                redirect_uri: params.needed("redirect_uri", "`redirect_uri` is missing")?.to_owned(),
                verifier: secret("code_verifier", "`code_verifier` is missing: PKCE is always needed here")?,
            },
            "refresh_token" => Grant::Refresh { token: secret("refresh_token", "`refresh_token` is missing")? },
            "client_credentials" => Grant::ClientCredentials,
            DEVICE_CODE_GRANT => Grant::Device { code: secret("device_code", "`device_code` is missing")? },
            _ => return Err(OAuthError::new(ErrorCode::UnsupportedGrantType, "`grant_type` is not spoken here")),
        };
        let scopes = params.get("scope").map(Scopes::read).transpose()?;
        Ok(Self { grant, scopes })
    }
}

impl Grant {
    /// The name under which a client registers it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Code { .. } => "authorization_code",
            Self::Refresh { .. } => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::Device { .. } => DEVICE_CODE_GRANT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said() {
        let code = |form: &str| TokenRequest::read(&Params::read(form.as_bytes()).unwrap()).map_err(|error| error.code);
        assert_eq!(code("").unwrap_err(), ErrorCode::InvalidRequest);
        assert_eq!(code("grant_type=password&username=a&password=b").unwrap_err(), ErrorCode::UnsupportedGrantType);
        assert_eq!(
            code("grant_type=authorization_code&code=c&redirect_uri=r").unwrap_err(),
            ErrorCode::InvalidRequest,
            "no verifier, no tokens"
        );
        let read = code("grant_type=authorization_code&code=c&redirect_uri=r&code_verifier=v").unwrap();
        assert_eq!(read.grant.name(), "authorization_code");
        assert_eq!(code("grant_type=client_credentials&scope=%22").unwrap_err(), ErrorCode::InvalidScope);
        assert_eq!(code("grant_type=client_credentials&scope=a").unwrap().scopes.unwrap().purposes, ["a"]);
    }
}
