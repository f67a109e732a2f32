//! A posted form that is ours: shown by this server to this browser.

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::at::{At, DoorState, Enrolling, SignedIn, is_from_here};
use super::trouble;
use crate::kit::TOKEN_FIELD;
use crate::{POSTED_BYTES_MAX, Posted};

/// A posted form with where it stands. Only this file makes one, and only when the form carries the token of this
/// browser's cookie and comes from no other site.
pub struct OwnForm {
    /// Where it was posted.
    pub at: At,
    /// What it holds.
    pub posted: Posted,
    _checked: (),
}

impl FromRequest<DoorState> for OwnForm {
    type Rejection = Response;

    async fn from_request(request: Request, state: &DoorState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let at = At::from_request_parts(&mut parts, state).await?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().map(str::trim) != Some("application/x-www-form-urlencoded") {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
        }
        let Ok(bytes) = to_bytes(body, POSTED_BYTES_MAX).await else {
            return Err(StatusCode::PAYLOAD_TOO_LARGE.into_response());
        };
        let Ok(posted) = Posted::read(&bytes) else { return Err(StatusCode::BAD_REQUEST.into_response()) };
        let is_ours = at.identity.is_our_form(at.tenant.id, &at.cookie, posted.get(TOKEN_FIELD)).await;
        match is_ours {
            Err(error) => Err(at.trouble(&error)),
            Ok(true) if is_from_here(&parts.headers, at.identity.public_url()) => Ok(Self { at, posted, _checked: () }),
            Ok(_) => {
                let page = trouble::foreign_form(&at);
                Err(at.page(StatusCode::FORBIDDEN, page))
            }
        }
    }
}

impl OwnForm {
    /// The form of somebody who is signed in, and be it for nothing but to set up a second factor.
    ///
    /// # Errors
    /// Nobody is: the answer that sends them to the sign-in page.
    pub fn of_enrolling(self) -> Result<(Enrolling, Posted), Response> {
        let Self { at, posted, .. } = self;
        match at.enrolling.clone() {
            Some(session) => Ok((Enrolling { at, session }, posted)),
            None => {
                let to = at.path("sign-in");
                Err(at.go(&to))
            }
        }
    }

    /// The form of somebody who is signed in.
    ///
    /// # Errors
    /// Nobody is: the answer that sends them to the sign-in page.
    pub fn of_person(self) -> Result<(SignedIn, Posted), Response> {
        let Self { at, posted, .. } = self;
        let Some(session) = at.session.clone() else {
            let to = at.path("sign-in");
            return Err(at.go(&to));
        };
        let person = at.identity.person(session.tenant, session.subject);
        Ok((SignedIn { at, session, person }, posted))
    }
}
