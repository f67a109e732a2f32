//! The account area over a vault in memory, asked as browsers ask.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use candor_seal::{KeyVersion, RootKey};
use candor_store_memory::MemoryStore;
use candor_vault::{
    Ask, Caller, ConsentState, NewContract, NewRecord, NewSubject, NewTenant, Vault, VaultError, VaultParts,
};
use candor_words::{Instant, ManualClock, Secret, SeededEntropy, Span, SpanUnit, SubjectId, TenantId};
use serde_json::json;
use tower::ServiceExt;

use super::door::{AccountState, Door, Person};
use super::routes::account_routes;
use crate::kit::FormToken;

mod acts;
mod guards;
mod pages;

const POLICY: &str = include_str!("../../../../../policies/assigntask/policy.candor");
/// The vendor's policy, but that changes are told in the app alone: there is no relay here.
fn policy() -> String {
    POLICY
        .replace("change by email, in app", "change by in app")
        .replace("transfer by email, in app", "transfer by in app")
}

const TOKEN: &str = "0123456789abcdef";

/// A tenant with two people, and whoever the cookie names is signed in.
struct World {
    vault: Arc<Vault>,
    clock: Arc<ManualClock>,
    tenant: TenantId,
    admin: Caller,
    ada: SubjectId,
    bob: SubjectId,
    router: Router,
}

/// Takes the cookie's word for it.
struct Cookies {
    vault: Arc<Vault>,
    people: [(&'static str, SubjectId); 2],
}

#[async_trait::async_trait]
impl Door for Cookies {
    async fn signed_in(&self, slug: &str, headers: &HeaderMap) -> Result<Option<Person>, VaultError> {
        let Some(tenant) = self.vault.tenant_by_slug(slug).await? else {
            return Err(VaultError::new(candor_vault::ErrorKind::Missing, "tenant.unknown", "there is no such tenant"));
        };
        let cookie = headers.get(header::COOKIE).and_then(|cookie| cookie.to_str().ok()).unwrap_or_default();
        let Some((_, subject)) = self.people.iter().find(|(name, _)| cookie.contains(name)) else { return Ok(None) };
        Ok(Some(Person {
            caller: self.vault.person(tenant.id, *subject),
            tenant,
            subject: *subject,
            form_token: FormToken::new(TOKEN),
            is_fresh: cookie.contains("fresh"),
        }))
    }

    fn gone(&self, _: &str) -> Vec<HeaderValue> {
        vec![HeaderValue::from_static("session=; Max-Age=0")]
    }

    fn sign_in_href(&self, slug: &str, next: &str) -> String {
        format!("/{slug}/sign-in?next={next}")
    }

    fn prove_href(&self, slug: &str, next: &str) -> String {
        format!("/{slug}/account/prove?next={next}")
    }
}

/// An answer, read whole.
struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answered {
    fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |at| at.to_str().unwrap())
    }
}

async fn world() -> World {
    let clock = Arc::new(ManualClock::new(Instant::from_date(2026, 6, 1).unwrap()));
    let parts = VaultParts {
        store: Arc::new(MemoryStore::new()),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(42)),
        roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).unwrap()],
        origin: "candor.test".into(),
    };
    let vault = Vault::open(parts).unwrap();
    let sources = vec![("policy.candor".to_owned(), policy())];
    let new = NewTenant { slug: "acme".into(), title: "Acme <Ltd>".into(), sources };
    let created = vault.create_tenant(new).await.unwrap();
    let admin = vault.authenticate(created.administrator.secret.expose()).await.unwrap();
    // After the day from which the policy decides.
    clock.set(Instant::from_date(2026, 6, 1).unwrap());
    let person = async |email: &str, name: &str| {
        let values = [("email", email.into()), ("name", name.into()), ("job_title", "analyst <1>".into())];
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let account = NewRecord { group: "account".into(), values, source: "subject".into() };
        let new = NewSubject { records: vec![account], contract: Some(NewContract::default()) };
        vault.create_subject(&admin, new).await.unwrap().subject
    };
    let (ada, bob) = (person("ada@people.example", "Ada Löw").await, person("bob@people.example", "Bob").await);
    let door = Cookies { vault: Arc::clone(&vault), people: [("ada", ada), ("bob", bob)] };
    let router = account_routes(AccountState::new(Arc::clone(&vault), Arc::new(door)));
    World { vault, clock, tenant: created.tenant, admin, ada, bob, router }
}

impl World {
    async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, 16 << 20).await.unwrap();
        Answered { status: head.status, headers: head.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Ada looks at a page.
    async fn get(&self, path: &str) -> Answered {
        self.get_as("ada", path).await
    }

    async fn get_as(&self, cookie: &str, path: &str) -> Answered {
        let request = Request::get(format!("/acme/account{path}")).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Ada sends a form, with its token.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        self.post_as("ada", path, fields, TOKEN).await
    }

    async fn post_as(&self, cookie: &str, path: &str, fields: &[(&str, &str)], token: &str) -> Answered {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("form_token", token).extend_pairs(fields);
        let request = Request::post(format!("/acme/account{path}"))
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.finish())).unwrap()).await
    }

    /// Where Ada's only record of her account is.
    async fn account_path(&self) -> String {
        let page = self.vault.held(&self.person(self.ada), self.ada, None).await.unwrap();
        let account = page.rows.iter().find(|held| held.record.group == "account").unwrap();
        format!("/data/account/{}", account.record.record)
    }

    fn person(&self, subject: SubjectId) -> Caller {
        self.vault.person(self.tenant, subject)
    }

    /// Staff read something for a purpose.
    async fn staff_reads(&self, purpose: &str, fields: &[&str]) {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        let ask = Ask {
            subject: self.ada,
            purpose: purpose.into(),
            recipient: None,
            fields,
            record: None,
            channel: None,
            gpc: false,
            approval: None,
        };
        self.vault.read(&self.admin, &ask).await.unwrap();
    }

    /// What Ada's standing says of a consent.
    async fn consent(&self, purpose: &str) -> Option<ConsentState> {
        let view = self.vault.subject(&self.admin, self.ada).await.unwrap();
        view.standing.unwrap().consents.get(purpose).map(|consent| consent.state)
    }

    async fn in_days(&self, days: u32) {
        let now = self.vault.now();
        self.clock.set(now.plus(Span::new(days, SpanUnit::Day)));
    }
}

/// What a page says at a place: from a mark to another.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let at = page.find(from).unwrap_or_else(|| panic!("no `{from}` in {page}"));
    page[at..].split(to).next().unwrap()
}
