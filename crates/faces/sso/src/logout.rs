//! `/{tenant}/logout`: an application asks that the person be signed out (RP-Initiated Logout 1.0).

use axum::extract::RawQuery;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use candor_oidc::Params;

use crate::answer::{Shown, refusal, refused};
use crate::asked::{At, Form};

pub(crate) async fn by_query(at: At, RawQuery(query): RawQuery) -> Response {
    match Params::read(query.unwrap_or_default().as_bytes()) {
        Ok(params) => begin(&at, &params).await,
        Err(error) => refused(error, Shown::Client),
    }
}

pub(crate) async fn by_form(Form { at, params }: Form) -> Response {
    begin(&at, &params).await
}

async fn begin(at: &At, params: &Params) -> Response {
    match at.identity.begin_logout(&at.issuer, params).await {
        // The page knows who is signed in, and asks where that is needed.
        Ok(token) => {
            let to = format!("/{}/leave?request={}", at.issuer.slug, token.expose());
            match HeaderValue::from_str(&to) {
                Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
                Err(_) => StatusCode::BAD_REQUEST.into_response(),
            }
        }
        Err(error) => refusal(error, Shown::Client),
    }
}
