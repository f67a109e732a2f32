//! The pages of second factors: the further proof at the door, passkeys, and `/{tenant}/account/security`.
//!
//! Everything but passkeys works without a script. A passkey's question stands in the page that asks it, `passkey.js` hands it
//! to the browser, and the answer is posted by an ordinary form.

mod enrol;
mod passkey;
mod prove;
mod security;
mod sheet;
mod step_up;
mod ways;

pub(super) use passkey::way_in;

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use candor_vault::{ErrorKind, VaultError};

use super::at::{At, DoorState, Enrolling, escaped};
use super::cookies::Jar;
use crate::answer;

const SCRIPT: &str = include_str!("../passkey.js");

/// Builds the routes.
pub(super) fn routes() -> Router<DoorState> {
    Router::new()
        .route("/passkey.js", get(script))
        .route("/{tenant}/sign-in/passkey", post(passkey::begin))
        .route("/{tenant}/sign-in/passkey/offer", post(passkey::offer))
        .route("/{tenant}/sign-in/passkey/answer", post(passkey::answer))
        .route("/{tenant}/sign-in/factor", get(step_up::page).post(step_up::prove))
        .route("/{tenant}/sign-in/factor/send", post(step_up::send))
        .route("/{tenant}/sign-in/factor/passkey", post(step_up::ask))
        .route("/{tenant}/sign-in/factor/passkey/answer", post(step_up::answer))
        .route("/{tenant}/account/security", get(security::page))
        .route("/{tenant}/account/security/rename", post(security::rename))
        .route("/{tenant}/account/security/remove", post(security::remove))
        .route("/{tenant}/account/security/password", post(security::password))
        .route("/{tenant}/account/security/recovery", post(sheet::make))
        .route("/{tenant}/account/security/app", post(enrol::app))
        .route("/{tenant}/account/security/codes", post(enrol::codes))
        .route("/{tenant}/account/security/confirm", post(enrol::confirm))
        .route("/{tenant}/account/security/passkey", post(enrol::passkey))
        .route("/{tenant}/account/security/passkey/answer", post(enrol::passkey_answer))
        .route("/{tenant}/account/security/prove", get(prove::page).post(prove::prove))
        .route("/{tenant}/account/security/prove/send", post(prove::send))
        .route("/{tenant}/account/security/prove/passkey", post(prove::ask))
        .route("/{tenant}/account/security/prove/passkey/answer", post(prove::answer))
}

async fn script(asked: HeaderMap) -> Response {
    answer::tagged(&asked, "text/javascript; charset=utf-8", SCRIPT.to_owned())
}

/// Answers an error of somebody who is signed in: sends them to prove who they are where that is what is missing.
async fn needs(own: Enrolling, error: &VaultError) -> Response {
    let Enrolling { mut at, session } = own;
    let security = format!("/{}/account/security", at.tenant.slug);
    let to = match error.code() {
        // Who owes a factor reaches no other page: they begin again at the door.
        "session.stale" if session.owes_factor => {
            if let Err(error) = at.identity.sign_out(&session).await {
                return at.trouble(&error);
            }
            at.cookies.extend(Jar::Session.forget(&at.tenant.slug));
            at.path("sign-in")
        }
        "session.stale" => at.path(&format!("account/prove?then={}", escaped(&security))),
        "factor.needed" => at.path(&format!("account/security/prove?then={}", escaped(&security))),
        _ => return at.trouble(error),
    };
    at.go(&to)
}

/// What a form began is over.
fn over() -> VaultError {
    VaultError::new(ErrorKind::Missing, "factor.over", "it took too long, or was tried too often").help("begin again")
}

/// The security page again, with a word on what was done.
fn done(at: At, what: &str) -> Response {
    let to = at.path(&format!("account/security?done={what}"));
    at.go(&to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_small_and_sets_nothing_in_markup() {
        assert!(SCRIPT.len() <= 4 << 10, "{} bytes", SCRIPT.len());
        for forbidden in ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.cookie"] {
            assert!(!SCRIPT.contains(forbidden), "{forbidden}");
        }
        // One question to this server, at the address that the page names; nobody else is asked anything.
        assert_eq!(SCRIPT.matches("fetch(").count(), 1);
        assert!(SCRIPT.contains("fetch(box.dataset.passkeyOffer,") && !SCRIPT.contains("://"));
    }
}
