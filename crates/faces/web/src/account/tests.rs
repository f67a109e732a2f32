//! The account area over a vault in memory, asked as browsers ask.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use candor_identity::{Identity, IdentityParts};
use candor_seal::{KeyVersion, RootKey};
use candor_store_memory::MemoryStore;
use candor_vault::{Ask, Caller, ConsentState, NewContract, NewRecord, NewSubject, NewTenant, Vault, VaultParts};
use candor_words::{Instant, ManualClock, Secret, SeededEntropy, Span, SpanUnit, SubjectId, TenantId};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tower::ServiceExt;

mod acts;
mod disputes;
mod guards;
mod managed;
mod pages;

const POLICY: &str = include_str!("../../../../../policies/assigntask/policy.candor");
/// The vendor's policy, but that changes are told in the app alone: there is no relay here.
fn policy() -> String {
    POLICY
        .replace("change by email, in app", "change by in app")
        .replace("transfer by email, in app", "transfer by in app")
}

const PASSWORD: &str = "correct horse battery";

/// A tenant with two people who have passwords.
struct World {
    vault: Arc<Vault>,
    clock: Arc<ManualClock>,
    tenant: TenantId,
    admin: Caller,
    ada: SubjectId,
    bob: SubjectId,
    router: Router,
    /// The cookies of each who is signed in, and the token of their forms.
    browsers: Mutex<HashMap<String, (String, String)>>,
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

    /// The cookies that it sets, as a browser sends them back.
    fn cookies(&self) -> String {
        let set = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        let kept = set.filter(|line| !line.contains("Max-Age=0"));
        kept.filter_map(|line| line.split(';').next()).collect::<Vec<_>>().join("; ")
    }

    /// The token of its forms.
    fn form_token(&self) -> &str {
        between(&self.text, "name=\"form_token\" value=\"", "\">").rsplit('"').next().unwrap()
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
        let values: [(&str, Value); 4] = [
            ("email", email.into()),
            ("name", name.into()),
            ("job_title", "analyst <1>".into()),
            ("password", json!({ "plain": PASSWORD })),
        ];
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let account = NewRecord { group: "account".into(), values, source: "subject".into() };
        let new = NewSubject { records: vec![account], contract: Some(NewContract::default()) };
        vault.create_subject(&admin, new).await.unwrap().subject
    };
    let (ada, bob) = (person("ada@people.example", "Ada Löw").await, person("bob@people.example", "Bob").await);
    let parts = IdentityParts {
        vault: Arc::clone(&vault),
        entropy: Arc::new(SeededEntropy::new(7)),
        passkeys: Arc::new(candor_passkeys::WebAuthn),
        sms: None,
    };
    let router = crate::door_router(Identity::open(parts), None);
    let browsers = Mutex::default();
    let world = World { vault, clock, tenant: created.tenant, admin, ada, bob, router, browsers };
    world.sign_in("ada").await;
    world.sign_in("bob").await;
    world
}

impl World {
    async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, 16 << 20).await.unwrap();
        Answered { status: head.status, headers: head.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Signs somebody in with their password, in a browser of their own.
    async fn sign_in(&self, who: &str) {
        let page = self.send(Request::get("/acme/sign-in").body(Body::empty()).unwrap()).await;
        let guest = page.cookies();
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("form_token", page.form_token()).append_pair("password", PASSWORD);
        body.append_pair("identifier", &format!("{who}@people.example"));
        let request = Request::post("/acme/sign-in")
            .header(header::COOKIE, guest)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let signed_in = self.send(request.body(Body::from(body.finish())).unwrap()).await;
        assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.text);
        let cookies = signed_in.cookies();
        let request = Request::get("/acme/account").header(header::COOKIE, &cookies);
        let overview = self.send(request.body(Body::empty()).unwrap()).await;
        let token = overview.form_token().to_owned();
        self.browsers.lock().insert(who.to_owned(), (cookies, token));
    }

    /// The cookies and the token of somebody's browser; none of anybody else's.
    fn browser(&self, who: &str) -> (String, String) {
        self.browsers.lock().get(who).cloned().unwrap_or_default()
    }

    /// Ada looks at a page.
    async fn get(&self, path: &str) -> Answered {
        self.get_as("ada", path).await
    }

    async fn get_as(&self, who: &str, path: &str) -> Answered {
        let request = Request::get(format!("/acme/account{path}")).header(header::COOKIE, self.browser(who).0);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Ada sends a form, with its token.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        self.post_as("ada", path, fields).await
    }

    async fn post_as(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> Answered {
        let token = self.browser(who).1;
        self.post_with(who, path, fields, &token).await
    }

    async fn post_with(&self, who: &str, path: &str, fields: &[(&str, &str)], token: &str) -> Answered {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("form_token", token).extend_pairs(fields);
        let request = Request::post(format!("/acme/account{path}"))
            .header(header::COOKIE, self.browser(who).0)
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

    /// Days later, Ada signs in again.
    async fn in_days(&self, days: u32) {
        self.later(Span::new(days, SpanUnit::Day));
        self.sign_in("ada").await;
    }

    fn later(&self, span: Span) {
        self.clock.advance(span);
    }
}

/// What a page says at a place: from a mark to another.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let at = page.find(from).unwrap_or_else(|| panic!("no `{from}` in {page}"));
    page[at..].split(to).next().unwrap()
}
