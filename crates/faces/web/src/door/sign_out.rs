//! `/{tenant}/sign-out`.

use axum::response::Response;

use super::cookies::Jar;
use super::own_form::OwnForm;

pub(super) async fn sign_out(form: OwnForm) -> Response {
    let OwnForm { mut at, .. } = form;
    if let Some(session) = &at.enrolling
        && let Err(error) = at.identity.sign_out(session).await
    {
        return at.trouble(&error);
    }
    at.cookies.extend(Jar::Session.forget(&at.tenant.slug));
    let to = at.path("sign-in");
    at.go(&to)
}
