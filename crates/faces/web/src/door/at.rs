//! Where a request stands: at which tenant, in which language, with which cookie, and who is signed in.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use candor_http::ClientAddress;
use candor_identity::{Identity, LocalPath, Opened, Session, Token};
use candor_rights::Rights;
use candor_vault::{Caller, TenantView, VaultError};
use maud::Markup;

use super::cookies::Jar;
use super::trouble;
use crate::kit::{FormToken, Tenant};
use crate::{Language, Reader};

/// What the door's handlers share.
#[derive(Clone)]
pub struct DoorState {
    /// The service behind the door.
    pub identity: Arc<Identity>,
    /// What carries requests out in connected systems, where there is such; without it, no agent's are asked about.
    pub rights: Option<Arc<Rights>>,
}

/// Where a request stands.
pub struct At {
    /// The service behind the door.
    pub identity: Arc<Identity>,
    /// What carries requests out in connected systems, where there is such.
    pub rights: Option<Arc<Rights>>,
    /// Whose door it is.
    pub tenant: TenantView,
    /// The page that is asked for, and its language.
    pub reader: Reader,
    /// What the visitor shows of themself.
    pub visitor: candor_identity::Visit,
    /// Who is signed in.
    pub session: Option<Session>,
    /// The same, and who is signed in for nothing but to set up the second factor that they owe.
    pub enrolling: Option<Session>,
    /// What the forms of this browser carry.
    pub form_token: FormToken,
    /// What the forms are bound to: the session's cookie, else the guest's.
    pub(super) cookie: Token,
    /// Cookies that go out with the answer.
    pub(super) cookies: Vec<HeaderValue>,
    /// The language that the policy is written in.
    pub policy_language: String,
}

