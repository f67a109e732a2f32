//! What callers send: bodies and addresses, through the whole API over a store in memory.
//!
//! Whatever is sent, the server does not fail; a refusal is a problem with a code, repeats nothing that is known
//! of the person, and changes nothing about them. Each input meets the same world: one that changed it is the
//! last to see it.

use std::cell::RefCell;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Uri};
use candor_api::{ApiState, ROUTES, api_routes};
use candor_http::{Limits, Metrics, Rate, dress, route_unknown};
use candor_identity::{Identity, IdentityParts};
use candor_passkeys::WebAuthn;
use candor_seal::{KeyVersion, RootKey};
use candor_store_memory::MemoryStore;
use candor_vault::{NewTenant, Vault, VaultParts};
use candor_words::{Instant, ManualClock, Secret, SeededEntropy};
use serde_json::{Value, json};
use tower::ServiceExt;

const POLICY: &str = include_str!("../../../crates/faces/api/src/tests/policy.candor");
/// Stands in every world and in no refusal.
const PLANTED: &str = "planted-4711";
const ANSWER_BYTES_MAX: usize = 8 << 20;
/// What no refusal changes: the lists of people, policies, keys and so on, and the person.
const SHOWN: [&str; 7] = [
    "/v1/subjects",
    "/v1/policies",
    "/v1/keys",
    "/v1/collections",
    "/v1/disclosures",
    "/v1/subjects/{subject}",
    "/v1/subjects/{subject}/records",
];

/// The first line names the operation, `POST /v1/subjects`, the rest is the body.
pub(crate) fn body(bytes: &[u8]) {
    let (named, body) = first_line(bytes);
    let route = ROUTES.iter().find(|route| named == Some((route.method, route.path)));
    // An operation that is not there stands for one that is, so that no input is wasted.
    let taking = || ROUTES.iter().filter(|route| route.writes).nth(bytes.len() % 16);
    let Some(route) = route.or_else(taking) else { return };
    in_world(|world| world.ask(route.method, &world.filled(route.path), body));
}

/// The first line is method and address, the rest is the body.
pub(crate) fn address(bytes: &[u8]) {
    let (Some((method, address)), body) = first_line(bytes) else { return };
    let is_known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].contains(&method);
    in_world(|world| {
        let address = world.filled(address);
        if is_known && address.starts_with('/') && address.parse::<Uri>().is_ok() {
            return world.ask(method, &address, body);
        }
        true
    });
}

/// The method and address of the first line, and what follows it.
fn first_line(bytes: &[u8]) -> (Option<(&str, &str)>, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end);
    let line = std::str::from_utf8(line).ok().and_then(|line| line.split_once(' '));
    (line, rest.get(1..).unwrap_or_default())
}

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// Lets an input act, and says whether the world is the same afterwards.
fn in_world(act: impl FnOnce(&World) -> bool) {
    WORLD.with_borrow_mut(|kept| {
        let world = kept.take().unwrap_or_else(World::new);
        if act(&world) {
            *kept = Some(world);
        }
    });
}

