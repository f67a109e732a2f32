//! What every page of the account area begins with: who is signed in, under which policy, in which language; and for
//! forms, that they are ours.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use candor_manifest::Manifest;
use candor_manifest::model::{Field, Purpose};
use candor_vault::{PlanInForce, Vault, VaultError};
use maud::{Markup, html};

use super::door::{AccountState, Person};
use super::trouble::{self, trouble};
use crate::kit::{Area, Frame, Place, TOKEN_FIELD, Tenant, Tone, banner, heading};
use crate::language::said;
use crate::pages::found::is_slug;
use crate::words::account as words;
use crate::{Language, POSTED_BYTES_MAX, Posted, Visit};

/// Somebody's visit of their account area.
pub(super) struct Signed {
    pub(super) state: AccountState,
    pub(super) visit: Visit,
    pub(super) person: Person,
    plan: PlanInForce,
    query: HashMap<String, String>,
}

impl FromRequestParts<AccountState> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AccountState) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, state).await;
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let slug = path.ok().and_then(|Path(mut path)| path.remove("tenant")).filter(|slug| is_slug(slug));
        let Some(slug) = slug else { return Err(crate::not_found().await) };
        let person = match state.door.signed_in(&slug, &parts.headers).await {
            Ok(Some(person)) => person,
            Ok(None) => return Err(to_sign_in(state, &slug, parts)),
            Err(error) if error.code() == "tenant.unknown" => return Err(crate::not_found().await),
            Err(error) => return Err(trouble::plain(&visit, &error)),
        };
        let plan = state.vault.plan(person.tenant.id, None).await.map_err(|error| trouble::plain(&visit, &error))?;
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let query = form_urlencoded::parse(query).take(16).map(|(name, value)| (name.into_owned(), value.into_owned()));
        Ok(Self { state: state.clone(), visit, person, plan, query: query.collect() })
    }
}

/// Where a visitor who is not signed in goes; after a form, to the page above it.
fn to_sign_in(state: &AccountState, slug: &str, parts: &Parts) -> Response {
    let next = match parts.method {
        Method::GET | Method::HEAD => parts.uri.path_and_query().map_or("", |path| path.as_str()),
        _ => "",
    };
    let overview = format!("/{slug}/account");
    let next = if next.is_empty() { overview.as_str() } else { next };
    private(Redirect::to(&state.door.sign_in_href(slug, next)).into_response())
}

/// The one who posted a form that is ours, and what stood in it.
pub(super) struct SignedForm(pub(super) Signed, pub(super) Posted);

impl FromRequest<AccountState> for SignedForm {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AccountState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let signed = Signed::from_request_parts(&mut parts, state).await?;
        let refused = |signed: &Signed| trouble(signed, &trouble::foreign_form());
        let Ok(bytes) = to_bytes(body, POSTED_BYTES_MAX).await else { return Err(refused(&signed)) };
        let Ok(posted) = Posted::read(&bytes) else { return Err(refused(&signed)) };
        if !signed.person.form_token.is(posted.get(TOKEN_FIELD)) {
            return Err(refused(&signed));
        }
        Ok(Self(signed, posted))
    }
}

impl Signed {
    pub(super) fn vault(&self) -> &Arc<Vault> {
        &self.state.vault
    }

    pub(super) fn manifest(&self) -> &Manifest {
        self.plan.manifest()
    }

    pub(super) fn language(&self) -> Language {
        self.visit.language
    }

    pub(super) fn tenant(&self) -> Tenant<'_> {
        Tenant {
            slug: &self.person.tenant.slug,
            title: &self.person.tenant.title,
            language: self.manifest().languages.first().map_or("", String::as_str),
        }
    }

    /// A parameter of the address; empty when there is none.
    pub(super) fn asked(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// The address of a page of the account area.
    pub(super) fn href(&self, path: &str) -> String {
        self.visit.href(&format!("/{}/account{path}", self.person.tenant.slug))
    }

    /// The address of a page of the policy, which speaks no other language than the policy's.
    pub(super) fn policy_href(&self, rest: &str) -> String {
        format!("/{}{rest}", self.person.tenant.slug)
    }

    /// A text of the policy.
    pub(super) fn said(&self, text: &str) -> Markup {
        said(self.language(), self.tenant().language, text)
    }

    /// The field of a name, as the policy in force declares it.
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.manifest().field(name).and_then(|ix| self.manifest().fields.get(ix.at()))
    }

    /// The purpose of a name, as the policy in force declares it.
    pub(super) fn purpose(&self, name: &str) -> Option<&Purpose> {
        self.manifest().purpose(name).and_then(|ix| self.manifest().purposes.get(ix.at()))
    }

    /// A page of the area: heading, what was just done, content.
    pub(super) fn page(&self, place: Place, lead: &str, content: &Markup) -> Response {
        let title = place.title(self.language());
        let content = html! {
            (self.done_banner())
            (heading(title, Some(&html! { (lead) })))
            (content)
        };
        self.bare_page(place, title, &content)
    }

    /// What was just done, when the address says so.
    pub(super) fn done_banner(&self) -> Markup {
        let done = done(self.language(), self.asked("done"));
        html! { @if let Some(text) = done { (banner(self.language(), Tone::Done, &html! { p { (text) } })) } }
    }

    /// A page of the area with a heading of its own.
    pub(super) fn bare_page(&self, place: Place, title: &str, content: &Markup) -> Response {
        let area = Area::Account { here: place, token: &self.person.form_token };
        let page = Frame { visit: &self.visit, tenant: self.tenant(), title, area }.page(content);
        private(Html(page.into_string()).into_response())
    }

    /// Goes on to a page of the area, which says what was done.
    pub(super) fn done(&self, path: &str, what: &str) -> Response {
        let (page, anchor) = path.split_once('#').map_or((path, ""), |(page, anchor)| (page, anchor));
        let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
        private(Redirect::to(&self.href(&format!("{page}?done={what}{anchor}"))).into_response())
    }

    /// The answer, or the page that says what went wrong.
    pub(super) fn answer(&self, outcome: Result<Response, VaultError>) -> Response {
        outcome.unwrap_or_else(|error| trouble(self, &error))
    }
}

/// What the address says was done; a word that no page here puts there says nothing.
fn done(language: Language, what: &str) -> Option<&'static str> {
    Some(match what {
        "saved" => words::done_saved(language),
        "unchanged" => words::nothing_to_change(language),
        "consent" => words::done_consent(language),
        "message" => words::done_message(language),
        "request" => words::done_request(language),
        "objection" => words::done_objection(language),
        "restricted" => words::done_restricted(language),
        "lifted" => words::done_lifted(language),
        "seen" => words::done_seen(language),
        "resting" => words::done_resting(language),
        "back" => words::done_back(language),
        _ => return None,
    })
}

/// What is about one person is kept by nobody on the way.
pub(super) fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page with a status.
pub(super) fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}
