//! How a provider describes itself (OpenID Connect Discovery; RFC 8414).

use candor_identity_port::{Provider, Shape, UpstreamError};
use reqwest::Url;

use crate::address::{named_by, safe};
use crate::fetch::Fetched;

/// Where the directory's id stands in an issuer of [`Shape::Microsoft`], and which word asks for all of them.
pub(crate) const DIRECTORY: &str = "{tenantid}";
const ANY_DIRECTORY: &str = "common";
const WELL_KNOWN: &str = ".well-known/openid-configuration";

/// What is used of a provider's description.
#[derive(Debug, Clone)]
pub(crate) struct Metadata {
    pub(crate) authorization: Url,
    pub(crate) token: Url,
    pub(crate) keys: Url,
    pub(crate) userinfo: Option<Url>,
    /// Whether its answers always say who answers (RFC 9207).
    pub(crate) says_issuer: bool,
    /// Whether it takes the client's secret in the header; by default it does.
    pub(crate) takes_basic: bool,
}

#[derive(serde::Deserialize)]
struct Description {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// Where a provider describes itself.
pub(crate) fn described_at(provider: &Provider) -> Result<Url, UpstreamError> {
    let issuer = match provider.shape {
        Shape::Microsoft => provider.issuer.replace(DIRECTORY, ANY_DIRECTORY),
        Shape::Plain | Shape::Google => provider.issuer.clone(),
    };
    safe(&format!("{}/{WELL_KNOWN}", issuer.trim_end_matches('/')), "issuer")
}

impl Metadata {
    /// Reads the description; it must be of the issuer that was configured, character by character.
    pub(crate) fn read(fetched: &Fetched, provider: &Provider) -> Result<Self, UpstreamError> {
        let described: Description = fetched.json()?;
        if described.issuer != provider.issuer {
            return Err(UpstreamError::IssuerDiffers);
        }
        let issuer = described_at(provider)?;
        let methods = described.token_endpoint_auth_methods_supported;
        Ok(Self {
            authorization: named_by(&issuer, &described.authorization_endpoint, "authorization endpoint")?,
            token: named_by(&issuer, &described.token_endpoint, "token endpoint")?,
            keys: named_by(&issuer, &described.jwks_uri, "keys' address")?,
            userinfo: described
                .userinfo_endpoint
                .map(|address| named_by(&issuer, &address, "userinfo endpoint"))
                .transpose()?,
            says_issuer: described.authorization_response_iss_parameter_supported,
            takes_basic: methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic")),
        })
    }
}