impl At {
    /// The tenant as pages name it.
    pub fn shown(&self) -> Tenant<'_> {
        Tenant { slug: &self.tenant.slug, title: &self.tenant.title, language: &self.policy_language }
    }

    /// The language of the page.
    pub const fn language(&self) -> Language {
        self.reader.language
    }

    /// A path below the tenant's, in the language that was chosen.
    pub fn path(&self, below: &str) -> String {
        self.reader.href(&format!("/{}/{below}", self.tenant.slug))
    }

    /// Answers with a page.
    pub fn page(self, status: StatusCode, page: Markup) -> Response {
        let body = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], Body::from(page.into_string()));
        self.with_cookies((status, body).into_response())
    }

    /// Sends the browser on to a path of this server.
    pub fn go(self, to: &str) -> Response {
        let Ok(to) = HeaderValue::from_str(to) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
        self.with_cookies((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response())
    }

    /// Signs the browser in, and sends it on.
    pub async fn sign_in(mut self, opened: Opened, then: Option<LocalPath>) -> Response {
        let slug = self.tenant.slug.clone();
        // INVARIANT: the token was drawn at the sign-in; none that the browser brought lives on.
        self.cookies.clear();
        self.cookies.extend(Jar::Session.set(&slug, &opened.token));
        self.cookies.extend(Jar::Guest.forget(&slug));
        self.cookies.extend(Jar::Attempt.forget(&slug));
        self.cookies.extend(opened.device.as_ref().and_then(|device| Jar::Device.set(&slug, device)));
        let to = match then {
            _ if opened.session.owes_factor => self.path("account/security"),
            Some(then) => then.as_str().to_owned(),
            None => self.path("account"),
        };
        self.go(&to)
    }

    /// Says what went wrong.
    pub fn trouble(self, error: &VaultError) -> Response {
        let (status, page) = trouble::page(&self, error);
        self.page(status, page)
    }

    fn with_cookies(self, mut response: Response) -> Response {
        for cookie in self.cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl FromRequestParts<DoorState> for At {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &DoorState) -> Result<Self, Response> {
        let Ok(reader) = Reader::from_request_parts(parts, &()).await;
        let Ok(ClientAddress(client)) = ClientAddress::from_request_parts(parts, &()).await;
        let slug = parts.uri.path().split('/').nth(1).unwrap_or_default().to_owned();
        let identity = Arc::clone(&state.identity);
        let Ok(tenant) = identity.tenant(&slug).await else {
            return Err(crate::not_found().await);
        };
        let trouble = |error: VaultError| trouble::bare(&reader, &error);
        let headers = &parts.headers;
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
        let device = match Jar::Device.text(&slug, headers) {
            Some(text) => identity.known_device(tenant.id, &text).await.map_err(trouble)?,
            None => None,
        };
        let mut visitor =
            candor_identity::Visit::new(client, text(header::USER_AGENT), text(header::ACCEPT_LANGUAGE), device);
        visitor.language = reader.language;
        let held = Jar::Session.token(&slug, headers);
        let enrolling = match &held {
            Some(token) => identity.session_to_enrol(tenant.id, token).await.map_err(trouble)?,
            None => None,
        };
        let session = enrolling.clone().filter(|session| !session.owes_factor);
        let mut cookies = Vec::new();
        let guest = Jar::Guest.token(&slug, headers);
        let cookie = match (held.filter(|_| enrolling.is_some()), guest) {
            (Some(token), _) | (None, Some(token)) => token,
            (None, None) => {
                let drawn = identity.draw_token();
                cookies.extend(Jar::Guest.set(&slug, &drawn));
                drawn
            }
        };
        let token = identity.form_token(tenant.id, &cookie).await.map_err(trouble)?;
        let plan = identity.vault().plan(tenant.id, None).await.map_err(trouble)?;
        let policy_language = plan.manifest().languages.first().cloned().unwrap_or_default();
        Ok(Self {
            identity,
            rights: state.rights.clone(),
            tenant,
            reader,
            visitor,
            session,
            enrolling,
            form_token: FormToken::new(token.as_str()),
            cookie,
            cookies,
            policy_language,
        })
    }
}

/// Where a request stands, with somebody who is signed in; anybody else is sent to the sign-in page, and comes back.
pub struct SignedIn {
    /// Where.
    pub at: At,
    /// Who.
    pub session: Session,
    /// Who, as the vault knows them: they reach what is about themself.
    pub person: Caller,
}

impl FromRequestParts<DoorState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &DoorState) -> Result<Self, Response> {
        let at = At::from_request_parts(parts, state).await?;
        if at.enrolling.as_ref().is_some_and(|session| session.owes_factor) {
            let to = at.path("account/security");
            return Err(at.go(&to));
        }
        let Some(session) = at.session.clone() else { return Err(to_sign_in(at, parts)) };
        let person = at.identity.person(session.tenant, session.subject);
        Ok(Self { at, session, person })
    }
}

/// Where a request stands, with somebody who is signed in, and be it for nothing but to set up a second factor.
pub struct Enrolling {
    /// Where.
    pub at: At,
    /// Who.
    pub session: Session,
}

impl FromRequestParts<DoorState> for Enrolling {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &DoorState) -> Result<Self, Response> {
        let at = At::from_request_parts(parts, state).await?;
        match at.enrolling.clone() {
            Some(session) => Ok(Self { at, session }),
            None => Err(to_sign_in(at, parts)),
        }
    }
}

/// Sends somebody to the sign-in page, and from there to what they asked for.
fn to_sign_in(at: At, parts: &Parts) -> Response {
    let asked = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let then = if parts.method == axum::http::Method::GET { asked } else { "" };
    let to = match LocalPath::parse(&at.tenant.slug, then) {
        Some(then) => format!("/{}/sign-in?then={}", at.tenant.slug, escaped(then.as_str())),
        None => format!("/{}/sign-in", at.tenant.slug),
    };
    let to = at.reader.href(&to);
    at.go(&to)
}

/// A text as the value of a parameter.
pub(crate) fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The value of a parameter of the address.
pub(crate) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Headers of a request that came from a page of this server, or from none.
pub(super) fn is_from_here(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        // Browsers of before 2023 send the origin only. Source: OWASP, Cross-Site Request Forgery Prevention.
        None => text("origin").is_none_or(|origin| {
            let host = text("host").unwrap_or_default();
            origin == public_url || origin.split_once("://").is_some_and(|(_, of)| of == host)
        }),
    }
}
