//! What every endpoint reads of a request: whose it is, its parameters, and what the caller shows.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use candor_http::Problem;
use candor_identity::{Identity, Issuer, OidcError, ProofShown};
use candor_oidc::{ErrorCode, OAuthError, PARAMS_BYTES_MAX, Params};

use crate::answer::{Shown, refused};

/// Whose endpoint it is. The issuer comes from the path and the configuration, never from the `Host` header.
pub(crate) struct At {
    pub identity: Arc<Identity>,
    pub issuer: Issuer,
    pub headers: HeaderMap,
}

impl FromRequestParts<Arc<Identity>> for At {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, identity: &Arc<Identity>) -> Result<Self, Response> {
        let mut path = parts.uri.path().split('/').skip(1);
        let slug = match path.next() {
            Some(".well-known") => path.nth(1),
            first => first,
        };
        let slug = slug.unwrap_or_default();
        let issuer = identity.issuer(slug).await.map_err(|error| Problem::from(error).into_response())?;
        Ok(Self { identity: Arc::clone(identity), issuer, headers: parts.headers.clone() })
    }
}

impl At {
    /// The one header of a name.
    ///
    /// # Errors
    /// It stands twice, or is no text: two readers could take different ones.
    pub(crate) fn header(&self, name: &HeaderName) -> Result<Option<&str>, OidcError> {
        let mut all = self.headers.get_all(name).iter();
        let Some(first) = all.next() else { return Ok(None) };
        match (first.to_str(), all.next()) {
            (Ok(text), None) => Ok(Some(text)),
            _ => {
                let why = "a header stands twice in the request, or is no text";
                Err(OidcError::Refused(OAuthError::new(ErrorCode::InvalidRequest, why)))
            }
        }
    }

    /// How the client shows who it is in the header.
    pub(crate) fn authorization(&self) -> Result<Option<&str>, OidcError> {
        self.header(&header::AUTHORIZATION)
    }

    /// The proof of possession.
    pub(crate) fn proof<'a>(&'a self, method: &'a str, endpoint: &'a str) -> Result<ProofShown<'a>, OidcError> {
        let header = self.header(&HeaderName::from_static("dpop"))?;
        Ok(ProofShown { header, method, endpoint })
    }
}

/// A posted form, with whose endpoint it is.
pub(crate) struct Form {
    pub at: At,
    pub params: Params,
}

impl FromRequest<Arc<Identity>> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, identity: &Arc<Identity>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let at = At::from_request_parts(&mut parts, identity).await?;
        let refuse = |why| refused(OAuthError::new(ErrorCode::InvalidRequest, why), Shown::Client);
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().map(str::trim) != Some("application/x-www-form-urlencoded") {
            return Err(refuse("the body is not of the type `application/x-www-form-urlencoded`"));
        }
        // What stands in an address stands in logs.
        if parts.uri.query().is_some() {
            return Err(refuse("parameters belong into the body"));
        }
        let Ok(bytes) = to_bytes(body, PARAMS_BYTES_MAX).await else {
            return Err(refuse("the request was not read: it is longer than 40960 bytes"));
        };
        let params = Params::read(&bytes).map_err(|error| refused(error, Shown::Client))?;
        Ok(Self { at, params })
    }
}