/// A server in memory with one person, a clock that stands still and chance that repeats.
struct World {
    runtime: tokio::runtime::Runtime,
    router: Router,
    key: String,
    ids: Vec<(&'static str, String)>,
    /// How everything stood when the world was made.
    begun: Vec<Vec<u8>>,
}

impl World {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (router, key) = runtime.block_on(async {
            let parts = VaultParts {
                store: Arc::new(MemoryStore::new()),
                clock: Arc::new(ManualClock::new(Instant::from_date(2026, 6, 1).expect("a day"))),
                entropy: Arc::new(SeededEntropy::new(42)),
                roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).expect("a key")],
                origin: "fuzz.example".into(),
            };
            let vault = Vault::open(parts).expect("a vault");
            let sources = vec![("policy.candor".to_owned(), POLICY.to_owned())];
            let new = NewTenant { slug: "fuzz".into(), title: "Fuzz".into(), sources };
            let tenant = vault.create_tenant(new).await.expect("a tenant");
            let rate = Rate { per_second: 1_000_000_000, burst: 1_000_000_000 };
            let parts = IdentityParts {
                vault: Arc::clone(&vault),
                entropy: Arc::new(SeededEntropy::new(43)),
                passkeys: Arc::new(WebAuthn),
                sms: None,
            };
            let state = ApiState::new(Arc::clone(&vault), rate).with_door(Identity::open(parts));
            let routes = api_routes(state).fallback(route_unknown);
            let router = dress(routes, Limits::default(), Metrics::new(Arc::new(Vec::new)));
            (router, tenant.administrator.secret.expose().clone())
        });
        let mut world = Self { runtime, router, key, ids: Vec::new(), begun: Vec::new() };
        world.people();
        world.begun = world.state();
        world
    }

    /// One person with what later addresses name.
    fn people(&mut self) {
        let account = json!({ "email": format!("{PLANTED}@people.example"), "name": PLANTED });
        let body = json!({ "records": [{ "group": "account", "values": account }], "contract": {} });
        let made = self.made("/v1/subjects", &body);
        let named = |value: &Value| value.as_str().expect("an id").to_owned();
        let subject = named(&made["subject"]);
        let of = |rest: &str| format!("/v1/subjects/{subject}/{rest}");
        let question = json!({ "purpose": "law_enforcement", "recipient": "police", "fields": ["account.email"] });
        let proposed = json!({ "question": question, "legal_reference": "order 1" });
        self.made(&of("consents"), &json!({ "purpose": "newsletter", "act": "given" }));
        let request = named(&self.made(&of("requests"), &json!({ "right": "access" }))["id"]);
        let hold = named(&self.made(&of("holds"), &json!({ "ground": "case" }))["id"]);
        let disclosure = named(&self.made(&of("disclosures"), &proposed)["id"]);
        let key = named(&self.made("/v1/keys", &json!({ "label": "k", "scopes": ["read"] }))["id"]);
        self.ids = vec![
            ("{record}", named(&made["records"][0])),
            ("{subject}", subject.clone()),
            ("{request}", request),
            ("{hold}", hold),
            ("{disclosure}", disclosure),
            ("{key}", key),
            ("{tenant}", "fuzz".to_owned()),
            ("{name}", "usage".to_owned()),
            ("{group}", "account".to_owned()),
            ("{purpose}", "newsletter".to_owned()),
            ("{recipient}", "gateway".to_owned()),
            ("{channel}", "email".to_owned()),
        ];
    }

    fn made(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.send("POST", path, body.to_string().as_bytes());
        assert_eq!(status, 201, "{path}: {}", String::from_utf8_lossy(&answer));
        serde_json::from_slice(&answer).expect("JSON")
    }

    /// An address with the world's ids in place of their names.
    fn filled(&self, template: &str) -> String {
        let filled = self.ids.iter().fold(template.to_owned(), |path, (name, id)| path.replace(name, id));
        if template.ends_with("/export") { format!("{filled}?kind=access") } else { filled }
    }

    /// Asks, holds the answer to what must hold, and says whether everything stands as it did.
    fn ask(&self, method: &str, address: &str, body: &[u8]) -> bool {
        let (status, answer) = self.send(method, address, body);
        // This world has neither a front door nor systems, and says so.
        let is_absent = status == 503 && ["systems.none", "door.closed"].iter().any(|code| contains(&answer, code));
        assert!(status < 500 || is_absent, "{method} {address}: {status} {}", String::from_utf8_lossy(&answer));
        let is_same = self.state() == self.begun;
        if status < 400 {
            return is_same;
        }
        assert!(is_same, "{method} {address}: refused with {status}, and something changed");
        // An answer to HEAD has no body.
        if method != "HEAD" {
            let problem: Value = serde_json::from_slice(&answer).expect("a problem is JSON");
            assert!(problem["code"].is_string() && problem["status"] == status, "{method} {address}: {problem}");
        }
        // What the caller itself sent may be named in a pointer; what the vault knows may not.
        if !contains(body, PLANTED) && !address.contains(PLANTED) {
            assert!(!contains(&answer, PLANTED), "{method} {address}: {}", String::from_utf8_lossy(&answer));
        }
        true
    }

    fn send(&self, method: &str, address: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let request = Request::builder()
            .method(method)
            .uri(address)
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.key))
            .body(Body::from(body.to_vec()))
            .expect("a request");
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.expect("an answer");
            let status = response.status().as_u16();
            let answer = to_bytes(response.into_body(), ANSWER_BYTES_MAX).await.expect("a whole answer");
            (status, answer.to_vec())
        })
    }

    fn state(&self) -> Vec<Vec<u8>> {
        SHOWN.iter().map(|path| self.send("GET", &self.filled(path), b"").1).collect()
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
