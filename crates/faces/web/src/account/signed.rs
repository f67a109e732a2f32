//! What every page of the account area begins with: who is signed in, under which policy, in which language; and for
//! forms, that they are ours.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use candor_identity::Session;
use candor_manifest::Manifest;
use candor_manifest::model::{Field, Purpose};
use candor_vault::{Caller, PlanInForce, Vault, VaultError};
use candor_words::SubjectId;
use maud::{Markup, html};

use super::trouble::trouble;
use crate::kit::{Area, FormToken, Frame, Place, Tenant, Tone, banner, heading};
use crate::language::said;
use crate::words::account as words;
use crate::words::dispute;
use crate::{At, DoorState, Language, OwnForm, Posted, SignedIn};

/// The most parameters of an address that are looked at.
const PARAMETERS_MAX: usize = 16;

/// Somebody's visit of their account area.
pub(super) struct Signed {
    /// Where the visit stands.
    pub(super) at: At,
    /// Who is signed in.
    pub(super) session: Session,
    /// Who, as a caller of the vault.
    pub(super) person: Caller,
    plan: PlanInForce,
    query: HashMap<String, String>,
}

impl FromRequestParts<DoorState> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &DoorState) -> Result<Self, Response> {
        let signed_in = SignedIn::from_request_parts(parts, state).await?;
        Self::of(signed_in, parts.uri.query()).await
    }
}

/// The one who posted a form that is ours, and what stood in it.
pub(super) struct SignedForm(pub(super) Signed, pub(super) Posted);

impl FromRequest<DoorState> for SignedForm {
    type Rejection = Response;

    async fn from_request(request: Request, state: &DoorState) -> Result<Self, Response> {
        let (signed_in, posted) = OwnForm::from_request(request, state).await?.of_person()?;
        Ok(Self(Signed::of(signed_in, None).await?, posted))
    }
}

impl Signed {
    async fn of(signed_in: SignedIn, query: Option<&str>) -> Result<Self, Response> {
        let SignedIn { at, session, person } = signed_in;
        let plan = match at.identity.vault().plan(at.tenant.id, None).await {
            Ok(plan) => plan,
            Err(error) => return Err(at.trouble(&error)),
        };
        let query = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).take(PARAMETERS_MAX);
        let query = query.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        Ok(Self { at, session, person, plan, query })
    }

    pub(super) fn vault(&self) -> &Arc<Vault> {
        self.at.identity.vault()
    }

    /// Whose area it is.
    pub(super) const fn subject(&self) -> SubjectId {
        self.session.subject
    }

    /// What the forms of this session carry.
    pub(super) const fn token(&self) -> &FormToken {
        &self.at.form_token
    }

    /// True while they proved who they are only just now.
    pub(super) fn is_fresh(&self) -> bool {
        self.session.is_fresh(self.at.identity.now())
    }

    pub(super) fn manifest(&self) -> &Manifest {
        self.plan.manifest()
    }

    pub(super) fn language(&self) -> Language {
        self.at.language()
    }

    pub(super) fn tenant(&self) -> Tenant<'_> {
        self.at.shown()
    }

    /// A parameter of the address; empty when there is none.
    pub(super) fn asked(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// The address of a page of the account area.
    pub(super) fn href(&self, path: &str) -> String {
        self.at.path(&format!("account{path}"))
    }

    /// The address of a page of the policy, which speaks no other language than the policy's.
    pub(super) fn policy_href(&self, rest: &str) -> String {
        format!("/{}{rest}", self.at.tenant.slug)
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
        let area = Area::Account { here: place, token: self.token() };
        let page = Frame { reader: &self.at.reader, tenant: self.tenant(), title, area }.page(content);
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
        "ended" => words::done_ended(language),
        "saved" => words::done_saved(language),
        "unchanged" => words::nothing_to_change(language),
        "consent" => words::done_consent(language),
        "message" => words::done_message(language),
        "request" => words::done_request(language),
        "taken-back" => words::done_taken_back(language),
        "objection" => words::done_objection(language),
        "restricted" => words::done_restricted(language),
        "lifted" => words::done_lifted(language),
        "disputed" => dispute::done(language),
        "disputed-before" => dispute::done_known(language),
        "dispute-back" => dispute::done_back(language),
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
