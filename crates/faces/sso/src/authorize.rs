//! `/{tenant}/authorize`: where an application sends a person's browser.

use axum::extract::RawQuery;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use candor_identity::{Begun, OidcError};
use candor_oidc::{OAuthError, Params, ResponseMode};
use maud::{DOCTYPE, html};

use crate::answer::trouble;
use crate::asked::{At, Form};

pub(crate) async fn by_query(at: At, RawQuery(query): RawQuery) -> Response {
    match Params::read(query.unwrap_or_default().as_bytes()) {
        Ok(params) => begin(&at, &params).await,
        Err(error) => shown(error),
    }
}

pub(crate) async fn by_form(Form { at, params }: Form) -> Response {
    begin(&at, &params).await
}

async fn begin(at: &At, params: &Params) -> Response {
    match at.identity.authorize(&at.issuer, params).await {
        // The page asks who is signed in, and the person what they want.
        Ok(Begun::Parked(token)) => go(&format!("/{}/consent?request={}", at.issuer.slug, token.expose())),
        Ok(Begun::Answer(answer)) if answer.mode == ResponseMode::Query => go(&answer.location()),
        Ok(Begun::Answer(answer)) => posted(&answer),
        Err(OidcError::Refused(error)) => shown(error),
        Err(OidcError::Vault(error)) => trouble(error),
    }
}

fn go(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// A refusal that the browser posts to the application, at the person's press of a button: no script runs here.
fn posted(answer: &candor_oidc::Answer) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "Back to the application" } }
            body {
                form method="post" action=(answer.redirect_uri) {
                    @for (name, value) in &answer.params { input type="hidden" name=(name) value=(value); }
                    button { "Back to the application" }
                }
            }
        }
    };
    let mut response = page_of(StatusCode::OK, page.into_string());
    let place = answer.redirect_uri.split('?').next().unwrap_or_default();
    let policy = format!("default-src 'none'; base-uri 'none'; form-action {place}; frame-ancestors 'none'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A refusal that is sent nowhere, because it is not known to whom.
fn shown(error: OAuthError) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "The application cannot sign you in" } }
            body {
                main {
                    h1 { "The application cannot sign you in" }
                    p { "What it asked for is not right, and nothing was sent to it. Tell whoever runs the application:" }
                    p { code { (error.code.name()) } ": " (error.description) "." }
                }
            }
        }
    };
    page_of(StatusCode::BAD_REQUEST, page.into_string())
}

fn page_of(status: StatusCode, page: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}
